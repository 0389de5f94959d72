/**
 * The state machine of simulated clusters: a few registers, and tokens of sessions, of which each must arrive once. It runs
 * inside the package's own session machine; the sessions are open from the beginning, one a client, since what clients of
 * a world ask may not depend on what they were answered.
 */
import type { Entry } from '@dsys/core';
import type { Machine } from '@dsys/sim';
import { encodeCommand, type SessionMachine, type SynchronousMachine, sessionMachine } from '../src/index.js';

/** Keys `0..KEYS − 1`. */
export const KEYS = 6;
export const SESSIONS = 8;

/** Values are `1..255`; 0 stands for none. */
export type Command =
  | { readonly f: 'write'; readonly key: number; readonly value: number }
  | { readonly f: 'cas'; readonly key: number; readonly from: number; readonly to: number }
  | { readonly f: 'add'; readonly session: number; readonly sequence: number };

const CODE = { write: 1, cas: 2, add: 3 } as const;
/** A client asks again at once or never: later tokens need not be known any longer. */
const TOKENS = 16;

/** The bytes to propose. */
export function bytesOf(command: Command): Uint8Array {
  switch (command.f) {
    case 'write':
      return Uint8Array.of(CODE.write, command.key, command.value);
    case 'cas':
      return Uint8Array.of(CODE.cas, command.key, command.from, command.to);
    case 'add': {
      const { session, sequence } = command;
      const payload = Uint8Array.of(CODE.add, session, sequence >> 8, sequence & 255);
      return encodeCommand({
        type: 'command',
        session,
        sequence,
        firstUnanswered: Math.max(1, sequence - TOKENS / 2),
        payload,
      });
    }
  }
}

/** Empty, with all sessions open. */
export function store(): Machine {
  const machine = sessionMachine(new Registers());
  const open = encodeCommand({ type: 'open' });
  // Before the log begins: a session is named by the index of the entry that opened it.
  machine.apply(Array.from({ length: SESSIONS }, (_, i) => ({ index: i + 1, timeMs: 0, bytes: open })));
  return machine;
}

/** What a key holds; null for nothing. */
export function valueIn(machine: Machine, key: number): number | null {
  const value = (machine as SessionMachine<Registers>).machine.values[key]!;
  return value === 0 ? null : value;
}

class Registers implements SynchronousMachine {
  values: Uint8Array = new Uint8Array(KEYS);
  private tokens: (readonly number[])[] = Array.from({ length: SESSIONS + 1 }, () => []);
  private counts: number[] = Array.from({ length: SESSIONS + 1 }, () => 0);

  apply(entries: readonly Entry[]): Uint8Array[] {
    return entries.map(({ bytes }) => this.applyOne(bytes));
  }

  /** Throws for a token that was there before: a node that fails of itself ends the run. */
  private applyOne(bytes: Uint8Array): Uint8Array {
    const [first, second, third] = [bytes[1] ?? 0, bytes[2] ?? 0, bytes[3] ?? 0];
    const { values, tokens, counts } = this;
    switch (bytes[0]) {
      case CODE.write:
        values[first] = second;
        return new Uint8Array(0);
      case CODE.cas: {
        const isEqual = values[first] === second;
        if (isEqual) values[first] = third;
        return Uint8Array.of(isEqual ? 1 : 0);
      }
      default: {
        const token = (second << 8) | third;
        if (tokens[first]!.includes(token)) throw new Error(`token ${token} of session ${first} was applied twice`);
        tokens[first] = [...tokens[first]!, token].slice(-TOKENS);
        const count = ++counts[first]!;
        return Uint8Array.of(count >> 8, count & 255);
      }
    }
  }

  snapshot(): Uint8Array {
    const head = new TextEncoder().encode(JSON.stringify([this.tokens, this.counts]));
    const all = new Uint8Array(head.length + KEYS);
    all.set(head);
    all.set(this.values, head.length);
    return all;
  }

  restore(bytes: Uint8Array): void {
    const end = bytes.length - KEYS;
    [this.tokens, this.counts] = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as [number[][], number[]];
    this.values = bytes.slice(end);
  }

  clone(): Registers {
    const copy = new Registers();
    copy.values = this.values.slice();
    copy.tokens = this.tokens.slice();
    copy.counts = this.counts.slice();
    return copy;
  }

  fingerprint(): string {
    return `${this.values.join()} ${JSON.stringify(this.tokens)}`;
  }
}
