/**
 * `(high * 2^32 + low) % divisor` of an unsigned 64-bit integer, as engines take it where we multiply. 16 bits at a time,
 * so that every step is exact in a float64: `divisor` is at most 2^37.
 */
export function modulo64(high: number, low: number, divisor: number): number {
  const rest = ((high >>> 0) % divisor) * 0x1_0000 + (low >>> 16);
  return ((rest % divisor) * 0x1_0000 + (low & 0xffff)) % divisor;
}
