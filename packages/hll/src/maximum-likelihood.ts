/**
 * Maximum likelihood for registers that are geometric: finds the x that maximises
 *
 *     e^(−a x) · Π (1 − e^(−x / 2^k))^b[k]
 *
 * where a sums up what was not seen and b[k] counts what was seen at level k. The derivative has one root, since
 * a x + Σ b[k] h(x / 2^k) − Σ b[k], with h(y) = 1 − y / (e^y − 1), rises and is concave; the secant method reaches it from
 * the left without overshooting.
 *
 * Source: O. Ertl 2017 (arXiv:1702.01284), §"Maximum likelihood estimation", the bounds of equation 41 and the secant of
 * Algorithm 8. Differs from it: h is computed by expm1 instead of by the doubling recursion, which is quick enough here.
 */
export function mostLikely(a: number, b: ArrayLike<number>, relativeError: number): number {
  if (a <= 0) return Infinity;
  let seen = 0;
  let weighted = 0;
  for (let k = 0; k < b.length; k++) {
    seen += b[k]!;
    weighted += b[k]! * 2 ** -k;
  }
  if (seen === 0) return 0;
  // A lower bound of the root, by Jensen's inequality: log1p(w / a) · s / w.
  let x = Math.log1p(weighted / a) * (seen / weighted);
  let step = x;
  let before = 0;
  while (step > x * relativeError) {
    let g = a * x;
    for (let k = 0; k < b.length; k++) if (b[k]! > 0) g += b[k]! * shortfall(x * 2 ** -k);
    if (!(before < g && g <= seen)) break;
    step *= (seen - g) / (g - before);
    x += step;
    before = g;
  }
  return x;
}

/** 1 − y / (e^y − 1), from 0 to 1; by its series where the quotient would cancel. */
const shortfall = (y: number): number => (y < 1e-4 ? y / 2 - (y * y) / 12 : 1 - y / Math.expm1(y));
