/**
 * XXH64 without WebAssembly: the same steps over words of 32 bits, for where a content policy forbids the other. A stripe of
 * 32 bytes is four words of 64 bits, one for each accumulator:
 *
 *     word 1 ─► accumulator 1 ─┐
 *     word 2 ─► accumulator 2 ─┤   round: acc = ((acc + word * P2) <<< 31) * P1
 *     word 3 ─► accumulator 3 ─┼─► converge: rotated and added up, then merged in one by one
 *     word 4 ─► accumulator 4 ─┘
 *
 * Source: xxHash fast digest algorithm, specification 0.2.0, whose steps 1 to 6 are meant below. How 64 bits are two numbers
 * is told in `lanes.ts`.
 */
import type { Xxh64Kernel } from './kernel.js';
import { carry, mulHigh } from './lanes.js';

// The primes are constants of each function: bundlers turn those of a module into variables, and 16 characters then take 86 ns, not 69.

/** A kernel with a part of so many bytes. */
export function plainKernel(partBytes: number): Xxh64Kernel {
  const P5 = 0x165667c5,
    P5_HIGH = 0x27d4eb2f;
  const words = new Int32Array(partBytes / 4);
  const result = new Uint32Array(2);
  /** Lower and upper half of each. */
  const accumulators = new Int32Array(8);
  return {
    words,
    bytes: new Uint8Array(words.buffer),
    result,
    start: (seedLow, seedHigh) => start(accumulators, seedLow, seedHigh),
    consume: (count) => consume(accumulators, words, count),
    end: (at, totalLow, totalHigh, seedLow, seedHigh) => {
      let low = (seedLow + P5) | 0;
      let high = (seedHigh + P5_HIGH + carry(seedLow, P5, low)) | 0;
      if (totalHigh !== 0 || totalLow >>> 0 >= 32) {
        converge(accumulators);
        low = accumulators[0]!;
        high = accumulators[1]!;
      }
      const sum = (low + totalLow) | 0;
      high = (high + totalHigh + carry(low, totalLow, sum)) | 0;
      finish(sum, high, words, at >>> 2, totalLow & 31, result);
    },
  };
}

/** Step 1. */
function start(accumulators: Int32Array, seedLow: number, seedHigh: number): void {
  const P1 = 0x85ebca87,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_HIGH = 0xc2b2ae3d;
  add(accumulators, 0, seedLow, seedHigh, P1, P1_HIGH);
  add(accumulators, 0, accumulators[0]!, accumulators[1]!, P2, P2_HIGH);
  add(accumulators, 2, seedLow, seedHigh, P2, P2_HIGH);
  add(accumulators, 4, seedLow, seedHigh, 0, 0);
  // Minus P1.
  add(accumulators, 6, seedLow, seedHigh, -P1, ~P1_HIGH);
}

/** Puts the sum of two 64-bit integers into an accumulator. */
function add(accumulators: Int32Array, k: number, aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  const low = (aLow + bLow) | 0;
  accumulators[k] = low;
  accumulators[k + 1] = aHigh + bHigh + carry(aLow, bLow, low);
}

/** Step 2. */
function consume(accumulators: Int32Array, words: Int32Array, count: number): void {
  const P1 = 0x85ebca87,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_HIGH = 0xc2b2ae3d;
  for (let at = 0; at < count >>> 2; at += 8) {
    for (let k = 0; k < 8; k += 2) {
      const wordLow = words[at + k]!;
      const wordHigh = words[at + k + 1]!;
      const accumulator = accumulators[k]!;
      const low = Math.imul(wordLow, P2);
      const sum = (accumulator + low) | 0;
      const sumHigh =
        (accumulators[k + 1]! + mulHigh(wordHigh, wordLow, P2_HIGH, P2) + carry(accumulator, low, sum)) | 0;
      const turned = (sum << 31) | (sumHigh >>> 1);
      accumulators[k] = Math.imul(turned, P1);
      accumulators[k + 1] = mulHigh((sumHigh << 31) | (sum >>> 1), turned, P1_HIGH, P1);
    }
  }
}

/** Step 3: all four into the first. */
function converge(accumulators: Int32Array): void {
  const P1 = 0x85ebca87,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_HIGH = 0xc2b2ae3d;
  const P4 = 0xc2b2ae63,
    P4_HIGH = 0x85ebca77;
  let low = 0;
  let high = 0;
  for (let k = 0; k < 8; k += 2) {
    const bits = [1, 7, 12, 18][k >>> 1]!;
    const [aLow, aHigh] = [accumulators[k]!, accumulators[k + 1]!];
    const turned = (aLow << bits) | (aHigh >>> (32 - bits));
    const sum = (low + turned) | 0;
    high = (high + ((aHigh << bits) | (aLow >>> (32 - bits))) + carry(low, turned, sum)) | 0;
    low = sum;
  }
  for (let k = 0; k < 8; k += 2) {
    // hash = (hash xor round(0, accumulator)) * P1 + P4
    const [aLow, aHigh] = [accumulators[k]!, accumulators[k + 1]!];
    const xLow = Math.imul(aLow, P2);
    const xHigh = mulHigh(aHigh, aLow, P2_HIGH, P2);
    const turned = (xLow << 31) | (xHigh >>> 1);
    low ^= Math.imul(turned, P1);
    high ^= mulHigh((xHigh << 31) | (xLow >>> 1), turned, P1_HIGH, P1);
    const product = Math.imul(low, P1);
    high = mulHigh(high, low, P1_HIGH, P1);
    low = (product + P4) | 0;
    high = (high + P4_HIGH + carry(product, P4, low)) | 0;
  }
  accumulators[0] = low;
  accumulators[1] = high;
}

/** Steps 5 and 6 for the last `length` bytes, which begin with word `at`. */
function finish(low: number, high: number, words: Int32Array, at: number, length: number, result: Uint32Array): void {
  const P1 = 0x85ebca87,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_HIGH = 0xc2b2ae3d;
  const P3 = 0x9e3779f9,
    P3_HIGH = 0x165667b1;
  const P4 = 0xc2b2ae63,
    P4_HIGH = 0x85ebca77;
  const P5 = 0x165667c5,
    P5_HIGH = 0x27d4eb2f;
  let left = length;
  for (; left >= 8; left -= 8) {
    // hash = ((hash xor round(0, word)) <<< 27) * P1 + P4
    const wordLow = words[at]!;
    const xLow = Math.imul(wordLow, P2);
    const xHigh = mulHigh(words[at + 1]!, wordLow, P2_HIGH, P2);
    const turned = (xLow << 31) | (xHigh >>> 1);
    low ^= Math.imul(turned, P1);
    high ^= mulHigh((xHigh << 31) | (xLow >>> 1), turned, P1_HIGH, P1);
    const yLow = (low << 27) | (high >>> 5);
    const product = Math.imul(yLow, P1);
    high = mulHigh((high << 27) | (low >>> 5), yLow, P1_HIGH, P1);
    low = (product + P4) | 0;
    high = (high + P4_HIGH + carry(product, P4, low)) | 0;
    at += 2;
  }
  if (left >= 4) {
    // hash = ((hash xor word * P1) <<< 23) * P2 + P3
    const word = words[at]!;
    low ^= Math.imul(word, P1);
    high ^= mulHigh(0, word, P1_HIGH, P1);
    const yLow = (low << 23) | (high >>> 9);
    const product = Math.imul(yLow, P2);
    high = mulHigh((high << 23) | (low >>> 9), yLow, P2_HIGH, P2);
    low = (product + P3) | 0;
    high = (high + P3_HIGH + carry(product, P3, low)) | 0;
    left -= 4;
    at++;
  }
  for (let tail = words[at]!; left > 0; left--) {
    // hash = ((hash xor byte * P5) <<< 11) * P1
    const byte = tail & 0xff;
    tail >>>= 8;
    low ^= Math.imul(byte, P5);
    high ^= mulHigh(0, byte, P5_HIGH, P5);
    const yLow = (low << 11) | (high >>> 21);
    high = mulHigh((high << 11) | (low >>> 21), yLow, P1_HIGH, P1);
    low = Math.imul(yLow, P1);
  }
  // Step 6: xor with >> 33, * P2, xor with >> 29, * P3, xor with >> 32
  low ^= high >>> 1;
  high = mulHigh(high, low, P2_HIGH, P2);
  low = Math.imul(low, P2);
  low ^= (high << 3) | (low >>> 29);
  high ^= high >>> 29;
  high = mulHigh(high, low, P3_HIGH, P3);
  result[0] = Math.imul(low, P3) ^ high;
  result[1] = high;
}
