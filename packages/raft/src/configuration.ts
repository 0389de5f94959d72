import type { NodeId } from '@dsys/transport';

/** A node of the cluster. A disk that was wiped is another incarnation: it never votes as its former self. */
export interface Member {
  readonly id: NodeId;
  /** From 1 on; given out by a change of membership. */
  readonly incarnation: number;
  /** For the transport. */
  readonly address: string;
}

/**
 * Who takes part. An entry of the log, in force from the moment it is appended (Raft §6), so it falls with the log's tail.
 *
 *     outgoing === null        a majority of `voters` decides
 *     outgoing !== null        joint consensus: a majority of `voters` and one of `outgoing`
 */
export interface Configuration {
  /** In the order of their ids, as JavaScript compares strings, each once. At least one. */
  readonly voters: readonly Member[];
  /** The voters of before, while both decide. */
  readonly outgoing: readonly Member[] | null;
  /** They are sent everything and decide nothing. None of them is in `voters`; one of `outgoing` stays behind as a learner. */
  readonly learners: readonly Member[];
}

/** What a configuration can't be. */
export interface ConfigurationFault {
  readonly field: 'voters' | 'outgoing' | 'learners';
  readonly expected: string;
  readonly found: string;
}

/** What is wrong with it, or null. Ids and addresses by themselves are not looked at. */
export function configurationFault({ voters, outgoing, learners }: Configuration): ConfigurationFault | null {
  return (
    faultOf('voters', voters) ??
    (outgoing === null ? null : faultOf('outgoing', outgoing)) ??
    faultOf('learners', learners) ??
    votingLearner(voters, learners)
  );
}

function faultOf(field: ConfigurationFault['field'], members: readonly Member[]): ConfigurationFault | null {
  if (members.length === 0 && field !== 'learners') return { field, expected: 'at least one member', found: 'none' };
  for (let i = 1; i < members.length; i++)
    if (!(members[i - 1]!.id < members[i]!.id))
      return { field, expected: 'in the order of their ids, each once', found: `${members[i]!.id} too late` };
  return null;
}

function votingLearner(voters: readonly Member[], learners: readonly Member[]): ConfigurationFault | null {
  // Both are in order: one walk along the two.
  for (let i = 0, j = 0; i < voters.length && j < learners.length; ) {
    const [voter, learner] = [voters[i]!.id, learners[j]!.id];
    if (voter === learner) return { field: 'learners', expected: 'none of the voters', found: learner };
    if (voter < learner) i++;
    else j++;
  }
  return null;
}
