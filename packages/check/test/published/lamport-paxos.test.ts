import { expect, test } from 'vitest';
import type { TransitionSystem } from '../../src/index.js';
import { explore } from './exploring.js';

/**
 * Lamport's specification of Paxos without proposers' state (tlaplus/Examples, `PaxosHowToWinATuringAward/Paxos.tla`): what
 * was sent is a set that only grows. Messages are texts: `1a 0`, `1b a 1 mbal mval`, `2a 0 v`, `2b a 0 v`.
 */
interface State {
  readonly maxBal: readonly number[];
  readonly maxVBal: readonly number[];
  readonly maxVal: readonly (string | null)[];
  readonly messages: readonly string[];
}

const ACCEPTORS = [0, 1, 2];
const QUORUMS = [
  [0, 1],
  [0, 2],
  [1, 2],
];
const VALUES = ['v', 'w'];

function paxos(ballots: readonly number[], { safe = true } = {}): TransitionSystem<State> {
  const sent = (s: State, message: string): State =>
    s.messages.includes(message) ? s : { ...s, messages: [...s.messages, message].sort() };
  return {
    initial: () => [
      {
        maxBal: ACCEPTORS.map(() => -1),
        maxVBal: ACCEPTORS.map(() => -1),
        maxVal: ACCEPTORS.map(() => null),
        messages: [],
      },
    ],
    *next(s) {
      for (const b of ballots) {
        yield { action: `1a ${b}`, state: sent(s, `1a ${b}`) };
        for (const v of VALUES)
          if (mayPropose(s, b, v, safe)) yield { action: `2a ${b} ${v}`, state: sent(s, `2a ${b} ${v}`) };
        for (const a of ACCEPTORS) {
          if (b > s.maxBal[a]! && s.messages.includes(`1a ${b}`)) {
            const promise = `1b ${a} ${b} ${s.maxVBal[a]} ${s.maxVal[a]}`;
            yield { action: promise, state: sent({ ...s, maxBal: s.maxBal.with(a, b) }, promise) };
          }
          for (const v of VALUES)
            if (b >= s.maxBal[a]! && s.messages.includes(`2a ${b} ${v}`)) {
              const voted = {
                ...s,
                maxBal: s.maxBal.with(a, b),
                maxVBal: s.maxVBal.with(a, b),
                maxVal: s.maxVal.with(a, v),
              };
              yield { action: `2b ${a} ${b} ${v}`, state: sent(voted, `2b ${a} ${b} ${v}`) };
            }
        }
      }
    },
  };
}

function mayPropose(s: State, b: number, v: string, safe: boolean): boolean {
  if (VALUES.some((each) => s.messages.includes(`2a ${b} ${each}`))) return false;
  return QUORUMS.some((quorum) => {
    const promises = quorum.map((a) => s.messages.find((message) => message.startsWith(`1b ${a} ${b} `)));
    if (promises.includes(undefined)) return false;
    const votes = promises.map((promise) => promise!.split(' ').slice(3)).filter(([ballot]) => ballot !== '-1');
    if (votes.length === 0 || !safe) return true;
    const highest = Math.max(...votes.map(([ballot]) => Number(ballot)));
    return votes.some(([ballot, value]) => Number(ballot) === highest && value === v);
  });
}

const chosen = (s: State): string[] =>
  VALUES.filter((v) =>
    [0, 1, 2].some((b) => ACCEPTORS.filter((a) => s.messages.includes(`2b ${a} ${b} ${v}`)).length >= 2),
  );
const invariants = { 'one value is chosen': (s: State) => chosen(s).length <= 1 };
const sometimes = { decided: (s: State) => chosen(s).length === 1 };

test.each([
  [[0], 73, 9, 32],
  [[0, 1], 3_921, 17, 2_432],
])('ballots %j: %i states, %i levels, %i of them decided', (ballots, states, levels, decided) => {
  const found = explore(paxos(ballots), { invariants, sometimes });
  expect(found).toMatchObject({ states, levels, isComplete: true, violation: null, sometimes: { decided } });
});

test('a proposer that does not mind what was voted for before chooses two values', () => {
  const { violation } = explore(paxos([0, 1], { safe: false }), { invariants });
  expect(violation).toMatchObject({ invariant: 'one value is chosen' });
});

/** The valencies of a bounded Paxos: what can still be chosen (Fischer, Lynch and Paterson's words). */
test.each([
  [[0], { bivalent: 9, v: 32, w: 32, critical: 1, last: 8 }],
  [[0, 1], { bivalent: 369, v: 1_776, w: 1_776, critical: 36, last: 368 }],
])('ballots %j: its bivalent and critical states', (ballots, expected) => {
  const { graph } = explore(paxos(ballots), { keepGraph: true });
  const { states, next } = graph!;
  const successors = next.map((each, i) => [...new Set(each)].filter((to) => to !== i));
  const valency = new Array<number>(states.length).fill(-1);
  const of = (i: number): number => {
    if (valency[i] === -1) {
      const own = chosen(states[i]!).reduce((bits, v) => bits | (1 << VALUES.indexOf(v)), 0);
      valency[i] = successors[i]!.reduce((bits, to) => bits | of(to), own);
    }
    return valency[i]!;
  };
  const all = states.map((_, i) => of(i));
  const count = (bits: number) => all.filter((each) => each === bits).length;
  const critical = all.filter((each, i) => each === 3 && successors[i]!.every((to) => all[to] !== 3)).length;
  const last = successors.filter((each) => each.length === 0).length;
  expect({ bivalent: count(3), v: count(1), w: count(2), critical, last }).toEqual(expected);
});
