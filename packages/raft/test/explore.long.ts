/** Larger spaces of the real core, all of them to their ends: how many states they have is printed, and how long that took. */
import { describe, expect, test } from 'vitest';
import { forgetful, hasty } from '../sim/variants.js';
import { exploreSpace, type Space } from './exploring.js';
import { bringToFigure8 } from './exploring-figure8.js';

type Bounds = Omit<Space, 'maxStates'>;

const ONE_TERM: Bounds = { nodes: 3, terms: 1, entries: 1, crashes: 1 };
const TWO_TERMS: Bounds = { nodes: 3, terms: 2, entries: 1, crashes: 1, fused: true };
const TWO_NODES: Bounds = { nodes: 2, terms: 2, entries: 2 };
const FIGURE_8: Bounds = {
  nodes: 3,
  terms: 2,
  entries: 0,
  fused: true,
  oneByOne: true,
  after: bringToFigure8,
};

const RIVALS = 'two nodes stand in one term';
const LEADERS = 'two lead, in different terms';
const COMMITTED = 'a command is committed';
const BACK = 'a node has come back';
const TRUNCATED = 'a log is truncated';

describe('all states of the real core', () => {
  test.each([
    ['three nodes, one term, one command, one crash, the disk on its own', ONE_TERM, [RIVALS, COMMITTED, BACK]],
    [
      'three nodes, two terms, one command, one crash, flushes that take no time',
      TWO_TERMS,
      [RIVALS, LEADERS, COMMITTED, BACK, TRUNCATED],
    ],
    // Of two nodes both must vote: no two of them lead, and no log is truncated.
    ['two nodes, two terms, two commands, the disk on its own', TWO_NODES, [RIVALS, COMMITTED]],
    [
      'two nodes, one term, one command, one crash, one heartbeat, the disk on its own',
      { nodes: 2, terms: 1, entries: 1, crashes: 1, heartbeats: 1 },
      [COMMITTED, BACK, 'a heartbeat is answered'],
    ],
    ['three nodes, from the middle of Figure 8 on, two terms', FIGURE_8, [RIVALS, LEADERS, TRUNCATED]],
  ] as const)('nothing is found in %s', { timeout: 3_600_000 }, (name, bounds, shows) => {
    const began = performance.now();
    const { violation, states, levels, isComplete, sometimes } = exploreSpace({ ...bounds, maxStates: 3_000_000 });
    const seconds = (performance.now() - began) / 1_000;
    const rate = Math.round(states / seconds);
    console.log(`${name}: ${states} states, ${levels} levels, ${seconds.toFixed(1)} s, ${rate} a second`, sometimes);
    expect({ violation, isComplete }).toEqual({ violation: null, isComplete: true });
    for (const what of ['a node leads', ...shows]) expect(sometimes[what], what).toBeGreaterThan(0);
  });

  test.each([
    ['forgotten, in one term', forgetful, ONE_TERM, 11],
    ['forgotten, in two terms', forgetful, TWO_TERMS, 7],
    ['said before it is durable, in one term', hasty, ONE_TERM, 7],
  ] as const)('a vote that is %s, is refuted by a shortest way', (_what, protocol, bounds, steps) => {
    const { violation } = exploreSpace({ ...bounds, protocol, maxStates: 100_000 });
    expect(violation?.invariant).toBe('at most one leader is elected in a term');
    expect(violation?.path.filter((action) => action.startsWith('crash'))).toHaveLength(1);
    expect(violation?.path).toHaveLength(steps);
  });
});
