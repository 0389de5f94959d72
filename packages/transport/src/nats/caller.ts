import { backoffMs } from '../backoff.js';
import type { Link } from '../piped/link.js';
import type { Machine } from '../piped/machine.js';

/** Of two nodes that come together the lower id dials at once; the other gives it this head start, so that one line is made and not two. */
const HEAD_START_MS = 50;

export interface CallerParts {
  readonly machine: Machine;
  readonly helloMs: number;
  /** Our id is above the peer's. */
  readonly isHigher: boolean;
  /** There is a line to the peer already, or no broker to reach it by. */
  isIdle(): boolean;
  dial(): Link;
}

/** Dials one peer, again and again, as long as there is no line to it. Nobody says that a peer isn't there: it doesn't answer. */
export class Caller {
  private readonly parts: CallerParts;
  private failures = 0;
  private cancel: (() => void) | null = null;

  constructor(parts: CallerParts) {
    this.parts = parts;
  }

  /** From the beginning: at once, or almost. */
  begin(): void {
    this.failures = 0;
    if (this.parts.isHigher) this.wait(HEAD_START_MS);
    else this.dial();
  }

  /** There is no line, or no longer. */
  onDown(): void {
    this.wait(backoffMs(this.failures++, this.parts.machine.random()));
  }

  /** A good hello was said. */
  onUp(): void {
    this.failures = 0;
    this.stop();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private wait(ms: number): void {
    this.stop();
    this.cancel = this.parts.machine.after(ms, () => this.dial());
  }

  private dial(): void {
    const { machine, helloMs } = this.parts;
    this.stop();
    if (this.parts.isIdle()) return;
    const link = this.parts.dial();
    this.cancel = machine.after(helloMs, () => {
      // That nobody is there is no news: it ends without a rejection, and `onDown` is called for it.
      if (!link.isUp) link.onEnd(`no answer within ${helloMs} ms`);
    });
  }
}
