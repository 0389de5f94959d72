import { test } from 'vitest';
import { range, trySeeds } from './seeds.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);

// Others than the short run's: ten lots, so that one sees how far it is.
test.each(Array.from({ length: 10 }, (_, lot) => lot))('two thousand more seeds: lot %i', (lot) => {
  trySeeds(range(1_001 + lot * 200 * scale, 200 * scale));
});
