/** The way to a target, against a slow and obvious second version: quorums as sets that are all looked at. */
import type { Configuration, Member } from '@dsys/raft';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configurationFault } from '../src/configuration.js';
import { checkTarget, leaveJoint, nextStep } from '../src/target.js';
import { member } from './samples.js';

const IDS = ['a', 'b', 'c', 'd', 'e'];
const SELF = { cluster: 'c', group: 0, id: 'z', incarnation: 1 };

/** All configurations of these: each votes, learns, or takes no part. */
function configurationsOf(ids: readonly string[]): Configuration[] {
  const all: Configuration[] = [];
  for (let number = 0; number < 3 ** ids.length; number++) {
    const part = (id: string): number => Math.floor(number / 3 ** ids.indexOf(id)) % 3;
    const of = (which: number): Member[] => ids.filter((id) => part(id) === which).map((id) => member(id));
    if (of(1).length > 0) all.push({ voters: of(1), outgoing: null, learners: of(2) });
  }
  return all;
}

/** All configurations on the way, the first and the last included. */
function way(from: Configuration, target: Configuration): Configuration[] {
  const passed = [from];
  for (let left = 10; left > 0; left--) {
    const at = passed.at(-1)!;
    if (at.outgoing !== null) passed.push(leaveJoint(at));
    else {
      const step = nextStep(at, target);
      if (step === null) return passed;
      for (const { id } of step.promoted)
        if (!at.learners.some((learner) => learner.id === id)) throw new Error(`${id} votes and has not learned`);
      const known = new Set([...at.voters, ...at.learners].map(nameOf));
      for (const voter of step.configuration.voters)
        if (!known.has(nameOf(voter))) throw new Error(`${voter.id} votes and was no member`);
      passed.push(step.configuration);
    }
  }
  throw new Error('the way has no end');
}

const nameOf = ({ id, incarnation }: Member): string => `${id}/${incarnation}`;
const halvesOf = ({ voters, outgoing }: Configuration): readonly (readonly string[])[] =>
  (outgoing === null ? [voters] : [voters, outgoing]).map((half) => half.map(nameOf));
const hasMajority = (half: readonly string[], yes: ReadonlySet<string>): boolean =>
  half.filter((name) => yes.has(name)).length * 2 > half.length;
const known = new Map<string, boolean>();

/** Is there no way for two to be elected, or for two things to be committed: is no quorum of one apart from one of the other? */
function doMeet(a: Configuration, b: Configuration): boolean {
  const [one, other] = [halvesOf(a), halvesOf(b)];
  const key = JSON.stringify([one, other]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const names = [...new Set([...one, ...other].flat())];
  let meet = true;
  for (let bits = 0; bits < 1 << names.length && meet; bits++) {
    const yes = new Set(names.filter((_, i) => (bits >> i) & 1));
    if (!one.every((half) => hasMajority(half, yes))) continue;
    // The best that the other can do is everybody else.
    const rest = new Set(names.filter((name) => !yes.has(name)));
    meet = !other.every((half) => hasMajority(half, rest));
  }
  known.set(key, meet);
  return meet;
}

const differ = (a: Configuration, b: Configuration): number => {
  const [before, after] = [a, b].map(({ voters }) => new Set(voters.map(({ id }) => id)));
  return IDS.filter((id) => before!.has(id) !== after!.has(id)).length;
};

test('from each configuration of up to five nodes to each: quorums of neighbours meet, and it is joint where more than one voter differs (Raft §6, R13)', () => {
  const all = configurationsOf(IDS);
  expect(all).toHaveLength(3 ** 5 - 2 ** 5);
  const seen = { joint: 0, single: 0, steps: 0 };
  for (const from of all)
    for (const target of all) {
      const passed = way(from, target);
      for (let i = 1; i < passed.length; i++) {
        seen.steps++;
        if (!doMeet(passed[i - 1]!, passed[i]!)) expect.fail(JSON.stringify([passed[i - 1], passed[i]]));
        if (configurationFault(passed[i]!) !== null) expect.fail(JSON.stringify(passed[i]));
      }
      const isJoint = passed.some(({ outgoing }) => outgoing !== null);
      if (isJoint !== differ(from, target) > 1) expect.fail(JSON.stringify([from, target]));
      seen[isJoint ? 'joint' : 'single']++;
      if (JSON.stringify(passed.at(-1)) !== JSON.stringify(target)) expect.fail(JSON.stringify([from, target]));
    }
  expect(seen.joint).toBeGreaterThan(20_000);
  expect(seen.single).toBeGreaterThan(5_000);
});

test('two voters more or less in one step would have quorums that do not meet: the second version can say no', () => {
  const of = (...ids: string[]): Configuration => ({
    voters: ids.map((id) => member(id)),
    outgoing: null,
    learners: [],
  });
  expect(doMeet(of('a', 'b', 'c'), of('c', 'd', 'e'))).toBe(false);
  expect(doMeet(of('a'), of('a', 'b', 'c'))).toBe(false);
  expect(doMeet(of('a', 'b'), of('a', 'b', 'c'))).toBe(true);
});

test('random ones of up to nine nodes, some with another disk: each ends at its target, and an id is never two members', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const parts = fc.array(fc.constantFrom('', 'v', 'v', 'l', 'V', 'L'), { minLength: 9, maxLength: 9 });
  let replaced = 0;
  fc.assert(
    fc.property(parts, parts, (before, after) => {
      const of = (list: readonly string[], which: string, isNew: boolean): Member[] =>
        ids.flatMap((id, i) =>
          list[i]!.toLowerCase() === which ? [member(id, isNew && list[i] !== which ? 2 : 1)] : [],
        );
      const from = { voters: of(before, 'v', false), outgoing: null, learners: of(before, 'l', false) };
      const wanted = { voters: of(after, 'v', true), learners: of(after, 'l', true) };
      fc.pre(from.voters.length > 0 && wanted.voters.length > 0);
      const target = checkTarget(wanted, from, SELF);
      const survivors = from.voters.filter(
        ({ id }) => ![...wanted.voters, ...wanted.learners].some((each) => each.id === id && each.incarnation === 2),
      );
      if ('outcome' in target) {
        expect(survivors, target.message).toEqual([]);
        return;
      }
      expect(survivors).not.toEqual([]);
      const passed = way(from, target);
      for (let i = 1; i < passed.length; i++) {
        const { voters, outgoing, learners } = passed[i]!;
        const names = new Map<string, number>();
        for (const { id, incarnation } of [...voters, ...(outgoing ?? []), ...learners]) {
          expect(names.get(id) ?? incarnation, `${id} is two`).toBe(incarnation);
          names.set(id, incarnation);
        }
        expect(doMeet(passed[i - 1]!, passed[i]!)).toBe(true);
      }
      expect(passed.at(-1)).toEqual(target);
      if (passed.some(({ voters }) => voters.some(({ incarnation }) => incarnation === 2))) replaced++;
    }),
    { numRuns: 300 },
  );
  expect(replaced).toBeGreaterThan(50);
});

test('a new address is in force before a learner is waited for at it', () => {
  const at = (id: string, address: string): Member => ({ id, incarnation: 1, address });
  const from = { voters: [at('a', 'old')], outgoing: null, learners: [at('b', 'wrong')] };
  const target = { voters: [at('a', 'new'), at('b', 'right')], outgoing: null, learners: [] };
  expect(nextStep(from, target)).toEqual({
    configuration: { voters: [at('a', 'new')], outgoing: null, learners: [at('b', 'right')] },
    promoted: [],
    isLast: false,
  });
});
