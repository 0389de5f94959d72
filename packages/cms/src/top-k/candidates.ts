/**
 * The keys that are watched: a hash table to find them by, and a heap whose root is the one that goes first. Both are
 * arrays of slots, so that nothing is allocated for a key that comes again.
 *
 *     slot       0      1      2            heap   2 0 1      slot 2 has the least count
 *     key        'a'    'b'    'c'
 *     count      9      12     4
 *
 * Among equal counts the lower hash goes first, whatever the history.
 */
import { type Key, xxh64Lanes } from '@dsys/hash';
import { outOfRange } from '../errors.js';

/** Most keys that are watched. */
export const MAX_CAPACITY: number = 2 ** 22;

/** Throws `RangeError` that names the option. */
export function checkCapacity(option: string, capacity: number): void {
  if (!(Number.isInteger(capacity) && capacity >= 1 && capacity <= MAX_CAPACITY))
    throw outOfRange(option, `an integer 1..${MAX_CAPACITY}`, capacity);
}

/** One key with its count, and a second number that its owner knows the meaning of. */
export interface Candidate {
  readonly key: Key;
  readonly count: number;
  readonly extra: number;
}

export class Candidates {
  readonly capacity: number;
  size = 0;
  readonly keys: Key[] = [];
  counts: Float64Array = new Float64Array(0);
  extras: Float64Array = new Float64Array(0);
  #low: Uint32Array = new Uint32Array(0);
  #high: Uint32Array = new Uint32Array(0);
  /** Slots in heap order, and where in the heap a slot is. */
  #heap: Uint32Array = new Uint32Array(0);
  #place: Uint32Array = new Uint32Array(0);
  /** Slot + 1 by the lower half of the hash, by linear probing; 0 is free. At most half full. */
  #table: Uint32Array = new Uint32Array(0);

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#grow();
  }

  get isFull(): boolean {
    return this.size === this.capacity;
  }

  /** The slot of the least count. There must be one. */
  get root(): number {
    return this.#heap[0]!;
  }

  /** The least count of a full set; 0 of another one, which has lost nothing yet. */
  get floor(): number {
    return this.isFull ? this.counts[this.root]! : 0;
  }

  /** The slot of a hash, or −1. */
  find(low: number, high: number): number {
    const mask = this.#table.length - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const slot = this.#table[at]! - 1;
      if (slot < 0 || (this.#low[slot] === low && this.#high[slot] === high)) return slot;
    }
  }

  has(key: Key): boolean {
    xxh64Lanes(key, pair);
    return this.find(pair[0]!, pair[1]!) >= 0;
  }

  /** The second number of a key, 0 when it is not watched. */
  extraOf(key: Key): number {
    xxh64Lanes(key, pair);
    const slot = this.find(pair[0]!, pair[1]!);
    return slot < 0 ? 0 : this.extras[slot]!;
  }

  /** Watches a key that is not watched yet. There must be room. */
  insert(low: number, high: number, key: Key, count: number, extra: number): void {
    if (this.size === this.counts.length) this.#grow();
    const slot = this.size++;
    this.#fill(slot, low, high, key, count, extra);
    this.#heap[slot] = slot;
    this.#place[slot] = slot;
    this.#up(slot);
  }

  /** Watches a key in place of the one with the least count. */
  replaceRoot(low: number, high: number, key: Key, count: number, extra: number): void {
    const slot = this.root;
    this.#unlink(slot);
    this.#fill(slot, low, high, key, count, extra);
    this.#down(0);
  }

  /** Sets the count of a slot to one that is not less. */
  raise(slot: number, count: number): void {
    this.counts[slot] = count;
    this.#down(this.#place[slot]!);
  }

  /** All keys, the one with the highest count first. */
  sorted(): Candidate[] {
    const slots = Array.from({ length: this.size }, (_, slot) => slot);
    return slots
      .sort((a, b) => (this.#isBelow(a, b) ? 1 : -1))
      .map((slot) => ({ key: this.keys[slot]!, count: this.counts[slot]!, extra: this.extras[slot]! }));
  }

  /** The same keys and counts, whatever order they come in: keeps the highest. Keys must be distinct. */
  static of(capacity: number, candidates: Iterable<Candidate>): Candidates {
    const kept = new Candidates(capacity);
    for (const { key, count, extra } of candidates) {
      xxh64Lanes(key, pair);
      const [low, high] = [pair[0]!, pair[1]!];
      if (!kept.isFull) kept.insert(low, high, key, count, extra);
      else if (kept.#goesBefore(kept.root, count, low, high)) kept.replaceRoot(low, high, key, count, extra);
    }
    return kept;
  }

  #fill(slot: number, low: number, high: number, key: Key, count: number, extra: number): void {
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.keys[slot] = key;
    this.counts[slot] = count;
    this.extras[slot] = extra;
    this.#link(slot);
  }

  #link(slot: number): void {
    const mask = this.#table.length - 1;
    let at = this.#low[slot]! & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = slot + 1;
  }

  /** Room grows with the keys: a capacity that was only stated, in bytes from outside too, costs nothing. */
  #grow(): void {
    const room = Math.min(this.capacity, Math.max(16, 2 * this.counts.length));
    this.counts = longer(this.counts, new Float64Array(room));
    this.extras = longer(this.extras, new Float64Array(room));
    this.#low = longer(this.#low, new Uint32Array(room));
    this.#high = longer(this.#high, new Uint32Array(room));
    this.#heap = longer(this.#heap, new Uint32Array(room));
    this.#place = longer(this.#place, new Uint32Array(room));
    this.#table = new Uint32Array(2 ** Math.ceil(Math.log2(2 * room)));
    for (let slot = 0; slot < this.size; slot++) this.#link(slot);
  }

  /** Takes a slot out of the table, and moves back what had been pushed past it. */
  #unlink(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = this.#low[slot]! & mask;
    while (table[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const home = this.#low[table[at]! - 1]! & mask;
      // It may move into the hole if that is not before its home, going round.
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      table[hole] = table[at]!;
      hole = at;
    }
    table[hole] = 0;
  }

  #up(from: number): void {
    const heap = this.#heap;
    const slot = heap[from]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBelow(slot, heap[parent]!)) break;
      this.#put(at, heap[parent]!);
      at = parent;
    }
    this.#put(at, slot);
  }

  #down(from: number): void {
    const heap = this.#heap;
    const slot = heap[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.#isBelow(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#isBelow(heap[child]!, slot)) break;
      this.#put(at, heap[child]!);
      at = child;
    }
    this.#put(at, slot);
  }

  #put(at: number, slot: number): void {
    this.#heap[at] = slot;
    this.#place[slot] = at;
  }

  #isBelow(a: number, b: number): boolean {
    return this.#goesBefore(a, this.counts[b]!, this.#low[b]!, this.#high[b]!);
  }

  #goesBefore(slot: number, count: number, low: number, high: number): boolean {
    const mine = this.counts[slot]!;
    if (mine !== count) return mine < count;
    const myHigh = this.#high[slot]!;
    return myHigh !== high ? myHigh < high : this.#low[slot]! < low;
  }
}

function longer<A extends Float64Array | Uint32Array>(before: A, after: A): A {
  after.set(before);
  return after;
}

const pair = /* @__PURE__ */ new Uint32Array(2);
