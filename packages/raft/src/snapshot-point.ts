import type { Configuration } from './configuration.js';

/** A snapshot, but for its bytes: those are the disk's. */
export interface SnapshotPoint {
  /** Of its disk; on another disk it gets another. */
  readonly name: string;
  /** It contains everything up to this entry, of this term. */
  readonly index: number;
  readonly term: number;
  /** As `LogEntry.timeMs`, of that entry. */
  readonly timeMs: number;
  /** The configuration in force at `index`: one that was committed (R36). */
  readonly configuration: Configuration;
  readonly configurationIndex: number;
  readonly bytes: number;
  /** As `SnapshotInfo.checksum`. */
  readonly checksum: string;
}
