import { hash } from '@dsys/hash';
import { packKeys } from '@dsys/hash/batch';
import { expect, test } from 'vitest';
import { HyperLogLog, UltraLogLog } from '../src/index.js';
import { seen, union } from '../src/ultra-registers.js';
import { keys } from './support.js';

const of = (from: number, to: number, precision = 10): UltraLogLog => {
  const sketch = UltraLogLog.create({ precision });
  sketch.addMany(keys(from, to));
  return sketch;
};

test('a register tells the highest rank, and whether the two below it were seen', () => {
  // By the definition, against every set of up to four ranks.
  const byDefinition = (tops: readonly number[]): number => {
    if (tops.length === 0) return 0;
    const top = Math.max(...tops);
    return 4 * top + (tops.includes(top - 1) ? 2 : 0) + (tops.includes(top - 2) ? 1 : 0);
  };
  for (let a = 3; a < 12; a++)
    for (let b = 3; b < 12; b++)
      for (let c = 3; c < 12; c++)
        for (const list of [[a], [a, b], [a, b, c], [a, b, c, 8]]) {
          expect(list.reduce(seen, 0)).toBe(byDefinition(list));
          expect(union(byDefinition(list.slice(0, 2)), byDefinition(list.slice(2)))).toBe(byDefinition(list));
        }
});

test('in batches, one by one, packed, or hashed before: the same state', () => {
  const elements = keys(0, 50_000);
  const batch = of(0, 50_000);
  const single = UltraLogLog.create({ precision: 10 });
  for (const key of elements) single.add(key);
  const packed = UltraLogLog.create({ precision: 10 });
  packed.addMany(packKeys(elements));
  const hashed = UltraLogLog.create({ precision: 10 });
  hashed.addMany(elements.map(hash));
  for (const other of [single, packed, hashed]) expect(other.toBytes()).toEqual(batch.toBytes());
  expect(Math.abs(batch.estimate() / 50_000 - 1)).toBeLessThan(3 * batch.error);
});

test('needs less memory than a HyperLogLog for the same error', () => {
  const bytes = (sketch: { error: number }, size: number): number => size * sketch.error ** 2;
  const [a, b] = [of(0, 100_000, 12), of(50_000, 150_000, 12)];
  const [c, d] = [HyperLogLog.create({ precision: 12 }), HyperLogLog.create({ precision: 12 })];
  c.addMany(keys(0, 100_000));
  d.addMany(keys(50_000, 150_000));
  expect(bytes(a, 4096)).toBeLessThan(0.85 * bytes(c, 3072));
  expect(bytes(a.merge(b), 4096)).toBeLessThan(0.78 * bytes(c.merge(d), 3072));
});

test('bounds hold, and never fall below the registers that are filled', () => {
  for (const n of [0, 1, 3, 10, 100, 5000, 200_000]) {
    const sketch = of(0, n);
    const { lower, estimate, upper } = sketch.bounds(4);
    expect(lower).toBeLessThanOrEqual(n + 1e-9);
    expect(upper).toBeGreaterThanOrEqual(n);
    expect(estimate).toBe(sketch.estimate());
    expect(Math.abs(sketch.estimate('likelihood') - n)).toBeLessThanOrEqual(0.1 * n);
  }
});

test('a merge ends the martingale, an empty sketch does not', () => {
  const sketch = of(0, 1000);
  expect(
    sketch
      .copy()
      .merge(UltraLogLog.create({ precision: 10 }))
      .toBytes(),
  ).toEqual(sketch.toBytes());
  expect(UltraLogLog.create({ precision: 10 }).merge(sketch).toBytes()).toEqual(sketch.toBytes());
  const merged = sketch.copy().merge(of(500, 1500));
  expect(merged.hasMartingale).toBe(false);
  expect(merged.estimate()).toBe(merged.estimate('fgra'));
});

test('a full one counts as infinitely many', () => {
  const sketch = UltraLogLog.create({ precision: 3, hash: 'other' });
  for (let index = 0; index < 8; index++) for (const low of [0, 1, 2]) sketch.addHash(low, (index << 29) >>> 0);
  expect(sketch.estimate('likelihood')).toBe(Infinity);
  expect(sketch.estimate('fgra')).toBeGreaterThan(1e18);
});

test('bad options and foreign things are refused', () => {
  const badOption = expect.objectContaining({ code: 'bad-option' });
  for (const precision of [2, 27, 3.5, Number.NaN]) expect(() => UltraLogLog.create({ precision })).toThrow(badOption);
  expect(() => UltraLogLog.create({ hash: 'md5' as never })).toThrow(badOption);
  expect(() => of(0, 5).fold(11)).toThrow(badOption);
  expect(() => of(0, 5).bounds(-1)).toThrow(badOption);
  expect(() => of(0, 5).addHash(1, 2)).toThrow(expect.objectContaining({ code: 'foreign-hash' }));
  expect(() => UltraLogLog.create({ hash: 'other' }).add('a')).toThrow(
    expect.objectContaining({ code: 'foreign-hash' }),
  );
  expect(() => of(0, 5).merge(HyperLogLog.create() as never)).toThrow(
    expect.objectContaining({ code: 'different-dialects' }),
  );
  expect(() => of(0, 5).merge(UltraLogLog.create({ hash: 'other' }))).toThrow(
    expect.objectContaining({ code: 'different-dialects' }),
  );
  expect(() => UltraLogLog.create({ precision: 3 }).toHyperLogLog()).toThrow(badOption);
});
