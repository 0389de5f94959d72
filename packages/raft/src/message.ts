/**
 * What nodes say to each other. Requests have Raft's names (Figures 2 and 13; pre-vote: Ongaro's thesis §9.6; ReadIndex:
 * §6.4). The cluster and group they belong to are in the bytes of each frame, and never reach a core that is of another.
 */
import type { LogEntry } from './entry.js';
import type { SnapshotPoint } from './snapshot-point.js';

/** Of each message: in whose name it is said. */
interface Said {
  /** The sender's current term; in pre-votes the term that would follow. */
  readonly term: number;
  /** The sender's disk. What a former incarnation said counts for nothing. */
  readonly incarnation: number;
}

/** Would you vote for me? Nobody's term rises for the asking. */
export interface PreVote extends Said {
  readonly type: 'preVote';
  readonly lastIndex: number;
  readonly lastTerm: number;
}

/** `term` is that of the question where it is granted, and the answerer's own where it is refused. */
export interface PreVoteResult extends Said {
  readonly type: 'preVoteResult';
  readonly granted: boolean;
}

/** Vote for me in this term. */
export interface RequestVote extends Said {
  readonly type: 'requestVote';
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** A leader that hands over asked for this election, so those that hear from it need not wait it out. */
  readonly transfer: boolean;
}

/** Granted once it is durable; refusals say the answerer's term. */
export interface Vote extends Said {
  readonly type: 'vote';
  readonly granted: boolean;
}

/** A heartbeat is one without entries; it is checked like any other (R15). */
export interface AppendEntries extends Said {
  readonly type: 'appendEntries';
  readonly prevLogIndex: number;
  readonly prevLogTerm: number;
  /** One after the other from `prevLogIndex + 1` on. */
  readonly entries: readonly LogEntry[];
  readonly commitIndex: number;
  /** Counts the leader's rounds in its term. Who answers with it has heard that the leader led when the round began. */
  readonly round: number;
}

/** `matched`: the logs agree up to `matchIndex`, and all of that is durable here. Else where to try next. */
export interface AppendEntriesResult extends Said {
  readonly type: 'appendEntriesResult';
  /** The highest round heard of this leader. */
  readonly round: number;
  readonly result:
    | { readonly matched: true; readonly matchIndex: number }
    /**
     * `rejectedIndex` is the request's `prevLogIndex`. `conflictIndex`, at most that, is the highest at which the answerer's
     * term is at most the request's `prevLogTerm`: above it nothing can agree. `conflictTerm` is its term there, 0 at 0.
     */
    | {
        readonly matched: false;
        readonly rejectedIndex: number;
        readonly conflictTerm: number;
        readonly conflictIndex: number;
      };
}

/** One chunk of a snapshot (Figure 13). */
export interface InstallSnapshot extends Said {
  readonly type: 'installSnapshot';
  readonly snapshot: SnapshotPoint;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
  readonly round: number;
}

/** Goes on at `offset`, of the snapshot at this index and term; `null`: it is installed, or not needed. */
export interface InstallSnapshotResult extends Said {
  readonly type: 'installSnapshotResult';
  readonly index: number;
  readonly snapshotTerm: number;
  readonly offset: number | null;
  readonly round: number;
}

/** A follower asks where a linearizable read may take place. */
export interface ReadIndex extends Said {
  readonly type: 'readIndex';
  /** The asker's starts and its number in this one: a reply from before a restart answers nothing (R8). */
  readonly boot: number;
  readonly number: number;
}

/** All reads of the asker up to this number, from this boot, may take place once `index` is applied; `null`: ask again. */
export interface ReadIndexResult extends Said {
  readonly type: 'readIndexResult';
  readonly boot: number;
  readonly number: number;
  readonly index: number | null;
}

/** A leader hands over: stand at once. */
export interface TimeoutNow extends Said {
  readonly type: 'timeoutNow';
  /** The leader's newest round: who has heard of a later one is told too late. */
  readonly round: number;
}

/**
 * Instead of an answer to an append, from a node whose disk has lost what was durable: where its log agrees now. Nobody counts
 * it; what it said before it was started so often holds no more.
 */
export interface InDoubt extends Said {
  readonly type: 'inDoubt';
  readonly boot: number;
  readonly result: AppendEntriesResult['result'];
}

/** To a node in doubt since this boot: with this entry of the leader's term, committed and durable there, it is whole. */
export interface DoubtResult extends Said {
  readonly type: 'doubtResult';
  readonly boot: number;
  readonly index: number;
}

/** Everything. */
export type RaftMessage =
  | PreVote
  | PreVoteResult
  | RequestVote
  | Vote
  | AppendEntries
  | AppendEntriesResult
  | InstallSnapshot
  | InstallSnapshotResult
  | ReadIndex
  | ReadIndexResult
  | TimeoutNow
  | InDoubt
  | DoubtResult;
