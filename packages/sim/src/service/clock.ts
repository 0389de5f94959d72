import { outOfRange } from '@dsys/codec';
import { Agenda } from '../agenda.js';

/** A timer that was set. */
export interface Timer {
  readonly atMs: number;
}

/** How to wait. */
export interface SleepOptions {
  readonly signal?: AbortSignal;
}

/**
 * One node's clock, in whole milliseconds. It drifts and jumps forward as the world has it, and stands still for the
 * service while the node is paused. Has what the driver of `@dsys/core` asks of a clock, too.
 */
export interface ServiceClock {
  /** Milliseconds since some moment. It never goes back. */
  now(): number;
  /** Resolves after so many milliseconds, or later. Rejects with the reason of the signal. */
  sleep(ms: number, options?: SleepOptions): Promise<void>;
  /** Calls back once, after so many milliseconds or later. */
  setTimer(ms: number, run: () => void): Timer;
  /** It is not called back any more. */
  clearTimer(timer: Timer): void;
  /** A signal that is aborted after so many milliseconds: as `AbortSignal.timeout`. */
  timeout(ms: number): AbortSignal;
  /** As `setTimer`; what it gives clears the timer. */
  wakeAfter(ms: number, run: () => void): () => void;
  /** As `wakeAfter(0, …)`. */
  nextTurn(run: () => void): () => void;
}

interface Pending extends Timer {
  run: (() => void) | null;
}

/** The clock of one life: with it, all its timers end. */
export class LifeClock implements ServiceClock {
  private readonly localMs: () => number;
  private readonly timers = new Agenda<Pending>();
  private endedAt: number | null = null;

  constructor(localMs: () => number) {
    this.localMs = localMs;
  }

  now(): number {
    return this.endedAt ?? this.localMs();
  }

  sleep(ms: number, { signal }: SleepOptions = {}): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        this.clearTimer(timer);
        reject(signal!.reason);
      };
      const timer = this.setTimer(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  setTimer(ms: number, run: () => void): Timer {
    if (!(ms >= 0 && ms <= LONGEST_MS)) throw outOfRange('ms', `0 to ${LONGEST_MS}`, ms);
    const timer: Pending = { atMs: this.now() + Math.ceil(ms), run };
    if (this.endedAt === null) this.timers.add(timer.atMs, timer);
    return timer;
  }

  clearTimer(timer: Timer): void {
    (timer as Pending).run = null;
  }

  timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    this.setTimer(ms, () => controller.abort(Object.assign(new Error(`${ms} ms are over`), { name: 'TimeoutError' })));
    return controller.signal;
  }

  wakeAfter(ms: number, run: () => void): () => void {
    const timer = this.setTimer(ms, run);
    return () => this.clearTimer(timer);
  }

  nextTurn(run: () => void): () => void {
    return this.wakeAfter(0, run);
  }

  /** When the next timer is due, by this clock. */
  deadline(): number | null {
    const { timers } = this;
    while (timers.next?.run === null) timers.take();
    return timers.next?.atMs ?? null;
  }

  /** Calls back the first timer that is due; of equal ones, the one that was set first. */
  fire(): void {
    const deadline = this.deadline();
    if (deadline === null || deadline > this.now()) return;
    const timer = this.timers.take();
    const { run } = timer;
    timer.run = null;
    run!();
  }

  /** Nothing is called back any more, and time stands still. */
  end(): void {
    this.endedAt = this.localMs();
    while (this.timers.size > 0) this.timers.take();
  }
}

const LONGEST_MS = 2 ** 40;
