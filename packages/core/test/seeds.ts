import { PingWorld } from './world.js';

/** Lets a world happen for each seed. Throws for the first that breaks, with a line that runs it again and prints its trace. */
export function trySeeds(seeds: Iterable<number>): Record<string, number> {
  const only = process.env['DSYS_SEED'];
  const sums: Record<string, number> = {};
  for (const seed of only === undefined ? seeds : [Number(only)]) {
    const world = new PingWorld(seed);
    world.run(1_000);
    if (world.broken === null) world.heal();
    for (const [what, count] of Object.entries(world.sometimes)) sums[what] = (sums[what] ?? 0) + count;
    if (only !== undefined) console.log(world.trace.join('\n'));
    if (world.broken !== null)
      throw new Error(`${world.broken} (seed ${seed}); again: DSYS_SEED=${seed} npx vitest run test/seeds.test.ts`);
  }
  return sums;
}

export function* range(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed++) yield seed;
}
