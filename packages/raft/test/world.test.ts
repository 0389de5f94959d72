/** What a cluster does in the world: it comes back after partitions and deaths, whatever its size. */
import { describe, expect, test } from 'vitest';
import { runOfSize } from './sizes.js';
import { failovers, Stage } from './stage.js';

describe('a partition that heals', () => {
  test('raises no term where a follower was cut off (thesis §9.6)', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const stage = new Stage(seed);
      stage.until(() => stage.leader !== undefined);
      stage.rest(500_000);
      const { id, term } = stage.leader!;
      const follower = stage.states.find((state) => state.id !== id)!.id;
      stage.isolate(follower);
      stage.rest(3_000_000);
      stage.heal(follower);
      stage.rest(1_000_000);
      expect(stage.states.map((state) => [state.term, state.leader])).toEqual([1, 2, 3].map(() => [term, id]));
    }
  });

  test('raises it by one election where the leader was cut off, which has stepped down meanwhile (thesis §6.2)', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const stage = new Stage(seed);
      stage.until(() => stage.leader !== undefined);
      stage.rest(500_000);
      const old = stage.leader!.id;
      stage.isolate(old);
      stage.rest(3_000_000);
      const { id, term } = stage.leader!;
      expect(id).not.toBe(old);
      expect(stage.states.find((state) => state.id === old)!.role).not.toBe('leader');
      stage.heal(old);
      stage.rest(1_000_000);
      expect(stage.states.map((state) => [state.term, state.leader])).toEqual([1, 2, 3].map(() => [term, id]));
    }
  });
});

test('a leader that dies is replaced within two times the upper election timeout', () => {
  const took = failovers(40);
  expect(took[Math.floor(took.length * 0.95)]).toBeLessThan(2 * 300_000);
});

test.each([3, 5, 7])('%i nodes elect, replicate, and answer linearizably', (nodes) => {
  const { result, verdict } = runOfSize(nodes, 100);
  expect({ violation: result.violation, end: result.end, verdict }).toEqual({
    violation: null,
    end: 'peace',
    verdict: 'ok',
  });
  expect(result.acknowledgedInPeace).toBeGreaterThan(50);
  expect(result.sometimes['a leader is elected']).toBe(1);
});
