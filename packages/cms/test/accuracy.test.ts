import { describe, expect, test } from 'vitest';
import { ConservativeCountMin, CountMinSketch, DyadicCountMin, TopK, WindowedCountMin } from '../src/index.js';
import { measure, truthOf } from './accuracy.js';
import { Zipf } from './zipf.js';

describe.each([1.1, 0.8, 0])('a Zipf stream of exponent %s', (exponent) => {
  const truth = truthOf({ keys: 20_000, exponent, length: 200_000, seed: 1 });

  test.each([
    { width: 272, depth: 5 },
    { width: 256, depth: 5 },
    { width: 300, depth: 2 },
  ])('errors stay within epsilon of N for all but delta of the keys, $width × $depth', (shape) => {
    for (const Sketch of [CountMinSketch, ConservativeCountMin]) {
      const sketch = Sketch.create(shape);
      expect(measure(sketch, truth, 1).beyond).toBeLessThanOrEqual(sketch.delta);
    }
  });

  test('no row may err more than Markov allows: the mean error of one row is N/width', () => {
    const sketch = CountMinSketch.create({ width: 500, depth: 1 });
    const { mean } = measure(sketch, truth, 2);
    const expected = sketch.total / 500;
    // A key's own count is no error; keys without a partner in their cell make the mean a little less.
    expect(mean).toBeGreaterThan(0.8 * expected);
    expect(mean).toBeLessThan(1.2 * expected);
  });
});

test('the trial that double hashing failed: width 1,024, the worst error stays below epsilon of N', () => {
  const truth = truthOf({ keys: 50_000, exponent: 1.1, length: 250_000, seed: 5 });
  for (let salt = 0; salt < 3; salt++) {
    const sketch = CountMinSketch.create({ width: 1024, depth: 7 });
    const { worst } = measure(sketch, truth, salt);
    expect(worst).toBeLessThan(sketch.epsilon * sketch.total);
  }
});

test('on skewed streams conservative update errs by a fraction of the plain one', () => {
  const truth = truthOf({ keys: 20_000, exponent: 1.1, length: 100_000, seed: 2 });
  const draws = new Zipf({ keys: 20_000, exponent: 1.1, seed: 2 });
  const [plain, conservative] = [CountMinSketch, ConservativeCountMin].map((Sketch) =>
    Sketch.create({ width: 512, depth: 4 }),
  );
  // One by one: in which order and portions keys come matters to the conservative one.
  for (let i = 0; i < 100_000; i++) {
    const key = `key:${draws.next()}`;
    plain!.add(key);
    conservative!.add(key);
  }
  const errorOf = (sketch: typeof plain): number =>
    truth.reduce((sum, n, rank) => sum + sketch!.count(`key:${rank}`).estimate - n, 0);
  expect(errorOf(conservative) / errorOf(plain)).toBeLessThan(0.6);
});

test('a window keeps the bound of one sketch, with the counts in the window', () => {
  const window = WindowedCountMin.create({ width: 272, depth: 5, panes: 5 });
  const truths = Array.from({ length: 8 }, (_, pane) =>
    truthOf({ keys: 5000, exponent: 1, length: 20_000, seed: pane }),
  );
  truths.forEach((truth, pane) => {
    window.advanceTo(pane);
    truth.forEach((n, rank) => {
      if (n > 0) window.add(`key:${rank}`, n);
    });
  });
  expect(window.total).toBe(100_000);
  let beyond = 0;
  for (let rank = 0; rank < 5000; rank++) {
    const truth = truths.slice(3).reduce((sum, counts) => sum + counts[rank]!, 0);
    const { estimate, lower } = window.count(`key:${rank}`);
    expect(estimate).toBeGreaterThanOrEqual(truth);
    if (lower > truth) beyond++;
  }
  expect(beyond / 5000).toBeLessThanOrEqual(window.delta);
});

describe('a dyadic sketch of latencies', () => {
  const options = { bits: 20, epsilon: 0.01, delta: 0.01 };
  const sketch = DyadicCountMin.forError(options);
  const draws = new Zipf({ keys: 300_000, exponent: 0.9, seed: 4 });
  const values = Array.from({ length: 60_000 }, () => 500 + 3 * draws.next());
  sketch.addMany(values);
  const sorted = Float64Array.from(values).sort();

  test('keeps its promise with few counters', () => {
    expect(sketch.epsilon).toBeLessThanOrEqual(0.01);
    expect(sketch.delta).toBeLessThanOrEqual(0.01);
    expect(sketch.memoryBytes).toBeLessThan(800_000);
  });

  test('quantiles are off by at most epsilon in rank', () => {
    for (const q of [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999]) {
      const value = sketch.quantile(q)!;
      const atMost = sorted.filter((other) => other <= value).length / sorted.length;
      const below = sorted.filter((other) => other < value).length / sorted.length;
      // Those of the same value lie between.
      expect(below).toBeLessThanOrEqual(q + 0.01);
      expect(atMost).toBeGreaterThanOrEqual(q - 0.01);
    }
  });

  test('ranges are never under the truth, and above it by at most epsilon but for delta of them', () => {
    const random = new Zipf({ keys: 2 ** 20, exponent: 0, seed: 9 });
    let beyond = 0;
    for (let i = 0; i < 500; i++) {
      const [x, y] = [random.next(), random.next()];
      const [low, high] = [Math.min(x, y), Math.max(x, y)];
      const truth = sorted.filter((value) => value >= low && value <= high).length;
      const { estimate, lower } = sketch.range(low, high);
      expect(estimate).toBeGreaterThanOrEqual(truth);
      if (estimate - truth > 0.01 * values.length || lower > truth) beyond++;
    }
    expect(beyond / 500).toBeLessThanOrEqual(sketch.delta);
  });

  test('no value that came more often than asked for is missing, and none below the noise is listed', () => {
    const counts = new Map<number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const above = 0.005;
    const listed = sketch.heavyHitters({ above });
    const heavy = [...counts].filter(([, n]) => n > above * values.length).map(([value]) => value);
    expect(heavy.length).toBeGreaterThan(1);
    expect(listed.map(({ value }) => value)).toEqual(expect.arrayContaining(heavy));
    for (const { value, estimate } of listed)
      expect(estimate).toBeLessThan((counts.get(value) ?? 0) + 0.01 * values.length);
  });
});

test('a stream of one value, and the ends of the domain', () => {
  const sketch = DyadicCountMin.forError({ bits: 53, epsilon: 0.1, delta: 0.1 });
  sketch.add(2 ** 53 - 1, 3);
  sketch.add(0, 1);
  expect(sketch.range(0, 2 ** 53 - 1).estimate).toBe(4);
  expect(sketch.count(2 ** 53 - 1).estimate).toBe(3);
  expect([0, 0.25, 0.26, 1].map((q) => sketch.quantile(q))).toEqual([0, 0, 2 ** 53 - 1, 2 ** 53 - 1]);
  expect(sketch.heavyHitters({ above: 0.5 }).map(({ value }) => value)).toEqual([2 ** 53 - 1]);
});

describe('the keys that came most', () => {
  const keys = Array.from({ length: 100_000 }, () => '');
  const draws = new Zipf({ keys: 50_000, exponent: 1.1, seed: 3 });
  for (let i = 0; i < keys.length; i++) keys[i] = `key:${draws.next()}`;
  const truth = new Map<string, number>();
  for (const key of keys) truth.set(key, (truth.get(key) ?? 0) + 1);
  const best = [...truth]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 10)
    .map(([key]) => key);

  test.each([
    ['SpaceSaving', () => TopK.spaceSaving({ capacity: 200 })],
    ['CountMinTopK', () => TopK.countMin({ k: 20, epsilon: 0.001, delta: 0.01 })],
  ] as const)('%s finds the ten most frequent, in one stream and in four merged ones', (_, make) => {
    const whole = make();
    whole.addMany(keys);
    const parts = [0, 1, 2, 3].map((part) => {
      const top = make();
      top.addMany(keys.filter((__, i) => i % 4 === part));
      return top;
    });
    const merged = parts.reduce((a, b) => a.merge(b as never) as typeof a);
    for (const top of [whole, merged]) {
      expect(top.top(10).map(({ key }) => key)).toEqual(best);
      for (const { key, lower, upper } of top.top(10)) {
        expect(upper).toBeGreaterThanOrEqual(truth.get(key as string)!);
        expect(lower).toBeLessThanOrEqual(truth.get(key as string)!);
      }
    }
  });
});
