/**
 * Keys one behind the other in one array, as columns of Arrow or Parquet hold them: hashing reads them where they are,
 * and no string or view is made for any.
 *
 *     bytes      o n e t w o t h r e e
 *     offsets    0     3     6         11       key i is bytes[offsets[i], offsets[i + 1])
 */
import { isBytes } from '../is-bytes.js';
import { SHORT_STRING } from '../key.js';
import { withCode } from '../with-code.js';

/** Keys packed one behind the other: key i is `bytes[offsets[i], offsets[i + 1])`, so n keys have n + 1 offsets. */
export interface PackedKeys {
  /** The bytes of all keys. */
  readonly bytes: Uint8Array;
  /** Where each key begins, and where the last one ends. They never fall; the first need not be 0. */
  readonly offsets: Uint32Array;
}

const MAX_BYTES = 2 ** 32 - 1;

/**
 * Packs keys: a string as its UTF-8 bytes, bytes as they are. Throws `TypeError` (`key-type`) for another key (numbers
 * have their own columns: `BigUint64Array`), and `RangeError` (`packed-too-long`) for more than 2^32 − 1 bytes of keys.
 */
export function packKeys(keys: Iterable<string | Uint8Array>): PackedKeys {
  if (typeof keys !== 'object' || keys === null || isBytes(keys)) throw notKeys(typeof keys);
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(1024);
  let offsets = new Uint32Array(64);
  let count = 0;
  let end = 0;
  for (const key of keys) {
    if (typeof key === 'string') {
      // A UTF-16 unit takes three bytes at most.
      bytes = roomFor(bytes, end, 3 * key.length);
      end = putText(encoder, key, bytes, end);
    } else if (isBytes(key)) {
      bytes = roomFor(bytes, end, key.length);
      bytes.set(key, end);
      end += key.length;
    } else {
      throw withCode(new TypeError(`a packed key must be a string or Uint8Array, got ${typeof key}`), 'key-type');
    }
    if (end > MAX_BYTES) {
      throw withCode(new RangeError(`packed keys must have at most 2^32 - 1 bytes, got ${end}`), 'packed-too-long');
    }
    if (++count === offsets.length) {
      const longer = new Uint32Array(2 * count);
      longer.set(offsets);
      offsets = longer;
    }
    offsets[count] = end;
  }
  return { bytes: bytes.slice(0, end), offsets: offsets.slice(0, count + 1) };
}

/** Puts the UTF-8 bytes of a text at `at`, and returns where they end. */
function putText(encoder: InstanceType<typeof TextEncoder>, text: string, bytes: Uint8Array, at: number): number {
  if (text.length <= SHORT_STRING) {
    let i = 0;
    let seen = 0;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      bytes[at + i] = code;
      seen |= code;
    }
    if (seen < 0x80) return at + i;
  }
  return at + encoder.encodeInto(text, bytes.subarray(at)).written;
}

/** The bytes, moved to an array of at least double the length if they have no room for so many more. */
function roomFor(bytes: Uint8Array<ArrayBuffer>, end: number, more: number): Uint8Array<ArrayBuffer> {
  if (end + more <= bytes.length) return bytes;
  const longer = new Uint8Array(Math.max(2 * bytes.length, end + more));
  longer.set(bytes.subarray(0, end));
  return longer;
}

/** Tells packed keys from an iterable of keys. */
export const isPacked = (keys: object): keys is PackedKeys => 'bytes' in keys && 'offsets' in keys;

/**
 * The columns of packed keys, read once; throws unless every key lies within the bytes. One pass over the offsets, before
 * anything is hashed.
 */
export function checkPacked({ bytes, offsets }: PackedKeys): PackedKeys {
  if (!isBytes(bytes) || Object.prototype.toString.call(offsets) !== '[object Uint32Array]') {
    throw withCode(new TypeError('packed keys must be { bytes: Uint8Array, offsets: Uint32Array }'), 'packed-type');
  }
  const count = offsets.length;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const offset = offsets[i]!;
    if (offset < before) throw badOffsets(bytes, `${offset} after ${before}`);
    before = offset;
  }
  // None falls, so the last is the greatest.
  if (count === 0 || before > bytes.length) throw badOffsets(bytes, count === 0 ? 'none' : `${before}`);
  return { bytes, offsets };
}

const badOffsets = ({ length }: Uint8Array, got: string): RangeError =>
  withCode(
    new RangeError(`the offsets of n packed keys must be n + 1 within 0..${length} that never fall, got ${got}`),
    'packed-offsets',
  );

/** For what is given in place of many keys. */
export const notKeys = (got: string): TypeError =>
  withCode(
    new TypeError(
      `keys must be an iterable of keys (one string or Uint8Array is one key), a 64-bit column or packed keys, got ${got}`,
    ),
    'keys-type',
  );
