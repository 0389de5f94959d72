import { describe, expect, test } from 'vitest';
import { replay, type SimulationResult, shrink, simulate } from '../src/index.js';
import { allHold, seeds } from './seeds.js';
import { BROKEN, OPTIONS, RIGHT } from './systems/all.js';

describe('small protocols that are right', () => {
  test.each(RIGHT.map((system) => [system.name, system] as const))(
    '%s holds, and is up again in peace',
    (_name, system) => {
      const sums: Record<string, number> = {};
      for (const { sometimes, acknowledgedInPeace, end } of allHold(system, OPTIONS, seeds(1, 4))) {
        expect({ end, isUp: acknowledgedInPeace > 0 }).toEqual({ end: 'peace', isUp: true });
        for (const [what, count] of Object.entries(sometimes)) sums[what] = (sums[what] ?? 0) + count;
      }
      if (process.env['DSYS_SEED'] === undefined)
        for (const [what, count] of Object.entries(sums)) expect(count, what).toBeGreaterThan(0);
    },
  );
});

describe('small protocols with one fault', () => {
  test.each(BROKEN.map((system) => [system.name, system] as const))(
    '%s is found out by some seed, and shrunk to 20 decisions or fewer that replay',
    (_name, system) => {
      let found: SimulationResult | null = null;
      for (let seed = 1; seed <= 40 && found === null; seed++) {
        const result = simulate(system, { ...OPTIONS, seed, record: true });
        if (result.violation !== null) found = result;
      }
      expect(found, 'no seed found it').not.toBeNull();
      const run = shrink(system, found!);
      expect(run.actions.length).toBeLessThanOrEqual(20);
      expect(run.violation?.invariant).toBe(found!.violation!.invariant);
      expect(replay(system, run, { strict: true }).violation).toEqual(run.violation);
    },
  );
});
