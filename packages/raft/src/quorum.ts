/**
 * Who is enough. A majority of the voters decides; while two configurations overlap (Raft §6) a majority of each. Learners
 * are never asked, and no one is a majority of nobody.
 *
 *     voters 3    2 decide, 1 may fail          voters 5    3 decide, 2 may fail
 *
 * Both functions take what is asked as a function of a node, so that a core hands over whatever it keeps.
 */
import type { NodeId } from '@dsys/transport';
import type { Configuration, Member } from './configuration.js';

/** Votes that are a majority of `voterCount`. */
export const majority = (voterCount: number): number => Math.floor(voterCount / 2) + 1;

/** Is this true of a majority of the voters, and of one of the voters of before while they decide too? */
export function hasQuorum({ voters, outgoing }: Configuration, has: (id: NodeId) => boolean): boolean {
  return hasMajority(voters, has) && (outgoing === null || hasMajority(outgoing, has));
}

/**
 * The highest index that a quorum has reached, each node its own: the median, counted from above. `of` is asked once for
 * each voter of each half. Nothing is allocated for up to 128 voters.
 */
export function quorumIndex({ voters, outgoing }: Configuration, of: (id: NodeId) => number): number {
  const index = majorityIndex(voters, of);
  return outgoing === null ? index : Math.min(index, majorityIndex(outgoing, of));
}

/** Does this node vote, in either half? */
export const isVoter = ({ voters, outgoing }: Configuration, id: NodeId): boolean =>
  find(voters, id) !== null || (outgoing !== null && find(outgoing, id) !== null);

/** Who takes part under this id: as a voter, a voter of before, or a learner. */
export const memberOf = ({ voters, outgoing, learners }: Configuration, id: NodeId): Member | null =>
  find(voters, id) ?? (outgoing === null ? null : find(outgoing, id)) ?? find(learners, id);

/** Everybody who takes part, each once, in the order of their ids. */
export function allMembers({ voters, outgoing, learners }: Configuration): Member[] {
  const byId = new Map<NodeId, Member>();
  for (const members of [learners, outgoing ?? [], voters]) for (const member of members) byId.set(member.id, member);
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function hasMajority(voters: readonly Member[], has: (id: NodeId) => boolean): boolean {
  let missing = majority(voters.length);
  for (let i = 0; i < voters.length && missing > 0; i++) if (has(voters[i]!.id)) missing--;
  return missing === 0;
}

/** Indices in falling order, up to the median: what is below it decides nothing. */
let scratch: Float64Array | undefined;

function majorityIndex(voters: readonly Member[], of: (id: NodeId) => number): number {
  const count = voters.length;
  const needed = majority(count);
  if (count < needed) return 0;
  if (scratch === undefined || scratch.length < needed) scratch = new Float64Array(Math.max(needed, 65));
  const highest = scratch;
  for (let i = 0, kept = 0; i < count; i++) {
    const index = of(voters[i]!.id);
    // Insertion: for few voters nothing is faster, and the indices of a healthy cluster are nearly equal.
    let at = kept < needed ? kept++ : needed;
    if (at === needed) {
      if (index <= highest[needed - 1]!) continue;
      at--;
    }
    for (; at > 0 && highest[at - 1]! < index; at--) highest[at] = highest[at - 1]!;
    highest[at] = index;
  }
  return highest[needed - 1]!;
}

function find(members: readonly Member[], id: NodeId): Member | null {
  for (let i = 0; i < members.length; i++) if (members[i]!.id === id) return members[i]!;
  return null;
}
