/**
 * XXH64 of a range of bytes. A stripe of 32 bytes is four words of 64 bits, one for each accumulator:
 *
 *     accumulator 1 2 3 4   ◄─ stripe, stripe, …       round: acc = ((acc + word * P2) <<< 31) * P1
 *     converge              ◄─ the four accumulators
 *     consume the rest      ◄─ words of 8 bytes, at most one of 4, then bytes
 *     avalanche
 *
 * How a multiplication is written out, and why, is told at the top of `xxh64-string.ts`.
 */
import { carry, mulHigh } from './lanes.js';

/** Accumulator k has its lower lane at 2k and its upper one at 2k + 1. Filled and emptied within one call. */
const accumulators: Int32Array = /* @__PURE__ */ new Int32Array(8);

/** XXH64 of `bytes[start, end)` into `out`, lower lane first. The range is the caller's to check. */
export function ofRange(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint32Array,
  seedLow: number,
  seedHigh: number,
): void {
  const P1 = 0x85ebca87,
    P1_0 = 0xca87,
    P1_16 = 0x85eb,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_0 = 0xeb4f,
    P2_16 = 0x27d4,
    P2_HIGH = 0xc2b2ae3d;
  const P3 = 0x9e3779f9,
    P3_0 = 0x79f9,
    P3_16 = 0x9e37,
    P3_HIGH = 0x165667b1;
  const P4 = 0xc2b2ae63,
    P4_HIGH = 0x85ebca77;
  const P5 = 0x165667c5,
    P5_0 = 0x67c5,
    P5_16 = 0x1656,
    P5_HIGH = 0x27d4eb2f;
  let a = 0,
    b = 0,
    c = 0; // 16-bit halves and the middle of a multiplication
  let xLow = 0,
    xHigh = 0,
    yLow = 0,
    yHigh = 0;
  const length = end - start;
  let i = start;
  let low = (seedLow + P5) | 0;
  let high = (seedHigh + P5_HIGH + (((seedLow & P5) | ((seedLow | P5) & ~low)) >>> 31)) | 0;
  if (length >= 32) {
    i = consumeStripes(bytes, start, end, seedLow, seedHigh);
    converge(out);
    low = out[0]! | 0;
    high = out[1]! | 0;
  }
  // The length of an array is below 2^53.
  xLow = low;
  low = (low + length) | 0;
  high = (high + Math.floor(length / 2 ** 32) + (((xLow & length) | ((xLow | length) & ~low)) >>> 31)) | 0;
  for (; i + 8 <= end; i += 8) {
    const wordLow = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    const wordHigh = bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24);
    // round(0, word): (word * P2 <<< 31) * P1
    xLow = Math.imul(wordLow, P2);
    a = wordLow & 0xffff;
    b = wordLow >>> 16;
    c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
    xHigh =
      (Math.imul(b, P2_16) +
        (c >>> 16) +
        ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
        Math.imul(wordHigh, P2) +
        Math.imul(wordLow, P2_HIGH)) |
      0;
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
    // hash = (hash <<< 27) * P1 + P4
    yLow = (low << 27) | (high >>> 5);
    yHigh = (high << 27) | (low >>> 5);
    xLow = Math.imul(yLow, P1);
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
    low = (xLow + P4) | 0;
    high = (xHigh + P4_HIGH + (((xLow & P4) | ((xLow | P4) & ~low)) >>> 31)) | 0;
  }
  if (i + 4 <= end) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    // hash = ((hash xor word * P1) <<< 23) * P2 + P3
    low ^= Math.imul(word, P1);
    a = word & 0xffff;
    b = word >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    xHigh =
      (Math.imul(b, P1_16) + (c >>> 16) + ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) + Math.imul(word, P1_HIGH)) | 0;
    high ^= xHigh;
    yLow = (low << 23) | (high >>> 9);
    yHigh = (high << 23) | (low >>> 9);
    xLow = Math.imul(yLow, P2);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
    xHigh =
      (Math.imul(b, P2_16) +
        (c >>> 16) +
        ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P2) +
        Math.imul(yLow, P2_HIGH)) |
      0;
    low = (xLow + P3) | 0;
    high = (xHigh + P3_HIGH + (((xLow & P3) | ((xLow | P3) & ~low)) >>> 31)) | 0;
    i += 4;
  }
  for (; i < end; i++) {
    const byte = bytes[i]!;
    // hash = ((hash xor byte * P5) <<< 11) * P1
    high ^= Math.imul(byte, P5_HIGH) + ((byte * P5_16 + ((byte * P5_0) >>> 16)) >>> 16);
    low ^= Math.imul(byte, P5);
    yLow = (low << 11) | (high >>> 21);
    yHigh = (high << 11) | (low >>> 21);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    high =
      (Math.imul(b, P1_16) +
        (c >>> 16) +
        ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P1) +
        Math.imul(yLow, P1_HIGH)) |
      0;
    low = Math.imul(yLow, P1);
  }
  // Step 6: xor with >> 33, * P2, xor with >> 29, * P3, xor with >> 32
  low ^= high >>> 1;
  a = low & 0xffff;
  b = low >>> 16;
  c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
  high =
    (Math.imul(b, P2_16) +
      (c >>> 16) +
      ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high, P2) +
      Math.imul(low, P2_HIGH)) |
    0;
  low = Math.imul(low, P2);
  low ^= (high << 3) | (low >>> 29);
  high ^= high >>> 29;
  a = low & 0xffff;
  b = low >>> 16;
  c = Math.imul(b, P3_0) + (Math.imul(a, P3_0) >>> 16);
  high =
    (Math.imul(b, P3_16) +
      (c >>> 16) +
      ((Math.imul(a, P3_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high, P3) +
      Math.imul(low, P3_HIGH)) |
    0;
  low = Math.imul(low, P3);
  out[0] = low ^ high;
  out[1] = high;
}

/** Steps 1 and 2. Returns where the rest begins. */
function consumeStripes(bytes: Uint8Array, start: number, end: number, seedLow: number, seedHigh: number): number {
  const P1 = 0x85ebca87,
    P1_0 = 0xca87,
    P1_16 = 0x85eb,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_0 = 0xeb4f,
    P2_16 = 0x27d4,
    P2_HIGH = 0xc2b2ae3d;
  startAt(0, seedLow, seedHigh, 0xadc0b5d6, 0x60ea27ee); // seed + P1 + P2
  startAt(2, seedLow, seedHigh, P2, P2_HIGH); // seed + P2
  startAt(4, seedLow, seedHigh, 0, 0); // seed
  startAt(6, seedLow, seedHigh, 0x7a143579, 0x61c8864e); // seed - P1
  let a = 0,
    b = 0,
    c = 0;
  let i = start;
  for (; i + 32 <= end; i += 32) {
    for (let lane = 0; lane < 8; lane += 2) {
      const at = i + 4 * lane;
      const wordLow = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      const wordHigh = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
      const xLow = Math.imul(wordLow, P2);
      a = wordLow & 0xffff;
      b = wordLow >>> 16;
      c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
      const xHigh =
        (Math.imul(b, P2_16) +
          (c >>> 16) +
          ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
          Math.imul(wordHigh, P2) +
          Math.imul(wordLow, P2_HIGH)) |
        0;
      const oldLow = accumulators[lane]!;
      const sumLow = (oldLow + xLow) | 0;
      const sumHigh = (accumulators[lane + 1]! + xHigh + (((oldLow & xLow) | ((oldLow | xLow) & ~sumLow)) >>> 31)) | 0;
      const yLow = (sumLow << 31) | (sumHigh >>> 1);
      const yHigh = (sumHigh << 31) | (sumLow >>> 1);
      a = yLow & 0xffff;
      b = yLow >>> 16;
      c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
      const newHigh =
        (Math.imul(b, P1_16) +
          (c >>> 16) +
          ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
          Math.imul(yHigh, P1) +
          Math.imul(yLow, P1_HIGH)) |
        0;
      accumulators[lane] = Math.imul(yLow, P1);
      accumulators[lane + 1] = newHigh;
    }
  }
  return i;
}

/** An accumulator's first value: the seed plus a constant, modulo 2^64. */
function startAt(lane: number, seedLow: number, seedHigh: number, low: number, high: number): void {
  const sum = (seedLow + low) | 0;
  accumulators[lane] = sum;
  accumulators[lane + 1] = seedHigh + high + carry(seedLow, low, sum);
}

/** Step 3: the accumulators, rotated by 1, 7, 12 and 18 bits, are added up, then merged in one by one. */
function converge(out: Uint32Array): void {
  const P1 = 0x85ebca87,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_HIGH = 0xc2b2ae3d;
  const P4 = 0xc2b2ae63,
    P4_HIGH = 0x85ebca77;
  let low = 0;
  let high = 0;
  for (let lane = 0; lane < 8; lane += 2) {
    const shift = lane === 0 ? 1 : lane === 2 ? 7 : lane === 4 ? 12 : 18;
    const accLow = accumulators[lane]!;
    const accHigh = accumulators[lane + 1]!;
    const turned = (accLow << shift) | (accHigh >>> (32 - shift));
    const sum = (low + turned) | 0;
    high = (high + ((accHigh << shift) | (accLow >>> (32 - shift))) + carry(low, turned, sum)) | 0;
    low = sum;
  }
  for (let lane = 0; lane < 8; lane += 2) {
    // hash = (hash xor round(0, accumulator)) * P1 + P4
    const wordLow = accumulators[lane]!;
    const xLow = Math.imul(wordLow, P2);
    const xHigh = mulHigh(accumulators[lane + 1]!, wordLow, P2_HIGH, P2);
    const yLow = (xLow << 31) | (xHigh >>> 1);
    const yHigh = (xHigh << 31) | (xLow >>> 1);
    low ^= Math.imul(yLow, P1);
    high ^= mulHigh(yHigh, yLow, P1_HIGH, P1);
    const zLow = Math.imul(low, P1);
    const zHigh = mulHigh(high, low, P1_HIGH, P1);
    low = (zLow + P4) | 0;
    high = (zHigh + P4_HIGH + carry(zLow, P4, low)) | 0;
  }
  out[0] = low;
  out[1] = high;
}
