/**
 * XXH32: 32 bits at the speed of four multiplications that do not wait for each other. The ring hashes its keys with it.
 *
 *     16 bytes at a time:   word 0 ─► lane 1   word 1 ─► lane 2   word 2 ─► lane 3   word 3 ─► lane 4
 *     then one after the other:   the words left over ─► the bytes left over ─► avalanche
 *
 * Source: xxHash fast digest algorithm (Yann Collet), specification 0.2.0, "XXH32 algorithm description", whose steps
 * are named below; its primes are PRIME32_1 to PRIME32_5. XXH32 of no bytes with seed 0 is 0x02cc5d05.
 */
import { byteCount, checkRange, encodedBytes, type Key, SHORT_STRING } from './key.js';

/** What `ofShortString` returns for a string that is not ASCII: no int32, so no hash. */
const NOT_ASCII = 2 ** 32;

/** XXH32 of a key, in 0..2^32−1. Of the seed the lowest 32 bits count. Throws `TypeError` or `RangeError` for what is no key. */
export function xxh32(key: Key, seed = 0): number {
  if (typeof key === 'string' && key.length <= SHORT_STRING) {
    const hash = ofShortString(key, key.length, seed | 0);
    if (hash !== NOT_ASCII) return hash >>> 0;
  }
  const bytes = encodedBytes(key);
  return ofRange(bytes, 0, byteCount, seed | 0) >>> 0;
}

/** XXH32 of `bytes[start, end)`, without a view of them. Throws `RangeError` for a range that is not within the bytes. */
export function xxh32Bytes(bytes: Uint8Array, start: number, end: number, seed = 0): number {
  checkRange(bytes, start, end);
  return ofRange(bytes, start, end, seed | 0) >>> 0;
}

/**
 * Steps 1 to 5 are written out in both loops below, and no helper is called: engines stop inlining at a budget, the
 * functions that call us have spent some of it already, and a call a word costs more than the word (38 against 30 ns
 * for 16 characters). The primes are constants of each function because bundlers turn those of a module into variables,
 * which have to be read each time (a sixth slower). Results are int32: an engine keeps those out of the heap, which it
 * cannot do with every uint32.
 */
function ofRange(bytes: Uint8Array, start: number, end: number, seed: number): number {
  const PRIME1 = 0x9e3779b1;
  const PRIME2 = 0x85ebca77;
  const PRIME3 = 0xc2b2ae3d;
  const PRIME4 = 0x27d4eb2f;
  const PRIME5 = 0x165667b1;
  const length = end - start;
  let i = start;
  let hash = (seed + PRIME5) | 0;
  if (length >= 16) {
    let lane1 = (seed + PRIME1 + PRIME2) | 0;
    let lane2 = (seed + PRIME2) | 0;
    let lane3 = seed;
    let lane4 = (seed - PRIME1) | 0;
    for (; i + 16 <= end; i += 16) {
      let word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
      lane1 = (lane1 + Math.imul(word, PRIME2)) | 0;
      lane1 = Math.imul((lane1 << 13) | (lane1 >>> 19), PRIME1);
      word = bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24);
      lane2 = (lane2 + Math.imul(word, PRIME2)) | 0;
      lane2 = Math.imul((lane2 << 13) | (lane2 >>> 19), PRIME1);
      word = bytes[i + 8]! | (bytes[i + 9]! << 8) | (bytes[i + 10]! << 16) | (bytes[i + 11]! << 24);
      lane3 = (lane3 + Math.imul(word, PRIME2)) | 0;
      lane3 = Math.imul((lane3 << 13) | (lane3 >>> 19), PRIME1);
      word = bytes[i + 12]! | (bytes[i + 13]! << 8) | (bytes[i + 14]! << 16) | (bytes[i + 15]! << 24);
      lane4 = (lane4 + Math.imul(word, PRIME2)) | 0;
      lane4 = Math.imul((lane4 << 13) | (lane4 >>> 19), PRIME1);
    }
    hash = ((lane1 << 1) | (lane1 >>> 31)) + ((lane2 << 7) | (lane2 >>> 25));
    hash = (hash + ((lane3 << 12) | (lane3 >>> 20)) + ((lane4 << 18) | (lane4 >>> 14))) | 0;
  }
  hash = (hash + length) | 0;
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash = (hash + Math.imul(word, PRIME3)) | 0;
    hash = Math.imul((hash << 17) | (hash >>> 15), PRIME4);
  }
  for (; i < end; i++) {
    hash = (hash + Math.imul(bytes[i]!, PRIME5)) | 0;
    hash = Math.imul((hash << 11) | (hash >>> 21), PRIME1);
  }
  return avalanche(hash);
}

/**
 * The same from char codes, which are the bytes as long as all are below 128: `seen` gathers every bit that occurred,
 * and the hash is thrown away if one was too high. Reading the characters is two thirds of the time (22 of 30 ns for
 * 16 of them), so each is read once, in place, and never stored.
 */
function ofShortString(key: string, length: number, seed: number): number {
  const PRIME1 = 0x9e3779b1;
  const PRIME2 = 0x85ebca77;
  const PRIME3 = 0xc2b2ae3d;
  const PRIME4 = 0x27d4eb2f;
  const PRIME5 = 0x165667b1;
  let i = 0;
  let seen = 0;
  let hash = (seed + PRIME5) | 0;
  if (length >= 16) {
    let lane1 = (seed + PRIME1 + PRIME2) | 0;
    let lane2 = (seed + PRIME2) | 0;
    let lane3 = seed;
    let lane4 = (seed - PRIME1) | 0;
    for (; i + 16 <= length; i += 16) {
      let a = key.charCodeAt(i);
      let b = key.charCodeAt(i + 1);
      let c = key.charCodeAt(i + 2);
      let d = key.charCodeAt(i + 3);
      seen |= a | b | c | d;
      lane1 = (lane1 + Math.imul(a | (b << 8) | (c << 16) | (d << 24), PRIME2)) | 0;
      lane1 = Math.imul((lane1 << 13) | (lane1 >>> 19), PRIME1);
      a = key.charCodeAt(i + 4);
      b = key.charCodeAt(i + 5);
      c = key.charCodeAt(i + 6);
      d = key.charCodeAt(i + 7);
      seen |= a | b | c | d;
      lane2 = (lane2 + Math.imul(a | (b << 8) | (c << 16) | (d << 24), PRIME2)) | 0;
      lane2 = Math.imul((lane2 << 13) | (lane2 >>> 19), PRIME1);
      a = key.charCodeAt(i + 8);
      b = key.charCodeAt(i + 9);
      c = key.charCodeAt(i + 10);
      d = key.charCodeAt(i + 11);
      seen |= a | b | c | d;
      lane3 = (lane3 + Math.imul(a | (b << 8) | (c << 16) | (d << 24), PRIME2)) | 0;
      lane3 = Math.imul((lane3 << 13) | (lane3 >>> 19), PRIME1);
      a = key.charCodeAt(i + 12);
      b = key.charCodeAt(i + 13);
      c = key.charCodeAt(i + 14);
      d = key.charCodeAt(i + 15);
      seen |= a | b | c | d;
      lane4 = (lane4 + Math.imul(a | (b << 8) | (c << 16) | (d << 24), PRIME2)) | 0;
      lane4 = Math.imul((lane4 << 13) | (lane4 >>> 19), PRIME1);
    }
    hash = ((lane1 << 1) | (lane1 >>> 31)) + ((lane2 << 7) | (lane2 >>> 25));
    hash = (hash + ((lane3 << 12) | (lane3 >>> 20)) + ((lane4 << 18) | (lane4 >>> 14))) | 0;
  }
  hash = (hash + length) | 0;
  for (; i + 4 <= length; i += 4) {
    const a = key.charCodeAt(i);
    const b = key.charCodeAt(i + 1);
    const c = key.charCodeAt(i + 2);
    const d = key.charCodeAt(i + 3);
    seen |= a | b | c | d;
    hash = (hash + Math.imul(a | (b << 8) | (c << 16) | (d << 24), PRIME3)) | 0;
    hash = Math.imul((hash << 17) | (hash >>> 15), PRIME4);
  }
  for (; i < length; i++) {
    const code = key.charCodeAt(i);
    seen |= code;
    hash = (hash + Math.imul(code, PRIME5)) | 0;
    hash = Math.imul((hash << 11) | (hash >>> 21), PRIME1);
  }
  return seen < 0x80 ? avalanche(hash) : NOT_ASCII;
}

/** Step 6, with PRIME2 and PRIME3. */
const avalanche = (hash: number): number => {
  const once = Math.imul(hash ^ (hash >>> 15), 0x85ebca77);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae3d);
  return twice ^ (twice >>> 16);
};
