import { outOfRange } from '@dsys/codec';
import type { Configuration } from './configuration.js';

/** Whose log it is: frames and disks of another are refused. */
export interface RaftGroup {
  /** The same on all nodes. 1 to 64 bytes of UTF-8. */
  readonly cluster: string;
  /** Of many Raft groups between the same nodes, this one: 0..2^32−1. Default 0. */
  readonly group?: number;
}

/** How a node is set up. Plain data. Times are ms, sizes bytes. */
export interface RaftOptions {
  /** Of this node's disk. Default 1. */
  readonly incarnation?: number;
  /** The first entry of the log, where the disk is empty: the same on all first members. `null` where a leader will send everything. */
  readonly bootstrap: Configuration | null;
  /** For the generator in the state: another on each node. Default 0. */
  readonly seed?: number;
  /** A node that hears no leader for so long stands for election; drawn anew each time. Default 300 and 600. */
  readonly electionTimeoutMs?: { readonly min: number; readonly max: number };
  /** Default 60, and less than half of the least election timeout. */
  readonly heartbeatMs?: number;
  /** Ask before standing, so that a node that comes back raises no term. Default true. */
  readonly preVote?: boolean;
  /** A leader that hears no majority for an election timeout steps down. Default true. */
  readonly checkQuorum?: boolean;
  /** Answer reads of the leader without asking, while it can't have been replaced by clocks that differ by so much. Default null: off. */
  readonly leaseReads?: { readonly maxDriftPpm: number } | null;
  /** Most bytes of entries in one message; one entry alone may exceed it. Default 128 KiB. */
  readonly appendBytes?: number;
  /** Most bytes of entries on their way to one follower. Default 4 MiB. */
  readonly windowBytes?: number;
  /** Most bytes of entries that are appended and not committed; beyond, proposals are answered `busy`. Default 32 MiB. */
  readonly uncommittedBytes?: number;
  /** Most bytes of one command. Default 1 MiB. */
  readonly commandBytes?: number;
  /** A snapshot is taken when the log since the last is larger. Default 64 MiB; `null`: only when asked for. */
  readonly snapshotAfterBytes?: number | null;
  /** So many bytes of entries stay behind a snapshot, for followers that are a little late. Default 4 MiB. */
  readonly keepBytes?: number;
  /** Of one chunk of a snapshot. Default 256 KiB. */
  readonly chunkBytes?: number;
  /** A write that takes longer deposes a leader. Default: the least election timeout. */
  readonly hungDiskMs?: number;
}

/** All of them. */
export type Settings = Required<RaftOptions>;

/** Fills in the defaults. Throws `RangeError` or `TypeError` naming the option. */
export function withDefaults(options: RaftOptions): Settings {
  const electionTimeoutMs = options.electionTimeoutMs ?? { min: 300, max: 600 };
  const settings: Settings = {
    incarnation: 1,
    seed: 0,
    heartbeatMs: 60,
    preVote: true,
    checkQuorum: true,
    leaseReads: null,
    appendBytes: 128 << 10,
    windowBytes: 4 << 20,
    uncommittedBytes: 32 << 20,
    commandBytes: 1 << 20,
    snapshotAfterBytes: 64 << 20,
    keepBytes: 4 << 20,
    chunkBytes: 256 << 10,
    hungDiskMs: electionTimeoutMs.min,
    ...options,
    electionTimeoutMs,
  };
  if (settings.heartbeatMs * 2 >= electionTimeoutMs.min)
    throw outOfRange('heartbeatMs', 'less than half of electionTimeoutMs.min', settings.heartbeatMs);
  return settings;
}
