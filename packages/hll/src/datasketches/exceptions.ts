/**
 * The exceptions of HLL_4. It stores registers as differences from the lowest one, in four bits; a difference of 15 or more
 * is 15 there, and its value stands in a table of (register, value) pairs, probed as coupons are.
 *
 * Source: Apache DataSketches, `hll` package (AuxHashMap, HllUtil.LG_AUX_ARR_INTS).
 */

/** What stands in four bits for a value that is elsewhere. */
export const EXCEPTION = 15;

/** Slots of the table at first: a power of two by precision. */
const leastLogSlots = (precision: number): number =>
  precision < 7 ? 2 : precision < 10 ? 3 : precision < 12 ? 4 : precision < 14 ? 5 : precision - 8;

/** The pairs in the order in which the table has them, and how large it is. */
export function exceptionTable(pairs: readonly number[], precision: number): { pairs: number[]; logSlots: number } {
  if (pairs.length === 0) return { pairs: [], logSlots: 0 };
  let logSlots = leastLogSlots(precision);
  while (4 * pairs.length > 3 * 2 ** logSlots) logSlots++;
  const slots = new Uint32Array(2 ** logSlots);
  const mask = slots.length - 1;
  for (const pair of pairs) {
    const index = pair & (2 ** precision - 1);
    const stride = (index >>> logSlots) | 1;
    let slot = index & mask;
    while (slots[slot] !== 0) slot = (slot + stride) & mask;
    slots[slot] = pair;
  }
  return { pairs: [...slots].filter((pair) => pair !== 0), logSlots };
}
