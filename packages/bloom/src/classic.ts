/**
 * The classic layout: a key sets `hashCount` bits anywhere in the filter (Bloom, "Space/time trade-offs in hash coding
 * with allowable errors", 1970). It needs the fewest bits, and as many accesses to memory as a key has bits.
 *
 * The places come from one 64-bit hash by enhanced double hashing (Dillinger, Manolios, "Bloom filters in probabilistic
 * verification", 2004, §5.2): a is the upper half, b the lower one, and after each place `a += b`, then `b += 1, 2, 3 …`,
 * modulo 2^32.
 *
 *     a = 10110…00111      its place among the words: a × wordCount >>> 32      its bit in that word: a & 31
 *
 * Differs from §5.2, which takes a modulo the number of bits: a word by multiplication and a bit by the lowest five need
 * no division, and none of up to 2^32 bits is likelier than another by more than a 32nd.
 */
import { multiplyHigh } from './multiply-high.js';

/** Sets the bits of one hash. */
export function insertAnywhere(words: Uint32Array, hashCount: number, low: number, high: number): void {
  const wordCount = words.length;
  let a = high | 0;
  let b = low | 0;
  for (let i = 1; i <= hashCount; i++) {
    words[multiplyHigh(a, wordCount)]! |= 1 << a;
    a = (a + b) | 0;
    b = (b + i) | 0;
  }
}

/** Whether all bits of one hash are set. */
export function isAnywhere(words: Uint32Array, hashCount: number, low: number, high: number): boolean {
  const wordCount = words.length;
  let a = high | 0;
  let b = low | 0;
  for (let i = 1; i <= hashCount; i++) {
    if (((words[multiplyHigh(a, wordCount)]! >>> a) & 1) === 0) return false;
    a = (a + b) | 0;
    b = (b + i) | 0;
  }
  return true;
}
