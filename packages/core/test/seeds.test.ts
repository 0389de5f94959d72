/** The ping counter in a small world, seed after seed. */
import { expect, test } from 'vitest';
import { range, trySeeds } from './seeds.js';
import { PingWorld } from './world.js';

const isOne = process.env['DSYS_SEED'] !== undefined;
const sums: Record<string, number> = {};

// In lots, none of which takes long on a machine that has other things to do.
test.each([1, 51, 101, 151, 201])(
  'one is elected a term, each count is told once, none that was told is lost, and all is well again after the faults: seeds from %i',
  (first) => {
    for (const [what, count] of Object.entries(trySeeds(range(first, 50)))) sums[what] = (sums[what] ?? 0) + count;
  },
);

test.skipIf(isOne)('each thing that should happen sometimes did', () => {
  const wanted = 'elected applied unknown not-elected timeout lost repeated crash full hung refused compacted';
  for (const what of wanted.split(' ')) expect(sums[what], what).toBeGreaterThan(100);
});

test('a seed is a run: the same again, step for step', () => {
  const traces = [1, 1, 2].map((seed) => {
    const world = new PingWorld(seed);
    world.run(1_000);
    return world.trace.join('\n');
  });
  expect(traces[1]).toBe(traces[0]);
  expect(traces[2]).not.toBe(traces[0]);
});
