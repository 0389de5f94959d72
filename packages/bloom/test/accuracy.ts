/** Measured rates beside the theory of `sizing.ts`, over filters of different keys: each is the sum of all of them. */
import { BloomFilter, type ItemOptions, planBloomFilter } from '../src/index.js';
import { randomHashes } from './support.js';

/** What was measured: `sigmas` says by how many standard deviations of the count it is off. */
export interface Measured {
  readonly wrong: number;
  readonly expected: number;
  readonly sigmas: number;
}

/**
 * Fills `trials` filters with as many keys as they were made for, and asks each for `probes` others. Wrong answers of one
 * filter hang together, since all rest on the same bits: its own variance, σ² of the rate between filters, is measured and
 * added to that of counting.
 */
export function measuredRate(options: ItemOptions, trials: number, probes: number): Measured {
  const plan = planBloomFilter(options);
  const counts: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const filter = BloomFilter.forItems(options);
    filter.addMany(randomHashes(options.expected, BigInt(trial) << 40n));
    const others = filter.hasMany(randomHashes(probes, (BigInt(trial) << 40n) + (1n << 62n)));
    counts.push(others.reduce((sum, yes) => sum + yes, 0));
  }
  const wrong = counts.reduce((sum, count) => sum + count, 0);
  const expected = trials * probes * plan.falsePositiveRate;
  const mean = wrong / trials;
  const between = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / Math.max(trials - 1, 1);
  const sigma = Math.sqrt(trials * Math.max(between, probes * plan.falsePositiveRate));
  return { wrong, expected, sigmas: (wrong - expected) / sigma };
}
