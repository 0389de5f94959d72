import { expect, test } from 'vitest';
import { MemoryDisk, openMemory } from '../src/index.js';

test('a flush takes as long as its owner says, and what comes meanwhile goes into the next', async () => {
  const disk = new MemoryDisk();
  const ends: (() => void)[] = [];
  const storage = openMemory(disk, { flushTakes: () => new Promise((resolve) => ends.push(resolve)) });
  const acknowledged: number[] = [];
  const append = (n: number) => void storage.append([Uint8Array.of(n)]).then(({ last }) => acknowledged.push(last));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  append(1);
  append(2);
  await turn();
  expect([ends.length, disk.inFlight]).toEqual([1, 2]);
  append(3);
  await turn();
  expect([ends.length, acknowledged]).toEqual([1, []]);
  ends[0]!();
  await turn();
  expect([ends.length, acknowledged, disk.inFlight]).toEqual([2, [1, 2], 1]);
  storage.crash({ survivors: 1 });
  disk.open();
  expect(disk.load().records).toHaveLength(3);
});
