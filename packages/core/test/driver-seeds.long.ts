import { expect, test } from 'vitest';
import { runSeed } from './driver-seeds.js';

const SEEDS = 300 * Number(process.env['DSYS_SCALE'] ?? 1);

test(`no number is given out twice, whatever happens to the nodes: ${SEEDS} seeds`, async () => {
  let counted = 0;
  for (let seed = 1001; seed <= 1000 + SEEDS; seed++) counted += (await runSeed(seed, 1500)).counted;
  expect(counted).toBeGreaterThan(SEEDS);
});
