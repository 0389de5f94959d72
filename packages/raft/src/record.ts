/**
 * What a node must not forget. Each persist is a list of these; `recover` plays all of them in order.
 *
 *     identity         whose disk this is: the first record, and carried by each compaction
 *     hardState        term and vote (Figure 2, persistent state)
 *     truncate         the log ends before this index: what follows takes the place of what was there
 *     entries          one after the other, directly behind the last
 *     snapshot         everything up to it is in that snapshot, finished on this disk before the record was written
 *     doubt            durable records were lost; or it is whole again. Carried by each compaction while it holds
 */
import type { NodeId } from '@dsys/transport';
import type { LogEntry } from './entry.js';
import type { SnapshotPoint } from './snapshot-point.js';

/** Whose disk it is. */
export interface Identity {
  readonly cluster: string;
  readonly group: number;
  readonly id: NodeId;
  readonly incarnation: number;
}

/** One record. */
export type RaftRecord =
  | { readonly type: 'identity'; readonly identity: Identity }
  | { readonly type: 'hardState'; readonly term: number; readonly votedFor: NodeId | null }
  | { readonly type: 'truncate'; readonly fromIndex: number }
  | { readonly type: 'entries'; readonly entries: readonly LogEntry[] }
  | { readonly type: 'snapshot'; readonly snapshot: SnapshotPoint }
  /** `keptIndex` is the end of what was left of the log, and `null` when all is well again. */
  | { readonly type: 'doubt'; readonly keptIndex: number | null };
