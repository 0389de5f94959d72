import { describe, expect, test } from 'vitest';
import { GuavaBloomFilter, guavaKey } from '../src/guava/index.js';
import { fileOf, jsonOf, keysOf } from './support.js';

interface Truth {
  name: string;
  file: string;
  expectedInsertions: number;
  fpp: number;
  approximateElementCount: number;
  expectedFpp: number;
  falsePositiveIndexes: number[];
}
const unicode = ['', 'é', '日本語', '😀', 'naïve café', 'ключ', '🇫🇷', 'a\u0000b'];
const added: Record<string, (string | bigint)[]> = {
  'utf8-n100-p0.03': keysOf(100),
  'utf8-n100-p0.01': keysOf(100),
  'utf8-n1000-p0.01': keysOf(1000),
  'long-n1000-p0.01': Array.from({ length: 1000 }, (_, i) => BigInt(i) * 1000003n),
  unicode,
};

describe.each(jsonOf('vectors/guava/guava.json') as Truth[])('the filter $name that Guava wrote', (truth) => {
  const bytes = fileOf(`vectors/guava/${truth.file}`);
  const probe = (i: number): string | number => (truth.name.startsWith('long') ? -1 - i : `miss:${i}`);

  test('has every key, and is wrong about exactly the same others', () => {
    const filter = GuavaBloomFilter.fromBytes(bytes);
    for (const key of added[truth.name]!) expect(filter.has(key)).toBe(true);
    const wrong = Array.from({ length: 20_000 }, (_, i) => i).filter((i) => filter.has(probe(i)));
    expect(wrong).toEqual(truth.falsePositiveIndexes);
  });

  test('says of itself what Guava says of it', () => {
    const filter = GuavaBloomFilter.fromBytes(bytes);
    expect(Math.round(filter.estimateCount())).toBe(truth.approximateElementCount);
    expect(filter.estimateFalsePositiveRate()).toBeCloseTo(truth.expectedFpp, 12);
  });

  test('comes out of our own hands byte for byte', () => {
    const { expectedInsertions, fpp } = truth;
    const filter = GuavaBloomFilter.create({ expectedInsertions, fpp });
    for (const key of added[truth.name]!) filter.add(key);
    expect(Buffer.from(filter.toBytes()).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
  });
});

test('merging is Guava’s putAll', () => {
  const make = (keys: string[]): GuavaBloomFilter => {
    const filter = GuavaBloomFilter.create({ expectedInsertions: 100 });
    for (const key of keys) filter.add(key);
    return filter;
  };
  expect(make(keysOf(50)).merge(make(keysOf(50, 50))).words).toEqual(make(keysOf(100)).words);
  expect(() => make([]).merge(GuavaBloomFilter.create({ expectedInsertions: 200 }))).toThrow('the same bitCount');
  expect(() =>
    make([]).merge(GuavaBloomFilter.create({ expectedInsertions: 100, strategy: 'MURMUR128_MITZ_32' })),
  ).toThrow('the same strategy');
});

test('the older strategy has its own bits, and keeps them through bytes', () => {
  const filter = GuavaBloomFilter.create({ expectedInsertions: 100, strategy: 'MURMUR128_MITZ_32' });
  for (const key of keysOf(100)) filter.add(key);
  const bytes = filter.toBytes();
  expect(bytes[0]).toBe(0);
  const back = GuavaBloomFilter.fromBytes(bytes);
  expect(keysOf(100).every((key) => back.has(key))).toBe(true);
  expect(back.words).toEqual(filter.words);
});

test('an int is 4 bytes, little-endian; unencoded chars are UTF-16', () => {
  expect([...guavaKey('integerFunnel', -2)]).toEqual([254, 255, 255, 255]);
  expect([...guavaKey('unencodedCharsFunnel', 'aé')]).toEqual([97, 0, 233, 0]);
  expect(() => guavaKey('integerFunnel', 2 ** 31)).toThrow(RangeError);
  expect(() => guavaKey('longFunnel' as never, 1 as never)).toThrow(RangeError);
});

test('what is no filter is refused', () => {
  const good = fileOf('vectors/guava/unicode.bin');
  const edited = (at: number, byte: number): Uint8Array => good.map((old, i) => (i === at ? byte : old));
  expect(() => GuavaBloomFilter.fromBytes(edited(0, 2))).toThrow(
    'strategy at byte 0: expected 0 (MURMUR128_MITZ_32) or 1 (MURMUR128_MITZ_64), found 2',
  );
  expect(() => GuavaBloomFilter.fromBytes(edited(1, 0))).toThrow(
    'numHashFunctions at byte 1: expected 1..255, found 0',
  );
  expect(() => GuavaBloomFilter.fromBytes(edited(5, 3))).toThrow('data at byte 6: expected 24 bytes, found 16');
  expect(() => GuavaBloomFilter.fromBytes(edited(5, 1))).toThrow('expected no more bytes');
  expect(() => GuavaBloomFilter.fromBytes(edited(2, 0x7f))).toThrow(/dataLength .*expected 1..67108864 longs/);
  expect(() => GuavaBloomFilter.fromBytes(edited(2, 0xff))).toThrow(/dataLength .*expected 1..67108864 longs, found -/);
  expect(() => GuavaBloomFilter.create({ expectedInsertions: -1 })).toThrow(RangeError);
  expect(() => GuavaBloomFilter.create({ expectedInsertions: 10, fpp: 1 })).toThrow('fpp must be above 0 and below 1');
  expect(() => GuavaBloomFilter.create({ expectedInsertions: 1e9 })).toThrow('2^32 bits');
});
