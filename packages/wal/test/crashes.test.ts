import { expect, test } from 'vitest';
import type { FileLog } from '../src/file/log.js';
import { openLogOn } from '../src/file/open.js';
import { CrashFiles, PowerCut, TestMachine } from './crash-files.js';

const FOLDER = '/log';
const SEGMENT = '/log/0000000000000001.wal';

const record = (n: number, bytes = 20): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => (n * 31 + i * 7) & 0xff);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function open(files: CrashFiles, machine = new TestMachine(files)): Promise<FileLog> {
  return openLogOn(machine, FOLDER, { segmentBytes: 16384 });
}

interface Contents {
  readonly records: Map<number, string>;
  readonly damage: string | null;
  readonly torn: number | null;
  readonly log: FileLog;
}

/** Opens what a crash left, and reads all of it. */
async function reopen(files: CrashFiles): Promise<Contents> {
  const log = await open(files);
  const records = new Map<number, string>();
  let damage: string | null = null;
  try {
    for await (const { position, bytes } of log.load()) records.set(position, Buffer.from(bytes).toString('hex'));
  } catch (error) {
    expect((error as { code: string }).code).toBe('log-damaged');
    damage = (error as Error).message;
  }
  return { records, damage, torn: log.status().tornTail?.position ?? null, log };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A log with `count` flushes of one record, and one more of `last` records that hangs. */
async function withHangingFlush(count: number, last: readonly Uint8Array[]): Promise<CrashFiles> {
  const files = new CrashFiles();
  const log = await open(files);
  for (let n = 1; n <= count; n++) await log.append([record(n)]);
  files.hangsAfter = 0;
  log.append(last).catch(() => undefined);
  await turn();
  return files;
}

/** Every subset of `n` things, or `samples` of them, as questions to be asked in order. */
function* subsets(n: number, samples: number): Generator<() => boolean> {
  const all = n <= 8;
  const count = all ? 2 ** n : samples;
  let seed = 12345;
  for (let index = 0; index < count; index++) {
    let asked = 0;
    yield () => {
      if (all) return ((index >> asked++) & 1) === 1;
      seed = (seed * 48271) % 0x7fffffff;
      return (seed & 64) !== 0;
    };
  }
}

test.each([
  [3, [record(10, 600), record(11, 500), record(12, 900), record(13, 10)]],
  [5, [record(10, 3000)]],
  [1, Array.from({ length: 60 }, (_, i) => record(20 + i, 40))],
  [40, Array.from({ length: 9 }, (_, i) => record(50 + i, 1200))], // goes on in the next segment
])('whatever sectors of the last flush are lost, what was acknowledged is there, and what is cut stays cut (%i flushes)', async (count, last) => {
  const files = await withHangingFlush(count, last);
  for (const keep of subsets(files.undecided, 300)) {
    const after = files.crash(keep, () => false);
    const { records, damage, torn, log } = await reopen(after);
    expect(damage).toBeNull();
    for (let n = 1; n <= count; n++) expect(records.get(n)).toBe(hex(record(n)));
    const survivors = records.size - count;
    for (let i = 0; i < survivors; i++) expect(records.get(count + 1 + i)).toBe(hex(last[i]!));
    if (torn !== null) expect(torn).toBe(count + survivors + 1);
    // The same records again, so that what lies behind the cut would fit if it came back to life.
    if (survivors < last.length) await log.append([last[survivors]!]);
    const again = await reopen(after.crash(() => false));
    const expected = count + survivors + (survivors < last.length ? 1 : 0);
    expect(again.records.size).toBe(expected);
    expect(again.torn).toBeNull();
    expect(again.damage).toBeNull();
  }
});

test('a flush that stands in the memory of the system only is made durable before it is believed', async () => {
  const files = await withHangingFlush(2, [record(3, 9000)]); // more than the block that the next mark rewrites
  for (const killed of [files.kill(), files.killAfterFailedSync()]) {
    const first = await reopen(killed);
    expect(first.records.size).toBe(3);
    const second = await reopen(killed.crash(() => false));
    expect(second.records.get(3)).toBe(hex(record(3, 9000)));
  }
});

test('every bit of a small log: flipped, it is noticed, or makes no difference', async () => {
  const files = new CrashFiles();
  const machine = new TestMachine(files);
  const log = await open(files, machine);
  for (let n = 1; n <= 3; n++) await log.append([record(n)]);
  machine.fire();
  await turn();
  await log.append([record(4)]);
  const { recordedPosition } = log.status();
  expect(recordedPosition).toBe(3);
  const bytes = files.bytesOf(SEGMENT).slice();
  const used = 4096 + 40 + 3 * (40 + 48) + 40 + 40 + 48 + 40;
  let damaged = 0;
  let torn = 0;
  for (let at = 0; at < used; at += at === 47 ? 4096 - 47 : 1) {
    for (let bit = 0; bit < 8; bit++) {
      const after = files.kill();
      const spoilt = bytes.slice();
      spoilt[at]! ^= 1 << bit;
      after.setBytes(SEGMENT, spoilt);
      const found = await reopen(after);
      for (const [position, text] of found.records) expect(text).toBe(hex(record(position)));
      if (found.damage !== null) damaged++;
      else if (found.torn !== null) torn++;
      // All is there; or damage is named; or the one record that no frontier covers was cut, and that is reported.
      const isWhole = found.records.size === 4;
      const isCut = found.records.size === 3 && found.torn === 4;
      expect([isWhole, found.damage !== null, isCut], `bit ${bit} of byte ${at}`).toContain(true);
      expect(isWhole && found.damage === null && at < 4096 + 40 + 3 * 88, `bit ${bit} of byte ${at}`).toBe(false);
    }
  }
  expect(damaged).toBeGreaterThan(2000);
  expect(torn).toBeGreaterThan(100);
});

test('a segment that was cut short at any byte is damaged, or nothing is missing', async () => {
  const files = new CrashFiles();
  const log = await open(files);
  for (let n = 1; n <= 4; n++) await log.append([record(n)]);
  await log.close();
  const bytes = files.bytesOf(SEGMENT).slice();
  for (let length = 0; length < 4096 + 600; length += length < 4000 ? 97 : 1) {
    const after = files.kill();
    after.setBytes(SEGMENT, bytes.slice(0, length));
    const found = await reopen(after);
    for (const [position, text] of found.records) expect(text).toBe(hex(record(position)));
    expect(found.records.size === 4 || found.damage !== null, `${length} bytes`).toBe(true);
  }
});

test('a compaction that is cut off at any call leaves the old records, or the carried ones, or both', async () => {
  let reached = 0;
  for (let cutAt = 1; ; cutAt++) {
    const files = new CrashFiles();
    const log = await open(files);
    for (let n = 1; n <= 30; n++) await log.append([record(n, 1000)]);
    await turn();
    files.steps = 0;
    files.cutAt = cutAt;
    const carried = [record(101), record(102)];
    const done = await log.compact(25, carried).then(
      () => true,
      (error: Error) => {
        expect(error.cause).toBeInstanceOf(PowerCut);
        return false;
      },
    );
    for (const keep of subsets(9, 6)) {
      const found = await reopen(files.crash(keep, keep));
      expect(found.damage, `cut at ${cutAt}`).toBeNull();
      for (let n = 25; n <= 30; n++) expect(found.records.get(n), `cut at ${cutAt}`).toBe(hex(record(n, 1000)));
      const hasCarried = found.records.get(31) === hex(carried[0]!) && found.records.get(32) === hex(carried[1]!);
      expect(hasCarried || found.records.has(1), `cut at ${cutAt}`).toBe(true);
      if (done) expect(hasCarried).toBe(true);
    }
    reached = cutAt;
    if (done && cutAt > files.steps) break;
    if (cutAt > 200) break;
  }
  expect(reached).toBeGreaterThan(5);
});

test('a log that is cut off at any call of its creation is complete, or is created anew', async () => {
  for (let cutAt = 0; cutAt < 200; cutAt++) {
    const files = new CrashFiles();
    files.cutAt = cutAt;
    const done = await open(files).then(
      () => true,
      () => false,
    );
    for (const keep of subsets(9, 4)) {
      const after = files.crash(keep, keep);
      const log = await open(after);
      expect(log.status().damage).toBeNull();
      if (done) expect(log.boot).toBe(2);
      await log.append([record(1)]);
      expect((await reopen(after.crash(() => false))).records.get(1)).toBe(hex(record(1)));
    }
    if (done) break;
  }
});

test('opening that is cut off at any call loses nothing', async () => {
  const base = await withHangingFlush(40, Array.from({ length: 9 }, (_, i) => record(50 + i, 1200)));
  for (let cutAt = 0; cutAt < 100; cutAt++) {
    const torn = base.crash(() => cutAt % 3 !== 0);
    torn.cutAt = cutAt;
    const done = await open(torn).then(
      () => true,
      () => false,
    );
    for (const keep of subsets(9, 4)) {
      const found = await reopen(torn.crash(keep, keep));
      expect(found.damage).toBeNull();
      for (let n = 1; n <= 40; n++) expect(found.records.get(n)).toBe(hex(record(n)));
    }
    if (done) break;
  }
});

test('a record behind a cut stays dead, also where it would follow exactly and only the zeros before it are lost', async () => {
  // Offsets: the first boot’s mark 4096, record 1 with its mark 4136..4224, then the flush that is torn: mark, B, and C
  // at 8192, where a block begins. B and its mark are lost; C is whole.
  const torn = await withHangingFlush(1, [record(2, 8192 - 4264 - 24), record(3, 100)]);
  let sector = 0;
  const after = torn.crash(() => sector++ > 0);
  const log = await open(after);
  expect(log.status()).toMatchObject({ nextPosition: 2, tornTail: { position: 2 } });
  // The new boot’s mark and the flush’s own take 80 bytes; a shorter B then ends just where C begins.
  after.hangsAfter = 0;
  log.append([record(2, 8192 - 4304 - 24)]).catch(() => undefined);
  await turn();
  let asked = 0;
  const again = await reopen(after.crash(() => asked++ < 8));
  expect([...again.records.keys()]).toEqual([1, 2]);
  expect(again.log.status().nextPosition).toBe(3);
});

test('segments that were recycled are there by name before anything in them is acknowledged', async () => {
  const files = new CrashFiles();
  const log = await open(files);
  for (let n = 1; n <= 60; n++) await log.append([record(n, 1000)]);
  await log.compact(60, []);
  for (let n = 61; n <= 90; n++) {
    await log.append([record(n, 1000)]);
    const found = await reopen(files.crash(() => false, () => false));
    expect(found.damage).toBeNull();
    expect([...found.records.keys()].at(-1), 'the last record that was acknowledged').toBe(n);
  }
});
