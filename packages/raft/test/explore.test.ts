/** Every state of the smallest clusters, and the shortest ways to what goes wrong without a durable vote. */
import { describe, expect, test } from 'vitest';
import { forgetful, hasty } from '../sim/variants.js';
import { exploreSpace } from './exploring.js';

describe('exploration of the real core', () => {
  test('finds nothing in all states of two nodes with one term and one command', () => {
    const { violation, isComplete, states, sometimes } = exploreSpace({
      nodes: 2,
      terms: 1,
      entries: 1,
      maxStates: 5_000,
    });
    expect({ violation, isComplete }).toEqual({ violation: null, isComplete: true });
    expect(states).toBeGreaterThan(100);
    expect(sometimes['a command is committed']).toBeGreaterThan(0);
  });

  test.each([
    ['said before it is durable', hasty, false],
    ['forgotten', forgetful, true],
  ])('refutes a vote that is %s, by a shortest way', (_what, protocol, fused) => {
    const space = { nodes: 3, terms: 1, entries: 0, crashes: 1, standing: 2, fused, protocol, maxStates: 20_000 };
    const { violation } = exploreSpace(space);
    expect(violation?.invariant).toBe('at most one leader is elected in a term');
    expect(violation?.path).toHaveLength(8);
    expect(violation?.path.filter((action) => action.startsWith('crash'))).toHaveLength(1);
  });
});
