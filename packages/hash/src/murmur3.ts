/**
 * MurmurHash3 in 32 bits: a word is multiplied, rotated and multiplied (so that its bits spread), xored into the hash,
 * and the hash is rotated and multiplied by 5. The finalizer mixes what the last words could not.
 *
 * Source: A. Appleby, MurmurHash3.cpp (public domain), MurmurHash3_x86_32 and fmix32. Of no bytes with seed 1: 0x514e28b7.
 */
import { byteCount, encodedBytes, type Key, SHORT_STRING } from './key.js';

/** What `ofShortString` returns for a string that is not ASCII: no int32, so no hash. */
const NOT_ASCII = 2 ** 32;

/** MurmurHash3_x86_32 of a key, in 0..2^32−1. libmemcached takes the seed 0xdeadbeef times the number of bytes. */
export function murmur3_x86_32(key: Key, seed = 0): number {
  if (typeof key === 'string' && key.length <= SHORT_STRING) {
    const hash = ofShortString(key, key.length, seed | 0);
    if (hash !== NOT_ASCII) return hash >>> 0;
  }
  const bytes = encodedBytes(key);
  const length = byteCount;
  let hash = seed | 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash ^= spread(word);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let shift = 0; i < length; i++, shift += 8) rest |= bytes[i]! << shift;
  return fmix32(hash ^ spread(rest) ^ length) >>> 0;
}

/** The same from char codes: see `xxh32.ts`. */
function ofShortString(key: string, length: number, seed: number): number {
  let hash = seed;
  let seen = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = key.charCodeAt(i);
    const b = key.charCodeAt(i + 1);
    const c = key.charCodeAt(i + 2);
    const d = key.charCodeAt(i + 3);
    seen |= a | b | c | d;
    hash ^= spread(a | (b << 8) | (c << 16) | (d << 24));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let shift = 0; i < length; i++, shift += 8) {
    const code = key.charCodeAt(i);
    seen |= code;
    rest |= code << shift;
  }
  return seen < 0x80 ? fmix32(hash ^ spread(rest) ^ length) : NOT_ASCII;
}

/** A word before it meets the hash. No bytes left over are the word 0, which stays 0. */
const spread = (word: number): number => {
  const once = Math.imul(word, 0xcc9e2d51);
  return Math.imul((once << 15) | (once >>> 17), 0x1b873593);
};

/** The finalizer of 32-bit MurmurHash3: every bit of the result depends on every bit of the argument. */
export const fmix32 = (hash: number): number => {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
};
