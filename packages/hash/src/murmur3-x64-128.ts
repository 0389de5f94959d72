/**
 * MurmurHash3 in 128 bits for 64-bit machines: the hash of Cassandra's tokens, of PostgreSQL's hll, of Guava's and
 * DataSketches' sketches. Two 64-bit lanes, h1 and h2, each fed by one word of every sixteen bytes and by the other.
 *
 * Source: A. Appleby, MurmurHash3.cpp (public domain), MurmurHash3_x64_128 and fmix64:
 * c1 = 0x87c37b91114253d5, c2 = 0x4cf5ad432745937f.
 */
import { byteCount, bytesOf, type Key } from './key.js';
import { carry, checkOut, highOf, lowOf, mulHigh, result, toBigInt } from './lanes.js';

/**
 * MurmurHash3_x64_128 of a key, in 0..2^128−1: h1 is its lower half, h2 its upper one. The original takes 32 bits of
 * seed; some programs take 64 (Guava extends the sign of its 32), and so does this.
 */
export function murmur3_x64_128(key: Key, seed = 0n): bigint {
  murmur3_x64_128Lanes(key, result, lowOf(seed), highOf(seed));
  return toBigInt(result, 4);
}

/** MurmurHash3_x64_128 of a key into `out[0..3]`: h1 low, h1 high, h2 low, h2 high. */
export function murmur3_x64_128Lanes(key: Key, out: Uint32Array, seedLow = 0, seedHigh = 0): void {
  checkOut(out, 4);
  const bytes = bytesOf(key);
  const length = byteCount;
  out[0] = out[2] = seedLow;
  out[1] = out[3] = seedHigh;
  let i = 0;
  for (; i + 16 <= length; i += 16) mixBlock(bytes, i, out);
  mixRest(bytes, i, length, out);

  xorLength(length, out);
  addInto(out, 0, 2);
  addInto(out, 2, 0);
  fmix64(out, 0);
  fmix64(out, 2);
  addInto(out, 0, 2);
  addInto(out, 2, 0);
}

/** Sixteen bytes into h1 and h2. */
function mixBlock(bytes: Uint8Array, i: number, out: Uint32Array): void {
  let low = out[0]!;
  let high = out[1]!;
  const h2Low = out[2]! | 0;
  const h2High = out[3]! | 0;

  // h1 = ((h1 xor (k1 * c1 <<< 31) * c2) <<< 27) + h2; h1 = h1 * 5 + 0x52dce729
  let wordLow = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
  let wordHigh = bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24);
  let onceHigh = mulHigh(wordHigh, wordLow, 0x87c37b91, 0x114253d5);
  let onceLow = Math.imul(wordLow, 0x114253d5);
  let turnedLow = (onceLow << 31) | (onceHigh >>> 1);
  let turnedHigh = (onceHigh << 31) | (onceLow >>> 1);
  high ^= mulHigh(turnedHigh, turnedLow, 0x4cf5ad43, 0x2745937f);
  low ^= Math.imul(turnedLow, 0x2745937f);
  turnedLow = (low << 27) | (high >>> 5);
  turnedHigh = (high << 27) | (low >>> 5);
  low = (turnedLow + h2Low) | 0;
  high = (turnedHigh + h2High + carry(turnedLow, h2Low, low)) | 0;
  high = timesFivePlus(low, high, 0x52dce729);
  low = (Math.imul(low, 5) + 0x52dce729) | 0;
  out[0] = low;
  out[1] = high;

  // h2 = ((h2 xor (k2 * c2 <<< 33) * c1) <<< 31) + h1; h2 = h2 * 5 + 0x38495ab5
  wordLow = bytes[i + 8]! | (bytes[i + 9]! << 8) | (bytes[i + 10]! << 16) | (bytes[i + 11]! << 24);
  wordHigh = bytes[i + 12]! | (bytes[i + 13]! << 8) | (bytes[i + 14]! << 16) | (bytes[i + 15]! << 24);
  onceHigh = mulHigh(wordHigh, wordLow, 0x4cf5ad43, 0x2745937f);
  onceLow = Math.imul(wordLow, 0x2745937f);
  turnedLow = (onceHigh << 1) | (onceLow >>> 31);
  turnedHigh = (onceLow << 1) | (onceHigh >>> 31);
  const otherHigh = h2High ^ mulHigh(turnedHigh, turnedLow, 0x87c37b91, 0x114253d5);
  const otherLow = h2Low ^ Math.imul(turnedLow, 0x114253d5);
  turnedLow = (otherLow << 31) | (otherHigh >>> 1);
  turnedHigh = (otherHigh << 31) | (otherLow >>> 1);
  const sumLow = (turnedLow + low) | 0;
  const sumHigh = (turnedHigh + high + carry(turnedLow, low, sumLow)) | 0;
  out[2] = Math.imul(sumLow, 5) + 0x38495ab5;
  out[3] = timesFivePlus(sumLow, sumHigh, 0x38495ab5);
}

/** Upper lane of (high, low) * 5 + constant; the lower one is `(imul(low, 5) + constant) | 0`. */
const timesFivePlus = (low: number, high: number, constant: number): number => {
  const product = Math.imul(low, 5);
  const sum = (product + constant) | 0;
  return (Math.imul(high, 5) + Math.floor(((low >>> 0) * 5) / 2 ** 32) + carry(product, constant, sum)) | 0;
};

/** The last 0 to 15 bytes, with zeros for what is missing; a word of zeros changes nothing. */
function mixRest(bytes: Uint8Array, start: number, end: number, out: Uint32Array): void {
  let wordLow = wordUpTo(bytes, start + 8, end);
  let wordHigh = wordUpTo(bytes, start + 12, end);
  let onceHigh = mulHigh(wordHigh, wordLow, 0x4cf5ad43, 0x2745937f);
  let onceLow = Math.imul(wordLow, 0x2745937f);
  let turnedLow = (onceHigh << 1) | (onceLow >>> 31);
  let turnedHigh = (onceLow << 1) | (onceHigh >>> 31);
  out[3]! ^= mulHigh(turnedHigh, turnedLow, 0x87c37b91, 0x114253d5);
  out[2]! ^= Math.imul(turnedLow, 0x114253d5);

  wordLow = wordUpTo(bytes, start, end);
  wordHigh = wordUpTo(bytes, start + 4, end);
  onceHigh = mulHigh(wordHigh, wordLow, 0x87c37b91, 0x114253d5);
  onceLow = Math.imul(wordLow, 0x114253d5);
  turnedLow = (onceLow << 31) | (onceHigh >>> 1);
  turnedHigh = (onceHigh << 31) | (onceLow >>> 1);
  out[1]! ^= mulHigh(turnedHigh, turnedLow, 0x4cf5ad43, 0x2745937f);
  out[0]! ^= Math.imul(turnedLow, 0x2745937f);
}

function wordUpTo(bytes: Uint8Array, i: number, end: number): number {
  let word = 0;
  for (let at = i, shift = 0; at < end && shift < 32; at++, shift += 8) word |= bytes[at]! << shift;
  return word;
}

function xorLength(length: number, out: Uint32Array): void {
  const high = Math.floor(length / 2 ** 32);
  out[0]! ^= length;
  out[1]! ^= high;
  out[2]! ^= length;
  out[3]! ^= high;
}

/** Adds the 64-bit lane at `from` to the one at `to`. */
function addInto(out: Uint32Array, to: number, from: number): void {
  const low = out[to]! | 0;
  const sum = (low + out[from]!) | 0;
  out[to + 1] = out[to + 1]! + out[from + 1]! + carry(low, out[from]!, sum);
  out[to] = sum;
}

/** The finalizer: xor with >> 33, multiply, xor with >> 33, multiply, xor with >> 33. */
function fmix64(out: Uint32Array, at: number): void {
  let high = out[at + 1]!;
  let low = out[at]! ^ (high >>> 1);
  high = mulHigh(high, low, 0xff51afd7, 0xed558ccd);
  low = Math.imul(low, 0xed558ccd) ^ (high >>> 1);
  high = mulHigh(high, low, 0xc4ceb9fe, 0x1a85ec53);
  out[at] = Math.imul(low, 0x1a85ec53) ^ (high >>> 1);
  out[at + 1] = high;
}
