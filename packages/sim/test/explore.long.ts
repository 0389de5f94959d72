import { describe, expect, test } from 'vitest';
import { exploreSystem } from './exploring.js';
import { lock } from './systems/lock.js';
import { paxos, paxosWithoutPromise } from './systems/paxos.js';
import { register, registerWithoutOverlap } from './systems/register.js';

const STATES = 150_000 * Number(process.env['DSYS_SCALE'] ?? 1);

describe('large spaces', () => {
  test.each([paxosWithoutPromise, registerWithoutOverlap].map((system) => [system.name, system] as const))(
    'refutes %s',
    (_name, system) => {
      const fused = true;
      expect(exploreSystem(system, { fused, order: 'depth', maxStates: STATES }).violation).not.toBeNull();
    },
  );

  test.each([lock, paxos, register].map((system) => [system.name, system] as const))(
    'finds nothing in the states of %s that it has time for',
    (_name, system) => {
      const { violation, states } = exploreSystem(system, { fused: true, maxStates: STATES });
      expect(violation).toBeNull();
      expect(states).toBeGreaterThan(1_000);
    },
  );
});
