import type { Lane, NodeId } from '@dsys/transport';
import type { ApplyWork } from './apply-queue.js';
import type { Input, Ref } from './input.js';
import type { Answer, Output, Peer, ReadSnapshot, WriteSnapshot } from './output.js';
import type { Flush } from './persist-queue.js';
import type { Vocabulary } from './vocabulary.js';

/** What the executor asks of whoever drives it. Each call begins something and returns; none calls back. */
export interface Host<V extends Vocabulary> {
  /** To each of them, encoded once. Nothing is known of what becomes of it. */
  send(to: NodeId | readonly NodeId[], message: V['message'], lane: Lane): void;
  /** Append these records, then call `flushed`, `refused` or `failed`. */
  flush(flush: Flush): void;
  /** Do this to the state machine, then call `appliedDone` or `failed`. */
  apply(work: ApplyWork): void;
  /** Who waits under this ref is told. Each is told once. */
  answer(ref: Ref, answer: Answer<V>): void;
  /** Then call `snapshotRead`. */
  readSnapshot(request: ReadSnapshot): void;
  /** Then call `snapshotWritten`. */
  writeSnapshot(chunk: WriteSnapshot): void;
  /** Is not waited for. */
  removeSnapshot(name: string): void;
  /** Whom the transport must be able to reach from now on. */
  setPeers(peers: readonly Peer[]): void;
  /** Something that users may want to know of. */
  emit(event: V['event']): void;
  /** After each step, before its outputs are performed. */
  stepped?(input: Input<V> | null, outputs: readonly Output<V>[], now: number): void;
}

/** How much may gather: integers from 1. */
export interface ExecutorLimits {
  /**
   * Most bytes in one flush, counted as `Storage.maxAppendBytes` counts them: 32 a record, and the record. One persist
   * alone may exceed it. Default 4 MiB.
   */
  readonly flushBytes?: number;
  /** Most entries, and bytes of them, in one batch for the state machine; one entry alone may exceed the bytes. Defaults 1,024 and 1 MiB. */
  readonly applyEntries?: number;
  readonly applyBytes?: number;
}
