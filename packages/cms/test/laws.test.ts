import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConservativeCountMin, CountMinSketch, DyadicCountMin, TopK, WindowedCountMin } from '../src/index.js';
import { anyKey, anyStream, hexOf, holds, trueCounts } from './laws.js';

const anyShape = fc.record({ width: fc.integer({ min: 1, max: 40 }), depth: fc.integer({ min: 1, max: 5 }) });

const plainOf = (
  shape: { width: number; depth: number },
  stream: readonly (readonly [string, number])[],
): CountMinSketch => {
  const sketch = CountMinSketch.create(shape);
  for (const [key, n] of stream) sketch.add(key, n);
  return sketch;
};

describe('plain sketches', () => {
  test('merge is commutative and associative, and the order of keys never matters', () => {
    holds(
      fc.property(anyShape, anyStream, anyStream, anyStream, (shape, a, b, c) => {
        const of = (stream: readonly (readonly [string, number])[]): CountMinSketch => plainOf(shape, stream);
        const expected = hexOf(of([...c, ...b, ...a].reverse()).toBytes());
        expect(hexOf(of(a).merge(of(b)).merge(of(c)).toBytes())).toBe(expected);
        expect(
          hexOf(
            of(c)
              .merge(of(b).merge(of(a)))
              .toBytes(),
          ),
        ).toBe(expected);
      }),
    );
  });

  test('never under the truth, whatever was removed, merged or decayed', () => {
    holds(
      fc.property(
        anyShape,
        anyStream,
        anyStream,
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (shape, a, b, factor) => {
          const sketch = plainOf(shape, a);
          sketch.merge(plainOf(shape, b), { weight: 2 });
          for (const [key, n] of b) sketch.remove(key, n);
          for (const [key, n] of trueCounts(a, b)) expect(sketch.count(key).estimate).toBeGreaterThanOrEqual(n);
          sketch.decay(factor);
          const other = plainOf(shape, b);
          for (const [key, n] of trueCounts(a, b)) {
            const { estimate, lower, upper } = sketch.count(key);
            expect(upper).toBeGreaterThanOrEqual(n * factor - 1e-9);
            expect(lower).toBeLessThanOrEqual(estimate);
          }
          const [mine, theirs] = [trueCounts(a, b), trueCounts(b)];
          const product = [...mine].reduce((sum, [key, n]) => sum + n * factor * (theirs.get(key) ?? 0), 0);
          expect(sketch.innerProduct(other).upper).toBeGreaterThanOrEqual(product - 1e-6);
        },
      ),
    );
  });

  test('bytes come back as the same sketch, whatever the keys', () => {
    holds(
      fc.property(anyShape, fc.array(anyKey), fc.constantFrom(32, 53), (shape, keys, counterBits) => {
        const sketch = CountMinSketch.create({ ...shape, counterBits: counterBits as 32 | 53 });
        sketch.addMany(keys);
        const back = CountMinSketch.fromBytes(sketch.toBytes());
        expect(hexOf(back.toBytes())).toBe(hexOf(sketch.toBytes()));
        for (const key of keys) expect(back.count(key)).toEqual(sketch.count(key));
      }),
    );
  });
});

describe('conservative sketches', () => {
  test('are never under the truth, nor above a plain one, merged or not', () => {
    holds(
      fc.property(anyShape, anyStream, anyStream, (shape, a, b) => {
        const of = (stream: readonly (readonly [string, number])[]): ConservativeCountMin => {
          const sketch = ConservativeCountMin.create(shape);
          for (const [key, n] of stream) sketch.add(key, n);
          return sketch;
        };
        const [one, merged] = [of(a), of(a).mergeUpperBounds(of(b))];
        const [plain, both] = [plainOf(shape, a), plainOf(shape, [...a, ...b])];
        for (const [key, n] of trueCounts(a)) {
          expect(one.count(key).estimate).toBeGreaterThanOrEqual(n);
          expect(one.count(key).estimate).toBeLessThanOrEqual(plain.count(key).estimate);
        }
        for (const [key, n] of trueCounts(a, b)) {
          expect(merged.count(key).estimate).toBeGreaterThanOrEqual(n);
          expect(merged.count(key).estimate).toBeLessThanOrEqual(both.count(key).estimate);
        }
        expect(hexOf(of(b).mergeUpperBounds(of(a)).toBytes())).toBe(hexOf(merged.toBytes()));
        expect(hexOf(ConservativeCountMin.fromBytes(one.toBytes()).toBytes())).toBe(hexOf(one.toBytes()));
      }),
    );
  });
});

describe('windows', () => {
  const anyPanes = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), anyStream), { maxLength: 6 });
  const windowOf = (
    panes: readonly (readonly [number, readonly (readonly [string, number])[]])[],
  ): WindowedCountMin => {
    const window = WindowedCountMin.create({ width: 16, depth: 3, panes: 4 });
    for (const [pane, stream] of [...panes].sort(([a], [b]) => a - b)) {
      window.advanceTo(pane);
      for (const [key, n] of stream) window.add(key, n);
    }
    return window;
  };

  test('count what is in the last panes, and nothing that is older', () => {
    holds(
      fc.property(anyPanes, fc.integer({ min: 1, max: 4 }), (panes, last) => {
        const window = windowOf(panes);
        const recent = panes.filter(([pane]) => pane > window.newest - last).map(([, stream]) => stream);
        const total = [...trueCounts(...recent).values()].reduce((sum, n) => sum + n, 0);
        for (const [key, n] of trueCounts(...recent)) {
          const { estimate } = window.count(key, { last });
          expect(estimate).toBeGreaterThanOrEqual(n);
          expect(estimate).toBeLessThanOrEqual(total);
        }
        if (last === 4) expect(window.total).toBe(total);
      }),
    );
  });

  test('merge is commutative and associative, and bytes round-trip', () => {
    holds(
      fc.property(anyPanes, anyPanes, anyPanes, (a, b, c) => {
        const one = windowOf(a).merge(windowOf(b)).merge(windowOf(c));
        const other = windowOf(c).merge(windowOf(b).merge(windowOf(a)));
        expect(hexOf(other.toBytes())).toBe(hexOf(one.toBytes()));
        expect(hexOf(windowOf([...a, ...b, ...c]).toBytes())).toBe(hexOf(one.toBytes()));
        expect(hexOf(WindowedCountMin.fromBytes(one.toBytes()).toBytes())).toBe(hexOf(one.toBytes()));
      }),
    );
  });
});

describe('dyadic sketches', () => {
  const values = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 });
  const dyadicOf = (list: readonly number[]): DyadicCountMin => {
    const sketch = DyadicCountMin.create({ bits: 8, width: 20, depth: 3 });
    sketch.addMany(list);
    return sketch;
  };

  test('no range is under the truth, removals and merges included', () => {
    holds(
      fc.property(values, values, fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), (a, b, x, y) => {
        const sketch = dyadicOf(a).merge(dyadicOf(b)).merge(dyadicOf(b));
        for (const value of b) sketch.remove(value);
        const [low, high] = [Math.min(x, y), Math.max(x, y)];
        const truth = [...a, ...b].filter((value) => value >= low && value <= high).length;
        const { estimate, lower, upper } = sketch.range(low, high);
        expect(estimate).toBeGreaterThanOrEqual(truth);
        expect(upper).toBeGreaterThanOrEqual(truth);
        expect(lower).toBeLessThanOrEqual(estimate);
        expect(sketch.range(0, 255).estimate).toBe(sketch.total);
        expect(hexOf(sketch.toBytes())).toBe(hexOf(dyadicOf([...b, ...a]).toBytes()));
        expect(hexOf(DyadicCountMin.fromBytes(sketch.toBytes()).toBytes())).toBe(hexOf(sketch.toBytes()));
      }),
    );
  });

  test('with a counter for each interval everything is exact', () => {
    holds(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, q) => {
          const sketch = DyadicCountMin.create({ bits: 4, width: 16, depth: 1 });
          sketch.addMany(list);
          const sorted = [...list].sort((a, b) => a - b);
          expect(sketch.epsilon).toBe(0);
          expect(sketch.quantile(q)).toBe(sorted[Math.max(1, Math.ceil(q * list.length)) - 1]);
          for (let low = 0; low < 16; low++)
            for (let high = low; high < 16; high++)
              expect(sketch.range(low, high).estimate).toBe(
                list.filter((value) => value >= low && value <= high).length,
              );
        },
      ),
    );
  });
});

describe('top-k', () => {
  const makers = {
    spaceSaving: () => TopK.spaceSaving({ capacity: 7 }),
    countMin: () => TopK.countMin({ k: 7, width: 12, depth: 3 }),
  };
  test.each(Object.entries(makers))('%s: bounds hold for every key, watched or not, merged or not', (_, make) => {
    holds(
      fc.property(anyStream, anyStream, anyStream, (a, b, c) => {
        const of = (stream: readonly (readonly [string, number])[]): TopK => {
          const top = make();
          for (const [key, n] of stream) top.add(key, n);
          return top;
        };
        // Of one kind: `make` makes it.
        const join = (one: TopK, other: TopK): TopK => one.merge(other as never);
        const merged = join(join(of(a), of(b)), of(c));
        for (const [top, truth] of [
          [of(a), trueCounts(a)],
          [merged, trueCounts(a, b, c)],
          [join(of(a), join(of(b), of(c))), trueCounts(a, b, c)],
        ] as const) {
          expect(top.total).toBe([...truth.values()].reduce((sum, n) => sum + n, 0));
          for (const [key, n] of truth) expect(top.count(key).upper).toBeGreaterThanOrEqual(n);
          for (const { key, estimate, lower, upper } of top.top()) {
            const n = truth.get(key as string) ?? 0;
            expect(upper).toBeGreaterThanOrEqual(n);
            expect(estimate).toBeGreaterThanOrEqual(lower);
            if (top.algorithm === 'space-saving') {
              expect(lower).toBeLessThanOrEqual(n);
              expect(upper - lower).toBeLessThanOrEqual(top.total / 7);
            }
          }
        }
        expect(hexOf(join(of(b), of(a)).toBytes())).toBe(hexOf(join(of(a), of(b)).toBytes()));
        expect(hexOf(TopK.fromBytes(merged.toBytes()).toBytes())).toBe(hexOf(merged.toBytes()));
        expect(hexOf(merged.copy().toBytes())).toBe(hexOf(merged.toBytes()));
      }),
    );
  });

  test.each(Object.entries(makers))('%s: keys of every kind come back from bytes', (_, make) => {
    holds(
      fc.property(fc.array(anyKey, { maxLength: 10 }), (keys) => {
        const top = make();
        top.addMany(keys);
        const back = TopK.fromBytes(top.toBytes());
        expect(hexOf(back.toBytes())).toBe(hexOf(top.toBytes()));
        for (const key of keys) expect(back.count(key)).toEqual(top.count(key));
      }),
    );
  });
});
