import { hash } from '@dsys/hash';
import { packKeys, withHashKernel } from '@dsys/hash/batch';
import { describe, expect, test } from 'vitest';
import { HyperLogLog } from '../src/index.js';
import { feed, keys } from './support.js';

const of = (elements: Iterable<string | number>, precision = 14): HyperLogLog => {
  const sketch = HyperLogLog.create({ precision });
  sketch.addMany(elements);
  return sketch;
};

describe('counting', () => {
  test('is exact up to 32 items, and repeated ones change nothing', () => {
    const sketch = HyperLogLog.create();
    for (let n = 1; n <= 32; n++) {
      expect(sketch.addIfNew(`key:${n}`)).toBe(true);
      expect(sketch.addIfNew(`key:${n}`)).toBe(false);
      expect(sketch.estimate()).toBe(n);
    }
    expect(sketch.representation).toBe('exact');
    expect(sketch.error).toBe(0);
    expect(sketch.bounds()).toEqual({ lower: 32, estimate: 32, upper: 32 });
  });

  test('goes on with tokens, and with registers when those take no more room', () => {
    const sketch = HyperLogLog.create({ precision: 14 });
    let before = sketch.representation;
    const turns: [number, string][] = [];
    for (let n = 1; n <= 3000; n++) {
      sketch.add(n);
      expect(Math.abs(sketch.estimate() / n - 1)).toBeLessThan(n <= 1536 ? 0.0001 : 0.02);
      expect(sketch.memoryBytes).toBeLessThanOrEqual(12_289);
      if (sketch.representation !== before) turns.push([n, sketch.representation]);
      before = sketch.representation;
    }
    expect(turns).toEqual([
      [33, 'sparse'],
      [1537, 'dense'],
    ]);
    expect(sketch.memoryBytes).toBe(12_289);
  });

  test.each([4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 18])(
    'at precision %i stays within four standard errors at every turn',
    (precision) => {
      const sketch = HyperLogLog.create({ precision });
      for (let n = 1; n <= 4000; n++) {
        sketch.add(n);
        const { lower, estimate, upper } = sketch.bounds(4.5);
        expect(lower).toBeLessThanOrEqual(n + 0.01);
        expect(upper).toBeGreaterThanOrEqual(n - 0.01);
        expect(lower).toBeLessThanOrEqual(estimate);
        expect(upper).toBeGreaterThanOrEqual(estimate);
      }
    },
  );

  test('an empty sketch counts 0 in every precision', () => {
    for (let precision = 4; precision <= 18; precision++) {
      const sketch = HyperLogLog.create({ precision });
      expect(sketch.estimate()).toBe(0);
      expect(sketch.estimate('improved')).toBe(0);
      expect(sketch.bounds()).toEqual({ lower: 0, estimate: 0, upper: 0 });
    }
  });

  test('many strings, in batches, one by one, packed, or hashed before: the same state', () => {
    const elements = keys(0, 50_000);
    const batch = of(elements);
    const single = HyperLogLog.create();
    for (const key of elements) single.add(key);
    const packed = HyperLogLog.create();
    expect(packed.addMany(packKeys(elements))).toBe(50_000);
    const hashed = HyperLogLog.create();
    expect(hashed.addMany(elements.map(hash))).toBe(50_000);
    for (const other of [single, packed, hashed]) expect(other.toBytes()).toEqual(batch.toBytes());
    expect(Math.abs(batch.estimate() / 50_000 - 1)).toBeLessThan(3 * batch.error);
  });

  test('with the WebAssembly kernel and without it: the same state', () => {
    const elements = [...keys(0, 20_000), 'größe', '日本語', '', 'x'.repeat(5000)];
    const make = (): string => Buffer.from(of(elements).toBytes()).toString('base64');
    const states = (['wasm', 'typescript'] as const).map((kernel) => withHashKernel(kernel, make));
    expect(new Set(states).size).toBe(1);
  });

  test('64-bit columns are integers', () => {
    const column = HyperLogLog.create();
    column.addMany(BigUint64Array.from({ length: 5000 }, (_, i) => BigInt(i)));
    expect(column.toBytes()).toEqual(of(Array.from({ length: 5000 }, (_, i) => i)).toBytes());
  });

  test('a batch that fails in the middle leaves a sketch that is still right', () => {
    const sketch = HyperLogLog.create();
    expect(() => sketch.addMany(['a', 'b', null as unknown as string])).toThrow(TypeError);
    sketch.addMany(['a', 'b', 'c']);
    expect(sketch.estimate()).toBe(3);
  });
});

describe('hashes of the caller', () => {
  test('feed a sketch that refuses keys; one that is fed with keys refuses hashes', () => {
    const sketch = HyperLogLog.create({ hash: 'other', precision: 10 });
    feed(sketch, 0, 50_000);
    expect(Math.abs(sketch.estimate() / 50_000 - 1)).toBeLessThan(3 * sketch.error);
    expect(() => sketch.add('a')).toThrow(expect.objectContaining({ code: 'foreign-hash' }));
    expect(() => sketch.addMany(['a'])).toThrow(expect.objectContaining({ code: 'foreign-hash' }));
    expect(() => HyperLogLog.create().addHash(1, 2)).toThrow(expect.objectContaining({ code: 'foreign-hash' }));
    expect(() => HyperLogLog.create().merge(sketch)).toThrow(expect.objectContaining({ code: 'different-dialects' }));
  });

  test('may be signed lanes', () => {
    const [a, b] = [HyperLogLog.create({ hash: 'other' }), HyperLogLog.create({ hash: 'other' })];
    a.addHash(-1, -2);
    b.addHash(0xffff_ffff, 0xffff_fffe);
    expect(a.toBytes()).toEqual(b.toBytes());
  });
});

describe('merging', () => {
  test('two halves that overlap count as the whole', () => {
    const merged = of(keys(0, 60_000)).merge(of(keys(40_000, 100_000)));
    expect(merged.registers()).toEqual(of(keys(0, 100_000)).registers());
    expect(merged.hasMartingale).toBe(false);
    expect(merged.estimate()).toBe(merged.estimate('improved'));
    expect(Math.abs(merged.estimate() / 100_000 - 1)).toBeLessThan(3 * merged.error);
  });

  test('an empty sketch ends no martingale', () => {
    const sketch = of(keys(0, 10_000));
    const before = sketch.estimate();
    expect(sketch.merge(HyperLogLog.create()).estimate()).toBe(before);
    expect(HyperLogLog.create().merge(sketch).estimate()).toBe(before);
    expect(sketch.hasMartingale).toBe(true);
  });

  test('the other sketch stays as it is, and shares nothing afterwards', () => {
    for (const n of [10, 500, 20_000]) {
      const source = of(keys(0, n));
      const bytes = source.toBytes();
      const target = HyperLogLog.create().merge(source);
      target.addMany(keys(n, 2 * n));
      expect(source.toBytes()).toEqual(bytes);
    }
  });

  test('across precisions the lower one counts: as if all had been counted there', () => {
    for (const [n, k] of [
      [10, 10],
      [10, 900],
      [900, 10],
      [900, 50_000],
      [50_000, 900],
      [50_000, 50_000],
    ] as const) {
      const merged = of(keys(0, n), 15).merge(of(keys(n, n + k), 11));
      expect(merged.precision).toBe(11);
      const whole = of(keys(0, n + k), 11);
      expect(merged.registers()).toEqual(whole.registers());
      expect(merged.representation).toBe(whole.representation);
      expect(
        of(keys(0, n), 11)
          .merge(of(keys(n, n + k), 15))
          .toBytes(),
      ).toEqual(merged.toBytes());
    }
  });

  test('folding gives the registers of a smaller sketch, from every representation to every precision', () => {
    for (const n of [0, 20, 1000, 20_000]) {
      const sketch = of(keys(0, n), 15);
      for (const precision of [4, 5, 6, 8, 11, 15]) {
        const small = sketch.fold(precision);
        const direct = of(keys(0, n), precision);
        expect(Buffer.compare(small.registers(), direct.registers())).toBe(0);
        expect(small.representation).toBe(direct.representation);
      }
      expect(sketch.precision).toBe(15);
    }
  });

  test('what is no sketch of this kind is refused, and told why', () => {
    const redis = { dialect: { name: 'redis', rule: 'MurmurHash64A' } };
    expect(() => of(['a']).merge(redis as never)).toThrow(
      /of dsys \(XXH64, seed 0.*of redis \(MurmurHash64A\).*hashes don't convert/,
    );
    expect(() => of(['a']).merge({} as never)).toThrow(/of undefined/);
  });
});

describe('the rest', () => {
  test('clear forgets everything', () => {
    for (const n of [5, 500, 50_000]) {
      const sketch = of(keys(0, n));
      sketch.clear();
      expect(sketch.toBytes()).toEqual(HyperLogLog.create().toBytes());
    }
  });

  test('forError takes the smallest sketch that is good enough', () => {
    for (const error of [0.5, 0.26, 0.1, 0.01, 0.005, 0.0021]) {
      const { precision } = HyperLogLog.forError({ error });
      expect(1.03896 / Math.sqrt(2 ** precision)).toBeLessThanOrEqual(error);
      if (precision > 4) expect(1.03896 / Math.sqrt(2 ** (precision - 1))).toBeGreaterThan(error);
    }
  });

  test.each([
    ['precision 3', () => HyperLogLog.create({ precision: 3 })],
    ['precision 19', () => HyperLogLog.create({ precision: 19 })],
    ['precision 12.5', () => HyperLogLog.create({ precision: 12.5 })],
    ['precision NaN', () => HyperLogLog.create({ precision: Number.NaN })],
    ['precision "14"', () => HyperLogLog.create({ precision: '14' as never })],
    ['hash md5', () => HyperLogLog.create({ hash: 'md5' as never })],
    ['error 0', () => HyperLogLog.forError({ error: 0 })],
    ['error 0.001', () => HyperLogLog.forError({ error: 0.001 })],
    ['error 1', () => HyperLogLog.forError({ error: 1 })],
    ['error NaN', () => HyperLogLog.forError({ error: Number.NaN })],
    ['−1 sigmas', () => of([]).bounds(-1)],
    ['NaN sigmas', () => of([]).bounds(Number.NaN)],
    ['folding up', () => of([]).fold(15)],
    ['folding to 3', () => of([]).fold(3)],
  ])('%s is refused by name', (_, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'bad-option', option: expect.any(String) }));
  });
});
