/**
 * The stripes of XXH64. A stripe of 32 bytes is four words of 64 bits, one for each accumulator:
 *
 *     word 1 ─► accumulator 1 ─┐
 *     word 2 ─► accumulator 2 ─┤   round: acc = ((acc + word * P2) <<< 31) * P1
 *     word 3 ─► accumulator 3 ─┼─► converge: rotated and added up, then merged in one by one
 *     word 4 ─► accumulator 4 ─┘
 *
 * Accumulator k is the pair (high k, low k) of local variables, and each line is there four times: with the accumulators in
 * an array and a loop over them, 32 bytes take 129 ns instead of 101. How a multiplication is written out is told at the
 * top of `xxh64-string.ts`.
 */
import { carry } from './lanes.js';

/** Steps 1 to 3 for `bytes[start, end)` of 32 bytes or more, into `out`, lower lane first. Returns where the rest begins. */
export function consumeStripes(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint32Array,
  seedLow: number,
  seedHigh: number,
): number {
  const P1 = 0x85ebca87,
    P1_0 = 0xca87,
    P1_16 = 0x85eb,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_0 = 0xeb4f,
    P2_16 = 0x27d4,
    P2_HIGH = 0xc2b2ae3d;
  const P4 = 0xc2b2ae63,
    P4_HIGH = 0x85ebca77;
  let a = 0,
    b = 0,
    c = 0,
    xLow = 0,
    xHigh = 0,
    yLow = 0,
    yHigh = 0,
    sum = 0;
  // Step 1: seed + P1 + P2, seed + P2, seed, seed - P1
  let low1 = (seedLow + 0xadc0b5d6) | 0,
    high1 = (seedHigh + 0x60ea27ee + carry(seedLow, 0xadc0b5d6, low1)) | 0;
  let low2 = (seedLow + P2) | 0,
    high2 = (seedHigh + P2_HIGH + carry(seedLow, P2, low2)) | 0;
  let low3 = seedLow,
    high3 = seedHigh;
  let low4 = (seedLow + 0x7a143579) | 0,
    high4 = (seedHigh + 0x61c8864e + carry(seedLow, 0x7a143579, low4)) | 0;
  let i = start;
  for (; i + 32 <= end; i += 32) {
    // accumulator 1 = round(accumulator 1, word 1)
    xLow = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    xHigh = bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24);
    a = xLow & 0xffff;
    b = xLow >>> 16;
    c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
    xHigh =
      (Math.imul(b, P2_16) +
        (c >>> 16) +
        ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
        Math.imul(xHigh, P2) +
        Math.imul(xLow, P2_HIGH)) |
      0;
    xLow = Math.imul(xLow, P2);
    sum = (low1 + xLow) | 0;
    high1 = (high1 + xHigh + (((low1 & xLow) | ((low1 | xLow) & ~sum)) >>> 31)) | 0;
    yLow = (sum << 31) | (high1 >>> 1);
    yHigh = (high1 << 31) | (sum >>> 1);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    high1 =
      (Math.imul(b, P1_16) +
        (c >>> 16) +
        ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P1) +
        Math.imul(yLow, P1_HIGH)) |
      0;
    low1 = Math.imul(yLow, P1);
    // accumulator 2 = round(accumulator 2, word 2)
    xLow = bytes[i + 8]! | (bytes[i + 9]! << 8) | (bytes[i + 10]! << 16) | (bytes[i + 11]! << 24);
    xHigh = bytes[i + 12]! | (bytes[i + 13]! << 8) | (bytes[i + 14]! << 16) | (bytes[i + 15]! << 24);
    a = xLow & 0xffff;
    b = xLow >>> 16;
    c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
    xHigh =
      (Math.imul(b, P2_16) +
        (c >>> 16) +
        ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
        Math.imul(xHigh, P2) +
        Math.imul(xLow, P2_HIGH)) |
      0;
    xLow = Math.imul(xLow, P2);
    sum = (low2 + xLow) | 0;
    high2 = (high2 + xHigh + (((low2 & xLow) | ((low2 | xLow) & ~sum)) >>> 31)) | 0;
    yLow = (sum << 31) | (high2 >>> 1);
    yHigh = (high2 << 31) | (sum >>> 1);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    high2 =
      (Math.imul(b, P1_16) +
        (c >>> 16) +
        ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P1) +
        Math.imul(yLow, P1_HIGH)) |
      0;
    low2 = Math.imul(yLow, P1);
    // accumulator 3 = round(accumulator 3, word 3)
    xLow = bytes[i + 16]! | (bytes[i + 17]! << 8) | (bytes[i + 18]! << 16) | (bytes[i + 19]! << 24);
    xHigh = bytes[i + 20]! | (bytes[i + 21]! << 8) | (bytes[i + 22]! << 16) | (bytes[i + 23]! << 24);
    a = xLow & 0xffff;
    b = xLow >>> 16;
    c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
    xHigh =
      (Math.imul(b, P2_16) +
        (c >>> 16) +
        ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
        Math.imul(xHigh, P2) +
        Math.imul(xLow, P2_HIGH)) |
      0;
    xLow = Math.imul(xLow, P2);
    sum = (low3 + xLow) | 0;
    high3 = (high3 + xHigh + (((low3 & xLow) | ((low3 | xLow) & ~sum)) >>> 31)) | 0;
    yLow = (sum << 31) | (high3 >>> 1);
    yHigh = (high3 << 31) | (sum >>> 1);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    high3 =
      (Math.imul(b, P1_16) +
        (c >>> 16) +
        ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P1) +
        Math.imul(yLow, P1_HIGH)) |
      0;
    low3 = Math.imul(yLow, P1);
    // accumulator 4 = round(accumulator 4, word 4)
    xLow = bytes[i + 24]! | (bytes[i + 25]! << 8) | (bytes[i + 26]! << 16) | (bytes[i + 27]! << 24);
    xHigh = bytes[i + 28]! | (bytes[i + 29]! << 8) | (bytes[i + 30]! << 16) | (bytes[i + 31]! << 24);
    a = xLow & 0xffff;
    b = xLow >>> 16;
    c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
    xHigh =
      (Math.imul(b, P2_16) +
        (c >>> 16) +
        ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
        Math.imul(xHigh, P2) +
        Math.imul(xLow, P2_HIGH)) |
      0;
    xLow = Math.imul(xLow, P2);
    sum = (low4 + xLow) | 0;
    high4 = (high4 + xHigh + (((low4 & xLow) | ((low4 | xLow) & ~sum)) >>> 31)) | 0;
    yLow = (sum << 31) | (high4 >>> 1);
    yHigh = (high4 << 31) | (sum >>> 1);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    high4 =
      (Math.imul(b, P1_16) +
        (c >>> 16) +
        ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P1) +
        Math.imul(yLow, P1_HIGH)) |
      0;
    low4 = Math.imul(yLow, P1);
  }
  // Step 3: (accumulator 1 <<< 1) + (2 <<< 7) + (3 <<< 12) + (4 <<< 18)
  let low = 0;
  let high = 0;
  xLow = (low1 << 1) | (high1 >>> 31);
  sum = (low + xLow) | 0;
  high = (high + ((high1 << 1) | (low1 >>> 31)) + (((low & xLow) | ((low | xLow) & ~sum)) >>> 31)) | 0;
  low = sum;
  xLow = (low2 << 7) | (high2 >>> 25);
  sum = (low + xLow) | 0;
  high = (high + ((high2 << 7) | (low2 >>> 25)) + (((low & xLow) | ((low | xLow) & ~sum)) >>> 31)) | 0;
  low = sum;
  xLow = (low3 << 12) | (high3 >>> 20);
  sum = (low + xLow) | 0;
  high = (high + ((high3 << 12) | (low3 >>> 20)) + (((low & xLow) | ((low | xLow) & ~sum)) >>> 31)) | 0;
  low = sum;
  xLow = (low4 << 18) | (high4 >>> 14);
  sum = (low + xLow) | 0;
  high = (high + ((high4 << 18) | (low4 >>> 14)) + (((low & xLow) | ((low | xLow) & ~sum)) >>> 31)) | 0;
  low = sum;
  // hash = (hash xor round(0, accumulator 1)) * P1 + P4
  a = low1 & 0xffff;
  b = low1 >>> 16;
  c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
  xHigh =
    (Math.imul(b, P2_16) +
      (c >>> 16) +
      ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high1, P2) +
      Math.imul(low1, P2_HIGH)) |
    0;
  xLow = Math.imul(low1, P2);
  yLow = (xLow << 31) | (xHigh >>> 1);
  yHigh = (xHigh << 31) | (xLow >>> 1);
  low ^= Math.imul(yLow, P1);
  a = yLow & 0xffff;
  b = yLow >>> 16;
  c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
  xHigh =
    (Math.imul(b, P1_16) +
      (c >>> 16) +
      ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
      Math.imul(yHigh, P1) +
      Math.imul(yLow, P1_HIGH)) |
    0;
  high ^= xHigh;
  a = low & 0xffff;
  b = low >>> 16;
  c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
  xHigh =
    (Math.imul(b, P1_16) +
      (c >>> 16) +
      ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high, P1) +
      Math.imul(low, P1_HIGH)) |
    0;
  xLow = Math.imul(low, P1);
  low = (xLow + P4) | 0;
  high = (xHigh + P4_HIGH + (((xLow & P4) | ((xLow | P4) & ~low)) >>> 31)) | 0;
  // hash = (hash xor round(0, accumulator 2)) * P1 + P4
  a = low2 & 0xffff;
  b = low2 >>> 16;
  c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
  xHigh =
    (Math.imul(b, P2_16) +
      (c >>> 16) +
      ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high2, P2) +
      Math.imul(low2, P2_HIGH)) |
    0;
  xLow = Math.imul(low2, P2);
  yLow = (xLow << 31) | (xHigh >>> 1);
  yHigh = (xHigh << 31) | (xLow >>> 1);
  low ^= Math.imul(yLow, P1);
  a = yLow & 0xffff;
  b = yLow >>> 16;
  c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
  xHigh =
    (Math.imul(b, P1_16) +
      (c >>> 16) +
      ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
      Math.imul(yHigh, P1) +
      Math.imul(yLow, P1_HIGH)) |
    0;
  high ^= xHigh;
  a = low & 0xffff;
  b = low >>> 16;
  c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
  xHigh =
    (Math.imul(b, P1_16) +
      (c >>> 16) +
      ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high, P1) +
      Math.imul(low, P1_HIGH)) |
    0;
  xLow = Math.imul(low, P1);
  low = (xLow + P4) | 0;
  high = (xHigh + P4_HIGH + (((xLow & P4) | ((xLow | P4) & ~low)) >>> 31)) | 0;
  // hash = (hash xor round(0, accumulator 3)) * P1 + P4
  a = low3 & 0xffff;
  b = low3 >>> 16;
  c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
  xHigh =
    (Math.imul(b, P2_16) +
      (c >>> 16) +
      ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high3, P2) +
      Math.imul(low3, P2_HIGH)) |
    0;
  xLow = Math.imul(low3, P2);
  yLow = (xLow << 31) | (xHigh >>> 1);
  yHigh = (xHigh << 31) | (xLow >>> 1);
  low ^= Math.imul(yLow, P1);
  a = yLow & 0xffff;
  b = yLow >>> 16;
  c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
  xHigh =
    (Math.imul(b, P1_16) +
      (c >>> 16) +
      ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
      Math.imul(yHigh, P1) +
      Math.imul(yLow, P1_HIGH)) |
    0;
  high ^= xHigh;
  a = low & 0xffff;
  b = low >>> 16;
  c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
  xHigh =
    (Math.imul(b, P1_16) +
      (c >>> 16) +
      ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high, P1) +
      Math.imul(low, P1_HIGH)) |
    0;
  xLow = Math.imul(low, P1);
  low = (xLow + P4) | 0;
  high = (xHigh + P4_HIGH + (((xLow & P4) | ((xLow | P4) & ~low)) >>> 31)) | 0;
  // hash = (hash xor round(0, accumulator 4)) * P1 + P4
  a = low4 & 0xffff;
  b = low4 >>> 16;
  c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
  xHigh =
    (Math.imul(b, P2_16) +
      (c >>> 16) +
      ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high4, P2) +
      Math.imul(low4, P2_HIGH)) |
    0;
  xLow = Math.imul(low4, P2);
  yLow = (xLow << 31) | (xHigh >>> 1);
  yHigh = (xHigh << 31) | (xLow >>> 1);
  low ^= Math.imul(yLow, P1);
  a = yLow & 0xffff;
  b = yLow >>> 16;
  c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
  xHigh =
    (Math.imul(b, P1_16) +
      (c >>> 16) +
      ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
      Math.imul(yHigh, P1) +
      Math.imul(yLow, P1_HIGH)) |
    0;
  high ^= xHigh;
  a = low & 0xffff;
  b = low >>> 16;
  c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
  xHigh =
    (Math.imul(b, P1_16) +
      (c >>> 16) +
      ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high, P1) +
      Math.imul(low, P1_HIGH)) |
    0;
  xLow = Math.imul(low, P1);
  low = (xLow + P4) | 0;
  high = (xHigh + P4_HIGH + (((xLow & P4) | ((xLow | P4) & ~low)) >>> 31)) | 0;
  out[0] = low;
  out[1] = high;
  return i;
}
