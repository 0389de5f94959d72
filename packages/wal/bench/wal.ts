/**
 * Durable appends of 256 bytes, one and 64 to a flush, beside what the disk itself can do. `raw` is a preallocated file,
 * `write` and `fdatasync` from Node, without a log round them: asynchronous, as a server must call them, and blocking.
 */
import fs, { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bench } from '@dsys/bench-kit';
import { openLog } from '@dsys/wal/file';
import { open as openLmdb } from 'lmdb';

const RECORD_BYTES = 256;
const FILE_BYTES = 64 << 20;
// On the disk that the repository is on: a temporary folder may be memory.
const folder = mkdtempSync(join(process.argv.includes('--tmp') ? tmpdir() : process.cwd(), '.bench-wal-'));
const bench = new Bench('wal', { peers: ['lmdb'], from: import.meta.url });

const record = new Uint8Array(RECORD_BYTES).fill(7);
const rawPath = join(folder, 'raw');
fs.writeFileSync(rawPath, new Uint8Array(FILE_BYTES));
const raw = fs.openSync(rawPath, 'r+');
fs.fsyncSync(raw);
const growing = fs.openSync(join(folder, 'growing'), 'a');
const log = await openLog(join(folder, 'log'));
const lmdb = openLmdb({ path: join(folder, 'lmdb'), compression: false, encoding: 'binary', noMemInit: true });
let lmdbKey = 0;

function inTurn(times: number, one: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (left: number): void => {
      if (left === 0) return resolve();
      one((error) => (error === null ? next(left - 1) : reject(error)));
    };
    next(times);
  });
}

let rawAt = 0;
function place(bytes: number): number {
  const at = rawAt;
  rawAt = at + 2 * bytes > FILE_BYTES ? 0 : at + bytes;
  return at;
}

for (const [perFlush, flushes, atLeast] of [
  [1, 100, 0.8],
  [64, 60, 0.6],
] as const) {
  const batch = Array.from({ length: perFlush }, () => record);
  const bytes = new Uint8Array(perFlush * RECORD_BYTES).fill(7);
  const appendTo = (file: number, at: () => number | null) => (done: (error: Error | null) => void) =>
    fs.write(file, bytes, 0, bytes.length, at(), (error) => (error === null ? fs.fdatasync(file, done) : done(error)));
  const ours = {
    name: '@dsys/wal',
    async run() {
      for (let i = 0; i < flushes; i++) await log.append(batch);
    },
  };
  const baseline = {
    name: 'raw, asynchronous',
    run: () =>
      inTurn(
        flushes,
        appendTo(raw, () => place(bytes.length)),
      ),
  };
  const blocking = {
    name: 'raw, blocking',
    run() {
      for (let i = 0; i < flushes; i++) {
        fs.writeSync(raw, bytes, 0, bytes.length, place(bytes.length));
        fs.fdatasyncSync(raw);
      }
    },
  };
  const peers = [
    {
      name: 'append to a growing file',
      run: () =>
        inTurn(
          flushes,
          appendTo(growing, () => null),
        ),
    },
    {
      name: 'lmdb',
      async run() {
        for (let i = 0; i < flushes; i++) {
          await Promise.all(batch.map(() => lmdb.put(lmdbKey++, record)));
          await lmdb.flushed;
        }
      },
    },
  ];
  const title = `durable appends of ${RECORD_BYTES} B, ${perFlush} to a flush`;
  const common = { unit: 'records', operations: perFlush * flushes, baseline: baseline.name };
  await bench.compare({ ...common, title, rounds: 41, contenders: [ours, baseline, blocking], atLeast });
  // The peers leave the file system work that goes on behind them, so they are measured apart.
  await bench.compare({
    ...common,
    title: `${title}, beside peers`,
    rounds: 9,
    contenders: [ours, baseline, ...peers],
  });
  await log.compact(log.status().nextPosition, [record]);
}

const before = log.status();
bench.table('the log after it', [
  { segments: before.segments, spare: before.spareSegments, flushes: before.flushes, 'bytes on disk': before.bytes },
]);
await log.close();
await lmdb.close();
rmSync(folder, { recursive: true, force: true });
bench.end();
