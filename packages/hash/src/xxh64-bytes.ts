/**
 * XXH64 of a range of bytes: stripes of 32 bytes first, if there are any (`xxh64-stripes.ts`), then what is left in words
 * of 8 bytes, at most one of 4, and bytes; then the avalanche. Steps 4 to 6 of the specification.
 *
 * How a multiplication is written out, and why, is told at the top of `xxh64-string.ts`.
 */
import { consumeStripes } from './xxh64-stripes.js';

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
    i = consumeStripes(bytes, start, end, out, seedLow, seedHigh);
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
