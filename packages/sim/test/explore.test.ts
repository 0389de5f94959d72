/** Every order of events, by `@dsys/check`. */
import { describe, expect, test } from 'vitest';
import { replay } from '../src/index.js';
import { exploreSystem } from './exploring.js';
import { lock, lockByClock } from './systems/lock.js';
import { paxosWithoutPromise } from './systems/paxos.js';
import { primaryBackup, primaryBackupHasty } from './systems/primary-backup.js';
import { registerWithoutOverlap } from './systems/register.js';
import { twoPhase, twoPhaseForgetful } from './systems/two-phase.js';

describe('exploration', () => {
  test.each([
    [lockByClock.name, lockByClock, 12],
    [primaryBackupHasty.name, primaryBackupHasty, 3],
    [twoPhaseForgetful.name, twoPhaseForgetful, 14],
  ])('refutes %s, by a shortest way', (_name, system, steps) => {
    const { violation } = exploreSystem(system, { maxStates: 20_000 });
    expect(violation?.path).toHaveLength(steps);
  });

  test('refutes paxos-without-promise where flushes take no time, depth first: breadth first it is far', () => {
    const { violation } = exploreSystem(paxosWithoutPromise, { fused: true, order: 'depth', maxStates: 20_000 });
    expect(violation?.invariant).toBe('one value is chosen');
  });

  test('refutes register-1-2, where flushes take no time: the read asks nobody but itself', () => {
    const { violation } = exploreSystem(registerWithoutOverlap, { fused: true, maxStates: 20_000 });
    expect(violation).toMatchObject({ invariant: 'who asks later sees no less' });
    expect(violation?.path).toHaveLength(10);
  });

  test('finds nothing in all states of two-phase commit with one crash, nor of a primary and its backup', () => {
    for (const system of [twoPhase, primaryBackup]) {
      const { violation, isComplete, sometimes } = exploreSystem(system, { maxStates: 20_000 });
      expect({ violation, isComplete }).toEqual({ violation: null, isComplete: true });
      for (const [what, count] of Object.entries(sometimes)) expect(count, what).toBeGreaterThan(0);
    }
  });

  test('finds nothing in all states of the lock, where flushes take no time; of Paxos and the register: `explore.long.ts`', () => {
    const { violation, isComplete, states } = exploreSystem(lock, { fused: true, maxStates: 20_000 });
    expect({ violation, isComplete, states }).toEqual({ violation: null, isComplete: true, states: 1_649 });
  });

  test('finds a way that a world without a budget replays', () => {
    const path = exploreSystem(primaryBackupHasty, { maxStates: 20_000 }).violation!.path;
    const actions = path.map((id) => [0, id] as const);
    expect(replay(primaryBackupHasty, { options: { fused: false, clocks: {} }, actions }).violation).not.toBeNull();
  });
});
