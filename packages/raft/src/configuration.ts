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
  /** In the order of their ids, each once. */
  readonly voters: readonly Member[];
  /** The voters of before, while both decide. */
  readonly outgoing: readonly Member[] | null;
  /** They are sent everything and decide nothing. None of them is a voter. */
  readonly learners: readonly Member[];
}
