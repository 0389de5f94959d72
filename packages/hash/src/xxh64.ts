/**
 * XXH64: the hash of every sketch here and the checksum of every envelope. It comes with two faces: a bigint for people,
 * and two 32-bit lanes for code that runs millions of times a second, which a bigint would slow down four times over.
 *
 *     xxh64('abc')              0x44bc2cf5ad770999n
 *     xxh64Lanes('abc', out)    out[0] = 0xad770999 (low)   out[1] = 0x44bc2cf5 (high)
 *
 * Source: xxHash fast digest algorithm (Yann Collet), specification 0.2.0, "XXH64 algorithm description"; the primes
 * P1 to P5 are its PRIME64_1 to PRIME64_5.
 */
import { byteCount, checkRange, encodedBytes, highOfInteger, type Key } from './key.js';
import { carry, checkOut, highOf, lowOf, mulHigh, result, toBigInt } from './lanes.js';
import { ofRange } from './xxh64-bytes.js';
import { ofShortString } from './xxh64-string.js';

/** XXH64 of a key, in 0..2^64−1. Of the seed the lowest 64 bits count. Throws `TypeError` or `RangeError` for what is no key. */
export function xxh64(key: Key, seed = 0n): bigint {
  xxh64Lanes(key, result, lowOf(seed), highOf(seed));
  return toBigInt(result, 2);
}

/** XXH64 of a key into `out[0]` (low) and `out[1]` (high). A seed above 2^32 − 1 is given as two lanes. */
export function xxh64Lanes(key: Key, out: Uint32Array, seedLow = 0, seedHigh = 0): void {
  checkOut(out, 2);
  if (typeof key === 'string') {
    if (key.length < 32 && ofShortString(key, key.length, out, seedLow | 0, seedHigh | 0)) return;
  } else if (typeof key === 'number' && Number.isSafeInteger(key)) {
    ofInteger(key | 0, highOfInteger(key), out, seedLow | 0, seedHigh | 0);
    return;
  }
  const bytes = encodedBytes(key);
  ofRange(bytes, 0, byteCount, out, seedLow | 0, seedHigh | 0);
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
  ofRange(bytes, start, end, out, seedLow | 0, seedHigh | 0);
}

/** Steps 4 to 6 for the 8 bytes of one integer: one round and the avalanche. */
function ofInteger(wordLow: number, wordHigh: number, out: Uint32Array, seedLow: number, seedHigh: number): void {
  const P1 = 0x85ebca87,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_HIGH = 0xc2b2ae3d;
  const P3 = 0x9e3779f9,
    P3_HIGH = 0x165667b1;
  const P4 = 0xc2b2ae63,
    P4_HIGH = 0x85ebca77;
  // seed + P5 + 8
  let low = (seedLow + 0x165667cd) | 0;
  let high = (seedHigh + 0x27d4eb2f + carry(seedLow, 0x165667cd, low)) | 0;
  const xLow = Math.imul(wordLow, P2);
  const xHigh = mulHigh(wordHigh, wordLow, P2_HIGH, P2);
  let yLow = (xLow << 31) | (xHigh >>> 1);
  let yHigh = (xHigh << 31) | (xLow >>> 1);
  low ^= Math.imul(yLow, P1);
  high ^= mulHigh(yHigh, yLow, P1_HIGH, P1);
  yLow = (low << 27) | (high >>> 5);
  yHigh = (high << 27) | (low >>> 5);
  const zLow = Math.imul(yLow, P1);
  low = (zLow + P4) | 0;
  high = (mulHigh(yHigh, yLow, P1_HIGH, P1) + P4_HIGH + carry(zLow, P4, low)) | 0;
  low ^= high >>> 1;
  high = mulHigh(high, low, P2_HIGH, P2);
  low = Math.imul(low, P2);
  low ^= (high << 3) | (low >>> 29);
  high ^= high >>> 29;
  high = mulHigh(high, low, P3_HIGH, P3);
  out[0] = Math.imul(low, P3) ^ high;
  out[1] = high;
}
