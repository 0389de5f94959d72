/**
 * Three nodes of the ping counter in one process: one of them is elected and counts, is stopped, and the other two go on
 * where it was. Then it comes back, with what is on its disk.
 *
 *     npx tsx ping-counter/main.ts          over memory
 *     npx tsx ping-counter/main.ts --tcp    over TCP, on this machine
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import type { StateMachine } from '@dsys/core';
import { Driver } from '@dsys/core/driver';
import { memoryNetwork, type Transport } from '@dsys/transport';
import { openTcp } from '@dsys/transport/tcp';
import { MemoryDisk, openMemory } from '@dsys/wal';
import { PING_DEFAULTS, type PingWords, pingCounter } from './protocol.js';

type Join = (id: string, boot: number) => Transport | Promise<Transport>;

const { values } = parseArgs({ options: { tcp: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
if (values.help === true) {
  console.log('Counts pings on three nodes, over memory or, with --tcp, over TCP on this machine.');
  process.exit(0);
}

const options = PING_DEFAULTS;
const disks = new Map(options.nodes.map((id) => [id, new MemoryDisk()]));
const running = new Map<string, Driver<PingWords>>();
let elected: string | null = null;

const join = values.tcp === true ? await overTcp() : overMemory();
for (const id of options.nodes) await start(id);

console.log(`three nodes over ${values.tcp === true ? 'TCP' : 'memory'}`);
console.log(`together: ${(await Promise.all([ping(), ping(), ping()])).sort((a, b) => a - b).join(', ')}`);

const first = elected!;
elected = null;
await running.get(first)!.close();
running.delete(first);
console.log(`the elected one is stopped; another counts: ${await ping()}`);

await start(first);
console.log(`it is back, in boot ${running.get(first)!.status().boot}: ${await ping()}`);
for (const driver of running.values()) await driver.close();

async function start(id: string): Promise<void> {
  const storage = openMemory(disks.get(id)!);
  const transport = await join(id, storage.boot);
  const driver = await Driver.start({
    protocol: pingCounter,
    options,
    id,
    transport,
    storage,
    stateMachine: nothing(),
  });
  driver.on('event', () => (elected = id));
  running.set(id, driver);
}

/** Asks whoever was elected last, until somebody has counted it. What is `unknown` may have been counted: a number is left out then. */
async function ping(): Promise<number> {
  for (;;) {
    const answer = elected === null ? null : await running.get(elected)?.propose(new Uint8Array());
    if (answer?.outcome === 'applied') return answer.index;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The count is all there is; a service would keep something here. */
function nothing(): StateMachine {
  return {
    apply: (entries) => entries.map(() => new Uint8Array()),
    async *snapshot() {},
    async restore() {},
  };
}

function overMemory(): Join {
  const network = memoryNetwork();
  return (id) => network.join(id);
}

async function overTcp(): Promise<Join> {
  const peers = new Map<string, string>();
  for (const id of options.nodes) peers.set(id, `127.0.0.1:${await freePort()}`);
  const cluster = { peers, clusterId: 'ping-counter', incarnation: 1, protocol: { min: 1, max: 1 } };
  return (id, boot) => openTcp({ ...cluster, self: id, boot, listen: peers.get(id)! });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
