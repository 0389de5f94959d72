/**
 * 64-bit arithmetic on 32-bit lanes. JavaScript has 64-bit integers only as BigInt, which allocates: a loop over keys that
 * makes one of each hash does 7 million XXH64 a second instead of 20, and in an engine that does not compile BigInt to
 * machine integers (JavaScriptCore) the arithmetic itself is forty times slower. So a 64-bit value is two int32 here, high
 * and low, and whoever computes with them keeps both in local variables:
 *
 *     x + y     low = (xLow + yLow) | 0                 high = (xHigh + yHigh + carry(xLow, yLow, low)) | 0
 *     x * y     low = imul(xLow, yLow)                  high = mulHigh(xHigh, xLow, yHigh, yLow)
 *     x <<< 27  low = (xLow << 27) | (xHigh >>> 5)      high = (xHigh << 27) | (xLow >>> 5)
 *     x >>> 33  low = xHigh >>> 1                       high = 0
 */

import { withCode } from './with-code.js';

/** 1 when the 32-bit sum of `a` and `b`, which is `sum`, ran over; without a branch, since half of all are taken. */
export const carry = (a: number, b: number, sum: number): number => ((a & b) | ((a | b) & ~sum)) >>> 31;

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit integers, by schoolbook multiplication of 16-bit halves. */
export const mulWide = (a: number, b: number): number => {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  // Neither sum overflows: (2^16 − 1)^2 + 2^16 − 1 < 2^32.
  const middle = Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16);
  return (Math.imul(a1, b1) + (middle >>> 16) + ((Math.imul(a0, b1) + (middle & 0xffff)) >>> 16)) | 0;
};

/** Upper lane of the 64-bit product (modulo 2^64) of two 64-bit integers; the lower one is `Math.imul(aLow, bLow)`. */
export const mulHigh = (aHigh: number, aLow: number, bHigh: number, bLow: number): number =>
  (mulWide(aLow, bLow) + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;

/** What `multiply` leaves: the 128-bit product, lowest lane first. */
export const product: Int32Array = /* @__PURE__ */ new Int32Array(4);

/** The full 128-bit product of two 64-bit integers, into `product`. */
export function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const cross1 = Math.imul(aLow, bHigh);
  const cross2 = Math.imul(aHigh, bLow);
  const lowHigh = mulWide(aLow, bLow);
  let sum = (lowHigh + cross1) | 0;
  let over = carry(lowHigh, cross1, sum);
  const lane1 = (sum + cross2) | 0;
  over += carry(sum, cross2, lane1);

  const crossHigh1 = mulWide(aLow, bHigh);
  const crossHigh2 = mulWide(aHigh, bLow);
  const highLow = Math.imul(aHigh, bHigh);
  sum = (crossHigh1 + crossHigh2) | 0;
  let over2 = carry(crossHigh1, crossHigh2, sum);
  const sum2 = (sum + highLow) | 0;
  over2 += carry(sum, highLow, sum2);
  const lane2 = (sum2 + over) | 0;
  over2 += carry(sum2, over, lane2);

  product[0] = Math.imul(aLow, bLow);
  product[1] = lane1;
  product[2] = lane2;
  product[3] = (mulWide(aHigh, bHigh) + over2) | 0;
}

/** The 32-bit little-endian word that starts at byte `i`. */
export const wordAt = (bytes: Uint8Array, i: number): number =>
  bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);

/** Lanes of the last result that a bigint face asked for; it never leaves the package. */
export const result: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/** The first `count` lanes, lowest first, as one unsigned integer. */
export function toBigInt(lanes: Uint32Array, count: 2 | 4): bigint {
  let value = 0n;
  for (let i = count - 1; i >= 0; i--) value = (value << 32n) | BigInt(lanes[i]!);
  return value;
}

/** Lower lane of a 64-bit seed, of which only the lowest 64 bits count. */
export const lowOf = (seed: bigint): number => Number(BigInt.asIntN(32, seed));

/** Upper lane of a 64-bit seed. */
export const highOf = (seed: bigint): number => Number(BigInt.asIntN(32, seed >> 32n));

/** Throws unless a result of `count` lanes fits: a typed array would drop what does not, without a word. */
export function checkOut(out: Uint32Array, count: 2 | 4): void {
  if (out.length < count) {
    throw withCode(
      new RangeError(`out must have room for ${count} lanes, got a length of ${out.length}`),
      'out-too-short',
    );
  }
}
