/**
 * Where a 64-bit hash lands: the first p bits are the index of a register, and the rank is the position of the first 1-bit
 * after them, counted from 1 (the paper's ρ; Flajolet et al. 2007, Figure 3).
 *
 *     p = 4      1011 0001······      index 11, rank 4         one hash in sixteen has a rank of 4
 *                1011 1·········      index 11, rank 1         half of all have a rank of 1
 *                1011 000 … 000       index 11, rank 65 − p    as if a 1 came after the last bit
 *
 * So a register that has seen rank r has met about 2^r distinct items. Redis, PostgreSQL and DataSketches take other bits
 * and other hashes; each has its rule in its own folder.
 *
 * A *token* is a hash cut down to 32 bits that still lands right at every precision up to 26: its first 26 bits, then, in
 * six bits, how many zeros follow (0..38). Two distinct hashes share one with a probability of 2^−26 / 3. This is the
 * token of hash4j (Ertl, "UltraLogLog", 2023, §"Sparse mode"), close to that of HyperLogLog++ (Heule et al. 2013, §5.3).
 */

/** Bits of the index that a token keeps, and so the highest precision that it can serve. */
export const TOKEN_INDEX_BITS = 26;

/** Most zeros that can follow the index of a token. */
export const MOST_ZEROS = 38;

/** Rank of a hash at precision p, 1..65 − p. */
export function rankOf(low: number, high: number, precision: number): number {
  const rest = high << precision;
  return rest !== 0 ? Math.clz32(rest) + 1 : 33 - precision + Math.clz32(low);
}

/** The token of a hash, 0..2^32−1. */
export function tokenOf(low: number, high: number): number {
  const rest = high << TOKEN_INDEX_BITS;
  const zeros = rest !== 0 ? Math.clz32(rest) : 6 + Math.clz32(low);
  return ((high & 0xffff_ffc0) | zeros) >>> 0;
}

/** Rank of a token at precision p. Its index is `token >>> (32 - p)`. */
export function rankOfToken(token: number, precision: number): number {
  const rest = (token & 0xffff_ffc0) << precision;
  return rest !== 0 ? Math.clz32(rest) + 1 : TOKEN_INDEX_BITS - precision + (token & 63) + 1;
}

/** Zeros of a hash from bit p up to its first 1-bit, for dialects that index by the low bits; 64 − p when there is no 1. */
export function zerosAbove(low: number, high: number, precision: number): number {
  const rest = low >>> precision;
  // `rest & -rest` leaves the lowest 1 alone.
  if (rest !== 0) return 31 - Math.clz32(rest & -rest);
  return high !== 0 ? 63 - precision - Math.clz32(high & -high) : 64 - precision;
}

/** Zeros before the first 1-bit of 64, 0..64. */
export const leadingZeros = (low: number, high: number): number =>
  high !== 0 ? Math.clz32(high) : 32 + Math.clz32(low);
