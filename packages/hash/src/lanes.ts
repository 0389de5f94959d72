/** 64-bit arithmetic on two 32-bit lanes. */

/** Upper 32 bits of the 64-bit sum whose lower 32 bits are `low = (aLow + bLow) | 0`. */
export const addHigh = (aHigh: number, aLow: number, bHigh: number, bLow: number, low: number): number =>
  (aHigh + bHigh + (((aLow & bLow) | ((aLow | bLow) & ~low)) >>> 31)) | 0;

/** Upper 32 bits of the lower 64 bits of a product; the lower 32 are `Math.imul(aLow, bLow)`. */
export const mulHigh = (aHigh: number, aLow: number, bHigh: number, bLow: number): number => {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
  const carry = (Math.imul(a0, b1) + (middle & 0xffff)) | 0;
  return (
    (Math.imul(a1, b1) + (middle >>> 16) + (carry >>> 16) + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0
  );
};

export const toBigInt = (low: number, high: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
