/**
 * Where a hash falls among `count` places, without a division: the upper half of a product (Lemire, "Fast random integer
 * generation in an interval", 2019). A hash below 2^32, seen as a fraction of 2^32, is stretched over the places:
 *
 *     hash = 0x40000000 (a quarter), count = 1000     →  place 250
 *
 * So the places of a filter that is f times smaller are these, divided by f and rounded down: `fold` rests on it.
 */

/** `(hash * count) >>> 32`, exact, for the unsigned 32-bit integer that `hash` is and a `count` of at most 2^31. */
export const multiplyHigh = (hash: number, count: number): number =>
  // Up to 2^21 places the product has 53 bits and is exact as a float64, which is a nanosecond faster.
  count <= 0x20_0000 ? ((hash >>> 0) * count * 2 ** -32) | 0 : byHalves(hash, count);

/** The same by schoolbook multiplication of 16-bit halves. */
export const byHalves = (hash: number, count: number): number => {
  const h0 = hash & 0xffff;
  const h1 = hash >>> 16;
  const c0 = count & 0xffff;
  const c1 = count >>> 16;
  // Neither sum passes 2^32: (2^16 − 1)^2 + 2^16 − 1 < 2^32.
  const middle = Math.imul(h1, c0) + (Math.imul(h0, c0) >>> 16);
  return (Math.imul(h1, c1) + (middle >>> 16) + ((Math.imul(h0, c1) + (middle & 0xffff)) >>> 16)) | 0;
};
