import { assert } from '@dsys/codec';
import type { Ref } from '../input.js';
import type { Answer, Unknown } from '../output.js';
import type { Vocabulary } from '../vocabulary.js';

/** It may have happened, may happen yet, or never. */
export const UNKNOWN: Unknown = { outcome: 'unknown' };

interface Waiter<V extends Vocabulary> {
  /** `null` once whoever asked has given up: the core still owes an answer. */
  resolve: ((answer: Answer<V>) => void) | null;
  readonly bytes: number;
  readonly since: number;
  readonly stopListening: (() => void) | null;
}

/** What became of a ref, for whoever counts. */
export type OnAnswered = (outcome: string, tookMs: number) => void;

/** Who waits for which ref: each is answered once, whatever becomes of the node. */
export class Outstanding<V extends Vocabulary> {
  private readonly waiters = new Map<Ref, Waiter<V>>();
  private readonly now: () => number;
  private readonly onAnswered: OnAnswered;
  private lastRef: Ref = 0;
  private waitingBytes = 0;
  private isEnded = false;

  constructor(now: () => number, onAnswered: OnAnswered) {
    this.now = now;
    this.onAnswered = onAnswered;
  }

  get count(): number {
    return this.waiters.size;
  }

  get bytes(): number {
    return this.waitingBytes;
  }

  /** A new ref, and the promise of its answer. A `signal` that aborts is an answer too: `unknown`. */
  open(bytes: number, signal: AbortSignal | undefined): { readonly ref: Ref; readonly answer: Promise<Answer<V>> } {
    const ref = ++this.lastRef;
    const answer = new Promise<Answer<V>>((resolve) => {
      const giveUp = () => this.giveUp(ref);
      signal?.addEventListener('abort', giveUp, { once: true });
      const stopListening = signal === undefined ? null : () => signal.removeEventListener('abort', giveUp);
      this.waiters.set(ref, { resolve, bytes, since: this.now(), stopListening });
    });
    this.waitingBytes += bytes;
    return { ref, answer };
  }

  /** The answer of the core. A second one to the same ref is a fault of the core. */
  answer(ref: Ref, answer: Answer<V>): void {
    if (this.isEnded) return;
    const waiter = this.waiters.get(ref);
    assert(waiter !== undefined, 'a core answers each ref once, and only refs that it was given');
    this.close(ref, waiter);
    this.settle(waiter, answer);
  }

  /** Whether nobody waits any more; then it need not be stepped at all, and is forgotten. */
  withdrawn(ref: Ref): boolean {
    const waiter = this.waiters.get(ref);
    if (waiter === undefined || waiter.resolve !== null) return false;
    this.close(ref, waiter);
    return true;
  }

  /** The node has stopped: all that wait learn that nobody knows. */
  answerAll(): void {
    this.isEnded = true;
    for (const [ref, waiter] of [...this.waiters]) {
      this.close(ref, waiter);
      this.settle(waiter, UNKNOWN);
    }
  }

  private giveUp(ref: Ref): void {
    const waiter = this.waiters.get(ref);
    if (waiter !== undefined) this.settle(waiter, UNKNOWN);
  }

  private close(ref: Ref, waiter: Waiter<V>): void {
    this.waiters.delete(ref);
    this.waitingBytes -= waiter.bytes;
    waiter.stopListening?.();
  }

  private settle(waiter: Waiter<V>, answer: Answer<V>): void {
    if (waiter.resolve === null) return;
    this.onAnswered(answer.outcome, this.now() - waiter.since);
    waiter.resolve(answer);
    waiter.resolve = null;
  }
}
