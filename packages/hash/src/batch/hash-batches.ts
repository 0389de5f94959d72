/**
 * Hashes many keys and hands the hashes out in batches: whoever keeps a structure loops over lanes, and never meets a
 * key, a string or a call per key.
 */
import { type HashedKey, hashedLanes } from '../hashed-key.js';
import { isBytes } from '../is-bytes.js';
import type { Key } from '../key.js';
import { withCode } from '../with-code.js';
import { xxh64Lanes } from '../xxh64.js';
import { ofRange } from '../xxh64-bytes.js';
import { checkPacked, isPacked, type PackedKeys } from './packed-keys.js';

/**
 * Many keys: anything that can be iterated over, or columns. An element of a 64-bit column is the integer key that it is
 * (`BigUint64Array.of(42n)` and `[42]` hash alike), a packed key is the string or the bytes that it was.
 */
export type KeyBatch = Iterable<Key | HashedKey> | BigUint64Array | BigInt64Array | PackedKeys;

/** How many keys a batch has at most. */
const BATCH = 4096;

/** Is where a batch is made. One at rest is kept; whoever finds none, since it is called out of a batch, makes another. */
interface Scratch {
  readonly lanes: Uint32Array;
  /** The lanes of one key. */
  readonly pair: Uint32Array;
}

let atRest: Scratch | undefined;

/**
 * XXH64 with seed 0 of every key, in order, in batches: `lanes[2 * i]` is the lower and `lanes[2 * i + 1]` the upper half
 * for the i-th key of the batch, `0 ≤ i < count`. `lanes` is scratch, valid until `visit` returns. A key that has been
 * hashed (`hash(key)`) passes through. Returns how many keys there were.
 *
 * `visit` and the iterable may call it again. Throws `TypeError` or `RangeError` for what is no key, as `xxh64` does, when
 * the batches before have been visited already; `TypeError` (`keys-type`) for a single string or `Uint8Array`, which are
 * one key each; `TypeError` (`packed-type`) or `RangeError` (`packed-offsets`) for packed keys that don't lie within their
 * bytes, before anything is visited.
 */
export function hashBatches(keys: KeyBatch, visit: (lanes: Uint32Array, count: number) => void): number {
  if (typeof keys !== 'object' || keys === null || isBytes(keys)) throw notABatch(keys);
  const scratch = atRest ?? { lanes: new Uint32Array(2 * BATCH), pair: new Uint32Array(2) };
  atRest = undefined;
  try {
    if (is64BitColumn(keys)) return hashColumn(keys, scratch, visit);
    if (isPacked(keys)) return hashPacked(keys, scratch, visit);
    if (typeof keys[Symbol.iterator] !== 'function') throw notABatch(keys);
    return hashEach(keys, scratch, visit);
  } finally {
    atRest = scratch;
  }
}

type Visit = (lanes: Uint32Array, count: number) => void;

function hashEach(keys: Iterable<Key | HashedKey>, { lanes, pair }: Scratch, visit: Visit): number {
  let total = 0;
  let count = 0;
  for (const key of keys) {
    hashedLanes(key, pair);
    lanes[2 * count] = pair[0]!;
    lanes[2 * count + 1] = pair[1]!;
    if (++count < BATCH) continue;
    visit(lanes, count);
    total += count;
    count = 0;
  }
  if (count > 0) visit(lanes, count);
  return total + count;
}

function hashColumn(keys: BigUint64Array | BigInt64Array, { lanes, pair }: Scratch, visit: Visit): number {
  for (let from = 0; from < keys.length; from += BATCH) {
    const count = Math.min(BATCH, keys.length - from);
    for (let i = 0; i < count; i++) {
      xxh64Lanes(keys[from + i]!, pair);
      lanes[2 * i] = pair[0]!;
      lanes[2 * i + 1] = pair[1]!;
    }
    visit(lanes, count);
  }
  return keys.length;
}

function hashPacked(keys: PackedKeys, { lanes, pair }: Scratch, visit: Visit): number {
  checkPacked(keys);
  const { bytes, offsets } = keys;
  const total = offsets.length - 1;
  for (let from = 0; from < total; from += BATCH) {
    const count = Math.min(BATCH, total - from);
    for (let i = 0; i < count; i++) {
      ofRange(bytes, offsets[from + i]!, offsets[from + i + 1]!, pair, 0, 0);
      lanes[2 * i] = pair[0]!;
      lanes[2 * i + 1] = pair[1]!;
    }
    visit(lanes, count);
  }
  return total;
}

/** Also of another realm, as everywhere in this package. */
function is64BitColumn(keys: object): keys is BigUint64Array | BigInt64Array {
  const kind = Object.prototype.toString.call(keys);
  return kind === '[object BigUint64Array]' || kind === '[object BigInt64Array]';
}

function notABatch(keys: unknown): TypeError {
  const got = Object.prototype.toString.call(keys).slice(8, -1);
  const hint = got === 'String' || got === 'Uint8Array' ? ', which is one key: put it into an array' : '';
  return withCode(
    new TypeError(`keys must be an iterable of keys, a 64-bit column or packed keys, got ${got}${hint}`),
    'keys-type',
  );
}
