import { CallError } from '../calls/failure.js';

/** What an incoming stream tells the side that it belongs to. */
export interface IncomingHost {
  /** Lets the other side send up to this offset. */
  grant(offset: number): void;
}

/**
 * One stream of another node: what has come and was not read, never more than the window.
 *
 *     0 ── read ──┬── waiting ──┬── may come ──┐
 *              consumed      received       granted = consumed + window
 */
export class Incoming implements AsyncIterable<Uint8Array> {
  private readonly windowBytes: number;
  private readonly host: IncomingHost;
  private chunks: Uint8Array[] = [];
  private received = 0;
  private consumed = 0;
  private granted = 0;
  private hasEnded = false;
  private isIterated = false;
  private failure: CallError | null = null;
  private wake: (() => void) | null = null;

  constructor(windowBytes: number, host: IncomingHost) {
    this.windowBytes = windowBytes;
    this.host = host;
  }

  /** Everything came, and was read. */
  get isComplete(): boolean {
    return this.hasEnded && this.failure === null && this.consumed === this.received;
  }

  /** Lets the first bytes come. */
  begin(): void {
    this.maybeGrant();
  }

  /** What is wrong with this chunk, if anything is. */
  push(offset: number, bytes: Uint8Array): CallError | null {
    if (this.hasEnded || bytes.length === 0)
      return new CallError('malformed', 'a chunk that is empty, or behind the end');
    if (offset !== this.received)
      return new CallError('malformed', `a chunk at ${offset}, where ${this.received} is next`);
    if (offset + bytes.length > this.granted)
      return new CallError('malformed', `a chunk up to ${offset + bytes.length}, where ${this.granted} was allowed`);
    this.received += bytes.length;
    this.chunks.push(bytes);
    this.wake?.();
    return null;
  }

  /** What is wrong with this end, if anything is. */
  end(offset: number): CallError | null {
    if (this.hasEnded || offset !== this.received)
      return new CallError('malformed', `an end at ${offset}, where ${this.received} bytes came`);
    this.hasEnded = true;
    this.wake?.();
    return null;
  }

  /** What waits is let go of: whoever reads gets the error. */
  fail(error: CallError): void {
    this.failure ??= error;
    this.chunks = [];
    this.wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.isIterated) throw new TypeError('a stream is read once');
    this.isIterated = true;
    return this.read();
  }

  private async *read(): AsyncGenerator<Uint8Array> {
    while (true) {
      if (this.failure !== null) throw this.failure;
      const chunk = this.chunks.shift();
      if (chunk !== undefined) {
        yield chunk;
        // Read is what the reader has come back from: until then it counts against the window.
        this.consumed += chunk.length;
        this.maybeGrant();
      } else if (this.hasEnded) return;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }

  /** In halves of the window, so that not every chunk is answered. */
  private maybeGrant(): void {
    const limit = this.consumed + this.windowBytes;
    if (this.hasEnded || (limit - this.granted) * 2 < this.windowBytes) return;
    this.granted = limit;
    this.host.grant(limit);
  }
}
