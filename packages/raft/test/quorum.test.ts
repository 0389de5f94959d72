import type { Configuration } from '@dsys/raft';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allMembers, hasQuorum, isVoter, majority, memberOf, quorumIndex } from '../src/quorum.js';
import { member } from './samples.js';

const IDS = ['a', 'b', 'c', 'd', 'e'];

const configurationOf = (voters: readonly string[], outgoing: readonly string[] | null): Configuration => ({
  voters: voters.map((id) => member(id)),
  outgoing: outgoing === null ? null : outgoing.map((id) => member(id)),
  learners: [],
});

/** The slow, obvious second version: more than half of each half said yes. */
const obvious = (halves: readonly (readonly string[])[], yes: ReadonlySet<string>): boolean =>
  halves.every((half) => half.filter((id) => yes.has(id)).length > half.length / 2);

/** The highest index for which the obvious version finds a quorum. */
const obviousIndex = (halves: readonly (readonly string[])[], of: (id: string) => number): number =>
  [0, ...halves.flat().map(of)]
    .filter((index) => index === 0 || obvious(halves, new Set(halves.flat().filter((id) => of(id) >= index))))
    .reduce((a, b) => Math.max(a, b));

const subsets = (ids: readonly string[]): string[][] =>
  Array.from({ length: 1 << ids.length }, (_, bits) => ids.filter((_, i) => (bits >> i) & 1));

test('all configurations of up to five nodes, joint or not, and all answers: as the obvious version says (R12, R13)', () => {
  let checked = 0;
  for (const voters of subsets(IDS))
    for (const outgoing of [null, ...subsets(IDS)]) {
      const configuration = configurationOf(voters, outgoing);
      const halves = outgoing === null ? [voters] : [voters, outgoing];
      for (const yes of subsets(IDS)) {
        const set = new Set(yes);
        if (hasQuorum(configuration, (id) => set.has(id)) !== obvious(halves, set))
          expect.fail(`voters ${voters}, outgoing ${outgoing}, yes ${yes}`);
        checked++;
      }
    }
  expect(checked).toBe(32 * 33 * 32);
});

test('all indices 0..2 of up to four voters and three of before: as the obvious version says (R13)', () => {
  const ids = ['a', 'b', 'c', 'd'];
  for (const voters of subsets(ids).filter((each) => each.length > 0))
    for (const outgoing of [null, ...subsets(ids).filter((each) => each.length > 0)]) {
      const configuration = configurationOf(voters, outgoing);
      const halves = outgoing === null ? [voters] : [voters, outgoing];
      for (let number = 0; number < 3 ** ids.length; number++) {
        const of = (id: string): number => Math.floor(number / 3 ** ids.indexOf(id)) % 3;
        if (quorumIndex(configuration, of) !== obviousIndex(halves, of))
          expect.fail(`voters ${voters}, outgoing ${outgoing}, indices ${ids.map(of)}`);
      }
    }
});

test('up to 101 voters and random indices: as the obvious version says', () => {
  const ids = Array.from({ length: 130 }, (_, i) => `n${i}`);
  const some = fc.shuffledSubarray(ids, { minLength: 1, maxLength: 130 });
  fc.assert(
    fc.property(
      some,
      fc.option(some),
      fc.array(fc.nat(50), { minLength: 130, maxLength: 130 }),
      (voters, outgoing, at) => {
        const of = (id: string): number => at[ids.indexOf(id)]!;
        const halves = outgoing === null ? [voters] : [voters, outgoing];
        expect(quorumIndex(configurationOf(voters, outgoing), of)).toBe(obviousIndex(halves, of));
      },
    ),
    { numRuns: 60 },
  );
});

test('nobody is a quorum of nobody', () => {
  expect(hasQuorum(configurationOf([], null), () => true)).toBe(false);
  expect(quorumIndex(configurationOf([], null), () => 5)).toBe(0);
  expect(hasQuorum(configurationOf(['a'], []), () => true)).toBe(false);
  expect(quorumIndex(configurationOf(['a'], []), () => 5)).toBe(0);
});

test('learners are not asked, neither for a quorum nor for an index (R12)', () => {
  const configuration = { ...configurationOf(['a', 'b', 'c'], null), learners: [member('d'), member('e')] };
  const asked = new Set<string>();
  hasQuorum(configuration, (id) => asked.add(id).size < 0);
  quorumIndex(configuration, (id) => asked.add(id).size);
  expect([...asked]).toEqual(['a', 'b', 'c']);
  expect(isVoter(configuration, 'd')).toBe(false);
  expect(memberOf(configuration, 'd')).toEqual(member('d'));
});

test('two quorums share a node, also across the step into and out of a joint configuration (Raft §6)', () => {
  const [before, after] = [
    ['a', 'b', 'c'],
    ['c', 'd', 'e'],
  ];
  const steps = [configurationOf(before!, null), configurationOf(after!, before!), configurationOf(after!, null)];
  for (let i = 0; i + 1 < steps.length; i++)
    for (const one of subsets(IDS))
      for (const other of subsets(IDS)) {
        if (one.some((id) => other.includes(id))) continue;
        const both =
          hasQuorum(steps[i]!, (id) => one.includes(id)) && hasQuorum(steps[i + 1]!, (id) => other.includes(id));
        expect(both).toBe(false);
      }
});

test('who takes part is found in either half, the new one first', () => {
  const configuration: Configuration = {
    voters: [member('a'), member('b', 2)],
    outgoing: [member('b'), member('c')],
    learners: [member('c', 1), member('d')],
  };
  expect(memberOf(configuration, 'b')).toEqual(member('b', 2));
  expect(isVoter(configuration, 'c')).toBe(true);
  expect(memberOf(configuration, 'x')).toBe(null);
  expect(allMembers(configuration)).toEqual([member('a'), member('b', 2), member('c'), member('d')]);
  expect([1, 2, 3, 4, 5, 101].map(majority)).toEqual([1, 2, 2, 3, 3, 51]);
});
