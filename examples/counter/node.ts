/**
 * One of three processes that keep a counter together: Raft over TCP, a disk each, HTTP for whoever asks.
 *
 *     npx tsx counter/node.ts bootstrap n1 data/n1 n1=7101/8101 n2=7102/8102 n3=7103/8103     Raft's port / HTTP's port
 *     curl -L -X POST localhost:8101                                                           adds one, wherever the leader is
 *
 * The first time `bootstrap`, from then on `restart`: a node that has lost its disk must not begin anew by itself.
 */
import { createServer } from 'node:http';
import type { StateMachine } from '@dsys/core';
import { RaftNode } from '@dsys/raft/driver';
import { openTcp } from '@dsys/transport/tcp';
import { openLog } from '@dsys/wal/file';

const [how, id, folder, ...nodes] = process.argv.slice(2) as [string, string, string, ...string[]];
const ports = new Map(nodes.map((node) => [node.split('=')[0]!, node.split('=')[1]!.split('/')] as const));
const members = [...ports].map(([member, [raft]]) => ({ id: member, address: `127.0.0.1:${raft}` }));
const peers = new Map(members.map((member) => [member.id, member.address]));

let count = 0;
const counter: StateMachine = {
  apply: (entries) => entries.map(() => Buffer.from(`${++count}`)),
  async *snapshot() {
    yield Buffer.from(`${count}`);
  },
  async restore(chunks) {
    let text = '';
    for await (const chunk of chunks) text += Buffer.from(chunk).toString();
    count = Number(text);
  },
};

const storage = await openLog(folder);
const same = { self: id, clusterId: 'counter', incarnation: 1, boot: storage.boot, protocol: { min: 1, max: 1 } };
const transport = await openTcp({ ...same, listen: peers.get(id)!, peers });
const parts = { cluster: 'counter', id, transport, storage, stateMachine: counter };
const node = how === 'bootstrap' ? await RaftNode.bootstrap({ ...parts, members }) : await RaftNode.restart(parts);

createServer(async (request, response) => {
  const asked = request.method === 'POST' ? await node.propose(Buffer.from('+1')) : await node.read();
  const leader = 'hint' in asked && asked.hint !== null ? ports.get(asked.hint) : undefined;
  if (asked.outcome === 'applied') response.end(Buffer.from(asked.answer).toString());
  else if (asked.outcome === 'readable') response.end(`${count}`);
  else if (leader !== undefined) response.writeHead(307, { location: `http://127.0.0.1:${leader[1]}/` }).end();
  else response.writeHead(asked.outcome === 'unknown' ? 504 : 503).end(asked.outcome);
}).listen(Number(ports.get(id)![1]), '127.0.0.1', () => console.log(`${id} is up`));
