import { DecodeError } from '@dsys/codec';
import { describe, expect, test } from 'vitest';
import { BloomFilter } from '../src/index.js';
import {
  findParquetBloomFilters,
  type ParquetType,
  type ParquetValue,
  parquetBitCount,
  parquetKey,
  readParquetBloomFilter,
  writeParquetBloomFilter,
} from '../src/parquet/index.js';
import { fileOf, jsonOf, keysOf } from './support.js';

const duckdb = fileOf('vectors/parquet/duckdb-bloom.parquet');
const truth = jsonOf('vectors/parquet/duckdb-bloom.json') as {
  metadata: { col: string; type: string; bloom_filter_offset: number; bloom_filter_length: number }[];
  probes: Record<string, { excludesFor0to1199: string }>;
};
const columns: Record<string, (i: number) => [ParquetType, ParquetValue]> = {
  s: (i) => ['BYTE_ARRAY', `key:${i}`],
  b: (i) => ['INT64', BigInt(i) * 1000003n],
  n: (i) => ['INT32', i * 7],
  d: (i) => ['DOUBLE', i / 8],
  f: (i) => ['FLOAT', i / 4],
  bl: (i) => ['BYTE_ARRAY', Buffer.from(`k${i}`)],
  dt: (i) => ['INT32', 18_262 + i],
};

test('the filters of a file that DuckDB wrote are found where it says', () => {
  expect(findParquetBloomFilters(duckdb)).toEqual(
    truth.metadata.map(({ col, type, bloom_filter_offset, bloom_filter_length }) => ({
      rowGroup: 0,
      path: [col],
      type,
      offset: bloom_filter_offset,
      length: bloom_filter_length,
    })),
  );
  // The end of the file is enough, if the footer is in it.
  const metadataBytes = new DataView(duckdb.buffer).getUint32(duckdb.length - 8, true);
  expect(findParquetBloomFilters(duckdb.subarray(-metadataBytes - 8))).toHaveLength(7);
  expect(() => findParquetBloomFilters(duckdb.subarray(-metadataBytes - 7))).toThrow(
    `expected ${metadataBytes + 8} bytes`,
  );
});

describe.each(Object.entries(columns))('the filter of column %s that DuckDB wrote', (name, value) => {
  const place = findParquetBloomFilters(duckdb).find(({ path }) => path[0] === name)!;
  const filter = readParquetBloomFilter(duckdb.subarray(place.offset));

  test('has every value of the column', () => {
    for (let i = 0; i < 1000; i++) expect(filter.has(parquetKey(...value(i)))).toBe(true);
    expect(Math.abs(filter.estimateCount() / 1000 - 1)).toBeLessThan(0.05);
  });

  test('is written as it was read, and as DuckDB would have filled it', () => {
    const written = writeParquetBloomFilter(filter);
    expect(readParquetBloomFilter(written).words).toEqual(filter.words);
    const own = BloomFilter.create({ layout: 'split-block', bitCount: filter.bitCount });
    for (let i = 0; i < 1000; i++) own.add(parquetKey(...value(i)));
    expect(own.words).toEqual(filter.words);
  });
});

test.each(Object.entries(truth.probes))(
  'the filter of column %s excludes exactly what DuckDB excludes by it',
  (name, probe) => {
    const place = findParquetBloomFilters(duckdb).find(({ path }) => path[0] === name)!;
    const filter = readParquetBloomFilter(duckdb.subarray(place.offset));
    const excluded = Array.from({ length: 1200 }, (_, i) => (filter.has(parquetKey(...columns[name]!(i))) ? '0' : '1'));
    expect(excluded.join('')).toBe(probe.excludesFor0to1199);
  },
);

test('a filter that parquet-mr wrote is read, and written byte for byte', () => {
  const bytes = fileOf('vectors/parquet/bloom_filter.xxhash.bin');
  const filter = readParquetBloomFilter(bytes);
  expect(['hello', 'parquet', 'bloom', 'filter'].map((key) => filter.has(key))).toEqual([true, true, true, true]);
  expect(keysOf(100).some((key) => filter.has(key))).toBe(false);
  expect(Buffer.from(writeParquetBloomFilter(filter)).equals(Buffer.from(bytes))).toBe(true);
});

test.each([
  ['data_index_bloom_encoding_stats.parquet', null],
  ['data_index_bloom_encoding_with_length.parquet', 'number'],
])('the filters of %s are read', (name, length) => {
  const file = fileOf(`vectors/parquet/${name}`);
  const places = findParquetBloomFilters(file);
  expect(places).toMatchObject([{ rowGroup: 0, path: ['String'], type: 'BYTE_ARRAY' }]);
  expect(places[0]!.length === null ? null : typeof places[0]!.length).toBe(length);
  const filter = readParquetBloomFilter(file.subarray(places[0]!.offset));
  const words = [
    'Hello',
    'This is',
    'a',
    'test',
    'How',
    'are you',
    'doing ',
    'today',
    'the quick',
    'brown fox',
    'jumps',
    'over',
    'the lazy',
    'dog',
  ];
  for (const word of words) expect(filter.has(parquetKey('BYTE_ARRAY', word))).toBe(true);
  expect(filter.has('absent')).toBe(false);
});

test('a size for Parquet is a power of two', () => {
  expect(parquetBitCount({ expected: 1000, falsePositiveRate: 0.01 })).toBe(16_384);
  expect(parquetBitCount({ expected: 1, falsePositiveRate: 0.5 })).toBe(256);
  expect(parquetBitCount({ expected: 2e8, falsePositiveRate: 0.01 })).toBe(2 ** 30);
});

test('values that a type does not have are refused', () => {
  expect(() => parquetKey('INT32', 2 ** 31)).toThrow('value must be an INT32, got 2147483648');
  expect(() => parquetKey('INT32', 0.5)).toThrow(RangeError);
  expect(() => parquetKey('INT64', 2n ** 63n)).toThrow('value must be an INT64');
  expect(() => parquetKey('BYTE_ARRAY', 7)).toThrow(TypeError);
  expect(() => parquetKey('DOUBLE', 'x')).toThrow(TypeError);
  expect(() => parquetKey('BOOLEAN', 1)).toThrow('type must be a physical type that has filters');
  expect(() => writeParquetBloomFilter(BloomFilter.create({ layout: 'classic', bitCount: 32, hashCount: 1 }))).toThrow(
    "layout must be 'split-block' for Parquet",
  );
  // The doubles and floats of values that are integers too.
  expect([...parquetKey('DOUBLE', 3)]).toEqual([0, 0, 0, 0, 0, 0, 8, 64]);
  expect([...parquetKey('FLOAT', 3)]).toEqual([0, 0, 64, 64]);
  expect([...parquetKey('INT64', -1)]).toEqual([255, 255, 255, 255, 255, 255, 255, 255]);
});

test('what is no filter is refused with what was found and what is understood', () => {
  const good = fileOf('vectors/parquet/bloom_filter.xxhash.bin');
  const edited = (at: number, byte: number): Uint8Array => {
    const bytes = good.slice();
    bytes[at] = byte;
    return bytes;
  };
  expect(() => readParquetBloomFilter(edited(4, 0x2c))).toThrow(/algorithm .*expected BLOCK, found number 2/);
  expect(() => readParquetBloomFilter(edited(8, 0x2c))).toThrow(/hash .*expected XXHASH, found number 2/);
  expect(() => readParquetBloomFilter(edited(12, 0x2c))).toThrow(/compression .*expected UNCOMPRESSED, found number 2/);
  expect(() => readParquetBloomFilter(edited(1, 0x81))).toThrow(/numBytes .*expected a multiple of 32/);
  expect(() => readParquetBloomFilter(good.subarray(0, 500))).toThrow(/bitset .*expected 1024 bytes, found 484/);
  expect(() => readParquetBloomFilter(Uint8Array.of(0))).toThrow(/header .*expected numBytes, found none/);
  expect(() => findParquetBloomFilters(Buffer.from('no parquet here'))).toThrow(/magic .*expected PAR1, found here/);
  expect(() => findParquetBloomFilters(Uint8Array.of())).toThrow(DecodeError);
  expect(() => findParquetBloomFilters(Buffer.from('\0\0\0\0PARE'))).toThrow(/a footer in plain text, found PARE/);
});

test('a footer of structs in structs in structs ends in an error, not in the stack', () => {
  const deep = new Uint8Array(100_000).fill(0x1c);
  const end = new Uint8Array(deep.length + 8);
  end.set(deep);
  new DataView(end.buffer).setUint32(deep.length, deep.length, true);
  end.set(Buffer.from('PAR1'), deep.length + 4);
  expect(() => findParquetBloomFilters(end)).toThrow(/at most 32 structs/);
});
