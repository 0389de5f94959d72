/** Blind seeds: 1,000 in all at scale 1, and of each cluster the sights that there must be. */
import { summaryLines } from '@dsys/sim';
import { simMatchers } from '@dsys/sim/vitest';
import { describe, expect, test } from 'vitest';
import { CLUSTERS, seedsOf } from './seeds.js';

expect.extend(simMatchers);
const SCALE = Number(process.env['DSYS_SCALE'] ?? 1);
const SEEDS = 250 * SCALE;

describe('in a world with faults', () => {
  test.each(CLUSTERS)('%s keep every promise in many seeds', { timeout: SEEDS * 20_000 }, (name, system, run) => {
    const began = performance.now();
    const result = seedsOf(system, run, 1_000, SEEDS);
    console.log([name, ...summaryLines(result.totals, performance.now() - began)].join('\n'));
    expect(result).toHoldUp();
  });
});
