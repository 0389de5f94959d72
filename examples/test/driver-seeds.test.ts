import { expect, test } from 'vitest';
import { runSeed, type Sometimes } from './driver-seeds.js';

const asked = process.env['DSYS_SEED'];
const seeds = asked === undefined ? Array.from({ length: 20 }, (_, i) => i + 1) : [Number(asked)];

test(`no number is given out twice, whatever happens to the nodes: seeds ${seeds[0]}..${seeds.at(-1)}`, async () => {
  const total: Sometimes = { counted: 0, unknown: 0, restarts: 0, elections: 0, hangs: 0 };
  for (const seed of seeds) {
    const sometimes = await runSeed(seed);
    for (const key of Object.keys(total) as (keyof Sometimes)[]) total[key] += sometimes[key];
  }
  // A run in which nothing happens proves nothing.
  if (asked === undefined) for (const [what, count] of Object.entries(total)) expect(count, what).toBeGreaterThan(20);
});
