import type { DamagedLog, WalError } from './errors.js';
import type { SnapshotStore } from './snapshot.js';

/**
 * A place in the log: 1 for the first record ever, then without a gap, for as long as the log lives. Compaction doesn't
 * renumber. A position that was acknowledged is never given out again; one that was cut off as a torn tail is.
 */
export type Position = number;

/** One record as it is on disk. */
export interface StoredRecord {
  readonly position: Position;
  /** The receiver's to read for as long as it likes, never to write: it may share memory with its neighbours. */
  readonly bytes: Uint8Array;
}

/** Where the records of one call went: `first..last`, both included. Of no records, `last` is `first − 1`. */
export interface Appended {
  readonly first: Position;
  readonly last: Position;
}

/** What kind of records these are. */
export interface AppendOptions {
  /**
   * Small and needed even when there is no room for more, like a term and a vote: it may use the space that is kept
   * back for such records. Default false.
   */
  readonly essential?: boolean;
}

/** How to close. */
export interface CloseOptions {
  /** Don't wait for the disk: what has not been acknowledged may be lost, and is rejected. For a disk that hangs. */
  readonly abandon?: boolean;
}

/**
 * One node's durable records. Read what is there with `load`, then append; calls are answered in the order in which
 * they were made.
 *
 *     append ──► gathered while a flush is under way ──► one flush ──► acknowledged, all together
 *
 * Nothing is ever removed from the end: a protocol that overwrites says so in a record of its own (`truncateFrom 7`)
 * and interprets it when it loads. Implementations can be tested with `@dsys/wal/testing`.
 */
export interface Storage {
  /** Largest record, in bytes. A larger one is refused with a `RangeError`, code `record-too-large`. */
  readonly maxRecordBytes: number;
  /** Most that one call may append: the sum of `bytes.length + 32` over its records. More is refused like a large record. */
  readonly maxAppendBytes: number;
  /** How often this log has been opened for writing, this time included. Durable before anything that is appended. */
  readonly boot: number;
  /** Large states beside the log. */
  readonly snapshots: SnapshotStore;

  /**
   * Everything that is durable, in order, from the first position that compaction has left. Each record is verified as
   * it is read. At a damaged one it throws `DamagedLog`, after the good records before it; a failed read throws too and
   * never looks like the end. A torn tail is no error: it was cut when the log was opened, and `status()` reports it.
   */
  load(): AsyncIterable<StoredRecord>;

  /**
   * Resolves once the records, and all before them, would survive a power cut. The bytes are copied before it returns.
   * Records that wait while a flush is under way go into the next one together.
   *
   * Rejects with `log-full` when there is no room: nothing of this call was written, nor of those still waiting behind
   * it, and a later one may succeed. Any other failure is final: this and every later call rejects with `log-failed`,
   * and what the call wrote may or may not be there after a restart. Rejects with `log-damaged` while damage that
   * `load` reported is not yet left behind by `compact`.
   */
  append(records: readonly Uint8Array[], options?: AppendOptions): Promise<Appended>;

  /**
   * Lets go of all records before `upTo`. First `carry` (term, vote, membership, the name of a snapshot) is appended and
   * durable; only then is anything freed, so that a crash at any moment leaves the old records or the carried ones or
   * both. `load` starts at `upTo` from then on. An `upTo` at or below the first position only appends.
   *
   * A damaged log takes nothing but `compact(damage.resumeAt, carry)`: then `carry` is all that it holds, and it is sound.
   */
  compact(upTo: Position, carry: readonly Uint8Array[]): Promise<Appended>;

  /** Counters and states as of now, without touching the disk. */
  status(): StorageStatus;

  /** Waits for what was appended, then lets go of the log; `abandon` doesn't wait. May be called again. */
  close(options?: CloseOptions): Promise<void>;
  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What became of the end of the log when it was opened after a crash. */
export interface TornTail {
  /** The first position that was cut off: it was never acknowledged, or rotted within milliseconds of it. */
  readonly position: Position;
  /** Segment and byte at which it was cut; `null` where there are no files. */
  readonly segment: string | null;
  readonly offset: number;
}

/** How a log is. */
export interface StorageStatus {
  readonly state: 'open' | 'damaged' | 'failed' | 'closed';
  /** There is no room but for essential records. Clears when compaction frees space, or when a later append finds some. */
  readonly full: boolean;
  /** The lowest position that `load` gives. */
  readonly firstPosition: Position;
  /** The position that the next record gets. */
  readonly nextPosition: Position;
  /** All up to this one would survive a power cut: the durable frontier. */
  readonly durablePosition: Position;
  /** The frontier that the log itself records, a flush or some milliseconds behind. What is bad up to it is damage. */
  readonly recordedPosition: Position;
  /** Records that were appended and are not yet durable. */
  readonly pendingRecords: number;
  /** How long the flush under way has taken so far, 0 when there is none. This is how a hung disk looks. */
  readonly flushingMs: number;
  /** Completed flushes since the log was opened. */
  readonly flushes: number;
  /** Segments that hold records, and those kept ready: both preallocated. 0 where there are no files. */
  readonly segments: number;
  readonly spareSegments: number;
  /** Bytes on disk: segments, spare ones included; without snapshots. */
  readonly bytes: number;
  readonly tornTail: TornTail | null;
  readonly damage: DamagedLog | null;
  /** What ended the log, once `state` is `failed`. */
  readonly failure: WalError | null;
}
