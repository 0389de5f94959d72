/** What is told of a blob: its parts, byte by byte, what it says, and what can be made of it. */

/** Some bytes that belong together. */
export interface Part {
  /** First byte, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly name: string;
  /** What is there, read. */
  readonly value: string;
  /** What that is for. */
  readonly meaning: string;
  readonly kind: 'head' | 'data';
}

/** Other bytes that say the same. */
export interface Form {
  readonly id: string;
  readonly title: string;
  /** What it is good for. */
  readonly purpose: string;
  make(): Uint8Array;
}

/** What can't be made of it. */
export interface Refusal {
  readonly title: string;
  readonly why: string;
}

export interface Explained {
  readonly engine: string;
  /** In one sentence. */
  readonly what: string;
  readonly parts: readonly Part[];
  /** How many items it has, between what with two standard errors; bounds are absent where nobody states them. */
  readonly count: { readonly estimate: number; readonly lower?: number; readonly upper?: number };
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly forms: readonly Form[];
  readonly refusals: readonly Refusal[];
  /** What it says of a key, as a sentence. */
  ask(key: string): string;
  /** How to read it with the package. */
  readonly code: readonly string[];
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** `n` bits from bit `at` on; the first bit of a byte is its highest (`high`) or its lowest. */
export function bitsAt(bytes: Uint8Array, at: number, n: number, order: 'high' | 'low'): number {
  let value = 0;
  for (let i = 0; i < n; i++) {
    const byte = bytes[(at + i) >>> 3]!;
    const bit = order === 'high' ? (byte >>> (7 - ((at + i) & 7))) & 1 : (byte >>> ((at + i) & 7)) & 1;
    value = order === 'high' ? value * 2 + bit : value + bit * 2 ** i;
  }
  return value;
}
