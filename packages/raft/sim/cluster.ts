/** A Raft cluster as a system to be run in a world. */
import type { Protocol } from '@dsys/core';
import type { Monitor, Show, SimulateOptions, System } from '@dsys/sim';
import type { Configuration, RaftOptions, RaftWords } from '../src/index.js';
import { oneLeaderATerm, votesAreDurable } from './elections.js';
import { logsAgree } from './logs.js';
import {
  FOUNDERS,
  type MembersOp,
  memberOf,
  memberSightings,
  membersInOneMind,
  membersWorkload,
  oneChangeAtATime,
  POOL,
} from './members.js';
import { inOneMind } from './peace.js';
import { busyForAReason } from './refusals.js';
import { oneResult } from './results.js';
import { leaseSightings, preVoteSightings, quorumSightings, sightings, splitVotes } from './sightings.js';
import { store } from './store.js';
import { RAFT, stateOf } from './variants.js';
import { type Op, workload } from './workload.js';

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly name?: string;
  /** How many. Default 3. */
  readonly nodes?: number;
  /** Of them, the last so many only learn. Default 0. */
  readonly learners?: number;
  /** What differs from `SMALL`, and from that at one node. */
  readonly options?: Partial<RaftOptions>;
  readonly optionsOf?: (id: string) => Partial<RaftOptions>;
  /** Default: the right one. */
  readonly protocol?: Protocol<RaftWords>;
  // biome-ignore lint/suspicious/noExplicitAny: each monitor has a state of its own type.
  readonly monitors?: readonly Monitor<RaftWords, any>[];
  /** Beside those. */
  // biome-ignore lint/suspicious/noExplicitAny: each monitor has a state of its own type.
  readonly more?: readonly Monitor<RaftWords, any>[];
}

/** Everything is small, so that logs are compacted, snapshots sent in chunks, and windows full. */
const SMALL: Partial<RaftOptions> = {
  electionTimeoutMs: { min: 150, max: 300 },
  heartbeatMs: 40,
  snapshotAfterBytes: 800,
  keepBytes: 0,
  chunkBytes: 400,
  appendBytes: 300,
  windowBytes: 1_000,
  uncommittedBytes: 2_000,
};

/** See the top of `cluster.ts`. */
export function raftSystem({
  name = 'raft',
  nodes = 3,
  learners = 0,
  options = {},
  optionsOf = () => ({}),
  protocol = RAFT,
  monitors,
  more = [],
}: ClusterOptions = {}): System<RaftWords, Op> {
  const ids = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
  const members = ids.map((id) => ({ id, incarnation: 1, address: '' }));
  const bootstrap = {
    voters: members.slice(0, nodes - learners),
    outgoing: null,
    learners: members.slice(nodes - learners),
  };
  return {
    name,
    protocol,
    nodes: ids,
    options: (id) => ({ ...SMALL, bootstrap, seed: ids.indexOf(id), ...options, ...optionsOf(id) }),
    machine: store,
    workload,
    monitors: monitors ?? [
      oneLeaderATerm,
      ...(protocol === RAFT ? [votesAreDurable] : []),
      logsAgree,
      oneResult,
      busyForAReason,
      sightings,
      splitVotes,
      ...(options.preVote === false ? [] : [preVoteSightings]),
      ...(options.checkQuorum === false ? [] : [quorumSightings]),
      ...((options.leaseReads ?? null) === null ? [] : [leaseSightings]),
      ...more,
    ],
    atPeace: inOneMind,
  };
}

/** Five nodes of which three begin, or others, and clients that change who takes part. */
export function membersSystem({
  name = 'raft-members',
  nodes = POOL,
  bootstrap = { voters: FOUNDERS.map(memberOf), outgoing: null, learners: [] },
  options = {},
  protocol = RAFT,
  monitors,
}: Omit<ClusterOptions, 'nodes' | 'learners' | 'optionsOf'> & {
  readonly nodes?: readonly string[];
  readonly bootstrap?: Configuration;
} = {}): System<RaftWords, MembersOp> {
  const founders = [...bootstrap.voters, ...bootstrap.learners].map(({ id }) => id);
  return {
    name,
    protocol,
    nodes,
    options: (id) => ({
      ...SMALL,
      bootstrap: founders.includes(id) ? bootstrap : null,
      seed: nodes.indexOf(id),
      ...options,
    }),
    machine: store,
    workload: membersWorkload,
    monitors: monitors ?? [
      oneLeaderATerm,
      ...(protocol === RAFT ? [votesAreDurable] : []),
      logsAgree,
      oneResult,
      busyForAReason,
      oneChangeAtATime,
      sightings,
      memberSightings,
    ],
    atPeace: membersInOneMind,
  };
}

/**
 * How they are run. Clients are as many as there are sessions. Faults leave room for elections between them, and clients
 * think for a while: of what happens, little is to be asked for in vain.
 */
export const RUN: Omit<SimulateOptions, 'seed' | 'record'> = {
  scaleUs: 200_000,
  clients: 8,
  stay: true,
  thinkUs: 100_000,
  tolerated: { spacing: [50, 150, 400, 1_000] },
  maxUs: 100_000_000,
  tailUs: 4_000_000,
};

/** How a trace says what messages and nodes have. */
export const SHOW: Show<RaftWords> = {
  core(core) {
    const { role, term, votedFor, log, commitIndex, appliedIndex, durable } = stateOf(core);
    const vote = votedFor === null ? '' : ` for ${votedFor}`;
    return `${role}, term ${term}${vote}, log ${log.baseIndex}..${log.lastIndex}, durable ${durable.lastIndex}, committed ${commitIndex}, applied ${appliedIndex}`;
  },
};
