import type { NodeId } from '@dsys/transport';
import type { Position, StoredRecord } from '@dsys/wal';
import type { CoreOf, Rename } from './core.js';
import type { Output } from './output.js';
import type { Vocabulary } from './vocabulary.js';

/** What a core learns of its past beside its records. */
export interface Recovery {
  readonly id: NodeId;
  /** How often this disk has been started, this time included. Numbers that travel carry it, or a delayed reply from before a restart is taken for a new one. */
  readonly boot: number;
  /** A durable state machine's own: what is at or below it need not be applied again. 0 for one that lives in memory. */
  readonly appliedIndex: number;
  /** The position behind the last record. */
  readonly nextPosition: Position;
  /** Finished snapshots on this disk, by name. */
  readonly snapshots: readonly string[];
  /**
   * Records that were durable are lost; `records` are those before them. The node has forgotten something it said: until
   * its peers have brought it up to date it neither votes nor counts itself. Its first persist must compact to `resumeAt`.
   */
  readonly damage: { readonly resumeAt: Position } | null;
}

/** A core that has come back, and what it wants first: perhaps an `install` of its latest snapshot. */
export interface Recovered<V extends Vocabulary> {
  readonly core: CoreOf<V>;
  readonly outputs: Output<V>[];
}

/**
 * A protocol for those who drive it, the service and the simulator alike: bytes out, bytes in, and how a core comes back.
 * All functions are pure.
 */
export interface Protocol<V extends Vocabulary> {
  /** For traces and metrics: `raft`. */
  readonly name: string;
  /** The core of a node with this past. On an empty disk `records` is empty. */
  recover(options: V['options'], recovery: Recovery, records: readonly StoredRecord[], now: number): Recovered<V>;
  /** The bytes of one frame. Always the same for equal messages. */
  encodeMessage(message: V['message']): Uint8Array;
  /** Throws `DecodeError` for all that `encodeMessage` doesn't give. Bounded in time and memory by the bytes' length. */
  decodeMessage(bytes: Uint8Array): V['message'];
  /** The records of one persist, in order. None where there is nothing to write. */
  encodeRecords(writes: V['writes']): readonly Uint8Array[];
  /** As `Core.fingerprint`, of a message on its way. */
  fingerprintMessage(message: V['message'], rename?: Rename): string;
  /** What `recover` would see in these records, and not how it came about. */
  fingerprintRecords(records: readonly StoredRecord[], rename?: Rename): string;
}
