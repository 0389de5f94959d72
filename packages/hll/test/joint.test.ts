import { describe, expect, test } from 'vitest';
import { DataSketchesHyperLogLog } from '../src/datasketches/index.js';
import { HyperLogLog, intersection, type Joinable, jaccard, joint } from '../src/index.js';
import { PostgresHyperLogLog } from '../src/postgres/index.js';
import { RedisHyperLogLog } from '../src/redis/index.js';
import { generator, keys } from './support.js';

const of = (from: number, to: number, precision = 12): HyperLogLog => {
  const sketch = HyperLogLog.create({ precision });
  sketch.addMany(keys(from, to));
  return sketch;
};

test('small sets are counted one by one', () => {
  const found = joint(of(0, 30), of(20, 40));
  expect(found.both).toEqual({ estimate: 10, error: 0 });
  expect(found.onlyA).toEqual({ estimate: 20, error: 0 });
  expect(found.onlyB).toEqual({ estimate: 10, error: 0 });
  expect(found.jaccard).toEqual({ estimate: 0.25, error: 0 });
  const sparse = joint(of(0, 1000, 14), of(990, 1500, 14));
  expect(sparse.both.estimate).toBeCloseTo(10, 1);
  expect(sparse.both.error).toBeLessThan(0.1);
  expect(joint(of(0, 0), of(0, 0)).jaccard).toEqual({ estimate: 0, error: 0 });
  expect(intersection(of(0, 20), of(10, 300)).estimate).toBeCloseTo(10, 3);
});

test('the same set is all in common, another one nothing', () => {
  const a = of(0, 100_000);
  const same = joint(a, a.copy());
  expect(same.jaccard.estimate).toBeGreaterThan(0.999);
  expect(same.both.estimate).toBeCloseTo(a.estimate('improved'), -3);
  const apart = joint(a, of(100_000, 200_000));
  expect(apart.both.estimate).toBeLessThan(4 * apart.both.error);
  expect(apart.both.error).toBeLessThan(2000);
});

describe('errors are what they say: seeded trials', () => {
  test.each([
    [20_000, 20_000, 20_000],
    [50_000, 50_000, 2_000],
    [1_000, 50_000, 3_000],
    [300, 300, 300],
    [200_000, 50_000, 20_000],
  ])('only A %i, only B %i, both %i', (onlyA, onlyB, both) => {
    const trials = 25;
    let [sum, squares, jaccards, expected] = [0, 0, 0, 0];
    let plain = 0;
    for (let trial = 0; trial < trials; trial++) {
      const random = generator(1000 + trial);
      const [a, b] = [
        HyperLogLog.create({ precision: 9, hash: 'other' }),
        HyperLogLog.create({ precision: 9, hash: 'other' }),
      ];
      for (let i = 0; i < onlyA; i++) a.addHash(random(), random());
      for (let i = 0; i < onlyB; i++) b.addHash(random(), random());
      for (let i = 0; i < both; i++) {
        const [low, high] = [random(), random()];
        a.addHash(low, high);
        b.addHash(low, high);
      }
      const found = joint(a, b);
      const z = (found.both.estimate - both) / found.both.error;
      sum += z;
      squares += z * z;
      jaccards += ((found.jaccard.estimate - both / (onlyA + onlyB + both)) / found.jaccard.error) ** 2;
      expected += found.both.error ** 2;
      plain += (a.estimate('improved') + b.estimate('improved') - a.copy().merge(b).estimate() - both) ** 2;
    }
    expect(Math.abs(sum / trials)).toBeLessThan(0.6);
    expect(Math.sqrt(squares / trials)).toBeGreaterThan(0.6);
    expect(Math.sqrt(squares / trials)).toBeLessThan(1.5);
    expect(Math.sqrt(jaccards / trials)).toBeLessThan(1.5);
    // Better than |A| + |B| − |A ∪ B|, whose errors add up.
    expect(expected).toBeLessThan(1.25 * plain);
  });
});

test('of two precisions the lower one counts', () => {
  const found = joint(of(0, 60_000, 14), of(30_000, 90_000, 11));
  expect(Math.abs(found.both.estimate - 30_000)).toBeLessThan(4 * found.both.error);
});

test.each([
  ['Redis', () => RedisHyperLogLog.create()],
  ['PostgreSQL', () => PostgresHyperLogLog.create({ precision: 12 })],
  ['DataSketches', () => DataSketchesHyperLogLog.create({ precision: 12 })],
] as [string, () => Joinable & { addMany(k: string[]): number }][])(
  'sketches of %s have intersections too',
  (_, make) => {
    const [a, b] = [make(), make()];
    a.addMany(keys(0, 20_000));
    b.addMany(keys(15_000, 35_000));
    const found = joint(a, b);
    expect(Math.abs(found.both.estimate - 5000)).toBeLessThan(4 * found.both.error);
    expect(Math.abs(jaccard(a, b).estimate - 5 / 35)).toBeLessThan(0.05);
  },
);

test('sketches of two dialects have nothing in common that could be counted', () => {
  expect(() => intersection(of(0, 5), RedisHyperLogLog.create())).toThrow(
    expect.objectContaining({ code: 'different-dialects' }),
  );
  expect(() => joint(of(0, 5), HyperLogLog.create({ hash: 'other' }))).toThrow(
    expect.objectContaining({ code: 'different-dialects' }),
  );
});
