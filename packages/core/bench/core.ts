/**
 * What the executor and the driver cost: steps a second over memory without a disk, bytes allocated a step, and proposals
 * a second with one: `@dsys/wal/file`, one flush for what came in one turn, beside the bare disk with as many records a
 * write. The protocol is a log of one node, whose core does next to nothing.
 */
import fs, { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bench } from '@dsys/bench-kit';
import { Executor, type StateMachine } from '@dsys/core';
import { Driver } from '@dsys/core/driver';
import { memoryNetwork } from '@dsys/transport';
import { openMemory, type Storage } from '@dsys/wal';
import { openLog } from '@dsys/wal/file';
import { type SoloWords, soloCore, soloLog } from './solo.js';

const COMMAND_BYTES = 256;
const FILE_BYTES = 64 << 20;
// On the disk that the repository is on: a temporary folder may be memory.
const folder = mkdtempSync(join(process.argv.includes('--tmp') ? tmpdir() : process.cwd(), '.bench-core-'));
const bench = new Bench('core', { from: import.meta.url });
const done = new Uint8Array(0);

const sink: StateMachine = {
  apply: (entries) => entries.map(() => done),
  async *snapshot() {},
  async restore() {},
};

// Steps: a message that comes is counted and answered.
const STEPS = 200_000;
const message = { type: 'echo', hops: 1 } as const;
let sent = 0;
const newExecutor = () =>
  new Executor<SoloWords>({
    protocol: soloLog,
    core: soloCore(),
    nextPosition: 1,
    host: {
      send: () => sent++,
      flush: () => undefined,
      apply: () => undefined,
      answer: () => undefined,
      readSnapshot: () => undefined,
      writeSnapshot: () => undefined,
      removeSnapshot: () => undefined,
      setPeers: () => undefined,
      emit: () => undefined,
    },
  });
const executor = newExecutor();
const core = soloCore();
let now = 0;

const network = memoryNetwork({ delivery: setImmediate });
const startNode = (id: string, storage: Storage = openMemory()) =>
  Driver.start<SoloWords>({
    protocol: soloLog,
    options: {},
    id,
    transport: network.join(id),
    storage,
    stateMachine: sink,
  });
const [left, right] = await Promise.all([startNode('left'), startNode('right')]);

/** Lets `count` messages go back and forth until `steps` have been stepped at both ends together. */
function volley(steps: number, count: number): Promise<void> {
  const before = stepsOf(left) + stepsOf(right);
  const hops = Math.ceil(steps / count);
  left.tell({ type: 'serve', to: 'right', count, hops });
  return new Promise((resolve) => {
    const look = () => (stepsOf(left) + stepsOf(right) - before >= steps ? resolve() : void setImmediate(look));
    look();
  });
}

const stepsOf = (driver: Driver<SoloWords>): number => driver.status().counts.steps.get('receive') ?? 0;

await bench.compare({
  title: 'steps over memory, no disk',
  unit: 'steps',
  operations: STEPS,
  contenders: [
    {
      name: 'driver, two nodes, 64 messages under way',
      run: () => volley(STEPS, 64),
    },
    {
      name: 'executor',
      run() {
        for (let i = 0; i < STEPS; i++) executor.step({ type: 'receive', from: 'x', message }, ++now);
        return sent;
      },
    },
    {
      name: 'core alone',
      run() {
        let outputs = 0;
        for (let i = 0; i < STEPS; i++) outputs += core.step({ type: 'receive', from: 'x', message }, ++now).length;
        return outputs;
      },
    },
  ],
  baseline: 'core alone',
});

/** Bytes of heap that one step takes: the median over short runs, between which nothing is collected. */
async function allocated(steps: number, run: () => unknown): Promise<number> {
  const found: number[] = [];
  for (let i = 0; i < 60; i++) {
    const before = process.memoryUsage().heapUsed;
    await run();
    const after = process.memoryUsage().heapUsed;
    if (after > before) found.push((after - before) / steps);
  }
  return Math.round(found.sort((a, b) => a - b)[found.length >> 1]!);
}

if (!bench.skips('bytes allocated a step')) {
  const steps = 2000;
  const loop = (one: () => unknown) => () => {
    for (let i = 0; i < steps; i++) one();
  };
  bench.table('bytes allocated a step (its input and its outputs included)', [
    {
      'core alone': await allocated(
        steps,
        loop(() => core.step({ type: 'receive', from: 'x', message }, ++now)),
      ),
      executor: await allocated(
        steps,
        loop(() => executor.step({ type: 'receive', from: 'x', message }, ++now)),
      ),
      driver: await allocated(steps, () => volley(steps, 64)),
    },
  ]);
}

// Proposals: so many clients, each of which waits for its answer before it proposes again.
const rawPath = join(folder, 'raw');
fs.writeFileSync(rawPath, new Uint8Array(FILE_BYTES));
const raw = fs.openSync(rawPath, 'r+');
fs.fsyncSync(raw);
let rawAt = 0;

/** The bare disk: writes in turn, each made durable before the next. */
function writeRaw(writes: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (left: number): void => {
      if (left === 0) return resolve();
      rawAt = rawAt + 2 * bytes.length > FILE_BYTES ? 0 : rawAt + bytes.length;
      fs.write(raw, bytes, 0, bytes.length, rawAt, (error) => {
        if (error !== null) return reject(error);
        fs.fdatasync(raw, (failed) => (failed === null ? next(left - 1) : reject(failed)));
      });
    };
    next(writes);
  });
}

const log = await openLog(join(folder, 'log'));
const onDisk = await startNode('on disk', log);
const inMemory = await startNode('in memory');
const command = new Uint8Array(COMMAND_BYTES).fill(7);

async function propose(node: Driver<SoloWords>, clients: number, each: number): Promise<void> {
  const client = async () => {
    for (let i = 0; i < each; i++) {
      const { outcome } = await node.propose(command);
      if (outcome !== 'applied') throw new Error(`a proposal was ${outcome}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

for (const [clients, each] of [
  [1, 100],
  [64, 60],
  [256, 40],
] as const) {
  const before = { flushes: log.status().flushes, applied: onDisk.status().counts.appliedEntries };
  const measured = await bench.compare({
    title: `proposals of ${COMMAND_BYTES} B by ${clients} ${clients === 1 ? 'client' : 'clients'}`,
    unit: 'proposals',
    operations: clients * each,
    rounds: 15,
    contenders: [
      { name: 'driver over @dsys/wal/file', run: () => propose(onDisk, clients, each) },
      {
        name: `raw, ${clients} records a write`,
        run: () => writeRaw(each, new Uint8Array(clients * COMMAND_BYTES).fill(7)),
      },
      { name: 'driver over memory', run: () => propose(inMemory, clients, each) },
    ],
    baseline: `raw, ${clients} records a write`,
  });
  if (measured === null) continue;
  const flushes = log.status().flushes - before.flushes;
  const proposals = onDisk.status().counts.appliedEntries - before.applied;
  bench.table('proposals to a flush', [{ clients, 'proposals a flush': Number((proposals / flushes).toFixed(1)) }]);
}

await Promise.all([left, right, onDisk, inMemory].map((node) => node.close()));
fs.closeSync(raw);
rmSync(folder, { recursive: true, force: true });
bench.end();
