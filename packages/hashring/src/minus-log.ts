/**
 * -ln u for u in (0, 1), from +, -, × and ÷ alone, which IEEE 754 rounds alike everywhere. `Math.log` may differ in its last bit from one engine to the
 * next (ECMAScript leaves it to the implementation), and one bit is enough to send a key to another node.
 *
 * u = f · 2^-e with f in [√½, √2), and ln f = 2 · artanh((f - 1) / (f + 1)) = 2 · (s + s³/3 + s⁵/5 + …), where |s| <= 3
 * - 2√2 < 0.1716: the first term left out is below 2^-60 of the first (Abramowitz, Stegun, §4.1.27).
 */
export function minusLog(u: number): number {
  let f = u;
  let e = 0;
  while (f < 2 ** -16) {
    f *= 2 ** 16;
    e += 16;
  }
  while (f < Math.SQRT1_2) {
    f *= 2;
    e++;
  }
  const s = (f - 1) / (f + 1);
  const z = s * s;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * z + 1 / k;
  return e * Math.LN2 - 2 * s * sum;
}
