import type { Entry } from './output.js';

/**
 * What a service puts behind a protocol. Calls come one at a time: the next one begins when the promise of the one before
 * has resolved, but for the stream of a snapshot, which is read while entries go on being applied. A call that throws or
 * rejects stops the node: what it left half done nobody knows.
 *
 * Replicas apply the same entries in the same order, and must get to the same state: no clock, no randomness.
 */
export interface StateMachine {
  /** Takes entries in order, and gives one result for each. A promise holds back the next batch; stepping goes on. */
  apply(entries: readonly Entry[]): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /**
   * Captures the state synchronously, in this call or in the first `next()` of what it gives, which follows at once; the
   * bytes are read later and at the disk's pace, while entries are applied on top.
   */
  snapshot(): AsyncIterable<Uint8Array>;
  /** Replaces the state by that of a snapshot: built beside the old state, then switched, so that reads never see half of it. */
  restore(chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Of a state machine that is durable by itself: the index up to which it is, so that nothing is applied again after a restart. */
  appliedIndex?(): number;
}
