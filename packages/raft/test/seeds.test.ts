/** A few blind seeds of each cluster; many are in `seeds.long.ts`, and any number of them is `npm run sim -- raft`. */
import { describe, expect, test } from 'vitest';
import { CLUSTERS, seedsOf } from './seeds.js';

describe('in a world with faults', () => {
  test.each(CLUSTERS)('%s keep every promise', (_name, system, run) => {
    const { failure, totals } = seedsOf(
      system,
      { ...run, operations: 150, maxUs: 20_000_000, tailUs: 2_000_000 },
      1,
      3,
    );
    expect(failure).toBeNull();
    expect(totals.acknowledged).toBeGreaterThan(450);
    expect(totals.sometimes['a leader is elected']).toBeGreaterThan(3);
  });
});
