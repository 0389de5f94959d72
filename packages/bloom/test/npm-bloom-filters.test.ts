/** Against npm `bloom-filters` itself, which is installed beside us for this. */
import { CountingBloomFilter, PartitionedBloomFilter, BloomFilter as Theirs } from 'bloom-filters';
import { describe, expect, test } from 'vitest';
import { NpmBloomFilter, type NpmBloomFilterJson } from '../src/npm-bloom-filters/index.js';
import { keysOf } from './support.js';

const longer = Array.from({ length: 100 }, (_, i) => 'größe-'.repeat(i) + i);
const keys = [...keysOf(300), ...longer, 'é', '日本語', '😀', 'x'.repeat(5000)];
const others = keysOf(5000, 0, 'miss');
const json = (filter: object): NpmBloomFilterJson =>
  JSON.parse(JSON.stringify((filter as { saveAsJSON(): unknown }).saveAsJSON())) as NpmBloomFilterJson;
/** The bits, without what else JSON may say. */
const filled = (theirs: { add(key: string): unknown; seed: number }, seed?: number): typeof theirs => {
  if (seed !== undefined) theirs.seed = seed;
  for (const key of keys) theirs.add(key);
  return theirs;
};

describe.each([
  ['BloomFilter', () => new Theirs(4001, 7)],
  ['BloomFilter, small', () => Theirs.create(100, 0.1)],
  ['PartitionedBloomFilter', () => PartitionedBloomFilter.create(500, 0.05)],
] as const)('a %s that npm bloom-filters saved', (_, make) => {
  test.each([[undefined], [1], [-1], [2 ** 40 + 3]])('answers here as it does there, with the seed %s', (seed) => {
    const theirs = filled(make() as never, seed) as unknown as Theirs;
    const ours = NpmBloomFilter.fromJSON(json(theirs));
    expect(keys.every((key) => ours.has(key))).toBe(true);
    expect(others.filter((key) => ours.has(key))).toEqual(others.filter((key) => theirs.has(key)));
  });

  test('is filled here as it would be there, and goes back', () => {
    const ours = NpmBloomFilter.fromJSON(json(make()));
    for (const key of keys) ours.add(key);
    const theirs = filled(make() as never);
    expect(JSON.parse(JSON.stringify(ours))).toEqual(json(theirs));
  });
});

test('it says what it is', () => {
  const ours = NpmBloomFilter.fromJSON(json(new Theirs(100, 3)));
  expect([ours.bitCount, ours.hashCount]).toEqual([100, 3]);
});

test('what is no such filter is refused, with the field', () => {
  const good = json(filled(new Theirs(100, 3) as never)) as unknown as Record<string, unknown>;
  const load = (change: object) => () => NpmBloomFilter.fromJSON({ ...good, ...change } as never);
  expect(() => NpmBloomFilter.fromJSON(null as never)).toThrow('json must be an object');
  expect(() => NpmBloomFilter.fromJSON(json(new CountingBloomFilter(10, 2)))).toThrow(
    `type must be 'BloomFilter' or 'PartitionedBloomFilter', got "CountingBloomFilter"`,
  );
  expect(load({ _size: 2 ** 33 })).toThrow('_size must be 1..2^32');
  expect(load({ _size: Number.NaN })).toThrow('_size');
  expect(load({ _nbHashes: 0 })).toThrow('_nbHashes must be 1..1024, got 0');
  expect(load({ _seed: 'x' })).toThrow('_seed must be an integer, got "x"');
  expect(load({ _filter: 7 })).toThrow('_filter must be an array of bits');
  expect(load({ _filter: { size: 96, content: '' } })).toThrow('_filter.size must be 104, got 96');
  expect(load({ _filter: { size: 104, content: 'AAAA' } })).toThrow('_filter.content must be 13 bytes in base64');
  expect(load({ _filter: { size: 104, content: '!'.repeat(20) } })).toThrow('_filter.content');
  expect(load({ type: 'PartitionedBloomFilter' })).toThrow('_filter must be 3 arrays of bits');
  expect(() => NpmBloomFilter.fromJSON(good as never).has(7 as never)).toThrow('key must be a string or Uint8Array');
  try {
    load({ _size: 0 })();
  } catch (error) {
    expect(error).toMatchObject({ code: 'npm-format', field: '_size', name: 'NpmFormatError' });
  }
});
