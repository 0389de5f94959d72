/**
 * What a sketch keeps before it has registers. Up to `exactCapacity(p)` items it keeps their 64-bit hashes, and its count
 * is exact. Beyond, it keeps tokens (see `place.ts`), 4 bytes an item; their count is off by one in a hundred thousand at
 * most, and is corrected for that. When tokens would take as much memory as registers, registers take over.
 *
 * Which of the three a sketch has follows from the set of its items alone, so no order of adds and merges shows in it.
 */
import { rankOfToken } from './place.js';
import type { Registers } from './registers.js';

/** Lowest and highest number of index bits. */
export const LEAST_PRECISION = 4;
export const MOST_PRECISION = 18;

/** Most hashes that are kept whole: up to 32, from precision 10 on; none at precision 4, which has registers from the start. */
export const exactCapacity = (precision: number): number => Math.min(32, (2 ** (precision - 5)) | 0);

/** Most tokens, at three quarters of a table of half the registers' bytes or a little more; none below precision 6. */
export const tokenCapacity = (precision: number): number => (precision < 6 ? 0 : 3 * 2 ** (precision - 5));

/** Whole hashes, in the order in which they came. */
export class Hashes {
  readonly lanes: Uint32Array;
  count = 0;

  constructor(capacity: number) {
    this.lanes = new Uint32Array(2 * capacity);
  }

  has(low: number, high: number): boolean {
    const { lanes } = this;
    for (let i = 0; i < 2 * this.count; i += 2) if (lanes[i] === low && lanes[i + 1] === high) return true;
    return false;
  }

  /** Adds a hash that is not there, where there is room. */
  push(low: number, high: number): void {
    this.lanes[2 * this.count] = low;
    this.lanes[2 * this.count + 1] = high;
    this.count++;
  }
}

/** A set of tokens: open addressing with linear probing, at most three quarters full. */
export class Tokens {
  /** Complements of tokens: none is 2^32−1 (its last six bits would be 63), so 0 is an empty slot. */
  table: Uint32Array = new Uint32Array(8);
  count = 0;

  /** False when it was there. */
  add(token: number): boolean {
    if (4 * this.count >= 3 * this.table.length) this.#grow();
    const slot = slotOf(this.table, token);
    if (this.table[slot] !== 0) return false;
    this.table[slot] = ~token;
    this.count++;
    return true;
  }

  has(token: number): boolean {
    return this.table[slotOf(this.table, token)] !== 0;
  }

  /** In ascending order. */
  sorted(): Uint32Array {
    const tokens = new Uint32Array(this.count);
    let n = 0;
    for (const slot of this.table) if (slot !== 0) tokens[n++] = ~slot;
    return tokens.sort();
  }

  #grow(): void {
    const old = this.table;
    this.table = new Uint32Array(2 * old.length);
    for (const slot of old) if (slot !== 0) this.table[slotOf(this.table, ~slot >>> 0)] = slot;
  }

  raiseInto(registers: Registers): void {
    const { precision } = registers;
    for (const slot of this.table)
      if (slot !== 0) registers.raise(~slot >>> (32 - precision), rankOfToken(~slot, precision));
  }
}

/** Where the token is, or would be. The multiplier is 2^32 divided by the golden ratio. */
function slotOf(table: Uint32Array, token: number): number {
  const mask = table.length - 1;
  let slot = Math.imul(token, 0x9e3779b1) >>> Math.clz32(mask);
  while (table[slot] !== 0 && ~table[slot]! >>> 0 !== token) slot = (slot + 1) & mask;
  return slot;
}

/** Of n items, n² / (6 · 2^26) share a token with an earlier one: so many items are behind `count` tokens. */
export const itemsBehind = (count: number): number => count + (count * count) / (6 * 2 ** 26);
