/** Every state of the smallest clusters, and the shortest ways to what goes wrong in broken ones. */
import { describe, expect, test } from 'vitest';
import { fingerprintOfAlike } from '../sim/alike.js';
import { careless, forgetful, hasty, lax } from '../sim/variants.js';
import { exploreSpace, nodesOf, type RaftWorld } from './exploring.js';
import { bringToFigure8 } from './exploring-figure8.js';

const TWO = { nodes: 2, terms: 1, entries: 1, crashes: 1, maxStates: 20_000 };
const THREE = { nodes: 3, terms: 1, entries: 1, fused: true, maxStates: 20_000 };
const SMALL = [
  ['two nodes, one crash, the disk on its own', TWO],
  ['three nodes, flushes that take no time', THREE],
] as const;

describe('exploration of the real core', () => {
  test.each(SMALL)('finds nothing in all states of one term and one command: %s', (_what, space) => {
    const { violation, isComplete, states, sometimes } = exploreSpace(space);
    expect({ violation, isComplete }).toEqual({ violation: null, isComplete: true });
    expect(states).toBeGreaterThan(300);
    for (const what of ['a node leads', 'two nodes stand in one term', 'a command is committed'])
      expect(sometimes[what], what).toBeGreaterThan(0);
  });

  test.each([
    ['two nodes, one crash, the disk on its own', TWO],
    ['two nodes, two terms', { ...TWO, terms: 2, crashes: 0, fused: true }],
    ['three nodes, no command', { ...THREE, entries: 0 }],
  ])('nodes come to the same with frames that can’t matter left on their way: %s', (_what, space) => {
    const few = exploreSpace({ ...space, keepsNames: true, keepGraph: true });
    const all = exploreSpace({ ...space, keepsNames: true, keepGraph: true, keepsDeadLetters: true });
    expect([all.isComplete, few.isComplete]).toEqual([true, true]);
    expect(textsOf(few, nodesOf)).toEqual(textsOf(all, nodesOf));
    expect(few.states).toBeLessThan(0.6 * all.states);
  });

  test.each(SMALL)('meets each state in one of the orders of its nodes: %s', (_what, space) => {
    const few = exploreSpace({ ...space, keepGraph: true });
    const all = exploreSpace({ ...space, keepGraph: true, keepsNames: true });
    expect([all.isComplete, few.isComplete]).toEqual([true, true]);
    expect(textsOf(few, fingerprintOfAlike)).toEqual(textsOf(all, fingerprintOfAlike));
    expect(few.graph!.states).toHaveLength(textsOf(few, fingerprintOfAlike).size);
  });

  test.each([
    ['said before it is durable', hasty, false],
    ['forgotten', forgetful, true],
  ])('refutes a vote that is %s, by a shortest way', (_what, protocol, fused) => {
    const { violation } = exploreSpace({
      nodes: 3,
      terms: 1,
      entries: 0,
      crashes: 1,
      fused,
      protocol,
      maxStates: 20_000,
    });
    expect(violation?.invariant).toBe('at most one leader is elected in a term');
    expect(violation?.path).toHaveLength(7);
    expect(violation?.path.filter((action) => action.startsWith('crash'))).toHaveLength(1);
  });

  test('refutes a leader that takes one node less than a majority for enough, once it is elected (R12)', () => {
    const { violation } = exploreSpace({ ...THREE, entries: 0, protocol: lax });
    expect(violation?.detail).toMatch(/is committed, and durable on 1 of 3/);
    expect(violation?.path).toHaveLength(3);
  });

  test('refutes commits by counting copies of a former term, from the middle of Figure 8 on (R2)', () => {
    const { violation } = exploreSpace({
      nodes: 3,
      terms: 2,
      entries: 0,
      fused: true,
      oneByOne: true,
      after: bringToFigure8,
      protocol: careless,
      maxStates: 20_000,
    });
    expect(violation?.detail).toMatch(/leads in term 5 without entry 2 of term 2, committed in term 4/);
    expect(violation?.path).toHaveLength(11);
  });
});

const textsOf = ({ graph }: ReturnType<typeof exploreSpace>, textOf: (world: RaftWorld) => string): Set<string> =>
  new Set(graph!.states.map(textOf));
