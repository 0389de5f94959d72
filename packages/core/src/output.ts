import type { Lane, NodeId } from '@dsys/transport';
import type { Position } from '@dsys/wal';
import type { Ref } from './input.js';
import type { Vocabulary } from './vocabulary.js';

/** A decided command, at its place in the order. Immutable; protocols add fields of their own (a term, a slot's ballot). */
export interface Entry {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** A node and where it is reached; the address is the transport's business. */
export interface Peer {
  readonly id: NodeId;
  readonly address: string;
}

/** To one node, or the same to several: then it is encoded once. */
export interface Send<Message> {
  readonly type: 'send';
  readonly to: NodeId | readonly NodeId[];
  readonly message: Message;
  /** Default `control`. */
  readonly lane?: Lane;
}

/**
 * Make this durable. Ids are 1, 2, 3 … in each core and don't survive a restart. Persists reach the disk in the order of
 * their ids, as many in one flush as have gathered; `persisted` answers.
 */
export interface Persist<Writes> {
  readonly type: 'persist';
  readonly id: number;
  readonly writes: Writes;
  /** Small and needed even on a full disk: a term, a vote. */
  readonly essential?: boolean;
  /** First make `writes` durable (term, vote, membership, the name of a snapshot), then free all records before this position. */
  readonly compactTo?: Position;
}

/**
 * Hand these to the state machine, then step `applied` with `index`. `refs` has who waits for each entry, or null.
 * Entries rise by index and may leave some out: those that are no business of the state machine.
 */
export interface Apply {
  readonly type: 'apply';
  /** The index that has been reached with them: that of the last entry, or higher. */
  readonly index: number;
  readonly entries: readonly Entry[];
  readonly refs: readonly (Ref | null)[];
}

/**
 * Replace the state by a durable snapshot, which contains everything up to `index`. What is queued at or below that is
 * dropped, and the refs among it are answered `unknown`. Never below what the state machine was handed: entries would be
 * taken back that nobody applies again.
 */
export interface Install {
  readonly type: 'install';
  readonly index: number;
  readonly name: string;
}

/**
 * Take a snapshot at the point where everything up to `index`, and nothing more, has been applied. `snapshotted` answers.
 * The name is one that this disk has not seen, nor a peer will send: it tells whose it is.
 */
export interface TakeSnapshot {
  readonly type: 'snapshot';
  readonly index: number;
  readonly name: string;
}

/** Read up to `maxBytes` of a snapshot from `offset` on; `snapshotRead` answers. One at a time for each name and offset. */
export interface ReadSnapshot {
  readonly type: 'readSnapshot';
  readonly name: string;
  readonly offset: number;
  readonly maxBytes: number;
}

/**
 * Write a chunk of a snapshot that comes from elsewhere; offset 0 begins it, anew where that name is there already: so never
 * for one that a durable record names. `snapshotWritten` answers, and then the next may come.
 */
export interface WriteSnapshot {
  readonly type: 'writeSnapshot';
  readonly name: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/**
 * A snapshot is not needed any more. While it is being read or installed it stays. Never in a step before the one in which
 * the record that names its successor is durable: nothing here waits for the disk.
 */
export interface RemoveSnapshot {
  readonly type: 'removeSnapshot';
  readonly name: string;
}

/** What became of what was asked for under `ref`. Each ref is answered once, by the core or by an `apply` that carries it. */
export interface Answered<A> {
  readonly type: 'answer';
  readonly ref: Ref;
  readonly answer: A;
}

/** Whom the transport must be able to reach from now on. */
export interface SetPeers {
  readonly type: 'peers';
  readonly peers: readonly Peer[];
}

/** Something that users may want to know of. It has no effect. */
export interface Emit<Event> {
  readonly type: 'event';
  readonly event: Event;
}

/** Decided and applied; `result` is what the state machine gave. */
export interface Applied {
  readonly outcome: 'applied';
  readonly index: number;
  readonly result: Uint8Array;
}

/** It may have happened, may happen yet, or never. A retry under a new ref may do it twice. */
export interface Unknown {
  readonly outcome: 'unknown';
}

/** All that can be answered in a protocol with these words. */
export type Answer<V extends Vocabulary> = Applied | Unknown | V['answer'];

/** Everything a core of a protocol with these words can ask of the world. */
export type Output<V extends Vocabulary> =
  | Send<V['message']>
  | Persist<V['writes']>
  | Apply
  | Install
  | TakeSnapshot
  | ReadSnapshot
  | WriteSnapshot
  | RemoveSnapshot
  | Answered<Answer<V>>
  | SetPeers
  | Emit<V['event']>;
