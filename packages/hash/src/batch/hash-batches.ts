/**
 * Hashes many keys and hands the hashes out in batches: whoever keeps a structure loops over lanes, and meets neither a
 * key nor a call per key.
 */
import type { HashedKey } from '../hashed-key.js';
import { isBytes } from '../is-bytes.js';
import type { Key } from '../key.js';
import { ofRange } from '../xxh64-bytes.js';
import { hashKeys } from './hash-keys.js';
import { BATCH, BYTES, CAPACITY, isLittleEndian, type Scratch, withScratch } from './kernel.js';
import { checkPacked, isPacked, notKeys, type PackedKeys } from './packed-keys.js';

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
  if (typeof keys !== 'object' || keys === null || isBytes(keys)) throw notKeys(keys);
  if (is64BitColumn(keys)) {
    // Its bytes are those of the keys where the processor is little-endian; elsewhere they are read as bigints.
    return isLittleEndian() ? hashColumn(keys, visit) : hashIterable(keys, visit);
  }
  if (isPacked(keys)) return hashPacked(keys, visit);
  if (typeof keys[Symbol.iterator] !== 'function') throw notKeys(keys);
  // An array that iterates as arrays do is read where it is.
  return Array.isArray(keys) && keys[Symbol.iterator] === Array.prototype[Symbol.iterator]
    ? hashArray(keys, visit)
    : hashIterable(keys, visit);
}

function hashArray(keys: readonly (Key | HashedKey)[], visit: Visit): number {
  let from = 0;
  // As an iterator does, this sees what a visit adds.
  while (from < keys.length) {
    const count = Math.min(BATCH, keys.length - from);
    withScratch((scratch) => {
      hashKeys(scratch, keys, from, from + count);
      visit(scratch.lanes, count);
    });
    from += count;
  }
  return from;
}

/** Gathers a batch before it takes the scratch, which so is free while the iterable runs. */
function hashIterable(keys: Iterable<Key | HashedKey>, visit: Visit): number {
  const gathered: (Key | HashedKey)[] = [];
  let total = 0;
  for (const key of keys) {
    gathered.push(key);
    if (gathered.length < BATCH) continue;
    total += hashArray(gathered, visit);
    gathered.length = 0;
  }
  return total + hashArray(gathered, visit);
}

function hashColumn(keys: BigUint64Array | BigInt64Array, visit: Visit): number {
  const total = keys.length;
  for (let from = 0; from < total; from += BATCH) {
    const count = Math.min(BATCH, total - from);
    withScratch((scratch) => {
      // Throws where a visit has taken the column's memory away.
      scratch.all.set(new Uint8Array(keys.buffer, keys.byteOffset + 8 * from, 8 * count));
      scratch.words(0, count);
      visit(scratch.lanes, count);
    });
  }
  return total;
}

function hashPacked(keys: PackedKeys, visit: Visit): number {
  const { bytes, offsets } = checkPacked(keys);
  const total = offsets.length - 1;
  for (let from = 0, count = 0; from < total; from += count) {
    count = Math.min(BATCH, total - from);
    while (count > 1 && offsets[from + count]! - offsets[from]! > CAPACITY) count >>>= 1;
    withScratch((scratch) => {
      hashRanges(scratch, bytes, offsets.subarray(from, from + count + 1), count);
      visit(scratch.lanes, count);
    });
  }
  return total;
}

/** Hashes `count` packed keys, which have room in the scratch, or one that has not. */
function hashRanges(scratch: Scratch, bytes: Uint8Array, offsets: Uint32Array, count: number): void {
  const start = offsets[0]!;
  const end = offsets[count]!;
  if (end - start > CAPACITY) {
    ofRange(bytes, start, end, scratch.lanes, 0, 0);
  } else {
    scratch.ends.set(offsets);
    scratch.bytes.set(bytes.subarray(start, end));
    scratch.ranges(0, count, BYTES - start);
  }
}

/** Also of another realm, as everywhere in this package. */
function is64BitColumn(keys: object): keys is BigUint64Array | BigInt64Array {
  const kind = Object.prototype.toString.call(keys);
  return kind === '[object BigUint64Array]' || kind === '[object BigInt64Array]';
}
