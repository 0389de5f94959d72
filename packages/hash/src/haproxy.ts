/**
 * The hashes of HAProxy's `hash-type`: three one-line string hashes of old, and the integer mix that it calls
 * `avalanche` and also uses to place its servers. (Its fourth function is `crc32`.)
 *
 *     sdbm   hash * 65599 + byte      djb2   hash * 33 + byte      wt6   two words, rotated by amounts that they choose
 *
 * Source: HAProxy configuration manual, `hash-type`; sdbm by Ozan Yigit, djb2 by Daniel Bernstein, wt6 by Willy Tarreau
 * (haproxy list, October 2013). The mix is one of Bob Jenkins' 32-bit integer hashes ("Integer Hash Function", six shifts),
 * times 3221225473, a prime near 3 · 2^30.
 */
import { byteCount, bytesOf, type Key } from './key.js';

/** sdbm, in 0..2^32−1: HAProxy's default. */
export function sdbm(key: Key): number {
  const bytes = bytesOf(key);
  let hash = 0;
  for (let i = 0; i < byteCount; i++) hash = (Math.imul(hash, 65_599) + bytes[i]!) | 0;
  return hash >>> 0;
}

/** djb2, the variant that adds, in 0..2^32−1. */
export function djb2(key: Key): number {
  const bytes = bytesOf(key);
  let hash = 5381;
  for (let i = 0; i < byteCount; i++) hash = (Math.imul(hash, 33) + bytes[i]!) | 0;
  return hash >>> 0;
}

/** wt6, in 0..2^32−1. */
export function wt6(key: Key): number {
  const bytes = bytesOf(key);
  let first = 0xa53c965a | 0;
  let second = 0x5ca6953a;
  let firstTurn = 6;
  let secondTurn = 18;
  for (let i = 0; i < byteCount; i++) {
    first = ~(first ^ bytes[i]!);
    second = ~(second + bytes[i]!);
    const turned = (second << firstTurn) | (second >>> (32 - firstTurn));
    second = (first << secondTurn) | (first >>> (32 - secondTurn));
    first = turned;
    const turns = ((first >>> 16) ^ second) & 0xffff;
    firstTurn = turns & 31;
    secondTurn = turns >>> 11;
  }
  return (first ^ second) >>> 0;
}

/**
 * HAProxy's avalanche: mixes a 32-bit integer so that every bit of it reaches every bit of the result, in 0..2^32−1.
 * `hash-type consistent FUNCTION avalanche` is `haproxyAvalanche(FUNCTION(key))`; point k of server `id` lies at
 * `haproxyAvalanche(id * 4096 + k)`.
 */
export function haproxyAvalanche(value: number): number {
  let a = value | 0;
  a = (a + 0x7ed55d16 + (a << 12)) | 0;
  a = a ^ 0xc761c23c ^ (a >>> 19);
  a = (a + 0x165667b1 + (a << 5)) | 0;
  a = (a + 0xd3a2646c) ^ (a << 9);
  a = (a + 0xfd7046c5 + (a << 3)) | 0;
  a = a ^ 0xb55a4f09 ^ (a >>> 16);
  return Math.imul(a, 3_221_225_473) >>> 0;
}
