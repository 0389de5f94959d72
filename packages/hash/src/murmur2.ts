/**
 * MurmurHash2 and its 64-bit sister MurmurHash64A: multiply, shift, multiply a word, then multiply and xor it in. Kafka
 * partitions and memcached clients use the first, Redis' HyperLogLog the second.
 *
 * Source: A. Appleby, MurmurHash2.cpp (public domain): m = 0x5bd1e995, r = 24; m = 0xc6a4a7935bd1e995, r = 47.
 */
import { byteCount, bytesOf, type Key } from './key.js';
import { checkOut, highOf, lowOf, mulHigh, result, toBigInt } from './lanes.js';

/**
 * MurmurHash2 in 32 bits, in 0..2^32−1. Kafka's default partitioner takes the seed 0x9747b28c; libmemcached and
 * twemproxy take 0xdeadbeef times the number of bytes.
 */
export function murmur2(key: Key, seed = 0): number {
  const bytes = bytesOf(key);
  const length = byteCount;
  let hash = (seed ^ length) | 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    let word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    word = Math.imul(word, 0x5bd1e995);
    word = Math.imul(word ^ (word >>> 24), 0x5bd1e995);
    hash = Math.imul(hash, 0x5bd1e995) ^ word;
  }
  if (i < length) {
    for (let shift = 0; i < length; i++, shift += 8) hash ^= bytes[i]! << shift;
    hash = Math.imul(hash, 0x5bd1e995);
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** MurmurHash64A, in 0..2^64−1. Redis' PFADD takes the seed 0xadc83b19n. Of the seed the lowest 64 bits count. */
export function murmur64a(key: Key, seed = 0n): bigint {
  murmur64aLanes(key, result, lowOf(seed), highOf(seed));
  return toBigInt(result, 2);
}

/** MurmurHash64A into `out[0]` (low) and `out[1]` (high). */
export function murmur64aLanes(key: Key, out: Uint32Array, seedLow = 0, seedHigh = 0): void {
  checkOut(out, 2);
  const M = 0x5bd1e995;
  const M_HIGH = 0xc6a4a793;
  const bytes = bytesOf(key);
  const length = byteCount;
  // seed xor length * m
  let low = seedLow ^ Math.imul(length, M);
  let high = seedHigh ^ mulHigh(Math.floor(length / 2 ** 32), length, M_HIGH, M);
  let i = 0;
  for (; i + 8 <= length; i += 8) {
    const wordLow = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    const wordHigh = bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24);
    // word = word * m; word = (word xor word >> 47) * m
    const onceHigh = mulHigh(wordHigh, wordLow, M_HIGH, M);
    const onceLow = Math.imul(wordLow, M) ^ (onceHigh >>> 15);
    // hash = (hash xor word) * m
    high ^= mulHigh(onceHigh, onceLow, M_HIGH, M);
    low ^= Math.imul(onceLow, M);
    high = mulHigh(high, low, M_HIGH, M);
    low = Math.imul(low, M);
  }
  if (i < length) {
    for (let shift = 0; shift < 32 && i < length; i++, shift += 8) low ^= bytes[i]! << shift;
    for (let shift = 0; i < length; i++, shift += 8) high ^= bytes[i]! << shift;
    high = mulHigh(high, low, M_HIGH, M);
    low = Math.imul(low, M);
  }
  low ^= high >>> 15;
  high = mulHigh(high, low, M_HIGH, M);
  low = Math.imul(low, M);
  out[0] = low ^ (high >>> 15);
  out[1] = high;
}
