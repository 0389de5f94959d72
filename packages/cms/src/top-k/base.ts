import { type HashedKey, hashedLanes, isHashedKey, type Key, xxh64Lanes } from '@dsys/hash';
import { hashBatches, type KeyBatch, type PackedKeys } from '@dsys/hash/batch';
import { CountMinError, wrongType } from '../errors.js';
import { type Count, checkCount } from '../shape.js';
import type { Candidate, Candidates } from './candidates.js';

/** A key that came often, with how often. */
export interface TopEntry extends Count {
  readonly key: Key;
}

/** How many keys `addMany` takes out of an iterable at a time. */
const CHUNK = 4096;

/** What both ways of finding the keys that came most have in common. */
export abstract class BaseTopK {
  /** Sum of all counts. */
  abstract readonly total: number;
  /** @internal */
  abstract candidates: Candidates;

  /**
   * Counts a key n times, default once. It has to be the key itself, not a `HashedKey`, since it may have to be named.
   * Throws `RangeError` unless n is an integer from 0, or when the key is longer than 64 KiB; `CountMinError` counter-overflow.
   */
  add(key: Key, n = 1): void {
    checkCount('n', n);
    if (typeof key === 'object' && isHashedKey(key)) throw hashed();
    xxh64Lanes(key, pair);
    this.addHashed(pair[0]!, pair[1]!, () => key, n);
  }

  /** Counts many keys once each: an iterable, a 64-bit column or packed keys, which are named as bytes. Returns how many there were. */
  addMany(keys: Iterable<Key> | PackedKeys): number {
    if (Array.isArray(keys)) return this.#addArray(keys as readonly Key[]);
    const kind = Object.prototype.toString.call(keys).slice(8, -1);
    if (kind === 'BigUint64Array' || kind === 'BigInt64Array') {
      const column = keys as BigUint64Array;
      return this.#addBatch(column, (i) => column[i]!);
    }
    if (isPacked(keys)) {
      const { bytes, offsets } = keys;
      return this.#addBatch(keys, (i) => bytes.subarray(offsets[i]!, offsets[i + 1]!));
    }
    // What is no iterable of keys, or one key, `hashBatches` has the words for.
    if (typeof keys !== 'object' || kind === 'Uint8Array' || typeof keys?.[Symbol.iterator] !== 'function')
      return hashBatches(keys, () => undefined);
    let total = 0;
    let chunk: Key[] = [];
    for (const key of keys) {
      if (chunk.push(key) < CHUNK) continue;
      total += this.#addArray(chunk);
      chunk = [];
    }
    return total + this.#addArray(chunk);
  }

  /** The n keys with the highest estimates, or all that are watched; highest first. O(k log k). */
  top(n?: number): TopEntry[] {
    if (n !== undefined) checkCount('n', n);
    return this.candidates
      .sorted()
      .slice(0, n)
      .map((candidate) => ({ key: candidate.key, ...this.boundsOf(candidate) }));
  }

  /** How often a key came, watched or not: never more than `upper`. */
  count(key: Key | HashedKey): Count {
    hashedLanes(key, pair);
    const { candidates } = this;
    const slot = candidates.find(pair[0]!, pair[1]!);
    if (slot < 0) return this.boundsOfOther(pair[0]!, pair[1]!);
    return this.boundsOf({
      key: candidates.keys[slot]!,
      count: candidates.counts[slot]!,
      extra: candidates.extras[slot]!,
    });
  }

  /** @internal Counts a key by its hash; `key` names it when it is to be watched. */
  protected abstract addHashed(low: number, high: number, key: () => Key, n: number): void;
  /** @internal */
  protected abstract boundsOf(candidate: Candidate): Count;
  /** @internal */
  protected abstract boundsOfOther(low: number, high: number): Count;

  #addArray(keys: readonly Key[]): number {
    return this.#addBatch(keys, (i) => keys[i]!);
  }

  #addBatch(keys: KeyBatch, keyAt: (index: number) => Key): number {
    let index = 0;
    const key = (): Key => keyAt(index);
    return hashBatches(keys, (lanes, count) => {
      for (let i = 0; i < count; i++, index++) this.addHashed(lanes[2 * i]!, lanes[2 * i + 1]!, key, 1);
    });
  }
}

const isPacked = (keys: Iterable<Key> | PackedKeys): keys is PackedKeys =>
  typeof keys === 'object' && keys !== null && 'bytes' in keys && 'offsets' in keys;

/** Throws unless the sum of all counts stays a safe integer. */
export function checkTotal(total: number, n: number): void {
  if (!Number.isSafeInteger(total + n))
    throw new CountMinError(
      'counter-overflow',
      `the sum of all counts must stay below 2^53, has ${total}, got ${n} more`,
    );
}

const hashed = (): TypeError => wrongType('key', 'the key itself, since it may have to be named', { hashed: true });

const pair = /* @__PURE__ */ new Uint32Array(2);
