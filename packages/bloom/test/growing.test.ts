/** Filters that are made of filters: scalable, counting, rotating. */
import { packKeys } from '@dsys/hash/batch';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountingBloomFilter, RotatingBloomFilter, ScalableBloomFilter } from '../src/index.js';
import { anyKey, holds, keysOf } from './support.js';

describe('a scalable filter', () => {
  const create = (): ScalableBloomFilter =>
    ScalableBloomFilter.create({ falsePositiveRate: 0.01, initialCapacity: 100 });

  test('has every key that was added, one by one or in batches, through all its layers', () => {
    holds(
      fc.property(fc.array(anyKey, { maxLength: 400 }), (keys) => {
        const filter = ScalableBloomFilter.create({ falsePositiveRate: 0.01, initialCapacity: 5 });
        for (const key of keys) filter.add(key);
        const batch = ScalableBloomFilter.create({ falsePositiveRate: 0.01, initialCapacity: 5 });
        expect(batch.addMany(keys)).toBe(keys.length);
        expect(Buffer.from(batch.toBytes()).equals(filter.toBytes())).toBe(true);
        for (const key of keys) expect(filter.has(key)).toBe(true);
        expect(filter.hasMany(keys)).toEqual(new Uint8Array(keys.length).fill(1));
      }),
      30,
    );
  });

  test('grows by layers of twice the capacity, and keeps the rate at a hundred times its first', () => {
    const filter = create();
    filter.addMany(keysOf(10_000));
    expect(filter.layerCount).toBe(7);
    expect(filter.count).toBeGreaterThan(9_900);
    const wrong = filter.hasMany(keysOf(50_000, 0, 'miss')).reduce((sum, yes) => sum + yes, 0);
    // At most 1 % of 50,000, and 3 sigma of that.
    expect(wrong).toBeLessThan(500 + 67);
    expect(filter.estimateFalsePositiveRate()).toBeLessThan(0.01);
    expect(filter.bitCount).toBeLessThan(10_000 * 30);
  });

  test('a key that it has takes no room, and addIfNew tells', () => {
    const filter = create();
    for (let i = 0; i < 1000; i++) filter.add('same');
    expect([filter.count, filter.layerCount]).toEqual([1, 1]);
    expect([filter.addIfNew('same'), filter.addIfNew('other')]).toEqual([false, true]);
    filter.clear();
    expect([filter.count, filter.has('same')]).toEqual([0, false]);
  });

  test('goes on after bytes as if nothing had been', () => {
    const filter = create();
    filter.addMany(keysOf(250));
    const back = ScalableBloomFilter.fromBytes(filter.toBytes());
    for (const one of [filter, back]) one.addMany(keysOf(500, 250));
    expect(Buffer.from(back.toBytes()).equals(filter.toBytes())).toBe(true);
    expect(back.layerCount).toBe(4);
  });

  test('options and parts that make no sense are refused', () => {
    const of = (options: object) => () => ScalableBloomFilter.create({ falsePositiveRate: 0.01, ...options });
    expect(of({ falsePositiveRate: 0 })).toThrow('falsePositiveRate must be above 0 and below 1, got 0');
    expect(of({ initialCapacity: 0 })).toThrow('initialCapacity must be an integer from 1, got 0');
    expect(of({ growth: 1 })).toThrow('growth must be an integer from 2 to 16, got 1');
    expect(of({ tightening: 1 })).toThrow('tightening must be above 0 and below 1, got 1');
    expect(of({ initialCapacity: 1e9 })).toThrow('2^32 bits');
    const filter = create();
    filter.addMany(keysOf(150));
    const parts = filter.toParts();
    const [first, second] = [parts.layers[0]!, parts.layers[1]!];
    expect(() => new ScalableBloomFilter({ ...parts, layers: [{ ...first, count: 101 }] })).toThrow(
      'count must be 0..100 in layer 0',
    );
    expect(() => new ScalableBloomFilter({ ...parts, layers: [{ ...first, count: 99 }, second] })).toThrow(
      'count must be 100..100',
    );
    expect(() => new ScalableBloomFilter({ ...parts, layers: Array.from({ length: 65 }, () => first) })).toThrow(
      RangeError,
    );
  });
});

describe.each([4, 8] as const)('a counting filter with counters of %d bits', (counterBits) => {
  const create = (): CountingBloomFilter =>
    CountingBloomFilter.forItems({ expected: 200, falsePositiveRate: 0.01, counterBits });
  const bytesOf = (filter: CountingBloomFilter): string => Buffer.from(filter.toBytes()).toString('hex');

  test('has what was added and not removed, and after all is removed it is empty', () => {
    holds(
      fc.property(fc.array(anyKey, { maxLength: 60 }), fc.array(anyKey, { maxLength: 60 }), (stay, go) => {
        const filter = create();
        for (const key of stay) filter.add(key);
        expect(filter.addMany(go)).toBe(go.length);
        for (const key of go) expect(filter.remove(key)).toBe(true);
        for (const key of stay) expect(filter.has(key)).toBe(true);
        const only = create();
        only.addMany(stay);
        if (filter.saturatedCount() === 0) expect(bytesOf(filter)).toBe(bytesOf(only));
        expect(filter.removeMany(stay)).toBe(stay.length);
        if (filter.saturatedCount() === 0) expect(bytesOf(filter)).toBe(bytesOf(create()));
      }),
      20,
    );
  });

  test('does not remove what is certainly not in', () => {
    const filter = create();
    filter.addMany(keysOf(100));
    const before = bytesOf(filter);
    const misses = keysOf(100, 0, 'miss').filter((key) => !filter.has(key));
    expect(filter.removeMany(misses)).toBe(0);
    expect(filter.remove(misses[0]!)).toBe(false);
    expect(bytesOf(filter)).toBe(before);
  });

  test('a counter that is full stays full, so that nobody else’s key is lost', () => {
    const filter = create();
    const most = 2 ** counterBits - 1;
    for (let i = 0; i < most + 10; i++) filter.add('often');
    expect(filter.saturatedCount()).toBeGreaterThan(0);
    for (let i = 0; i < most + 10; i++) expect(filter.remove('often')).toBe(true);
    expect(filter.has('often')).toBe(true);
    expect(filter.saturatedCount()).toBeGreaterThan(0);
  });

  test('merging adds the counts and stops at the maximum', () => {
    holds(
      fc.property(fc.array(fc.nat(20), { maxLength: 50 }), fc.array(fc.nat(20), { maxLength: 50 }), (a, b) => {
        const of = (...lists: number[][]): CountingBloomFilter => {
          const filter = create();
          for (const list of lists) filter.addMany(list);
          return filter;
        };
        expect(bytesOf(of(a).merge(of(b)))).toBe(bytesOf(of(a, b)));
        expect(bytesOf(of(b).merge(of(a)))).toBe(bytesOf(of(a, b)));
      }),
      20,
    );
  });

  test('becomes the plain filter of the same keys', () => {
    const filter = create();
    filter.addMany(keysOf(200));
    filter.removeMany(keysOf(100));
    const plain = filter.toBloomFilter();
    const only = create();
    only.addMany(keysOf(100, 100));
    expect(plain.words).toEqual(only.toBloomFilter().words);
    expect(keysOf(100, 100).every((key) => plain.has(key))).toBe(true);
    expect(filter.hasMany(packKeys(keysOf(200)))).toEqual(plain.hasMany(keysOf(200)));
    expect(Math.abs(filter.estimateCount() - 100)).toBeLessThan(5);
    expect(filter.estimateFalsePositiveRate()).toBe(plain.estimateFalsePositiveRate());
  });

  test('clears, clones, and refuses once it was posted away', () => {
    const filter = create();
    filter.add('a');
    const copy = filter.clone();
    filter.clear();
    expect([filter.has('a'), copy.has('a')]).toEqual([false, true]);
    expect(() =>
      copy.merge(CountingBloomFilter.forItems({ expected: 9, falsePositiveRate: 0.01, counterBits })),
    ).toThrow('filters must have the same');
    structuredClone(filter.toParts(), { transfer: [filter.counters.buffer as ArrayBuffer] });
    expect(() => filter.has('a')).toThrow('this filter was handed over');
    expect(() => filter.add('a')).toThrow('this filter was handed over');
  });
});

test('a counting filter refuses parameters that make no sense', () => {
  const good = { counterCount: 64, hashCount: 3, counterBits: 4 as const };
  const of = (change: object) => () => CountingBloomFilter.create({ ...good, ...change });
  expect(of({ counterBits: 5 })).toThrow('counterBits must be 4 or 8, got 5');
  expect(of({ counterCount: 33 })).toThrow('counterCount must be a multiple of 32, at most 2^32 / 4, got 33');
  expect(of({ counterCount: 2 ** 31 })).toThrow(RangeError);
  expect(of({ hashCount: 65 })).toThrow('hashCount must be an integer from 1 to 64, got 65');
  expect(() => new CountingBloomFilter({ counterBits: 4, hashCount: 3, counters: [] as never })).toThrow(TypeError);
});

describe('a rotating filter', () => {
  const create = (generations = 3): RotatingBloomFilter =>
    RotatingBloomFilter.forItems({ expected: 500, falsePositiveRate: 0.01, generations });

  test('has what was added lately, and forgets it after so many turns', () => {
    const filter = create();
    filter.add('old');
    filter.rotate();
    filter.add('young');
    filter.rotate();
    expect([filter.has('old'), filter.has('young')]).toEqual([true, true]);
    filter.rotate();
    expect([filter.has('old'), filter.has('young')]).toEqual([false, true]);
    filter.rotate();
    expect([filter.has('old'), filter.has('young')]).toEqual([false, false]);
  });

  test('never denies a key of the last generations − 1 turns', () => {
    const step = fc.oneof(fc.record({ key: anyKey }), fc.constant({ rotate: true as const }));
    holds(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 2, max: 4 }), (steps, generations) => {
        const filter = create(generations);
        const recent: (string | number | bigint | Uint8Array)[][] = [[]];
        for (const one of steps) {
          if ('key' in one) {
            filter.add(one.key);
            recent[0]!.push(one.key);
          } else {
            filter.rotate();
            recent.unshift([]);
            recent.length = Math.min(recent.length, generations);
          }
          for (const key of recent.flat()) expect(filter.has(key)).toBe(true);
        }
      }),
      30,
    );
  });

  test('a key that comes again is young again, and addIfNew tells', () => {
    const filter = create(2);
    expect(filter.addIfNew('a')).toBe(true);
    filter.rotate();
    expect(filter.addIfNew('a')).toBe(false);
    filter.rotate();
    expect(filter.has('a')).toBe(true);
  });

  test('keeps the rate with all generations full', () => {
    const filter = create();
    for (let i = 0; i < 3; i++) {
      filter.rotate();
      expect(filter.addMany(keysOf(500, 500 * i))).toBe(500);
    }
    const wrong = filter.hasMany(keysOf(50_000, 0, 'miss')).reduce((sum, yes) => sum + yes, 0);
    expect(Math.abs(wrong / 50_000 - 0.01)).toBeLessThan(0.003);
    expect(filter.estimateFalsePositiveRate()).toBeCloseTo(0.01, 2);
    for (const count of filter.estimateCounts()) expect(Math.abs(count - 500)).toBeLessThan(30);
    expect(filter.hasMany(keysOf(1500))).toEqual(new Uint8Array(1500).fill(1));
    filter.clear();
    expect(filter.has('key:1')).toBe(false);
  });

  test('merges generation by generation, and throws for unlike ones', () => {
    const [a, b, both] = [create(), create(), create()];
    for (const filter of [a, b, both]) filter.rotate();
    a.addMany(keysOf(10));
    b.addMany(keysOf(10, 10));
    both.addMany(keysOf(20));
    expect(Buffer.from(a.merge(b).toBytes()).equals(both.toBytes())).toBe(true);
    expect(() => a.merge(create(2))).toThrow('filters must have the same generations, got 3 and 2');
    expect(() =>
      a.merge(RotatingBloomFilter.forItems({ expected: 9, falsePositiveRate: 0.01, generations: 3 })),
    ).toThrow('the same bitCount');
    expect(a.generations).toBe(3);
    expect(a.bitCount % 3).toBe(0);
  });

  test('options and parts that make no sense are refused', () => {
    const of = (options: object) => () =>
      RotatingBloomFilter.forItems({ expected: 10, falsePositiveRate: 0.01, ...options });
    expect(of({ generations: 1 })).toThrow('generations must be an integer from 2 to 255, got 1');
    expect(of({ falsePositiveRate: 2 })).toThrow('falsePositiveRate must be above 0 and below 1, got 2');
    expect(of({ expected: Number.NaN })).toThrow('expected must be an integer from 1, got NaN');
    const [a, b] = [create().toParts().generations[0]!, create(2).toParts().generations[0]!];
    expect(() => new RotatingBloomFilter({ generations: [a, b] })).toThrow('filters must have the same');
  });
});
