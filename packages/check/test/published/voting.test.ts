import { expect, test } from 'vitest';
import { leastOf, permutations, type TransitionSystem } from '../../src/index.js';
import { explore } from './exploring.js';

/** Lamport's Voting and VoteProof (tlaplus/Examples): votes without messages, the idea that Paxos carries out. */
interface State {
  /** By acceptor: votes as [ballot, value], in order. */
  readonly votes: readonly (readonly (readonly [ballot: number, value: number])[])[];
  readonly maxBal: readonly number[];
}

const ACCEPTORS = [0, 1, 2];
const VALUES = [0, 1];
const PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
];

type Guard = (s: State, b: number, v: number) => boolean;

function voting(ballots: readonly number[], isSafe: Guard): TransitionSystem<State> {
  return {
    initial: () => [{ votes: ACCEPTORS.map(() => []), maxBal: ACCEPTORS.map(() => -1) }],
    *next(s) {
      for (const a of ACCEPTORS)
        for (const b of ballots) {
          if (b > s.maxBal[a]!) yield { action: `raise ${a} ${b}`, state: { ...s, maxBal: s.maxBal.with(a, b) } };
          for (const v of VALUES) {
            if (s.maxBal[a]! > b || votedAt(s, a, b) !== undefined) continue;
            if (ACCEPTORS.some((other) => other !== a && (votedAt(s, other, b) ?? v) !== v)) continue;
            if (!isSafe(s, b, v)) continue;
            const votes = [...s.votes[a]!, [b, v] as const].sort((x, y) => x[0] - y[0]);
            yield {
              action: `vote ${a} ${b} ${v}`,
              state: { votes: s.votes.with(a, votes), maxBal: s.maxBal.with(a, b) },
            };
          }
        }
    },
  };
}

const votedAt = (s: State, a: number, b: number): number | undefined =>
  s.votes[a]!.find(([ballot]) => ballot === b)?.[1];

const below = (b: number): number[] => Array.from({ length: b + 1 }, (_, i) => b - 1 - i); // b−1, …, −1

const nobodyBetween = (s: State, quorum: readonly number[], c: number, b: number): boolean =>
  quorum.every((a) => s.votes[a]!.every(([ballot]) => ballot <= c || ballot >= b));

/** Some quorum shows that v is safe at b, also for ballot 0. */
const shown: Guard = (s, b, v) =>
  PAIRS.some(
    (quorum) =>
      quorum.every((a) => s.maxBal[a]! >= b) &&
      below(b).some((c) => (c === -1 || quorum.some((a) => votedAt(s, a, c) === v)) && nobodyBetween(s, quorum, c, b)),
  );

/** VoteProof's SafeAt: a vote at ballot 0 needs no quorum. */
const safeAt: Guard = (s, b, v) =>
  b === 0 ||
  PAIRS.some(
    (quorum) =>
      quorum.every((a) => s.maxBal[a]! >= b) &&
      below(b).some(
        (c) =>
          (c === -1 || (safeAt(s, c, v) && quorum.every((a) => (votedAt(s, a, c) ?? v) === v))) &&
          nobodyBetween(s, quorum, c, b),
      ),
  );

const invariants = {
  'one value is chosen': (s: State) =>
    VALUES.filter((v) => [0, 1, 2].some((b) => ACCEPTORS.filter((a) => votedAt(s, a, b) === v).length >= 2)).length <=
    1,
};

/** All 3! × 2! renamings of acceptors and values. */
const symmetry = leastOf<State>((s) =>
  permutations(ACCEPTORS).flatMap((order) =>
    permutations(VALUES).map((values) => ({
      votes: order.map((a) => s.votes[a]!.map(([b, v]) => [b, values[v]!] as const)),
      maxBal: order.map((a) => s.maxBal[a]!),
    })),
  ),
);

test.each([
  [[0], 40, null],
  [[0, 1], 599, 11],
  [[0, 1, 2], 6_752, 16],
])('Voting, ballots %j: %i states', (ballots, states, levels) => {
  const found = explore(voting(ballots, shown), { invariants });
  expect(found).toMatchObject({ states, isComplete: true, violation: null });
  if (levels !== null) expect(found.levels).toBe(levels);
});

test('Voting, ballots 0 and 1, acceptors and values that are alike: 77 classes', () => {
  expect(explore(voting([0, 1], shown), { invariants, symmetry })).toMatchObject({ states: 77, violation: null });
});

test.each([
  [[0], 46],
  [[0, 1], 611],
  [[0, 1, 2], 6_962],
])('VoteProof, ballots %j: %i states', (ballots, states) => {
  expect(explore(voting(ballots, safeAt), { invariants })).toMatchObject({ states, isComplete: true, violation: null });
});

test('votes that nobody has shown to be safe choose two values', () => {
  expect(
    explore(
      voting([0, 1], () => true),
      { invariants },
    ).violation,
  ).not.toBeNull();
});
