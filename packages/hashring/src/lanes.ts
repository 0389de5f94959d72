/** 64-bit products on two 32-bit lanes, for the generators of jump hashing: a BigInt would cost five times as much. */

/** Upper lane of the lower 64 bits of a · b; the lower one is `Math.imul(aLow, bLow)`. */
export function productHigh(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  // Neither sum reaches 2^32: (2^16 - 1)² + 2 · (2^16 - 1) = 2^32 - 1.
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const carry = a0 * b1 + (middle & 0xffff);
  return (a1 * b1 + (middle >>> 16) + (carry >>> 16) + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
}
