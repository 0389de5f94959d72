/** More of `accuracy.test.ts`: more filters, more rates, larger ones. The figures are printed. */
import { describe, expect, test } from 'vitest';
import { ScalableBloomFilter } from '../src/index.js';
import { measuredRate } from './accuracy.js';
import { randomHashes, scale } from './support.js';

describe.each(['split-block', 'classic'] as const)('the rate of %s', (layout) => {
  test.each([
    [0.3, 1000, 50, 10_000],
    [0.1, 10_000, 50, 20_000],
    [0.01, 10_000, 50, 100_000],
    [0.001, 10_000, 50, 200_000],
    [0.0001, 10_000, 20, 500_000],
    [0.01, 1_000_000, 2, 1_000_000],
  ])('asked for %f with %d items, is so within 3 sigma', (falsePositiveRate, expected, trials, probes) => {
    const measured = measuredRate({ expected, falsePositiveRate, layout }, trials * scale, probes);
    console.log(
      `${layout} ${falsePositiveRate}: ${measured.wrong} wrong answers for ${measured.expected.toFixed(0)}, ${measured.sigmas.toFixed(2)} sigma`,
    );
    expect(Math.abs(measured.sigmas)).toBeLessThan(3);
  });
});

test('a scalable filter of 300,000 items that began with a thousand keeps its 1 %', () => {
  const filter = ScalableBloomFilter.create({ falsePositiveRate: 0.01, initialCapacity: 1000 });
  filter.addMany(randomHashes(300_000, 7n));
  const wrong = filter.hasMany(randomHashes(300_000, 1n << 62n)).reduce((sum, yes) => sum + yes, 0);
  console.log(`scalable 0.01: ${wrong} wrong answers of 300,000 in ${filter.layerCount} layers`);
  expect(wrong).toBeLessThan(3000 + 164);
});
