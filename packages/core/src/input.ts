import type { NodeId } from '@dsys/transport';
import type { Position, SnapshotInfo } from '@dsys/wal';
import type { Vocabulary } from './vocabulary.js';

/** Ties an answer to who asked. Given out by whoever drives, counting from 1 in each boot; a core only hands it back. */
export type Ref = number;

/** What someone wants decided: bytes that only the state machine understands. */
export interface Command {
  readonly ref: Ref;
  readonly bytes: Uint8Array;
}

/** Everything that can happen to any core. Protocols add their own (`Vocabulary.input`). */
export type CommonInput<Message> =
  /** A peer said this. It is decoded, and verified where the protocol signs. */
  | { readonly type: 'receive'; readonly from: NodeId; readonly message: Message }
  /** All that was asked for in one turn of the event loop. */
  | { readonly type: 'propose'; readonly commands: readonly Command[] }
  /** The deadline has been reached. */
  | { readonly type: 'timeout' }
  /**
   * All persists up to this id are durable (but those that were refused). `position` is that of their last record: the
   * core keeps a few marks (index, position), so that it can say what a compaction may free. Once a flush, with the
   * highest id.
   */
  | { readonly type: 'persisted'; readonly id: number; readonly position: Position }
  /**
   * The disk is full: this persist and all issued after it were *not* written, and are forgotten. Issue anew, under new
   * ids, what is still wanted: what is `essential` at once, the rest after a while.
   */
  | { readonly type: 'refused'; readonly id: number }
  /** The state machine has everything up to this index. */
  | { readonly type: 'applied'; readonly index: number }
  /** A `snapshot` that was asked for is finished and durable; `info` is null when it failed or was overtaken by an install. */
  | { readonly type: 'snapshotted'; readonly name: string; readonly index: number; readonly info: SnapshotInfo | null }
  /** A chunk that was asked for; `bytes` is null when it can't be read any more. */
  | {
      readonly type: 'snapshotRead';
      readonly name: string;
      readonly offset: number;
      readonly bytes: Uint8Array | null;
      /** There is nothing behind this chunk. */
      readonly isLast: boolean;
    }
  /**
   * A chunk was taken, and the next may come at `offset`. After the last one the snapshot is durable, and `info` has its
   * checksum. `offset` is null when writing failed: nothing of that snapshot is left, begin again at 0.
   */
  | {
      readonly type: 'snapshotWritten';
      readonly name: string;
      readonly offset: number | null;
      readonly info: SnapshotInfo | null;
    };

/** The inputs of a protocol with these words. */
export type Input<V extends Vocabulary> = CommonInput<V['message']> | V['input'];
