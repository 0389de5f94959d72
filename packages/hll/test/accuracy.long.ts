/**
 * Trials are as many as make 0.1 % three standard errors of a mean: (3 · 1.04 / √m / 0.001)², 2,372 at p = 12 and 593 at
 * p = 14. Figures are printed. `DSYS_SCALE` above 1 tries other seeds.
 */
import { test } from 'vitest';
import { hyperLogLogAccuracy, ultraLogLogAccuracy } from './accuracy.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);

for (let seed = 1; seed <= Math.max(1, scale / 10); seed++) {
  test.each([
    [12, 3000],
    [14, 800],
  ])(
    `HyperLogLog at p = %i: no bias of a thousandth, and RMSE within 7 per cent of theory, from 1 to 10^7 items in %i trials (seed ${seed})`,
    (precision, trials) => {
      hyperLogLogAccuracy({ precision, trials, most: 1e7, bias: 0.001, rmse: 1.07, seed, print: true });
    },
  );

  test(`UltraLogLog at p = 10: bias within three sigma and RMSE within 7 per cent of theory up to 100,000 items (seed ${seed})`, () => {
    ultraLogLogAccuracy({
      precision: 10,
      trials: 1000,
      most: 100_000,
      bias: (3.5 * 0.0244) / Math.sqrt(1000),
      rmse: 1.07,
      seed,
      print: true,
    });
  });
}
