import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BloomFilter, classicRate, planBloomFilter, splitBlockRate } from '../src/index.js';
import { holds } from './support.js';

describe('the rate of split blocks, by the Poisson sum', () => {
  test.each([
    [8, 0.0332],
    [10, 0.0126],
    [12, 0.00542],
    [16, 0.00132],
  ])('%d bits an item: %f', (bits, rate) => {
    expect(splitBlockRate(256 / bits)).toBeCloseTo(rate, rate < 0.01 ? 5 : 4);
  });

  test('what Parquet’s formula takes for 1 % gives 1.463 %, for 10 % 11.34 %, for 0.1 % 0.208 %', () => {
    for (const [asked, got] of [
      [0.01, 0.01463],
      [0.1, 0.1134],
      [0.001, 0.00208],
    ] as const) {
      const bits = -8 / Math.log1p(-(asked ** (1 / 8)));
      expect(splitBlockRate(256 / bits) / got).toBeCloseTo(1, 2);
    }
  });

  test('agrees with its closed form Σ (−1)^i C(8,i) e^(−λ(1 − (31/32)^i)) where that is exact enough', () => {
    const choose = [1, 8, 28, 56, 70, 56, 28, 8, 1];
    for (const items of [10, 25.6, 64, 200, 600]) {
      const closed = choose.reduce(
        (sum, c, i) => sum + (i % 2 === 0 ? c : -c) * Math.exp(-items * (1 - (31 / 32) ** i)),
        0,
      );
      expect(splitBlockRate(items)).toBeCloseTo(closed, 10);
    }
    expect(splitBlockRate(0)).toBe(0);
    expect(splitBlockRate(1e6)).toBe(1);
  });
});

test('1 % takes 10.53 bits an item in split blocks and 9.59 anywhere; 0.1 % takes 16.89 and 14.38', () => {
  const bits = (falsePositiveRate: number, layout: 'split-block' | 'classic'): number =>
    planBloomFilter({ expected: 1e6, falsePositiveRate, layout }).bitsPerItem;
  expect(bits(0.01, 'split-block')).toBeCloseTo(10.529, 2);
  expect(bits(0.1, 'split-block')).toBeCloseTo(5.989, 2);
  expect(bits(0.001, 'split-block')).toBeCloseTo(16.89, 2);
  expect(bits(0.01, 'classic')).toBeCloseTo(9.593, 2);
  expect(bits(0.001, 'classic')).toBeCloseTo(14.378, 2);
});

test('auto takes split blocks down to 0.1 %, and classic below', () => {
  const layout = (falsePositiveRate: number): string => planBloomFilter({ expected: 1000, falsePositiveRate }).layout;
  expect([0.5, 0.01, 0.001].map(layout)).toEqual(['split-block', 'split-block', 'split-block']);
  expect([0.000_999, 1e-6].map(layout)).toEqual(['classic', 'classic']);
});

test('a plan keeps the rate that was asked for, and is what forItems makes', () => {
  const rate = fc.double({ min: 1e-9, max: 0.99, noNaN: true });
  holds(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      rate,
      fc.constantFrom('auto', 'split-block', 'classic'),
      (expected, falsePositiveRate, layout) => {
        const options = { expected, falsePositiveRate, layout } as const;
        const plan = planBloomFilter(options);
        expect(plan.falsePositiveRate).toBeLessThanOrEqual(falsePositiveRate * (1 + 1e-12));
        expect(plan.bitsPerItem * expected).toBeCloseTo(plan.bitCount, 6);
        const { bitCount, hashCount } = BloomFilter.forItems(options);
        expect({ bitCount, hashCount }).toEqual({ bitCount: plan.bitCount, hashCount: plan.hashCount });
        if (plan.layout === 'classic')
          expect(classicRate(plan.bitsPerItem, plan.hashCount)).toBe(plan.falsePositiveRate);
        // One unit less would not do.
        const unit = plan.layout === 'classic' ? 32 : 256;
        if (plan.bitCount === unit) return;
        const less = (plan.bitCount - unit) / expected;
        const rateOfLess = plan.layout === 'classic' ? classicRate(less, plan.hashCount) : splitBlockRate(256 / less);
        expect(rateOfLess).toBeGreaterThan(falsePositiveRate * (1 - 1e-12));
      },
    ),
    200,
  );
});

test('up to 2^32 bits can be had, and no more', () => {
  expect(planBloomFilter({ expected: 4e8, falsePositiveRate: 0.01 }).bitCount).toBeLessThanOrEqual(2 ** 32);
  for (const layout of ['split-block', 'classic'] as const)
    expect(() => planBloomFilter({ expected: 5e8, falsePositiveRate: 0.01, layout })).toThrow(
      'expected must be few enough for 2^32 bits, got 500000000',
    );
});
