import type { StorageStatus } from '@dsys/wal';
import type { Lag } from './admission.js';
import type { CheckedLimits } from './limits.js';

/** Why a node is not ready, or not live. Stable words. */
export type HealthCode =
  | 'closed'
  | 'failed'
  /** A flush takes long; of a node that is not live: so long that the disk hangs. */
  | 'disk-slow'
  | 'disk-hangs'
  /** There is room only for what is essential. */
  | 'disk-full'
  /** Durable records are lost, and the peers have not yet brought this node up to date. */
  | 'log-damaged'
  /** The state machine is behind by more than the limits allow. */
  | 'lagging'
  /** So many wait for an answer that no more are let in. */
  | 'overloaded'
  /** The transport was closed under the node. */
  | 'transport-closed';

/** One reason, and for people what was found. */
export interface HealthReason {
  readonly code: HealthCode;
  readonly detail: string;
}

/** For the probes of an orchestrator. A protocol may add to it: whether it knows a leader, say. */
export interface Health {
  /** False when only a restart helps. */
  readonly live: boolean;
  /** False when requests had better go elsewhere for now. */
  readonly ready: boolean;
  readonly reasons: readonly HealthReason[];
}

/** What health is judged by. */
export interface Vitals {
  readonly state: 'running' | 'closing' | 'closed' | 'failed';
  readonly failure: string | null;
  readonly storage: Pick<StorageStatus, 'full' | 'state'>;
  readonly flushingMs: number;
  readonly lag: Lag;
  readonly isLagging: boolean;
  readonly isOverloaded: boolean;
  readonly isTransportClosed: boolean;
  readonly limits: CheckedLimits;
}

const DEADLY: readonly HealthCode[] = ['closed', 'failed', 'disk-hangs', 'transport-closed'];

export function healthOf(vitals: Vitals): Health {
  const { state, failure, storage, flushingMs, lag, limits } = vitals;
  const reasons: HealthReason[] = [];
  const add = (code: HealthCode, detail: string) => reasons.push({ code, detail });
  if (state === 'failed') add('failed', failure ?? '');
  else if (state !== 'running') add('closed', `the node is ${state}`);
  if (flushingMs >= limits.hungFlushMs) add('disk-hangs', `a flush has taken ${Math.round(flushingMs)} ms so far`);
  else if (flushingMs >= limits.slowFlushMs) add('disk-slow', `a flush has taken ${Math.round(flushingMs)} ms so far`);
  if (storage.full) add('disk-full', 'there is room only for what is essential');
  if (storage.state === 'damaged') add('log-damaged', 'durable records are lost, peers have to fill them in');
  if (vitals.isLagging) add('lagging', `the state machine is ${lag.entries} entries, ${lag.bytes} bytes behind`);
  if (vitals.isOverloaded) add('overloaded', 'as many wait for an answer as the limits allow');
  if (vitals.isTransportClosed) add('transport-closed', 'the transport was closed under the node');
  return { live: !reasons.some(({ code }) => DEADLY.includes(code)), ready: reasons.length === 0, reasons };
}
