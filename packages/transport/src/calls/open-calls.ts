import type { NodeId } from '../transport.js';
import { CallError } from './failure.js';

interface OpenCall {
  readonly to: NodeId;
  settle(reply: Uint8Array): void;
  fail(error: unknown): void;
}

/** Requests that wait for their replies, by number. */
export class OpenCalls {
  private readonly max: number;
  private readonly calls = new Map<number, OpenCall>();
  /** One listener a signal: many requests may share theirs. */
  private readonly signals = new Map<AbortSignal, { readonly numbers: Set<number>; readonly onAbort: () => void }>();
  private latest = 0;

  constructor(max: number) {
    this.max = max;
  }

  get count(): number {
    return this.calls.size;
  }

  has(number: number): boolean {
    return this.calls.has(number);
  }

  /** Begins one, under the next number. It ends with the signal at the latest. Throws when there are too many. */
  open(to: NodeId, signal: AbortSignal): { readonly number: number; readonly reply: Promise<Uint8Array> } {
    if (this.calls.size >= this.max)
      throw new CallError('too-many', `${this.max} requests are under way: wait, or raise maxOutstanding`);
    const number = ++this.latest;
    const reply = new Promise<Uint8Array>((resolve, reject) => {
      this.listen(signal, number);
      const end = (): void => {
        this.calls.delete(number);
        this.unlisten(signal, number);
      };
      this.calls.set(number, {
        to,
        settle(bytes) {
          end();
          resolve(bytes);
        },
        fail(error) {
          end();
          reject(error);
        },
      });
    });
    return { number, reply };
  }

  /** False for a number that is not open, and for a reply from whom nobody asked. */
  settle(from: NodeId, number: number, reply: Uint8Array): boolean {
    const call = this.calls.get(number);
    if (call?.to !== from) return false;
    call.settle(reply);
    return true;
  }

  failFrom(from: NodeId, number: number, error: unknown): boolean {
    const call = this.calls.get(number);
    if (call?.to !== from) return false;
    call.fail(error);
    return true;
  }

  fail(number: number, error: unknown): void {
    this.calls.get(number)?.fail(error);
  }

  failPeer(to: NodeId, error: unknown): void {
    for (const call of [...this.calls.values()]) if (call.to === to) call.fail(error);
  }

  failAll(error: unknown): void {
    for (const call of [...this.calls.values()]) call.fail(error);
  }

  private listen(signal: AbortSignal, number: number): void {
    let entry = this.signals.get(signal);
    if (entry === undefined) {
      const numbers = new Set<number>();
      const onAbort = (): void => {
        for (const one of [...numbers]) this.fail(one, signal.reason);
      };
      entry = { numbers, onAbort };
      this.signals.set(signal, entry);
      signal.addEventListener('abort', onAbort);
    }
    entry.numbers.add(number);
  }

  private unlisten(signal: AbortSignal, number: number): void {
    const entry = this.signals.get(signal);
    if (entry === undefined) return;
    entry.numbers.delete(number);
    if (entry.numbers.size > 0) return;
    this.signals.delete(signal);
    signal.removeEventListener('abort', entry.onAbort);
  }
}
