/**
 * A key that has been hashed once, for whoever asks several sketches about it: they all start from XXH64 with seed 0, so
 * the hash can be carried from one to the next.
 *
 *     const visitor = hash('203.0.113.9');
 *     if (!seen.has(visitor)) uniques.add(visitor);
 */
import type { Key } from './key.js';
import { checkOut } from './lanes.js';
import { xxh64Lanes } from './xxh64.js';

/** XXH64 with seed 0 of some key, as plain data: it can be cloned, stored, and sent to a worker. */
export interface HashedKey {
  /** Which hash this is, so that another one is never taken for it. */
  readonly algorithm: 'xxh64';
  /** Bits 0 to 31, in 0..2^32−1. */
  readonly low: number;
  /** Bits 32 to 63, in 0..2^32−1. */
  readonly high: number;
}

/** The reusable hash of a key. `hash('a')` and `xxh64('a')` are the same 64 bits. */
export function hash(key: Key): HashedKey {
  lanes ??= new Uint32Array(2);
  xxh64Lanes(key, lanes);
  return { algorithm: 'xxh64', low: lanes[0]!, high: lanes[1]! };
}

let lanes: Uint32Array | undefined;

/** Tells a key that has been hashed from one that has not; true for nothing but a well-formed `HashedKey`. */
export function isHashedKey(value: unknown): value is HashedKey {
  if (typeof value !== 'object' || value === null) return false;
  const { algorithm, low, high } = value as Partial<HashedKey>;
  return algorithm === 'xxh64' && isUint32(low) && isUint32(high);
}

/**
 * XXH64 with seed 0 of a key, or the one that it carries already, into `out[0]` (low) and `out[1]` (high). For sketches,
 * which accept both. Throws `TypeError` for an object that is neither.
 */
export function hashedLanes(key: Key | HashedKey, out: Uint32Array): void {
  if (typeof key !== 'object' || key instanceof Uint8Array) {
    xxh64Lanes(key, out);
  } else if (isHashedKey(key)) {
    checkOut(out, 2);
    out[0] = key.low;
    out[1] = key.high;
  } else {
    // Bytes of another realm, or no key at all: `xxh64Lanes` tells them apart.
    xxh64Lanes(key, out);
  }
}

const isUint32 = (value: unknown): boolean => typeof value === 'number' && value >>> 0 === value;
