import { expect, test } from 'vitest';
import { leastOf, permutations, type TransitionSystem } from '../../src/index.js';
import { explore } from './exploring.js';

/**
 * Two-phase commit as in Gray and Lamport's *Consensus on Transaction Commit* (2006) and stateright's example: messages
 * are a set that only grows, and nothing is lost.
 */
interface State {
  readonly rm: readonly ('working' | 'prepared' | 'committed' | 'aborted')[];
  readonly tm: 'init' | 'committed' | 'aborted';
  readonly prepared: readonly boolean[];
  readonly sent: readonly boolean[];
  readonly decision: { readonly commit: boolean; readonly abort: boolean };
}

function twoPhaseCommit(count: number): TransitionSystem<State> {
  const all = Array.from({ length: count }, (_, i) => i);
  return {
    initial: () => [
      {
        rm: all.map(() => 'working'),
        tm: 'init',
        prepared: all.map(() => false),
        sent: all.map(() => false),
        decision: { commit: false, abort: false },
      },
    ],
    *next(s) {
      if (s.tm === 'init') {
        if (s.prepared.every(Boolean))
          yield { action: 'commit', state: { ...s, tm: 'committed', decision: { ...s.decision, commit: true } } };
        yield { action: 'abort', state: { ...s, tm: 'aborted', decision: { ...s.decision, abort: true } } };
      }
      for (const i of all) {
        if (s.tm === 'init' && s.sent[i]!)
          yield { action: `hear ${i}`, state: { ...s, prepared: s.prepared.with(i, true) } };
        if (s.rm[i] === 'working') {
          yield { action: `prepare ${i}`, state: { ...s, rm: s.rm.with(i, 'prepared'), sent: s.sent.with(i, true) } };
          yield { action: `give up ${i}`, state: { ...s, rm: s.rm.with(i, 'aborted') } };
        }
        if (s.decision.commit) yield { action: `commit ${i}`, state: { ...s, rm: s.rm.with(i, 'committed') } };
        if (s.decision.abort) yield { action: `abort ${i}`, state: { ...s, rm: s.rm.with(i, 'aborted') } };
      }
    },
  };
}

const consistent = ({ rm }: State) => !(rm.includes('committed') && rm.includes('aborted'));

test.each([
  [1, 12],
  [2, 56],
  [3, 288],
  [4, 1568],
  [5, 8832],
])('%i resource managers: %i states (stateright has 288 and 8,832)', (count, states) => {
  const found = explore(twoPhaseCommit(count), {
    invariants: { consistent },
    sometimes: { committed: ({ rm }) => rm.every((each) => each === 'committed') },
  });
  expect(found).toMatchObject({ states, isComplete: true, violation: null });
  expect(found.sometimes.committed).toBeGreaterThan(0);
  if (count === 3) expect(found.levels).toBe(11);
});

test.each([
  [3, 80],
  [5, 314],
])('%i resource managers that are all alike: %i classes', (count, classes) => {
  const orders = permutations(Array.from({ length: count }, (_, i) => i));
  const symmetry = leastOf<State>((s) =>
    orders.map((order) => ({
      ...s,
      rm: order.map((i) => s.rm[i]!),
      prepared: order.map((i) => s.prepared[i]!),
      sent: order.map((i) => s.sent[i]!),
    })),
  );
  expect(explore(twoPhaseCommit(count), { symmetry }).states).toBe(classes);
});

test('a coordinator that commits without having heard everybody is found, by the shortest way', () => {
  const right = twoPhaseCommit(2);
  const wrong: TransitionSystem<State> = {
    ...right,
    *next(s) {
      yield* right.next(s);
      if (s.tm === 'init')
        yield { action: 'commit early', state: { ...s, tm: 'committed', decision: { ...s.decision, commit: true } } };
    },
  };
  const { violation } = explore(wrong, { invariants: { consistent } });
  expect(violation).toMatchObject({ invariant: 'consistent' });
  expect(violation!.path).toHaveLength(3);
});
