import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  BinaryFuseFilter,
  BloomFilter,
  CountingBloomFilter,
  RotatingBloomFilter,
  ScalableBloomFilter,
} from '@dsys/bloom';
import { NpmBloomFilter } from '@dsys/bloom/npm-bloom-filters';
import { CountMinSketch, DyadicCountMin, TopK, WindowedCountMin } from '@dsys/cms';
import { sealEnvelope } from '@dsys/codec';
import { Ring } from '@dsys/hashring';
import { HyperLogLog, UltraLogLog } from '@dsys/hll';
import { PostgresHyperLogLog } from '@dsys/hll/postgres';
import { expect, test } from 'vitest';
import { dsys, file } from './dsys.js';

const vector = (name: string): string => fileURLToPath(new URL(`vectors/${name}`, import.meta.url));
const keys = Array.from({ length: 1000 }, (_, i) => `key:${i}`);

async function explained(path: string): Promise<Record<string, unknown>> {
  const { code, out, err } = await dsys(['explain', path, '--json']);
  expect([code, err]).toEqual([0, '']);
  const { kind, version, ...rest } = JSON.parse(out);
  expect([kind, version]).toEqual(['dsys-explanation', 1]);
  return rest;
}

test.each([
  ['hll-n1000.hyll', 'a HyperLogLog of Redis', 1000],
  ['cms-d64x3.dump', 'a count-min sketch of RedisBloom, as DUMP gives it', 2494],
  ['countmin_3x64_str_lab.sk', 'a CountMin sketch of Apache DataSketches', 2494],
  ['hll4_n1000_cpp.sk', 'an HLL sketch of Apache DataSketches', 1000],
  ['utf8-n100-p0.01.bin', 'a Bloom filter of Guava', 100],
] as const)('what an engine stored is recognised, and read: %s', async (name, format, truth) => {
  const found = await explained(vector(name));
  expect(found['format']).toBe(format);
  expect((found['estimate'] as { value: number }).value / truth).toBeGreaterThan(0.95);
  expect((found['estimate'] as { value: number }).value / truth).toBeLessThan(1.05);
});

test('the filters of Parquet files, each with its column', async () => {
  const duckdb = await explained(vector('duckdb-bloom.parquet'));
  expect(duckdb['format']).toBe('a Parquet file');
  expect((duckdb['facts'] as Record<string, number>)['Bloom filters']).toBeGreaterThan(1);
  const mr = await explained(vector('data_index_bloom_encoding_with_length.parquet'));
  expect((mr['facts'] as Record<string, number>)['Bloom filters']).toBe(1);
});

test('a HyperLogLog of PostgreSQL, as bytes and as psql shows it', async () => {
  const sketch = PostgresHyperLogLog.create();
  sketch.addMany(keys);
  const bytes = sketch.toBytes();
  const text = `\\x${Buffer.from(bytes).toString('hex')}\n`;
  for (const path of [file('pg.bin', bytes), file('pg.txt', text)]) {
    const found = await explained(path);
    expect(found['format']).toBe('a HyperLogLog of PostgreSQL (postgresql-hll)');
    expect((found['estimate'] as { value: number }).value).toBeCloseTo(sketch.estimate(), 6);
  }
});

test('the JSON of npm bloom-filters', async () => {
  const json = {
    type: 'BloomFilter',
    _size: 15,
    _nbHashes: 3,
    _filter: { size: 16, content: 'AAA=' },
    _seed: 78187493520,
  };
  expect(() => NpmBloomFilter.fromJSON(json as never)).not.toThrow();
  expect((await explained(file('npm.json', JSON.stringify(json))))['format']).toBe(
    'the JSON of a BloomFilter of npm bloom-filters',
  );
});

test('everything that @dsys stores', async () => {
  const options = { expected: 100, falsePositiveRate: 0.01 };
  const [bloom, counting, scalable, rotating] = [
    BloomFilter.forItems(options),
    CountingBloomFilter.forItems(options),
    ScalableBloomFilter.create({ initialCapacity: 100, falsePositiveRate: 0.01 } as never),
    RotatingBloomFilter.forItems(options),
  ];
  for (const filter of [bloom, counting, scalable, rotating]) filter.addMany(keys.slice(0, 50));
  const [hll, ull, plain, conservative, top] = [
    HyperLogLog.create(),
    UltraLogLog.create(),
    CountMinSketch.forError({ epsilon: 0.01, delta: 0.01 }),
    CountMinSketch.forError({ epsilon: 0.01, delta: 0.01, update: 'conservative' }),
    TopK.spaceSaving({ capacity: 10 }),
  ];
  for (const sketch of [hll, ull, plain, conservative, top]) sketch.addMany(keys);
  const dyadic = DyadicCountMin.forError({ bits: 10, epsilon: 0.05, delta: 0.05 });
  dyadic.addMany(keys.map((_, i) => i));
  const windowed = WindowedCountMin.forError({ epsilon: 0.01, delta: 0.01, panes: 3 });
  windowed.addMany(keys);
  const expected: [Uint8Array, RegExp, number | null][] = [
    [bloom.toBytes(), /^a Bloom filter of/, 50],
    [counting.toBytes(), /^a counting Bloom filter/, 50],
    [scalable.toBytes(), /^a Bloom filter that grows/, 50],
    [rotating.toBytes(), /^a Bloom filter that forgets/, 50],
    [BinaryFuseFilter.build(keys).toBytes(), /^a binary fuse filter/, 1000],
    [hll.toBytes(), /^a HyperLogLog of @dsys/, 1000],
    [ull.toBytes(), /^an UltraLogLog/, 1000],
    [plain.toBytes(), /^a count-min sketch .* plain update/, 1000],
    [conservative.toBytes(), /^a count-min sketch .* conservative update/, 1000],
    [windowed.toBytes(), /^a count-min sketch of a window/, 1000],
    [dyadic.toBytes(), /^a dyadic count-min sketch/, 1000],
    [top.toBytes(), /^a list of the keys that came most/, 1000],
    [TopK.countMin({ k: 3, width: 9, depth: 2 }).toBytes(), /by a count-min sketch$/, 0],
    [Ring.of(['a', 'b']).toBytes(), /^a hash ring/, null],
    [sealEnvelope({ kind: 'x-mine', version: 3 }, new Uint8Array(5)), /some program made for itself/, null],
  ];
  for (const [i, [bytes, format, value]] of expected.entries()) {
    const found = await explained(file(`own-${i}`, bytes));
    expect(found['format']).toMatch(format);
    const estimate = found['estimate'] as { value: number } | null;
    if (value === null) expect(estimate).toBeNull();
    else expect(Math.abs(estimate!.value - value)).toBeLessThanOrEqual(0.06 * value);
    // For a person too.
    expect((await dsys(['explain', file(`own-${i}`, bytes)])).code).toBe(0);
  }
});

test('for a person: a paragraph', async () => {
  const sketch = HyperLogLog.create({ precision: 10 });
  sketch.addMany(keys);
  const { out } = await dsys(['explain', file('visitors.hll', sketch.toBytes())]);
  await expect(out.replace(/^.*visitors/, 'visitors')).toMatchFileSnapshot('golden/explain-sketch.txt');
});

test('several files, and stdin', async () => {
  const bytes = readFileSync(vector('hll-n1000.hyll'));
  const { out } = await dsys(['explain', '-', vector('cms-d64x3.dump'), '--json'], { stdin: bytes });
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).file),
  ).toEqual(['stdin', vector('cms-d64x3.dump')]);
});

test.each([
  ['nothing', new Uint8Array(), /is no sketch that is known here: it is empty/],
  ['a text', Buffer.from('hello world, how are you'), /it begins 68 65 6c 6c 6f 20 77 6f/],
  ['one that is cut short', HyperLogLog.create().toBytes().slice(0, 20), /payload at byte 16/],
  ['one of a newer release', sealEnvelope({ kind: 'hll', version: 9 }, new Uint8Array(3)), /upgrade to read it/],
  [
    'a kind of ours that is not known',
    sealEnvelope({ kind: 'zzz', version: 1 }, new Uint8Array(3)),
    /zzz: made by a newer release\?/,
  ],
  [
    'a damaged one',
    Uint8Array.from(readFileSync(vector('cms-d64x3.dump')), (byte, i) => (i === 50 ? byte ^ 1 : byte)),
    /checksum/,
  ],
  ['a Redis HyperLogLog that is cut short', readFileSync(vector('hll-n1000.hyll')).subarray(0, 10), /at byte/],
] as const)('what can’t be read is said, with exit code 3: %s', async (_, bytes, message) => {
  const { code, out, err } = await dsys(['explain', file('blob', bytes)]);
  expect([code, out]).toEqual([3, '']);
  expect(err).toMatch(message);
});
