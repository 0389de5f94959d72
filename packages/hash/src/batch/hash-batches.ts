/**
 * Hashes many keys and hands the hashes out in batches: whoever keeps a structure loops over lanes, and meets neither a
 * key nor a call per key.
 */
import type { HashedKey } from '../hashed-key.js';
import { isBytes } from '../is-bytes.js';
import { BATCH, BYTES, CAPACITY } from '../kernel.js';
import type { Key } from '../key.js';
import { ofRange } from '../xxh64.js';
import { hashKeys } from './hash-keys.js';
import { checkPacked, isPacked, notKeys, type PackedKeys } from './packed-keys.js';
import { type Scratch, withScratch } from './scratch.js';

/**
 * Many keys: anything that can be iterated over, or columns. An element of a 64-bit column is the integer key that it is
 * (`BigUint64Array.of(42n)` and `[42]` hash alike), a packed key is the string or the bytes that it was.
 */
export type KeyBatch = Iterable<Key | HashedKey> | BigUint64Array | BigInt64Array | PackedKeys;

type Visit = (lanes: Uint32Array, count: number) => void;

/**
 * XXH64 with seed 0 of every key, in order, in batches: `lanes[2 * i]` is the lower and `lanes[2 * i + 1]` the upper half
 * for the i-th key of the batch, `0 ≤ i < count`. `lanes` is scratch, valid until `visit` returns. A key that has been
 * hashed (`hash(key)`) passes through. Returns how many keys there were.
 *
 * `visit` and the iterable may call it again. Throws `TypeError` or `RangeError` for what is no key, as `xxh64` does, when
 * the batches before have been visited already; `TypeError` (`keys-type`) for a single string or `Uint8Array`, which are
 * one key each; `TypeError` (`packed-type`) or `RangeError` (`packed-offsets`) for packed keys that don't lie within their
 * bytes, before anything is visited. Columns must not change until it returns.
 */
export function hashBatches(keys: KeyBatch, visit: (lanes: Uint32Array, count: number) => void): number {
  // By its name a column of another realm is known, too.
  const kind = Object.prototype.toString.call(keys).slice(8, -1);
  if (typeof keys !== 'object' || keys === null || isBytes(keys)) throw notKeys(kind);
  if (kind === 'BigUint64Array' || kind === 'BigInt64Array') return hashColumn(keys as BigUint64Array, visit);
  if (isPacked(keys)) return hashPacked(keys, visit);
  const iterate = (keys as Iterable<Key | HashedKey>)[Symbol.iterator];
  if (typeof iterate !== 'function') throw notKeys(kind);
  // An array that iterates as arrays do is read where it is.
  if (Array.isArray(keys) && iterate === Array.prototype[Symbol.iterator]) return hashArray(keys, visit);
  return hashIterable(keys as Iterable<Key | HashedKey>, visit);
}

/** Fills the lanes of a scratch with hashes and has them visited, until all keys are; `fill` returns how many it hashed. */
function inBatches(
  keys: { readonly length: number },
  fill: (scratch: Scratch, from: number, count: number) => number,
  visit: Visit,
): number {
  let from = 0;
  // As an iterator does, this sees what a visit adds to an array.
  while (from < keys.length) {
    withScratch((scratch) => {
      const count = fill(scratch, from, Math.min(BATCH, keys.length - from));
      visit(scratch.lanes, count);
      from += count;
    });
  }
  return from;
}

const hashArray = (keys: readonly (Key | HashedKey)[], visit: Visit): number =>
  inBatches(keys, (scratch, from, count) => hashKeys(scratch, keys, from, count), visit);

/** Gathers a batch before it takes the scratch, which so is free while the iterable runs. */
function hashIterable(keys: Iterable<Key | HashedKey>, visit: Visit): number {
  const gathered: (Key | HashedKey)[] = [];
  let total = 0;
  for (const key of keys) {
    if (gathered.push(key) < BATCH) continue;
    total += hashArray(gathered, visit);
    gathered.length = 0;
  }
  return total + hashArray(gathered, visit);
}

function hashColumn(keys: BigUint64Array, visit: Visit): number {
  const { buffer, byteOffset, length } = keys;
  const fill = (scratch: Scratch, from: number, count: number): number => {
    // Throws where a visit has given the column's memory away.
    const bytes = new Uint8Array(buffer, byteOffset + 8 * from, 8 * count);
    if (scratch.kernel === null) return hashKeys(scratch, keys, from, count);
    scratch.kernel.words.set(bytes);
    scratch.kernel.hashWords(0, count);
    return count;
  };
  return inBatches({ length }, fill, visit);
}

function hashPacked(keys: PackedKeys, visit: Visit): number {
  const { bytes, offsets } = checkPacked(keys);
  const fill = ({ kernel, lanes, pair }: Scratch, from: number, most: number): number => {
    const start = offsets[from]!;
    let count = most;
    if (kernel !== null) {
      while (offsets[from + count]! - start > CAPACITY) count >>>= 1;
      if (count > 0) {
        kernel.ends.set(offsets.subarray(from, from + count + 1));
        kernel.bytes.set(bytes.subarray(start, offsets[from + count]));
        kernel.hashRanges(0, count, BYTES - start);
        return count;
      }
      // The first is too long to be copied.
      count = 1;
    }
    for (let i = 0; i < count; i++) {
      ofRange(bytes, offsets[from + i]!, offsets[from + i + 1]!, pair, 0, 0);
      lanes[2 * i] = pair[0]!;
      lanes[2 * i + 1] = pair[1]!;
    }
    return count;
  };
  return inBatches({ length: offsets.length - 1 }, fill, visit);
}
