/**
 * The way from the configuration in force to the one that is wanted (thesis §4.1 to §4.4), step by step. Each step waits
 * until the one before is committed.
 *
 *     {a b c}  ──►  {a b c} d learns  ──►  {b c d} and {a b c}  ──►  {b c d}        a is replaced by d
 *                   until it has the log   both decide: more than
 *                                          one voter differs
 *
 * With one voter more or less any two majorities share a node (§4.1), so no joint configuration is needed. Who comes back
 * with another disk leaves first under its old name: one id is never two members.
 */
import type { Configuration, Member } from './configuration.js';
import { configurationFault } from './configuration.js';
import { membersOf } from './options.js';
import { memberOf } from './quorum.js';
import type { Identity } from './record.js';
import type { Refused } from './words.js';

/** Who shall take part. */
export interface Target {
  /** At least one. */
  readonly voters: readonly Member[];
  /** None of the voters. */
  readonly learners: readonly Member[];
}

/** One step on the way. */
export interface TargetStep {
  readonly configuration: Configuration;
  /** They learn now and vote then: they must have caught up before. */
  readonly promoted: readonly Member[];
  /** With it, or by leaving the joint configuration that it is, the target is reached. */
  readonly isLast: boolean;
}

/** What a target becomes: sorted, and known members keep their address where none is given. Or why it can't be. */
export function checkTarget(target: Target, from: Configuration, self: Identity): Configuration | Refused {
  let wanted: Configuration;
  try {
    const { voters, learners } = target;
    wanted = {
      voters: withAddresses(membersOf('target.voters', voters), from),
      outgoing: null,
      learners: withAddresses(membersOf('target.learners', learners), from),
    };
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return refused('bad-member', error.message);
    throw error;
  }
  if (wanted.voters.length === 0) return refused('no-voters', 'The target has no voters: name at least one.');
  const fault = configurationFault(wanted);
  if (fault !== null)
    return refused(
      'voting-learner',
      `${fault.found} is a voter and a learner in the target: name it in one of the two.`,
    );
  for (const member of [...wanted.voters, ...wanted.learners]) {
    const refusal = refusalOf(member, from, self);
    if (refusal !== null) return refusal;
  }
  if (from.voters.every((voter) => isReplaced(voter, wanted)))
    return refused('no-voters', 'Every voter gets another disk: replace some first, and the others when that is done.');
  return wanted;
}

export const refused = (reason: Refused['reason'], message: string): Refused => ({
  outcome: 'refused',
  reason,
  message,
});

function refusalOf({ id, incarnation, address }: Member, from: Configuration, self: Identity): Refused | null {
  if (id === self.id && incarnation !== self.incarnation)
    return refused(
      'own-disk',
      `${id} leads, and can't be given another disk meanwhile: transfer its leadership first.`,
    );
  const known = memberOf(from, id);
  if (known !== null && incarnation < known.incarnation)
    return refused(
      'former-incarnation',
      `${id} takes part as incarnation ${known.incarnation}: a disk of incarnation ${incarnation} is a former one. Start it anew with a higher one.`,
    );
  if (address === '' && known?.incarnation !== incarnation)
    return refused('no-address', `${id} is new and has no address: say where the others reach it.`);
  return null;
}

const withAddresses = (members: readonly Member[], from: Configuration): Member[] =>
  members.map((member) => {
    if (member.address !== '') return member;
    const known = memberOf(from, member.id);
    return known?.incarnation === member.incarnation ? known : member;
  });

/** The next step from a configuration that is not joint; null: it is the target. */
export function nextStep(from: Configuration, target: Configuration): TargetStep | null {
  const replaced = [...from.voters, ...from.learners].filter((member) => isReplaced(member, target));
  if (replaced.length > 0) {
    const stays = (member: Member): boolean => !replaced.includes(member);
    const voters = from.voters.filter(stays);
    const configuration = between(from, { voters, outgoing: null, learners: from.learners.filter(stays) });
    return { configuration, promoted: [], isLast: false };
  }
  const promoted = target.voters.filter(({ id }) => find(from.voters, id) === null);
  if (promoted.some((member) => !isSame(find(from.learners, member.id), member))) {
    const learners = from.learners.filter(({ id }) => find(promoted, id) === null);
    const configuration: Configuration = {
      voters: from.voters.map((voter) => find(target.voters, voter.id) ?? voter),
      outgoing: null,
      learners: [...learners, ...promoted].sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
    return { configuration, promoted: [], isLast: false };
  }
  if (areSame(from.voters, target.voters) && areSame(from.learners, target.learners)) return null;
  return { configuration: between(from, target), promoted, isLast: true };
}

/** What follows a joint configuration once that is committed (Raft §6). */
export const leaveJoint = ({ voters, learners }: Configuration): Configuration => ({
  voters,
  outgoing: null,
  learners,
});

/** The configuration itself where one voter differs, or none; else the joint one that leads to it. */
const between = (from: Configuration, to: Configuration): Configuration =>
  differences(from.voters, to.voters) <= 1 ? to : { ...to, outgoing: from.voters };

const differences = (before: readonly Member[], after: readonly Member[]): number =>
  before.filter(({ id }) => find(after, id) === null).length +
  after.filter(({ id }) => find(before, id) === null).length;

/** Its id goes on with another disk. */
function isReplaced({ id, incarnation }: Member, { voters, learners }: Configuration): boolean {
  const wanted = find(voters, id) ?? find(learners, id);
  return wanted !== null && wanted.incarnation !== incarnation;
}

const areSame = (before: readonly Member[], after: readonly Member[]): boolean =>
  before.length === after.length && before.every((member, i) => isSame(member, after[i]!));

const isSame = (a: Member | null, b: Member): boolean =>
  a !== null && a.id === b.id && a.incarnation === b.incarnation && a.address === b.address;

const find = (members: readonly Member[], id: string): Member | null =>
  members.find((member) => member.id === id) ?? null;
