/**
 * Where a hash falls among `count` places, without a division: the upper half of a product (Lemire, "Fast random integer
 * generation in an interval", 2019). A hash below 2^32, seen as a fraction of 2^32, is stretched over the places:
 *
 *     hash = 0x40000000 (a quarter), count = 1000     →  place 250
 *
 * So the places of a filter that is f times smaller are these, divided by f and rounded down: `fold` rests on it.
 */

/**
 * `(hash * count) >>> 32` of the unsigned 32-bit integers that both are, exact, by schoolbook multiplication of 16-bit
 * halves; as an int32. Up to 2^21 places a float64 is exact too, and was no faster in a filter.
 */
export const multiplyHigh = (hash: number, count: number): number => {
  const h0 = hash & 0xffff;
  const h1 = hash >>> 16;
  const c0 = count & 0xffff;
  const c1 = count >>> 16;
  // Neither sum passes 2^32: (2^16 − 1)^2 + 2^16 − 1 < 2^32.
  const middle = Math.imul(h1, c0) + (Math.imul(h0, c0) >>> 16);
  return (Math.imul(h1, c1) + (middle >>> 16) + ((Math.imul(h0, c1) + (middle & 0xffff)) >>> 16)) | 0;
};
