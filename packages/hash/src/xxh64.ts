/**
 * XXH64: the hash of every sketch here and the checksum of every envelope. It comes with two faces: a bigint for people,
 * and two 32-bit lanes for code that runs millions of times a second, which a bigint would slow down four times over.
 *
 *     xxh64('abc')              0x44bc2cf5ad770999n
 *     xxh64Lanes('abc', out)    out[0] = 0xad770999 (low)   out[1] = 0x44bc2cf5 (high)
 *
 * Here keys become bytes in the memory of a kernel (`kernel.ts`), which hashes them. Reading is what a short string costs:
 * of 38 ns for 16 characters, 25 are `charCodeAt`.
 *
 * Source: xxHash fast digest algorithm (Yann Collet), specification 0.2.0, "XXH64 algorithm description".
 */
import { bytesToWords, PART_BYTES, type Xxh64Kernel, xxh64Kernel } from './kernel.js';
import { byteCount, checkRange, encodedBytes, highOfInteger, type Key } from './key.js';
import { checkOut, highOf, lowOf, result, toBigInt } from './lanes.js';

/**
 * Up to this length bytes are put together to words one by one; above it is cheaper to have them copied, which takes a view
 * of each. Strings are not encoded into the part itself, since `encodeInto` takes 500 ns longer where memory is WebAssembly's.
 */
const SHORT_BYTES = 1024;

/** XXH64 of a key, in 0..2^64−1. Of the seed the lowest 64 bits count. Throws `TypeError` or `RangeError` for what is no key. */
export function xxh64(key: Key, seed = 0n): bigint {
  xxh64Lanes(key, result, lowOf(seed), highOf(seed));
  return toBigInt(result, 2);
}

/** XXH64 of a key into `out[0]` (low) and `out[1]` (high). A seed above 2^32 − 1 is given as two lanes. */
export function xxh64Lanes(key: Key, out: Uint32Array, seedLow = 0, seedHigh = 0): void {
  checkOut(out, 2);
  const kernel = xxh64Kernel();
  if (typeof key === 'string' && key.length < 32 && readShort(key, kernel.words)) {
    kernel.end(0, key.length, 0, seedLow | 0, seedHigh | 0);
  } else if (typeof key === 'number' && Number.isSafeInteger(key)) {
    kernel.words[0] = key;
    kernel.words[1] = highOfInteger(key);
    kernel.end(0, 8, 0, seedLow | 0, seedHigh | 0);
  } else {
    const bytes = encodedBytes(key);
    ofBytes(kernel, bytes, 0, byteCount, seedLow | 0, seedHigh | 0);
  }
  out[0] = kernel.result[0]!;
  out[1] = kernel.result[1]!;
}

/**
 * XXH64 of `bytes[start, end)` into `out[0]` (low) and `out[1]` (high), without a view of them. Throws `RangeError` for
 * a range that is not within the bytes.
 */
export function xxh64Bytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint32Array,
  seedLow = 0,
  seedHigh = 0,
): void {
  checkRange(bytes, start, end);
  checkOut(out, 2);
  ofRange(bytes, start, end, out, seedLow, seedHigh);
}

/** The same, unchecked. */
export function ofRange(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint32Array,
  seedLow: number,
  seedHigh: number,
): void {
  const kernel = xxh64Kernel();
  ofBytes(kernel, bytes, start, end, seedLow | 0, seedHigh | 0);
  out[0] = kernel.result[0]!;
  out[1] = kernel.result[1]!;
}

/** Puts a string of fewer than 32 characters into the part; false, where they are not all ASCII. */
function readShort(key: string, words: Int32Array): boolean {
  const { length } = key;
  let seen = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const c0 = key.charCodeAt(i);
    const c1 = key.charCodeAt(i + 1);
    const c2 = key.charCodeAt(i + 2);
    const c3 = key.charCodeAt(i + 3);
    seen |= c0 | c1 | c2 | c3;
    words[i >>> 2] = c0 | (c1 << 8) | (c2 << 16) | (c3 << 24);
  }
  const at = i >>> 2;
  let word = 0;
  for (let shift = 0; i < length; i++, shift += 8) {
    const code = key.charCodeAt(i);
    seen |= code;
    word |= code << shift;
  }
  words[at] = word;
  return seen < 0x80;
}

/** The hash of `bytes[start, end)`. */
function ofBytes(
  kernel: Xxh64Kernel,
  bytes: Uint8Array,
  start: number,
  end: number,
  seedLow: number,
  seedHigh: number,
): void {
  const count = end - start;
  if (count <= SHORT_BYTES) {
    const { words } = kernel;
    for (let i = start, at = 0; i < end; i += 4, at++)
      // Beyond the array are zeros; beyond the range nobody looks.
      words[at] = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    if (count >= 32) {
      kernel.start(seedLow, seedHigh);
      kernel.consume(count & ~31);
    }
    kernel.end(count & ~31, count, 0, seedLow, seedHigh);
    return;
  }
  // Not `subarray`, which asks the array's class; and asked for before the kernel begins.
  const { buffer, byteOffset } = bytes;
  kernel.start(seedLow, seedHigh);
  let from = start;
  let more = 0;
  do {
    more = Math.min(PART_BYTES, end - from);
    kernel.bytes.set(new Uint8Array(buffer, byteOffset + from, more));
    bytesToWords(kernel, more);
    if (more >= 32) kernel.consume(more & ~31);
    from += more;
  } while (from < end);
  kernel.end(more & ~31, count | 0, Math.floor(count / 2 ** 32), seedLow, seedHigh);
}
