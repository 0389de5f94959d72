/**
 * A node as plain data, in the words of Figure 2, and what it keeps for its disk, its peers and those who wait. Each field
 * says what always holds of it; whoever watches or draws a node reads them.
 */
import type { Output, Random, Ref } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { Position } from '@dsys/wal';
import type { Configuration } from './configuration.js';
import type { Doubt } from './doubt.js';
import type { RaftLog } from './log.js';
import type { Settings } from './options.js';
import type { Identity } from './record.js';
import type { Mark } from './replay.js';
import type { SnapshotPoint } from './snapshot-point.js';
import type { RaftWords, Role } from './words.js';

/** What a step asks of the world. */
export type Outputs = Output<RaftWords>[];

/** What is on the disk, or will be once a write is durable. */
export interface Saved {
  readonly term: number;
  readonly votedFor: NodeId | null;
  /** Up to here the disk has the log of now: truncation lowers it, so that a late completion counts for no entry that took another's place (R17). */
  lastIndex: number;
  /** Up to here it has entries, those that have fallen since included: to overwrite them they must be truncated there too. */
  readonly writtenIndex: number;
  /** Of the snapshot that the records name, 0 for none. */
  readonly snapshotIndex: number;
  readonly hasIdentity: boolean;
  /** It says that the node is in doubt. */
  readonly isInDoubt: boolean;
  /** The damage on it has been left behind. */
  readonly isSound: boolean;
}

/** A write that was asked for and is not yet known to be durable. */
export interface InFlight extends Saved {
  readonly id: number;
  /** When it was asked for, ms. */
  readonly since: number;
  readonly isEssential: boolean;
}

/** How a leader feeds a peer. */
export interface Progress {
  /** Only answers of this disk count. */
  readonly incarnation: number;
  /** `probe`: one message at a time, until one fits. `replicate`: one after the other without waiting. `snapshot`: what it needs next is not in the log any more. */
  mode: 'probe' | 'replicate' | 'snapshot';
  /** The highest index known to be durable there and equal here. Falls only where its disk was damaged. */
  matchIndex: number;
  /** The next entry to send, on the belief that all before arrived. Above `matchIndex`. */
  nextIndex: number;
  /** In `probe`: the last index of the message that is out, 0 for none. */
  probeEnd: number;
  /** The highest round it has answered. */
  ackedRound: number;
  /** When it last answered, ms. */
  heardAt: number;
  /** In `snapshot`: what it is sent. */
  sending: Sending | null;
  /** It is in doubt, since this boot of its own, and is whole with this entry. Until then it counts for nothing. */
  doubt: { readonly boot: number; readonly index: number } | null;
  /** Whole again, of the boots up to this one: what they said of a doubt comes late. */
  soundBoot: number;
  /** It is a member no more. */
  leaving: Leaving | null;
}

/** Who was left out is fed until it has heard that this is so, or for a while. */
export interface Leaving {
  readonly address: string;
  /** Of the configuration that it is not in. */
  readonly index: number;
  /** Once that is committed: who answers this round knows it; and when that is given up, ms. */
  readonly round: number | null;
  readonly until: number;
}

/** A change of membership that was asked for. */
export interface Change {
  readonly ref: Ref;
  readonly target: Configuration;
  /** Of those that shall vote and learn as yet. */
  readonly catchUps: readonly CatchUp[];
  /** The last step, or the joint one before it, is in the log. */
  readonly isLast: boolean;
}

/** How far a learner is that shall vote (thesis §4.2.1). */
export interface CatchUp {
  readonly id: NodeId;
  readonly stage: 'learning' | 'done' | 'failed';
  /** It is to get up to `endIndex` in this round, which began at `since`, ms. */
  readonly round: number;
  readonly endIndex: number;
  readonly since: number;
  /** How far it has come, in the log or in a snapshot, and when it last came further, ms. */
  readonly matchIndex: number;
  readonly offset: number;
  readonly movedAt: number;
}

/** Leadership on its way to another node. */
export interface Transfer {
  /** Who asked; null where the leader is to be a voter no more. */
  readonly ref: Ref | null;
  readonly to: NodeId;
  readonly until: number;
  /** The round with which it was last told to stand. */
  readonly askedRound: number | null;
}

/** A snapshot on its way to a follower, one chunk at a time. */
export interface Sending {
  readonly point: SnapshotPoint;
  /** All before it has arrived. */
  readonly offset: number;
  /** `reading`: the chunk is being read. `sent`: it is out. */
  readonly stage: 'reading' | 'sent';
  /** When the stage began, ms, and when anything last moved on. */
  readonly since: number;
  readonly movedAt: number;
}

/** A snapshot on its way here. */
export interface Receiving {
  /** As the leader names it, and of which leader's term it is. */
  readonly point: SnapshotPoint;
  readonly term: number;
  /** On this disk. */
  readonly name: string;
  /** All before it is written. */
  readonly offset: number;
  readonly isWriting: boolean;
  readonly isLast: boolean;
}

/** Who waits for an entry. */
export interface Waiting {
  readonly index: number;
  readonly term: number;
  readonly ref: Ref;
}

/** A read that waits for a round, on a leader; `ref` of its own, or who asked. */
export interface PendingRead {
  readonly ref: Ref | null;
  readonly from: NodeId | null;
  readonly boot: number;
  readonly number: number;
  /** It needs this round, or a later one, acknowledged: one that began after it was asked (R8). */
  readonly round: number;
  /** Where it may take place; null where nothing of this term was committed when it was asked. */
  readonly index: number | null;
  readonly since: number;
}

/** See the top of `state.ts`. */
export interface RaftState {
  readonly id: NodeId;
  readonly boot: number;
  readonly identity: Identity;
  readonly settings: Settings;
  readonly random: Random;

  role: Role;
  /** Who leads in this term, as far as is known: the sender of its appends. Itself exactly where `role` is leader. */
  leader: NodeId | null;
  /** Never falls. */
  term: number;
  /** Of this term. Set once in a term. */
  votedFor: NodeId | null;
  log: RaftLog;
  /** At most the log's last index. Never falls. */
  commitIndex: number;
  /** Up to here everything was handed to the state machine: between `appliedIndex` and `commitIndex`, and durable here. */
  handedIndex: number;
  /** What the state machine says it has. */
  appliedIndex: number;
  /** The newest; the log begins at or before its end. */
  snapshot: SnapshotPoint | null;
  /** Those of the log, by index, behind the one that was in force at its base; replaced, never changed. The last is in force (Raft §6). */
  configurations: readonly { readonly index: number; readonly configuration: Configuration }[];
  /** The last of `configurations`. */
  configuration: Configuration;
  /** Records that were durable are lost: what it said before can't be known, so it neither votes nor stands, and nobody counts what it says (R42). */
  doubt: Doubt | null;
  /** Of a damaged disk: the first write compacts up to here. */
  readonly resumeAt: Position | null;

  durable: Saved;
  /** In the order of their ids. */
  inFlight: InFlight[];
  lastId: number;
  /** Where in the records what index is; positions and indices never fall. */
  marks: Mark[];
  /** A write was refused for want of room, and nothing was written since. */
  isFull: boolean;
  /** What was refused is tried again then. */
  retryAt: number | null;
  /** What is small and essential was refused too. */
  isEssentialRefused: boolean;

  /** Who would vote, or has voted, for this node in this election. */
  votes: NodeId[];
  /** Candidate: the leader of the term before told it to stand, so nobody need wait that one out. */
  isSuccessor: boolean;
  /** When it stands for election, unless it hears a leader, ms. */
  electionAt: number;
  /** When it last heard a leader, ms. */
  heardAt: number;

  /** Follower: up to here the leader's log of this term is known to be this log. */
  agreedIndex: number;
  /** Follower: what its leader was last told, and the highest round it has heard and answered. */
  toldIndex: number;
  heardRound: number;
  answeredRound: number;
  receiving: Receiving | null;

  /** Leader: by peer, in the order of their ids. */
  progress: Map<NodeId, Progress>;
  heartbeatAt: number;
  /** Leader: the first entry of its term. Reads wait until it is committed (R7). */
  termStartIndex: number;
  /** Leader: the newest round, the newest that a quorum has answered, and when those between began. */
  round: number;
  quorumRound: number;
  rounds: { readonly number: number; readonly since: number }[];
  /** Leader: when the newest round that a quorum has answered began, ms; null before the first. */
  quorumSince: number | null;
  /** Leader: its entries' time goes on from `timeMs`, which was at `at`. */
  clock: { readonly timeMs: number; readonly at: number };
  /** Leader: chunks that are being read from the disk, whoever they are for. */
  chunkReads: readonly { readonly name: string; readonly offset: number }[];

  /** Leader: what was asked for and is not done. */
  change: Change | null;
  /** Leader: the last configuration may have to be followed by another, or somebody left by it to be told so. */
  isSettling: boolean;
  /** Leader, and former leader until it knows the next. */
  transfer: Transfer | null;
  /** Leader: somebody was told to stand in this term, so a lease holds no more (R10). */
  hasHandedOver: boolean;

  /** Who waits for entries of this leader, by index. */
  waiting: Waiting[];
  /** Who waits for entries of a leadership that is over, until then at most. */
  orphans: (Waiting & { readonly until: number })[];
  /** Leader: reads that wait for a round. */
  reads: PendingRead[];
  /** Reads that wait for the state machine. */
  ready: { readonly ref: Ref; readonly index: number; readonly since: number }[];
  /** Follower: reads that wait for the leader's word, by number; up to `askedNumber` it was asked, at `askedAt`. */
  asked: { readonly ref: Ref; readonly number: number; readonly since: number }[];
  readNumber: number;
  askedNumber: number;
  askedAt: number;

  /** The state machine was asked for this snapshot. */
  taking: Omit<SnapshotPoint, 'bytes' | 'checksum'> | null;
  /** After a snapshot that failed, the next is taken no sooner, ms. */
  takeAgainAt: number;
  snapshotNumber: number;
  /** Snapshots that are to be removed: once their successor is durable, and nobody is fed from them. */
  outdated: readonly string[];
}

/** A copy to be changed apart. What is immutable is shared. */
export function cloneState(s: RaftState): RaftState {
  return {
    ...s,
    random: { ...s.random },
    log: s.log.clone(),
    durable: { ...s.durable },
    inFlight: s.inFlight.map((each) => ({ ...each })),
    marks: s.marks.slice(),
    votes: s.votes.slice(),
    progress: new Map(Array.from(s.progress, ([id, progress]) => [id, { ...progress }])),
    rounds: s.rounds.slice(),
    waiting: s.waiting.slice(),
    orphans: s.orphans.slice(),
    reads: s.reads.slice(),
    ready: s.ready.slice(),
    asked: s.asked.slice(),
  };
}
