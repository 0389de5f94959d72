/**
 * What a key is, and which bytes it stands for. Every hash of this package follows these rules, so that two
 * programs that agree on a key agree on its hash.
 *
 *     'größe'              67 72 c3 b6 c3 9f 65        a string is its UTF-8 bytes
 *     '\ud800'             ef bf bd                    a lone surrogate is U+FFFD, as TextEncoder has it
 *     42, 42n              2a 00 00 00 00 00 00 00     an integer is 8 bytes, little-endian, two's complement
 *     −1, −1n, 2n**64n−1n  ff ff ff ff ff ff ff ff     so 2^64 − 1 and −1 are the same key
 *     '42'                 34 32                       a string is never a number
 *     0.5                  00 00 00 00 00 00 e0 3f     any other number is a float64, little-endian
 *     −0                   00 00 00 00 00 00 00 00     the integer 0
 *     NaN                  00 00 00 00 00 00 f8 7f     one NaN, whatever its payload
 *
 * A number is an integer only within ±(2^53 − 1). Beyond, it no longer says which integer was meant (2^53 + 1 has
 * become 2^53), so 2**53 is hashed as the float64 that it is and 2n**53n as the integer that it is: they differ.
 */
import { isBytes } from './is-bytes.js';
import { withCode } from './with-code.js';

/** What can be hashed. See the top of `key.ts`, or the README, for the bytes that each kind stands for. */
export type Key = string | Uint8Array | number | bigint;

/**
 * How bytes from 128 on count in hashes that C programs compute on `char`: as 128..255, or as −128..−1, as they do where
 * `char` is signed (x86; on ARM it is not, so that the same program there gives the hash of `'unsigned'`).
 */
export type ByteSign = 'unsigned' | 'signed';

/**
 * Up to these lengths a string is read with `charCodeAt`, above them one `encodeInto` is cheaper: 48 characters for a
 * function that computes with them in place, 24 for one that has them copied first. Measured on Node 20, 22 and 24, which
 * agree; the last comparisons of `bench/hash.ts` show it again.
 */
export const SHORT_STRING = 48;
const COPIED_STRING = 24;

/**
 * The scratch buffer, made at its first use. A string of up to a third of its size cannot overflow it (a UTF-16 unit
 * takes 3 bytes at most); a longer one gets an array of its own, which nothing keeps alive.
 */
let scratch: Uint8Array | undefined;
let scratchView: DataView | undefined;
let encoder: InstanceType<typeof TextEncoder> | undefined;

/** How many bytes the last `encodedBytes` or `bytesOf` found: they are at 0 up to here in what it returned. */
export let byteCount = 0;

/**
 * The bytes of a key: the array itself when the key is one, else a scratch buffer that the next call overwrites.
 * Their number is left in `byteCount`, since the buffer may be longer. Nothing here or in its callers calls back
 * into user code between filling the buffer and hashing it.
 *
 * For functions that have tried a short ASCII string on their own; the others call `bytesOf`.
 */
export function encodedBytes(key: Key): Uint8Array {
  if (typeof key === 'string') return bytesOfString(key);
  if (typeof key === 'number') return bytesOfNumber(key);
  if (typeof key === 'bigint') return bytesOfBigInt(key);
  if (!isBytes(key)) throw notAKey(key);
  byteCount = key.length;
  return key;
}

/** The same, copying a short ASCII string character by character. */
export function bytesOf(key: Key): Uint8Array {
  if (typeof key === 'string' && key.length <= COPIED_STRING) {
    const bytes = scratchBytes();
    let seen = 0;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      bytes[i] = code;
      seen |= code;
    }
    if (seen < 0x80) {
      byteCount = key.length;
      return bytes;
    }
  }
  return encodedBytes(key);
}

/** A copy of the bytes that a key stands for, the caller's to keep. */
export function keyBytes(key: Key): Uint8Array {
  const bytes = bytesOf(key);
  // Not `slice`: that of a Buffer is no copy.
  const copy = new Uint8Array(byteCount);
  copy.set(bytes.subarray(0, byteCount));
  return copy;
}

function bytesOfString(key: string): Uint8Array {
  encoder ??= new TextEncoder();
  if (3 * key.length > 65_536) {
    const bytes = encoder.encode(key);
    byteCount = bytes.length;
    return bytes;
  }
  const bytes = scratchBytes();
  byteCount = encoder.encodeInto(key, bytes).written;
  return bytes;
}

function bytesOfNumber(key: number): Uint8Array {
  const bytes = scratchBytes();
  // Engines may store any of the NaNs; the key is this one.
  const isNone = Number.isNaN(key);
  if (isNone || Number.isSafeInteger(key)) {
    scratchView!.setInt32(0, key, true);
    scratchView!.setInt32(4, isNone ? 0x7ff80000 : highOfInteger(key), true);
  } else scratchView!.setFloat64(0, key, true);
  byteCount = 8;
  return bytes;
}

function bytesOfBigInt(key: bigint): Uint8Array {
  if (key < -(2n ** 63n) || key >= 2n ** 64n) {
    throw withCode(new RangeError(`a bigint key must be of 64 bits, got ${key}`), 'key-out-of-range');
  }
  const bytes = scratchBytes();
  scratchView!.setBigInt64(0, key, true);
  byteCount = 8;
  return bytes;
}

function scratchBytes(): Uint8Array {
  scratch ??= new Uint8Array(65_536);
  scratchView ??= new DataView(scratch.buffer);
  return scratch;
}

/** The upper 32 bits of a safe integer in two's complement; `n | 0` are the lower ones. Division by 2^32 is exact. */
export const highOfInteger = (n: number): number => Math.floor(n / 4_294_967_296) | 0;

function notAKey(key: unknown): TypeError {
  const got = Object.prototype.toString.call(key).slice(8, -1);
  return withCode(new TypeError(`a key must be a string, Uint8Array, number or bigint, got ${got}`), 'key-type');
}

/** Throws unless `[start, end)` lies within the bytes. */
export function checkRange(bytes: Uint8Array, start: number, end: number): void {
  if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= bytes.length)) {
    throw withCode(
      new RangeError(`[start, end) must lie within 0..${bytes.length}, got [${start}, ${end})`),
      'range-out-of-bounds',
    );
  }
}
