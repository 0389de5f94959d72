/** The short form: wide bounds, few trials. The long form is `accuracy.long.ts`. */
import { test } from 'vitest';
import { hyperLogLogAccuracy, ultraLogLogAccuracy } from './accuracy.js';

// Four standard errors of a bias at these numbers of trials, and of a root mean square.
test('HyperLogLog at p = 10: no bias and no bump from 1 to 10^6 items, nor at 2.5 m', () => {
  const trials = 80;
  hyperLogLogAccuracy({ precision: 10, trials, most: 1e6, bias: (4 * 0.0325) / Math.sqrt(trials), rmse: 1.35 });
});

test('UltraLogLog at p = 9: the same up to 20,000 items', () => {
  const trials = 60;
  ultraLogLogAccuracy({ precision: 9, trials, most: 20_000, bias: (4 * 0.0345) / Math.sqrt(trials), rmse: 1.4 });
});
