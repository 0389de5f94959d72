import { describe, expect, test } from 'vitest';
import { GENTLE, simulate, simulateSeeds } from '../src/index.js';
import { simMatchers } from '../src/vitest/index.js';
import { OPTIONS } from './systems/all.js';
import { lock, lockByClock } from './systems/lock.js';

expect.extend(simMatchers);

const BRIEF = { ...OPTIONS, seeds: 3, countsFrom: { acknowledged: 10, faultKinds: 1 } };

function messageOf(does: () => void): string {
  try {
    does();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it passed');
}

describe('toHoldUp', () => {
  test('passes for seeds that hold, and for one simulation that does', () => {
    expect(simulateSeeds(lock, BRIEF)).toHoldUp();
    expect(simulate(lock, { ...OPTIONS, seed: 1 })).toHoldUp();
  });

  test('fails with the seed, the call that shows it again, the shrunk test and the sums', () => {
    const result = simulateSeeds(lockByClock, { ...OPTIONS, seeds: 40 });
    const message = messageOf(() => expect(result).toHoldUp());
    const seed = result.failure!.seed;
    expect(message).toContain(`Seed ${seed}: no older holder writes after a newer one`);
    expect(message).toContain(`Again: simulate(system, {"scaleUs":100000`);
    expect(message).toContain(`"seed":${seed}})`);
    expect(message).toMatch(/Shrunk to \d+ actions, as a test:\n\nimport { replay } from '@dsys\/sim';/);
    expect(message).toMatch(/^operations {4}\d+ acknowledged/m);
  });

  test('fails for seeds that prove nothing, and says what is missing', () => {
    const few = simulateSeeds(lock, { ...OPTIONS, seeds: 1 });
    expect(messageOf(() => expect(few).toHoldUp())).toContain('Nothing is proven: no seed counts.');
    const never = { ...lock, monitors: [{ name: 'm', init: 0, sometimes: ['it snows'], observe: (n: number) => n }] };
    expect(messageOf(() => expect(simulateSeeds(never, BRIEF)).toHoldUp())).toContain('it snows');
  });

  test('fails for a simulation that breaks something, or never comes to peace', () => {
    const dark = { ...lock, atPeace: () => 'dark' };
    const message = messageOf(() => expect(simulate(dark, { ...OPTIONS, profile: GENTLE, seed: 6 })).toHoldUp());
    expect(message).toMatch(/^Seed 6: it comes right again when faults end\n {2}dark\nTo see it short: shrink\(/);
    const cut = simulate(lock, { ...OPTIONS, seed: 6, maxEvents: 50 });
    expect(messageOf(() => expect(cut).toHoldUp())).toMatch(/never came to peace/);
  });

  test('can be turned round, and is for nothing else', () => {
    expect(simulate(lock, { ...OPTIONS, seed: 6, maxEvents: 50 })).not.toHoldUp();
    expect(messageOf(() => expect(simulateSeeds(lock, BRIEF)).not.toHoldUp())).toMatch(/^seeds {9}3/);
    for (const other of [7, null, {}, 'x'])
      expect(() => expect(other).toHoldUp()).toThrow(/^toHoldUp is for what simulate or simulateSeeds gives/);
  });
});
