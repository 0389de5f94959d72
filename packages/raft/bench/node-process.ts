/** One of the three processes of `node.ts`: a node over TCP with a disk in files. Told by its parent how much to do while it leads. */
import { RaftNode } from '@dsys/raft/driver';
import { openTcp } from '@dsys/transport/tcp';
import { openLog } from '@dsys/wal/file';
import { load, nothing } from './load.js';

const [id, folder, addresses] = process.argv.slice(2) as [string, string, string];
const peers = new Map(Object.entries(JSON.parse(addresses) as Record<string, string>));
const storage = await openLog(folder);
const same = { self: id, clusterId: 'bench', incarnation: 1, boot: storage.boot, protocol: { min: 1, max: 1 } };
const transport = await openTcp({ ...same, listen: peers.get(id)!, peers });
const members = [...peers].map(([member, address]) => ({ id: member, address }));
const node = await RaftNode.bootstrap({ cluster: 'bench', id, members, transport, storage, stateMachine: nothing });

node.on('role', ({ role }) => role === 'leader' && process.send!({ leads: id }));
process.on('message', async ({ clients, commands }: { clients: number; commands: number }) => {
  const flushes = storage.status().flushes;
  const pace = await load(node, clients, commands);
  process.send!({ pace, perFlush: commands / (storage.status().flushes - flushes) });
});
process.on('disconnect', () => process.exit(0));
