import type { NodeId } from '@dsys/transport';
import type { StorageStatus } from '@dsys/wal';
import type { Lag } from './admission.js';
import type { Counts } from './metrics.js';

/** How a node is. */
export interface DriverStatus {
  readonly id: NodeId;
  readonly state: 'running' | 'closing' | 'closed' | 'failed';
  /** How often this disk has been started. */
  readonly boot: number;
  /** Who waits for an answer, and bytes of their commands. */
  readonly outstanding: { readonly count: number; readonly bytes: number };
  /** Entries and bytes that wait for the state machine, as of the end of the last turn. */
  readonly lag: Lag;
  /** Milliseconds until the core wants `timeout`, negative when that is late; null when it wants none. */
  readonly timeoutInMs: number | null;
  readonly flushingMs: number;
  /** Frames that wait to be verified or stepped. */
  readonly waitingFrames: number;
  /** Totals since the start; they go on counting. */
  readonly counts: Readonly<Counts>;
  readonly storage: StorageStatus;
}
