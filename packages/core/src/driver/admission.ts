import { wrongType } from '@dsys/codec';
import type { CheckedLimits } from './limits.js';
import type { Outstanding } from './outstanding.js';

/** As many wait, or the state machine is as far behind, as the limits allow. Nothing was proposed: try again later, or `room()`. */
export interface Busy {
  readonly outcome: 'busy';
}

/** The one there is. */
export const BUSY: Busy = { outcome: 'busy' };

/** How something is asked. */
export interface AskOptions {
  /** Aborting it answers `unknown`: what was asked for may happen all the same. */
  readonly signal?: AbortSignal;
}

/** Refuses what is no signal: a controller in its place is an easy slip. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw wrongType('signal', 'an AbortSignal', signal);
}

/** How far a state machine is behind. */
export interface Lag {
  readonly entries: number;
  readonly bytes: number;
}

/** Who is let in: memory is bounded by refusing, at the door, what can't be served soon. */
export class Admission {
  /** As of the end of the last turn. */
  lag: Lag = { entries: 0, bytes: 0 };
  private readonly outstanding: Pick<Outstanding<never>, 'count' | 'bytes'>;
  private readonly limits: CheckedLimits;
  private waiters: (() => void)[] = [];

  constructor(outstanding: Pick<Outstanding<never>, 'count' | 'bytes'>, limits: CheckedLimits) {
    this.outstanding = outstanding;
    this.limits = limits;
  }

  /** As many wait for an answer as may. */
  get isOverloaded(): boolean {
    const { count, bytes } = this.outstanding;
    return count >= this.limits.outstanding || bytes >= this.limits.outstandingBytes;
  }

  /** The state machine is further behind than it may be. */
  get isLagging(): boolean {
    return this.lag.entries > this.limits.lagEntries || this.lag.bytes > this.limits.lagBytes;
  }

  /** Resolves once half of each limit is free. */
  room(): Promise<void> {
    if (this.hasRoom) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** A turn has ended. */
  afterTurn(lag: Lag): void {
    this.lag = lag;
    if (this.waiters.length > 0 && this.hasRoom) this.wakeAll();
  }

  /** Nobody is let in any more, and nobody need wait to learn it. */
  wakeAll(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }

  private get hasRoom(): boolean {
    const { count, bytes } = this.outstanding;
    const { limits, lag } = this;
    return (
      count * 2 <= limits.outstanding &&
      bytes * 2 <= limits.outstandingBytes &&
      lag.entries * 2 <= limits.lagEntries &&
      lag.bytes * 2 <= limits.lagBytes
    );
  }
}
