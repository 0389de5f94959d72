import { describe, expect, test } from 'vitest';
import { type RedisBloomChunk, RedisBloomFilter } from '../src/redisbloom/index.js';
import { fileOf, jsonOf, keysOf } from './support.js';

const [truth] = (
  jsonOf('vectors/redis/redisbloom.json') as {
    bloom: { scandump: { iter: number; file: string }[]; falsePositiveIndexes: number[] }[];
  }
).bloom;
const dump: RedisBloomChunk[] = truth!.scandump.map(({ iter, file }) => ({
  iterator: iter,
  data: fileOf(`vectors/redis/${file}`),
}));
const plain = (chunks: Iterable<RedisBloomChunk>): unknown =>
  [...chunks].map(({ iterator, data }) => ({ iterator, data: Buffer.from(data).toString('hex') }));

describe('a filter that RedisBloom dumped', () => {
  test('has every key, and is wrong about exactly the same others', () => {
    const filter = RedisBloomFilter.fromChunks(dump);
    expect(keysOf(1000).every((key) => filter.has(key))).toBe(true);
    const wrong = Array.from({ length: 20_000 }, (_, i) => i).filter((i) => filter.has(`miss:${i}`));
    expect(wrong).toEqual(truth!.falsePositiveIndexes);
    expect([filter.count, filter.capacity, filter.layerCount]).toEqual([992, 1500, 4]);
  });

  test('comes out of our own hands chunk for chunk, bit for bit', () => {
    const filter = RedisBloomFilter.reserve({ errorRate: 0.01, capacity: 100 });
    for (const key of keysOf(1000)) filter.add(key);
    expect(plain(filter.chunks())).toEqual(plain(dump));
  });

  test('is loaded from chunks of any size, with or without the empty one at the end', () => {
    const filter = RedisBloomFilter.fromChunks(dump);
    for (const chunkBytes of [1, 100, 1000]) {
      const chunks = [...filter.chunks({ chunkBytes })];
      expect(plain(RedisBloomFilter.fromChunks(chunks).chunks())).toEqual(plain(dump));
    }
    const ended = [...dump, { iterator: 0, data: new Uint8Array() }];
    expect(plain(RedisBloomFilter.fromChunks(ended).chunks())).toEqual(plain(dump));
  });

  test('goes on growing as the server would', () => {
    const [here, there] = [
      RedisBloomFilter.fromChunks(dump),
      RedisBloomFilter.reserve({ errorRate: 0.01, capacity: 100 }),
    ];
    for (const key of keysOf(1000)) there.add(key);
    for (const key of keysOf(1000, 1000)) expect(here.add(key)).toBe(there.add(key));
    expect(plain(here.chunks())).toEqual(plain(there.chunks()));
  });
});

test('without scaling a full filter says so, and what it has stays', () => {
  const filter = RedisBloomFilter.reserve({ errorRate: 0.01, capacity: 10, nonScaling: true });
  for (const key of keysOf(10)) expect(filter.add(key)).toBe(true);
  expect(() => filter.add('another')).toThrow('without scaling');
  expect(filter.add('key:3')).toBe(false);
  expect(filter.has('key:3')).toBe(true);
  const back = RedisBloomFilter.fromChunks(filter.chunks());
  expect(() => back.add('another')).toThrow('reserved for 10 items without scaling');
});

test('what is no dump is refused', () => {
  const edited = (at: number, byte: number): RedisBloomChunk[] => [
    { iterator: 1, data: dump[0]!.data.map((old, i) => (i === at ? byte : old)) },
    ...dump.slice(1),
  ];
  const load = (chunks: RedisBloomChunk[]) => () => RedisBloomFilter.fromChunks(chunks);
  expect(load([])).toThrow('size at byte 0: expected 8 bytes, found 0');
  expect(load(dump.slice(1))).toThrow(/iterator .*expected 1, in the order of the dump, found 145/);
  expect(load([dump[0]!, dump[2]!])).toThrow(/iterator .*expected 313/);
  expect(load(dump.slice(0, 3))).toThrow(/bits .*expected 2232 bytes/);
  expect(load([...dump, { iterator: 2690, data: Uint8Array.of(1) }])).toThrow(
    /bits .*expected 2688 bytes in all, found 2689/,
  );
  expect(load(edited(0, 1))).toThrow(/size .*expected 992, the sum of the layers/);
  expect(load(edited(8, 0))).toThrow(/layers .*expected 1..64, found 0/);
  expect(load(edited(12, 1))).toThrow(/options .*expected 64-bit hashes/);
  expect(load(edited(12, 21))).toThrow(/options .*none beyond 15, found 21/);
  expect(load(edited(16, 0))).toThrow(/growth .*expected 1..32768, found 0/);
  expect(load(edited(29, 9))).toThrow(/bits .*expected 1..1152, found 2432/);
  // A header that claims a layer of 2^60 bytes gets none.
  expect(load(edited(27, 16))).toThrow(/bytes .*expected at most 536870912/);
});

test('options that make no sense are refused', () => {
  expect(() => RedisBloomFilter.reserve({ errorRate: 0, capacity: 1 })).toThrow(
    'errorRate must be above 0 and below 1',
  );
  expect(() => RedisBloomFilter.reserve({ errorRate: 0.1, capacity: 0 })).toThrow('capacity must be an integer from 1');
  expect(() => RedisBloomFilter.reserve({ errorRate: 0.1, capacity: 1, expansion: 0 })).toThrow(RangeError);
  expect(() => RedisBloomFilter.reserve({ errorRate: 0.01, capacity: 1e9 })).toThrow('2^32 bits');
  expect(() => [...RedisBloomFilter.reserve({ errorRate: 0.1, capacity: 1 }).chunks({ chunkBytes: 0 })]).toThrow(
    RangeError,
  );
});
