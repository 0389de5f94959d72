/**
 * A register per key, as a state machine. Each request names its client and the number that the client gave it, and one that
 * comes again (a copy made by the network, another attempt of a node) is given the answer of the first time.
 */
import type { Entry, StateMachine } from '@dsys/core';

/** What clients ask that changes something. Keys are texts of JSON. */
export type Operation =
  | { readonly type: 'write'; readonly key: string; readonly value: unknown }
  | {
      readonly type: 'cas';
      readonly key: string;
      readonly from: unknown;
      readonly to: unknown;
      readonly create: boolean;
    };

/** `request` is the client and its number. */
export interface Request {
  readonly request: string;
  readonly operation: Operation;
}

/** Code 20: there is no such key; 22: it holds something else. */
export type Result =
  | { readonly type: 'done' }
  | { readonly type: 'error'; readonly code: 20 | 22; readonly text: string };

/** So many answers are remembered; a copy that comes later than so many requests is taken for a new one. */
const REMEMBERED = 100_000;

export class Store implements StateMachine {
  private values = new Map<string, unknown>();
  private answers = new Map<string, Result>();

  get(key: string): { readonly value: unknown } | null {
    return this.values.has(key) ? { value: this.values.get(key) } : null;
  }

  apply(entries: readonly Entry[]): Uint8Array[] {
    return entries.map(({ bytes }) => encode(this.answer(decode(bytes) as Request)));
  }

  async *snapshot(): AsyncGenerator<Uint8Array> {
    const bytes = encode({ values: [...this.values], answers: [...this.answers] });
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
  }

  async restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const pieces: Uint8Array[] = [];
    for await (const chunk of chunks) pieces.push(chunk);
    const { values, answers } = decode(Buffer.concat(pieces)) as {
      values: [string, unknown][];
      answers: [string, Result][];
    };
    this.values = new Map(values);
    this.answers = new Map(answers);
  }

  private answer({ request, operation }: Request): Result {
    const before = this.answers.get(request);
    if (before !== undefined) return before;
    const result = this.perform(operation);
    this.answers.set(request, result);
    // A map keeps the order of insertion, so that all nodes forget the same.
    if (this.answers.size > REMEMBERED) this.answers.delete(this.answers.keys().next().value!);
    return result;
  }

  private perform(operation: Operation): Result {
    const { key } = operation;
    if (operation.type === 'write') this.values.set(key, operation.value);
    else if (!this.values.has(key)) {
      if (!operation.create) return { type: 'error', code: 20, text: 'key does not exist' };
      this.values.set(key, operation.to);
    } else {
      const held = JSON.stringify(this.values.get(key));
      if (held !== JSON.stringify(operation.from)) return { type: 'error', code: 22, text: `the value is ${held}` };
      this.values.set(key, operation.to);
    }
    return { type: 'done' };
  }
}

const CHUNK_BYTES = 64 * 1024;

export const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
export const decode = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());
