/**
 * The ping counter in a small world, seed after seed. Again with a trace:
 *
 *     DSYS_SEED=17 npx vitest run test/seeds.test.ts
 */
import { expect, test } from 'vitest';
import { PingWorld } from './world.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);
const only = process.env['DSYS_SEED'];
const SEEDS = only === undefined ? Array.from({ length: 400 * scale }, (_, i) => i + 1) : [Number(only)];
const sums: Record<string, number> = {};

test('one is elected a term, each count is told once and none that was told is lost, whatever fails', () => {
  for (const seed of SEEDS) {
    const world = new PingWorld(seed);
    world.run(600);
    if (world.broken === null) world.heal();
    for (const [what, count] of Object.entries(world.sometimes)) sums[what] = (sums[what] ?? 0) + count;
    if (world.broken === null) continue;
    if (only !== undefined) console.log(world.trace.join('\n'));
    throw new Error(`${world.broken} (seed ${seed}); again: DSYS_SEED=${seed} npx vitest run test/seeds.test.ts`);
  }
});

test('each thing that should happen sometimes did', () => {
  const wanted =
    'elected applied unknown not-elected deliver drop repeat flush apply wait ping crash restart fill hang';
  for (const what of only === undefined ? wanted.split(' ') : []) expect(sums[what], what).toBeGreaterThan(100);
});

test('a seed is a run: the same again, step for step', () => {
  const traces = [1, 1, 2].map((seed) => {
    const world = new PingWorld(seed);
    world.run(600);
    return world.trace.join('\n');
  });
  expect(traces[1]).toBe(traces[0]);
  expect(traces[2]).not.toBe(traces[0]);
});
