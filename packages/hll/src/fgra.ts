/**
 * The estimator of UltraLogLog that needs one pass and no search: further generalized remaining area (FGRA). Each register
 * adds a value that depends on it alone, and the sum, to the power of −1 / τ, is the estimate. τ and η are those that
 * make the variance least: v / m, with v = 0.6119, so an error of 0.782 / √m, 3 % above maximum likelihood.
 *
 * Registers near either end of the scale (none or nearly none seen, and full ones) don't follow that rule; they add what
 * their neighbours' numbers make likely, by a root z = e^(−n/m) estimated from the four kinds of registers there are.
 *
 * Source: O. Ertl, UltraLogLog, PVLDB 17 (2024), arXiv:2308.16862, §3.4 and Algorithms 4 to 6; the constants are those of
 * its Table 2 in double precision, as hash4j has them.
 */
const TAU = 0.8194911375910897;
const V = 0.6118931496978437;
const ETA: readonly number[] = [4.663135422063788, 2.1378502137958524, 2.781144650979996, 0.9824082545153715];

/** √v: standard error of FGRA times √m. */
export const FGRA_ERROR = 0.78224;

/** The estimate from a histogram of register bytes (see `ultra-registers.ts`). */
export function fgraEstimate(counts: ArrayLike<number>, precision: number): number {
  const m = 2 ** precision;
  // The register bytes of the first ranks: 4u + 4p − 8 for rank u, so these four are what one, two or three hashes leave.
  const first = 4 * precision - 4;
  let sum = 0;
  // Registers that have seen rank 3 or more, and are not full.
  for (let register = first + 8; register < 252; register++) {
    const count = counts[register]!;
    if (count > 0)
      sum += count * ETA[register & 3]! * 2 ** (-TAU * ((register - first - 8) / 4 + 3 - (register & 3) / 4));
  }
  sum += smallRange(counts[0]!, counts[first]!, counts[first + 4]!, counts[first + 6]!, m);
  sum += largeRange(counts[252]!, counts[253]!, counts[254]!, counts[255]!, m, 65 - precision);
  return (m ** (1 + 1 / TAU) / (1 + ((1 + TAU) * V) / (2 * m))) * sum ** (-1 / TAU);
}

const etaSum = (): number => ETA[0]! - ETA[1]! - ETA[2]! + ETA[3]!;

/** ψ of the paper, (z² (η0−η1−η2+η3) + …): a product over two neighbouring bits, here not yet divided by anything. */
function psi(z: number, zz: number): number {
  return z * (zz * etaSum() + ETA[1]! - ETA[3]!) + zz * (ETA[2]! - ETA[3]!) + ETA[3]!;
}

/** c0 empty registers, and c4, c8, c10 with rank 1; rank 2 alone; ranks 1 and 2. */
function smallRange(c0: number, c4: number, c8: number, c10: number, m: number): number {
  if (c0 + c4 + c8 + c10 === 0) return 0;
  const alpha = m + 3 * (c0 + c4 + c8 + c10);
  const beta = m - c0 - c4;
  const gamma = 4 * c0 + 2 * c4 + 3 * c8 + c10;
  const root = (Math.sqrt(beta * beta + 4 * alpha * gamma) - beta) / (2 * alpha);
  const z = root ** 4;
  let sum = 0;
  if (c0 > 0) sum += c0 * sigma(z);
  if (c4 > 0) sum += c4 * 2 ** -TAU * psi(z, z * z);
  sum += c8 * 4 ** -TAU * (z * (ETA[0]! - ETA[1]!) + ETA[1]!);
  sum += c10 * 4 ** -TAU * (z * (ETA[2]! - ETA[3]!) + ETA[3]!);
  return sum;
}

function sigma(z: number): number {
  if (z <= 0) return ETA[3]!;
  if (z >= 1) return Infinity;
  let power = z;
  let next = z * z;
  let weight = 1;
  let sum = 0;
  for (let before = -1; sum > before; weight *= 2 ** TAU) {
    before = sum;
    const afterNext = next * next;
    sum += weight * (power - next) * psi(next, afterNext);
    power = next;
    next = afterNext;
  }
  return sum / z;
}

/** Registers whose rank is as high as there is, w, by their last two bits. */
function largeRange(c0: number, c1: number, c2: number, c3: number, m: number, w: number): number {
  const count = c0 + c1 + c2 + c3;
  if (count === 0) return 0;
  const alpha = m + 3 * count;
  const beta = c0 + c1 + 2 * (c2 + c3);
  const gamma = m + 2 * c0 + c2 - c3;
  const z = Math.sqrt((Math.sqrt(beta * beta + 4 * alpha * gamma) - beta) / (2 * alpha));
  const root = Math.sqrt(z);
  let sum = phi(root, z) * count;
  sum += z * (1 + root) * (c0 * ETA[0]! + c1 * ETA[1]! + c2 * ETA[2]! + c3 * ETA[3]!);
  sum +=
    root *
    2 ** -TAU *
    ((c0 + c1) * (z * (ETA[0]! - ETA[2]!) + ETA[2]!) + (c2 + c3) * (z * (ETA[1]! - ETA[3]!) + ETA[3]!));
  return (sum * 2 ** (-TAU * w)) / ((1 + root) * (1 + z));
}

function phi(z: number, zz: number): number {
  if (z <= 0) return 0;
  if (z >= 1) return ETA[0]! / (2 ** TAU * (2 * 2 ** TAU - 1));
  let before = zz;
  let power = z;
  let next = Math.sqrt(z);
  let weight = 4 ** -TAU / (2 - 2 ** -TAU) / (1 + next);
  let last = psi(power, before);
  let sum = next * 2 * last * weight;
  for (let old = -1; sum > old; ) {
    before = power;
    power = next;
    old = sum;
    next = Math.sqrt(power);
    const now = psi(power, before);
    weight *= 2 ** -TAU / (1 + next);
    sum += next * (2 * now - (power + next) * last) * weight;
    last = now;
  }
  return sum;
}
