/**
 * `RaftNode` with clients that each have one command of 256 bytes under way:
 *
 *     in one process    three nodes, network and disks in memory: driver, core, codecs, state machine and nothing else
 *     three processes   TCP on this machine, `fdatasync` on each disk; the clients are in the leader's process, and the raw
 *                       rate of the same disk, one 256-byte record at a time, is taken between the rounds
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from '@dsys/bench-kit';
import { RaftNode } from '@dsys/raft/driver';
import { memoryNetwork } from '@dsys/transport';
import { openMemory } from '@dsys/wal';
import { load, nothing, type Pace } from './load.js';

const bench = new Bench('raft', { peers: [], from: import.meta.url });
const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 3 : 7;
const IDS = ['n1', 'n2', 'n3'];

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const rounded = (value: number): number => Number(value.toPrecision(3));
const row = (clients: number, paces: readonly Pace[]): Record<string, unknown> => ({
  clients,
  'commits/s': Math.round(median(paces.map((pace) => pace.perSecond))),
  'p50 ms': rounded(median(paces.map((pace) => pace.p50Ms))),
  'p99 ms': rounded(median(paces.map((pace) => pace.p99Ms))),
});

const IN_MEMORY = 'one process, three nodes in memory';
if (!bench.skips(IN_MEMORY)) bench.table(IN_MEMORY, await inMemory());
const PROCESSES = 'three processes, TCP and fdatasync';
if (!bench.skips(PROCESSES)) bench.table(PROCESSES, await inProcesses());
bench.end();

async function inMemory(): Promise<Record<string, unknown>[]> {
  const network = memoryNetwork();
  const members = IDS.map((id) => ({ id }));
  const parts = { cluster: 'bench', stateMachine: nothing, members, snapshotAfterBytes: 16 << 20 };
  const nodes = await Promise.all(
    IDS.map((id) => RaftNode.bootstrap({ ...parts, id, transport: network.join(id), storage: openMemory() })),
  );
  const leader = await new Promise<RaftNode>((resolve) => {
    for (const node of nodes) node.on('role', ({ role }) => role === 'leader' && resolve(node));
  });
  const rows: Record<string, unknown>[] = [];
  for (const clients of [1, 64, 256, 4096]) {
    const commands = clients === 1 ? 5_000 : 60_000;
    await load(leader, clients, commands); // warm
    const paces: Pace[] = [];
    for (let round = 0; round < ROUNDS; round++) paces.push(await load(leader, clients, commands));
    rows.push(row(clients, paces));
  }
  for (const node of nodes) await node.close();
  return rows;
}

async function inProcesses(): Promise<Record<string, unknown>[]> {
  // Beside the checkout, not in /tmp: that may be memory.
  const folder = await mkdtemp(join(process.cwd(), '.bench-'));
  const addresses: Record<string, string> = {};
  for (const id of IDS) addresses[id] = `127.0.0.1:${await freePort()}`;
  const program = fileURLToPath(new URL('node-process.ts', import.meta.url));
  const children = IDS.map((id) => fork(program, [id, join(folder, id), JSON.stringify(addresses)]));
  try {
    const leader = await new Promise<string>((resolve) => {
      for (const child of children)
        child.on('message', (said: { leads?: string }) => said.leads !== undefined && resolve(said.leads));
    });
    const child = children[IDS.indexOf(leader)]!;
    const ask = async (clients: number, commands: number): Promise<{ pace: Pace; perFlush: number }> => {
      const answer = once(child, 'message');
      child.send({ clients, commands });
      return ((await answer) as [{ pace: Pace; perFlush: number }])[0];
    };
    const raw = await rawDisk(join(folder, 'raw'));
    const rows: Record<string, unknown>[] = [];
    for (const [clients, commands] of [
      [1, 1_000],
      [64, 20_000],
    ] as const) {
      await ask(clients, commands);
      const [rounds, syncs]: [{ pace: Pace; perFlush: number }[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        syncs.push(await raw.syncsPerSecond());
        rounds.push(await ask(clients, commands));
      }
      const perFlush = rounded(median(rounds.map((each) => each.perFlush)));
      const paces = rounds.map(({ pace }) => pace);
      rows.push({ ...row(clients, paces), 'commands a flush': perFlush, 'raw fdatasync/s': Math.round(median(syncs)) });
    }
    raw.close();
    return rows;
  } finally {
    for (const each of children) each.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function rawDisk(file: string): Promise<{ syncsPerSecond(): Promise<number>; close(): void }> {
  const handle = openSync(file, 'w');
  writeSync(handle, new Uint8Array(1 << 20));
  fdatasyncSync(handle);
  const record = new Uint8Array(256).fill(1);
  return {
    async syncsPerSecond() {
      const since = performance.now();
      for (let i = 0; i < 300; i++) {
        writeSync(handle, record, 0, record.length, i * 256);
        await new Promise<void>((resolve, reject) => fdatasync(handle, (error) => (error ? reject(error) : resolve())));
      }
      return 300_000 / (performance.now() - since);
    },
    close: () => closeSync(handle),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
