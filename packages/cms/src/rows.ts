/**
 * Where a key is counted: one cell in each row, at a place that looks random and has nothing to do with its place in the
 * other rows. A key is hashed once, by XXH64, and each row mixes the 64 bits anew:
 *
 *     low ──xor k(row)──× ──fold── + high ──mix── × width >> 32  =  column
 *
 * The usual shortcut takes column = h1 + row · h2 (double hashing). Keys that meet in two rows then meet in all of them
 * as soon as h2 agrees modulo the width, 1 in 1,024 pairs at a width of 1,024, and the bound, which multiplies the rows'
 * chances, is broken: in a trial on a width of a power of two the worst error was 2331, where εN was 664. So every row
 * has a hash of its own, which costs 4 ns.
 *
 * The multiplications and shifts of the last step are those of lowbias32 (C. Wellons, hash-prospector, 2018, with the
 * constants 0x21f0aaad and 0x735a2d97 of 2022); 0x85ebca6b is of MurmurHash3's fmix32. Stored bytes depend on all this.
 */

/** k(0), and what is added for the next row: 2^32 / φ, so that all k differ in many bits; signed, as the engine keeps it. */
export const ROW_STEP: number = 0x9e3779b9 | 0;

/**
 * The column, 0..width−1, of a hash in the row with this k: row r has (r + 1) · ROW_STEP. It is ⌊hash · width / 2^32⌋ in
 * float64 (Lemire 2019): any width, no remainder, exact up to a width of 2^21 and the same everywhere beyond.
 */
export function columnOf(low: number, high: number, k: number, width: number): number {
  let hash = Math.imul(low ^ k, 0x85ebca6b);
  hash = ((hash ^ (hash >>> 15)) + high) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  // The product is below width, which is at most 2^28: `| 0` is its floor.
  return ((((hash ^ (hash >>> 15)) >>> 0) * width) / 4_294_967_296) | 0;
}
