/**
 * XXH3 in 64 and in 128 bits: XXH64's successor, made for processors that multiply eight lanes at once. Without those it
 * is no faster, so nothing here places keys or fills sketches with it: it is for reading what others have hashed.
 *
 * Each of three length classes has an algorithm of its own: up to 16 bytes, up to 240, and more.
 *
 * Source: xxHash fast digest algorithm (Yann Collet), specification 0.2.0, "XXH3 Algorithm Overview", with the default
 * secret. XXH3-64 of no bytes is 0x2d06800538d394c2.
 */
import { byteCount, bytesOf, type Key } from './key.js';
import { checkOut, highOf, lowOf, result, toBigInt } from './lanes.js';
import { long64, long128 } from './xxh3-long.js';
import { medium64, medium128 } from './xxh3-medium.js';
import { short64, short128 } from './xxh3-short.js';

/** XXH3-64 of a key, in 0..2^64−1. Of the seed the lowest 64 bits count. */
export function xxh3(key: Key, seed = 0n): bigint {
  xxh3Lanes(key, result, lowOf(seed), highOf(seed));
  return toBigInt(result, 2);
}

/** XXH3-64 of a key into `out[0]` (low) and `out[1]` (high). */
export function xxh3Lanes(key: Key, out: Uint32Array, seedLow = 0, seedHigh = 0): void {
  checkOut(out, 2);
  const bytes = bytesOf(key);
  if (byteCount <= 16) short64(bytes, byteCount, out, seedLow | 0, seedHigh | 0);
  else if (byteCount <= 240) medium64(bytes, 0, byteCount, out, seedLow | 0, seedHigh | 0);
  else long64(bytes, 0, byteCount, out, seedLow | 0, seedHigh | 0);
}

/** XXH3-128 (also called XXH128) of a key, in 0..2^128−1. Of the seed the lowest 64 bits count. */
export function xxh3_128(key: Key, seed = 0n): bigint {
  xxh3_128Lanes(key, result, lowOf(seed), highOf(seed));
  return toBigInt(result, 4);
}

/** XXH3-128 of a key into `out[0..3]`, lowest lane first. */
export function xxh3_128Lanes(key: Key, out: Uint32Array, seedLow = 0, seedHigh = 0): void {
  checkOut(out, 4);
  const bytes = bytesOf(key);
  if (byteCount <= 16) short128(bytes, byteCount, out, seedLow | 0, seedHigh | 0);
  else if (byteCount <= 240) medium128(bytes, 0, byteCount, out, seedLow | 0, seedHigh | 0);
  else long128(bytes, 0, byteCount, out, seedLow | 0, seedHigh | 0);
}
