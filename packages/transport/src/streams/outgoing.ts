import type { NodeId } from '../transport.js';

/** One stream of ours: how far it may go, and what ends it. */
export class Outgoing {
  readonly to: NodeId;
  /** Up to which offset the other side lets us send. */
  private granted = 0;
  private isDone = false;
  private failure: { readonly error: unknown } | null = null;
  /** Whoever waits for something that is to be looked at again. */
  private wake: (() => void) | null = null;

  constructor(to: NodeId) {
    this.to = to;
  }

  grant(offset: number): void {
    if (offset <= this.granted) return;
    this.granted = offset;
    this.wake?.();
  }

  done(): void {
    this.isDone = true;
    this.wake?.();
  }

  fail(error: unknown): void {
    this.failure ??= { error };
    this.wake?.();
  }

  /** Resolves to how many bytes may go from this offset on, at least one. */
  async credit(offset: number): Promise<number> {
    await this.until(() => this.granted > offset);
    return this.granted - offset;
  }

  /** Resolves when the other side has read all, and is content. */
  finished(): Promise<void> {
    return this.until(() => this.isDone);
  }

  /** Waits for something else, such as the next chunk of the source; what ends the stream ends the wait. */
  unlessFailed<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.wake = () => {
        if (this.failure !== null) reject(this.failure.error);
      };
      this.wake();
      promise.then(resolve, reject);
    });
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (this.failure === null && !isSo())
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    if (this.failure !== null) throw this.failure.error;
  }
}
