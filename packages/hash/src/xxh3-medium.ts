/**
 * XXH3 of 17 to 240 bytes: sixteen bytes at a time are mixed with a piece of the secret and added up. Up to 128 bytes
 * the pieces are taken from both ends inwards, and may overlap in the middle; beyond, from the start on, with an
 * avalanche after the first 128 and the last sixteen (or thirty-two) once more at the end.
 *
 * Source: xxHash specification 0.2.0, "XXH3 Algorithm Description (for medium inputs)".
 */
import { carry, mulHigh, wordAt } from './lanes.js';
import { addTo, avalanche, borrow, mixInto } from './xxh3-parts.js';

/** XXH3-64 of `bytes[start, start + length)` into `out[0..1]`. */
export function medium64(
  bytes: Uint8Array,
  start: number,
  length: number,
  out: Uint32Array,
  seedLow: number,
  seedHigh: number,
): void {
  startWithLength(out, length);
  const end = start + length;
  if (length <= 128) {
    for (let i = (length - 1) >> 5; i >= 0; i--) {
      mixInto(out, 0, bytes, start + 16 * i, 32 * i, seedLow, seedHigh);
      mixInto(out, 0, bytes, end - 16 * i - 16, 32 * i + 16, seedLow, seedHigh);
    }
  } else {
    for (let i = 0; i < 8; i++) mixInto(out, 0, bytes, start + 16 * i, 16 * i, seedLow, seedHigh);
    avalanche(out[0]!, out[1]!, out, 0);
    for (let i = 8; i < length >> 4; i++) mixInto(out, 0, bytes, start + 16 * i, 16 * (i - 8) + 3, seedLow, seedHigh);
    mixInto(out, 0, bytes, end - 16, 119, seedLow, seedHigh);
  }
  avalanche(out[0]!, out[1]!, out, 0);
}

/** XXH3-128 of `bytes[start, start + length)` into `out[0..3]`. */
export function medium128(
  bytes: Uint8Array,
  start: number,
  length: number,
  out: Uint32Array,
  seedLow: number,
  seedHigh: number,
): void {
  startWithLength(out, length);
  out[2] = 0;
  out[3] = 0;
  const end = start + length;
  if (length <= 128) {
    for (let i = (length - 1) >> 5; i >= 0; i--) {
      mixTwoInto(out, bytes, start + 16 * i, end - 16 * i - 16, 32 * i, seedLow, seedHigh);
    }
  } else {
    for (let at = 0; at < 128; at += 32) mixTwoInto(out, bytes, start + at, start + at + 16, at, seedLow, seedHigh);
    avalanche(out[0]!, out[1]!, out, 0);
    avalanche(out[2]!, out[3]!, out, 2);
    for (let at = 128; at + 32 <= length; at += 32) {
      mixTwoInto(out, bytes, start + at, start + at + 16, at - 128 + 3, seedLow, seedHigh);
    }
    // The halves change places here, and the seed its sign.
    mixTwoInto(out, bytes, end - 16, end - 32, 103, -seedLow | 0, (-seedHigh - borrow(0, seedLow, -seedLow)) | 0);
  }
  finish128(out, length, seedLow, seedHigh);
}

/** mixTwoChunks(): one piece into each half, and the words of each added up into the other half. */
function mixTwoInto(
  out: Uint32Array,
  bytes: Uint8Array,
  first: number,
  second: number,
  secretAt: number,
  seedLow: number,
  seedHigh: number,
): void {
  mixInto(out, 0, bytes, first, secretAt, seedLow, seedHigh);
  mixInto(out, 2, bytes, second, secretAt + 16, seedLow, seedHigh);
  xorSum(out, 0, bytes, second);
  xorSum(out, 2, bytes, first);
}

/** Xors the sum of the two 64-bit words at `i` into the lane at `out[at]`. */
function xorSum(out: Uint32Array, at: number, bytes: Uint8Array, i: number): void {
  const low = wordAt(bytes, i);
  const otherLow = wordAt(bytes, i + 8);
  const sum = (low + otherLow) | 0;
  out[at]! ^= sum;
  out[at + 1]! ^= wordAt(bytes, i + 4) + wordAt(bytes, i + 12) + carry(low, otherLow, sum);
}

/** low = a + b; high = −(a * PRIME64_1 + b * PRIME64_4 + (length − seed) * PRIME64_2), each after its avalanche. */
function finish128(out: Uint32Array, length: number, seedLow: number, seedHigh: number): void {
  const aLow = out[0]!;
  const aHigh = out[1]!;
  const bLow = out[2]!;
  const bHigh = out[3]!;
  const differenceLow = (length - seedLow) | 0;
  const differenceHigh = -seedHigh - borrow(length, seedLow, differenceLow);
  out[2] = Math.imul(aLow, 0x85ebca87);
  out[3] = mulHigh(aHigh, aLow, 0x9e3779b1, 0x85ebca87);
  addTo(out, 2, Math.imul(bLow, 0xc2b2ae63), mulHigh(bHigh, bLow, 0x85ebca77, 0xc2b2ae63));
  addTo(out, 2, Math.imul(differenceLow, 0x27d4eb4f), mulHigh(differenceHigh, differenceLow, 0xc2b2ae3d, 0x27d4eb4f));
  addTo(out, 0, bLow | 0, bHigh);
  avalanche(out[0]!, out[1]!, out, 0);
  avalanche(out[2]!, out[3]!, out, 2);
  const low = -out[2]! | 0;
  out[3] = -out[3]! - borrow(0, out[2]!, low);
  out[2] = low;
}

/** length * PRIME64_1 */
function startWithLength(out: Uint32Array, length: number): void {
  out[0] = Math.imul(length, 0x85ebca87);
  out[1] = mulHigh(0, length, 0x9e3779b1, 0x85ebca87);
}
