import { hash, xxh64 } from '@dsys/hash';
import { packKeys, withHashKernel } from '@dsys/hash/batch';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BloomFilter, type BloomLayout } from '../src/index.js';
import { BloomFilter as LeanFilter } from '../src/lean.js';
import { multiplyHigh } from '../src/multiply-high.js';
import { anyKey, holds, keysOf } from './support.js';

const LAYOUTS: BloomLayout[] = ['split-block', 'classic'];
const made = (
  layout: BloomLayout,
  keys: Iterable<string | number | bigint | Uint8Array> = [],
  expected = 200,
): BloomFilter => {
  const filter = BloomFilter.forItems({ expected, falsePositiveRate: 0.01, layout });
  for (const key of keys) filter.add(key);
  return filter;
};
const bytesOf = (filter: BloomFilter): string => Buffer.from(filter.toBytes()).toString('hex');

test('a place is the upper half of the product, for every size of filter', () => {
  const places = (hash: number, count: number): void => {
    const exact = Number((BigInt(hash) * BigInt(count)) >> 32n);
    if (multiplyHigh(hash, count) !== exact || multiplyHigh(hash | 0, count) !== exact)
      throw new Error(`${hash} of ${count} places`);
  };
  const counts = fc.oneof(fc.integer({ min: 1, max: 2 ** 27 }), fc.constantFrom(1, 2 ** 21, 2 ** 21 + 1, 2 ** 27));
  holds(fc.property(fc.nat(2 ** 32 - 1), counts, places), 500);
  // A hash whose product is one short of the next place, which a float64 of more than 53 bits rounds up to.
  const odd = fc.integer({ min: 2 ** 19, max: 2 ** 26 - 1 }).map((half) => 2 * half + 1);
  const shortBy1 = (count: number): void => {
    let inverse = 1;
    for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(count, inverse));
    places(-inverse >>> 0, count);
  };
  holds(fc.property(odd, shortBy1), 500);
});

describe.each(LAYOUTS)('a filter in the layout %s', (layout) => {
  test('has every key that was added, of every kind', () => {
    holds(
      fc.property(fc.array(anyKey, { maxLength: 200 }), (keys) => {
        const filter = made(layout, keys);
        for (const key of keys) expect(filter.has(key)).toBe(true);
        expect(filter.hasMany(keys)).toEqual(new Uint8Array(keys.length).fill(1));
      }),
      25,
    );
  });

  test('denies almost all others: of 20,000 about 200', () => {
    const filter = made(layout, keysOf(200));
    const wrong = filter.hasMany(keysOf(20_000, 0, 'miss')).reduce((sum, yes) => sum + yes, 0);
    expect(wrong).toBeGreaterThan(100);
    expect(wrong).toBeLessThan(300);
  });

  test('is the same whatever the order, one by one or in batches, hashed before or not', () => {
    holds(
      fc.property(fc.array(anyKey, { maxLength: 100 }), (keys) => {
        const expected = bytesOf(made(layout, keys));
        const batch = made(layout);
        expect(batch.addMany([...keys].reverse())).toBe(keys.length);
        const hashed = made(layout);
        hashed.addMany(keys.map((key) => hash(key)));
        const twice = made(layout, [...keys, ...keys]);
        expect([bytesOf(batch), bytesOf(hashed), bytesOf(twice)]).toEqual([expected, expected, expected]);
      }),
      25,
    );
  });

  test.each(['wasm', 'typescript'] as const)(
    'takes columns and packed keys for the keys that they are, by the kernel %s',
    (kernel) => {
      withHashKernel(kernel, () => {
        const numbers = Array.from({ length: 3000 }, (_, i) => i * 7919);
        const column = made(layout, [], 10_000);
        column.addMany(BigUint64Array.from(numbers.map(BigInt)));
        expect(bytesOf(column)).toBe(bytesOf(made(layout, numbers, 10_000)));
        expect(column.hasMany(BigInt64Array.from(numbers.map(BigInt)))).toEqual(new Uint8Array(3000).fill(1));
        const keys = [...keysOf(5000), 'größe', '', 'x'.repeat(1000)];
        const packed = made(layout, [], 10_000);
        expect(packed.addMany(packKeys(keys))).toBe(keys.length);
        expect(bytesOf(packed)).toBe(bytesOf(made(layout, keys, 10_000)));
        const strings = made(layout, [], 10_000);
        strings.addMany(new Set(keys));
        expect(bytesOf(strings)).toBe(bytesOf(packed));
        expect(strings.hasMany(new Set(keys))).toEqual(new Uint8Array(keys.length).fill(1));
      });
    },
  );

  test('answers for batches what it answers for each', () => {
    const filter = made(layout, keysOf(200));
    const keys = keysOf(12_000, 0, 'miss');
    const each = keys.map((key) => (filter.has(key) ? 1 : 0));
    expect([...filter.hasMany(keys)]).toEqual(each);
    expect([...filter.hasMany(new Set(keys))]).toEqual(each);
    expect([...filter.hasMany(packKeys(keys))]).toEqual(each);
  });

  test('addIfNew tells what is certainly new, and adds it', () => {
    const filter = made(layout);
    expect(filter.addIfNew('a')).toBe(true);
    expect(filter.addIfNew('a')).toBe(false);
    expect(filter.has('a')).toBe(true);
    expect(bytesOf(filter)).toBe(bytesOf(made(layout, ['a'])));
  });

  test('merging is the filter of all keys: it commutes, associates, and twice is once', () => {
    const some = fc.array(anyKey, { maxLength: 60 });
    holds(
      fc.property(some, some, some, (a, b, c) => {
        const of = (...lists: (typeof a)[]): BloomFilter => made(layout, lists.flat());
        const all = bytesOf(of(a, b, c));
        expect(bytesOf(of(a).merge(of(b)).merge(of(c)))).toBe(all);
        expect(bytesOf(of(a).merge(of(c).merge(of(b))))).toBe(all);
        expect(bytesOf(of(a).merge(of(a)))).toBe(bytesOf(of(a)));
      }),
      20,
    );
  });

  test('an intersection keeps the common keys, and commutes', () => {
    const a = made(layout, keysOf(100));
    const b = made(layout, keysOf(100, 50));
    const both = a.clone().intersect(b);
    for (const key of keysOf(50, 50)) expect(both.has(key)).toBe(true);
    expect(bytesOf(both)).toBe(bytesOf(b.clone().intersect(a)));
    expect(both.estimateFalsePositiveRate()).toBeLessThan(a.estimateFalsePositiveRate());
    expect(a.has('key:0')).toBe(true);
  });

  test('folded, it is the filter that would have been made so small', () => {
    const bitCount = 256 * 60;
    const create = (bits: number): BloomFilter =>
      layout === 'classic'
        ? BloomFilter.create({ layout, bitCount: bits, hashCount: 5 })
        : BloomFilter.create({ layout: 'split-block', bitCount: bits });
    holds(
      fc.property(
        fc.array(anyKey, { maxLength: 100 }),
        fc.constantFrom(1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60),
        (keys, factor) => {
          const large = create(bitCount);
          const small = create(bitCount / factor);
          large.addMany(keys);
          small.addMany(keys);
          expect(bytesOf(large.fold(factor))).toBe(bytesOf(small));
        },
      ),
      25,
    );
  });

  test('says how many keys are in, within a few percent', () => {
    expect(made(layout).estimateCount()).toBe(0);
    for (const count of [100, 1000, 2000]) {
      const filter = made(layout, keysOf(count), 2000);
      expect(Math.abs(filter.estimateCount() / count - 1)).toBeLessThan(0.05);
    }
    const full = made(layout);
    full.words.fill(0xffff_ffff);
    expect(full.estimateCount()).toBe(Number.POSITIVE_INFINITY);
    expect(full.estimateFalsePositiveRate()).toBe(1);
  });

  test('clears, and clones into memory of its own', () => {
    const filter = made(layout, keysOf(10));
    const copy = filter.clone();
    expect(copy).toBeInstanceOf(BloomFilter);
    filter.clear();
    expect([filter.has('key:1'), copy.has('key:1')]).toEqual([false, true]);
    expect(filter.estimateFalsePositiveRate()).toBe(0);
  });

  test('refuses to work once its words were posted away', () => {
    const filter = made(layout, ['a']);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(filter.toParts(), [filter.words.buffer as ArrayBuffer]);
    port1.close();
    port2.close();
    const other = made(layout);
    for (const call of [
      () => filter.has('a'),
      () => filter.add('a'),
      () => filter.addIfNew('a'),
      () => filter.addMany(['a']),
      () => filter.hasMany(['a']),
      () => filter.merge(other),
      () => filter.fold(1),
      () => filter.estimateCount(),
      () => filter.estimateFalsePositiveRate(),
      () => filter.clear(),
      () => filter.clone(),
      () => filter.toParts(),
      () => filter.toBytes(),
    ])
      expect(call).toThrow('this filter was handed over');
    expect(() => other.merge(filter)).toThrow('filters must have the same');
  });
});

test('the lean filter is the same filter, and each reads the other’s parts', () => {
  const lean = LeanFilter.forItems({ expected: 100, falsePositiveRate: 0.01 });
  for (const key of keysOf(100)) lean.add(key);
  const full = new BloomFilter(lean.toParts());
  expect(bytesOf(full)).toBe(bytesOf(made('split-block', keysOf(100), 100)));
  expect(keysOf(100).every((key) => lean.has(key))).toBe(true);
  expect(['toBytes', 'addMany'].filter((method) => method in lean)).toEqual([]);
  expect(lean.fold(1)).toBeInstanceOf(LeanFilter);
});

test('merging unlike filters throws, and says in what they differ', () => {
  const split = BloomFilter.create({ layout: 'split-block', bitCount: 512 });
  const larger = BloomFilter.create({ layout: 'split-block', bitCount: 1024 });
  const classic = BloomFilter.create({ layout: 'classic', bitCount: 512, hashCount: 8 });
  const fewer = BloomFilter.create({ layout: 'classic', bitCount: 512, hashCount: 7 });
  expect(() => split.merge(larger)).toThrow('filters must have the same bitCount, got 512 and 1024');
  expect(() => split.merge(classic)).toThrow('the same layout, got split-block and classic');
  expect(() => classic.intersect(fewer)).toThrow('the same hashCount, got 8 and 7');
  expect(() => split.merge(null as never)).toThrow('filters must have the same');
  try {
    split.merge(larger);
  } catch (error) {
    expect(error).toMatchObject({ code: 'unlike-filters', name: 'BloomError' });
  }
});

test('split-block is Parquet’s: the block by the upper half, a bit a word by the lower one and eight salts', () => {
  const salts = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];
  const blocks = 37;
  const filter = BloomFilter.create({ layout: 'split-block', bitCount: 256 * blocks });
  const expected = new Uint32Array(8 * blocks);
  for (const key of keysOf(50)) {
    const h = xxh64(key);
    const block = Number(((h >> 32n) * BigInt(blocks)) >> 32n);
    for (const [i, salt] of salts.entries()) {
      const bit = Number((((h & 0xffff_ffffn) * BigInt(salt)) & 0xffff_ffffn) >> 27n);
      expected[8 * block + i]! |= 2 ** bit;
    }
    filter.add(key);
  }
  expect(filter.words).toEqual(expected);
});

test('classic is enhanced double hashing: the word by multiplication, the bit by the lowest five', () => {
  const [words, hashCount] = [29, 11];
  const filter = BloomFilter.create({ layout: 'classic', bitCount: 32 * words, hashCount });
  const expected = new Uint32Array(words);
  for (const key of keysOf(10)) {
    const h = xxh64(key);
    const [a, b] = [h >> 32n, h & 0xffff_ffffn];
    for (let i = 0n; i < BigInt(hashCount); i++) {
      const x = BigInt.asUintN(32, a + i * b + (i * i * i - i) / 6n);
      expected[Number((x * BigInt(words)) >> 32n)]! |= 2 ** Number(x & 31n);
    }
    filter.add(key);
  }
  expect(filter.words).toEqual(expected);
});
