/**
 * MurmurHash3 in 128 bits for 32-bit machines: four lanes, each fed by one word of every sixteen bytes and by the lane
 * next to it.
 *
 * Source: A. Appleby, MurmurHash3.cpp (public domain), MurmurHash3_x86_128.
 */
import { byteCount, bytesOf, type Key } from './key.js';
import { checkOut, result, toBigInt, wordAt } from './lanes.js';
import { fmix32 } from './murmur3.js';

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/** MurmurHash3_x86_128 of a key, in 0..2^128−1: h1 is its lowest 32 bits, h4 its highest. */
export function murmur3_x86_128(key: Key, seed = 0): bigint {
  murmur3_x86_128Lanes(key, result, seed);
  return toBigInt(result, 4);
}

/** MurmurHash3_x86_128 of a key into `out[0..3]`: h1, h2, h3, h4. */
export function murmur3_x86_128Lanes(key: Key, out: Uint32Array, seed = 0): void {
  checkOut(out, 4);
  const bytes = bytesOf(key);
  const length = byteCount;
  let h1 = seed | 0;
  let h2 = h1;
  let h3 = h1;
  let h4 = h1;
  let i = 0;
  for (; i + 16 <= length; i += 16) {
    h1 ^= spread(wordAt(bytes, i), C1, 15, C2);
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= spread(wordAt(bytes, i + 4), C2, 16, C3);
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= spread(wordAt(bytes, i + 8), C3, 17, C4);
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= spread(wordAt(bytes, i + 12), C4, 18, C1);
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
  }
  h4 ^= spread(rest(bytes, i + 12, length), C4, 18, C1) ^ length;
  h3 ^= spread(rest(bytes, i + 8, length), C3, 17, C4) ^ length;
  h2 ^= spread(rest(bytes, i + 4, length), C2, 16, C3) ^ length;
  h1 ^= spread(rest(bytes, i, length), C1, 15, C2) ^ length;

  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = fmix32(h1 + h2);
  h3 = fmix32(h1 + h3);
  h4 = fmix32(h1 + h4);
  h1 = (fmix32(h1) + h2 + h3 + h4) | 0;
  out[0] = h1;
  out[1] = h1 + h2;
  out[2] = h1 + h3;
  out[3] = h1 + h4;
}

const spread = (word: number, before: number, turn: number, after: number): number => {
  const once = Math.imul(word, before);
  return Math.imul((once << turn) | (once >>> (32 - turn)), after);
};

/** The word at `i` as far as there are bytes; what is missing is 0, and so is the word that has none. */
function rest(bytes: Uint8Array, i: number, length: number): number {
  let word = 0;
  for (let at = i, shift = 0; at < length && shift < 32; at++, shift += 8) word |= bytes[at]! << shift;
  return word;
}
