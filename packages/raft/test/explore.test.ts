/** Every state of the smallest clusters, and the shortest ways to what goes wrong without a durable vote. */
import { describe, expect, test } from 'vitest';
import { forgetful, hasty } from '../sim/variants.js';
import { exploreSpace, nodesOf } from './exploring.js';

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
    ['two nodes, one crash, the disk on its own', { nodes: 2, terms: 1, entries: 1, crashes: 1, maxStates: 20_000 }],
    [
      'three nodes, flushes that take no time',
      { nodes: 3, terms: 1, entries: 1, fused: true, standing: 1, maxStates: 20_000 },
    ],
  ])('comes to the same with frames that can’t matter left on their way: %s', { timeout: 60_000 }, (_what, space) => {
    const all = exploreSpace({ ...space, keepsDeadLetters: true, keepGraph: true });
    const few = exploreSpace({ ...space, keepGraph: true });
    expect([all.isComplete, few.isComplete]).toEqual([true, true]);
    expect(new Set(few.graph!.states.map(nodesOf))).toEqual(new Set(all.graph!.states.map(nodesOf)));
    expect(few.states).toBeLessThan(all.states);
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
