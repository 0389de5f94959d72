import { expect, test } from 'vitest';
import { MemoryDisk, openMemory } from '../src/index.js';

const bytes = (n: number): Uint8Array => Uint8Array.of(n);

function opened(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.open();
  return disk;
}

const positions = (disk: MemoryDisk): number[] => disk.load().records.map(({ position }) => position);

test('a flush goes by hand: staged, in flight, durable', () => {
  const disk = opened();
  expect(disk.append([bytes(1), bytes(2)])).toEqual({ first: 1, last: 2 });
  expect(disk.flush()).toBe(true);
  disk.append([bytes(3)]);
  expect(disk.flush()).toBe(false); // one at a time
  expect(positions(disk)).toEqual([]);
  expect(disk.flushed()).toBe(2);
  expect(positions(disk)).toEqual([1, 2]);
  expect(disk.flush()).toBe(true);
  expect(disk.flushed()).toBe(3);
  expect(disk.flush()).toBe(false); // nothing to do
});

test('a crash keeps as many records of the flush in flight as it is told, and none that were only staged', () => {
  for (let survivors = 0; survivors <= 3; survivors++) {
    const disk = opened();
    disk.append([bytes(1)]);
    disk.flush();
    disk.flushed();
    disk.append([bytes(2), bytes(3), bytes(4)]);
    disk.flush();
    disk.append([bytes(5)]);
    expect(disk.inFlight).toBe(3);
    disk.crash({ survivors });
    disk.open();
    expect(positions(disk)).toEqual([1, 2, 3, 4].slice(0, 1 + survivors));
    expect(disk.status().tornTail?.position ?? null).toBe(survivors < 3 ? 2 + survivors : null);
    expect(disk.append([bytes(9)]).first).toBe(2 + survivors);
  }
  expect(() => opened().crash({ survivors: 1 })).toThrow(RangeError);
});

test('clones go their own ways, whatever they share', () => {
  const disk = opened();
  for (let n = 1; n <= 5; n++) disk.append([bytes(n)]);
  disk.flush();
  disk.flushed();
  const other = disk.clone();
  disk.append([bytes(6)]);
  other.append([bytes(60), bytes(70)]);
  for (const one of [disk, other]) {
    one.flush();
    one.flushed();
  }
  expect(disk.load().records.map(({ bytes: [first] }) => first)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(other.load().records.map(({ bytes: [first] }) => first)).toEqual([1, 2, 3, 4, 5, 60, 70]);
  const third = other.clone();
  third.compact(7, [bytes(80)]);
  third.flush();
  third.flushed();
  expect(positions(third)).toEqual([7, 8]);
  expect(positions(other).length).toBe(7);
});

test('a clone has every field of its origin', () => {
  const disk = opened();
  // Values that no constructor gives, so that one which is left out shows.
  for (const field of Object.keys(disk))
    if (field !== 'snapshots' && !field.startsWith('max')) Reflect.set(disk, field, Symbol(field));
  expect({ ...disk.clone(), snapshots: null }).toEqual({ ...disk, snapshots: null });
});

test('rot up to the recorded frontier is damage; above it, it can’t be told from a torn tail', () => {
  const make = (settles: boolean): MemoryDisk => {
    const disk = opened();
    disk.append([bytes(1), bytes(2), bytes(3)]);
    disk.flush();
    disk.flushed();
    if (settles) disk.settle();
    disk.damage(2);
    disk.crash();
    disk.open();
    return disk;
  };
  const damaged = make(true);
  expect(damaged.load().damage).toMatchObject({ code: 'log-damaged', first: 2, last: 2, resumeAt: 4 });
  expect(positions(damaged)).toEqual([1]);
  expect(damaged.inspect().map(({ position }) => position)).toEqual([1, 3]);
  const torn = make(false);
  expect(torn.load().damage).toBeNull();
  expect(positions(torn)).toEqual([1]);
  expect(torn.status().tornTail).toMatchObject({ position: 2 });
});

test('a failed flush is final until the log is opened again; what it wrote may be there', () => {
  const disk = opened();
  disk.append([bytes(1)]);
  disk.flush();
  disk.failNextFlush();
  expect(() => disk.flushed()).toThrow(expect.objectContaining({ code: 'log-failed' }));
  expect(() => disk.append([bytes(2)])).toThrow(expect.objectContaining({ code: 'log-failed' }));
  expect(disk.flush()).toBe(false);
  disk.crash({ survivors: 1 });
  disk.open();
  expect(positions(disk)).toEqual([1]);
});

test('a snapshot is durable with the flush that was issued after it was finished', () => {
  const disk = opened();
  disk.snapshots.begin('a');
  disk.snapshots.write('a', bytes(1));
  disk.snapshots.finish('a');
  expect(disk.snapshots.list()).toEqual([]);
  expect(disk.flush()).toBe(true);
  const lost = disk.clone();
  lost.crash();
  expect(lost.snapshots.list()).toEqual([]);
  const kept = disk.clone();
  kept.crash({ snapshotsSurvive: true });
  expect(kept.snapshots.list()).toMatchObject([{ name: 'a', bytes: 1 }]);
  disk.flushed();
  expect(disk.snapshots.read('a', 0)).toEqual(bytes(1));
});

test('a disk is opened once at a time, and again after a close', async () => {
  const disk = new MemoryDisk();
  const first = openMemory(disk);
  expect(() => openMemory(disk)).toThrow(expect.objectContaining({ code: 'log-in-use' }));
  await first.append([bytes(1)]);
  await first.close();
  expect(openMemory(disk).boot).toBe(2);
});

test('appends of one turn go in one flush', async () => {
  const storage = openMemory();
  await Promise.all(Array.from({ length: 10 }, (_, n) => storage.append([bytes(n)])));
  expect(storage.status().flushes).toBe(1);
});
