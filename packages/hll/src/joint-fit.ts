/** The rates of three kinds of items that make pairs of registers most likely, by Fisher scoring. See `joint.ts`. */

/** So many pairs of registers with A at k and B at l. */
export interface Cell {
  readonly k: number;
  readonly l: number;
  readonly count: number;
}

/** Items a register: only in A, only in B, in both; and the covariance of these three, row by row, or null if they are exact. */
export interface Fit {
  readonly rates: readonly [number, number, number];
  readonly covariance: readonly number[] | null;
}

/** Log of a probability and its derivatives by a, b and x. */
interface Likelihood {
  log: number;
  a: number;
  b: number;
  x: number;
}

/** Below this rate, in items a register, a kind counts as absent. */
const ABSENT = 1e-7;
const MOST_ROUNDS = 60;

export function fit(cells: readonly Cell[], most: number, start: readonly [number, number, number]): Fit {
  let rates = start;
  let m = 0;
  for (const { count } of cells) m += count;
  let reached = logLikelihood(cells, most, rates);
  // In logarithms of the rates, so that none can fall below zero; a step is cut so that none moves by more than e².
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const gradient = gradientOf(cells, most, rates).map((g, i) => g * rates[i]!);
    const information = informationOf(most, rates).map((f, i) => f * m * rates[Math.floor(i / 3)]! * rates[i % 3]!);
    for (let i = 0; i < 9; i += 4) information[i]! += 1e-9 * m + 1e-300;
    const inverse = inverted(information);
    let step = [0, 1, 2].map(
      (i) => inverse[3 * i]! * gradient[0]! + inverse[3 * i + 1]! * gradient[1]! + inverse[3 * i + 2]! * gradient[2]!,
    );
    const longest = Math.max(...step.map(Math.abs));
    if (!(longest > 1e-7)) break;
    if (longest > 2) step = step.map((s) => (s * 2) / longest);
    let moved = false;
    for (let half = 0; half < 30 && !moved; half++) {
      const next = rates.map((rate, i) => Math.max(rate * Math.exp(step[i]!), ABSENT / 10)) as [number, number, number];
      const got = logLikelihood(cells, most, next);
      if (got > reached) {
        moved = true;
        rates = next;
        reached = got;
      } else step = step.map((s) => s / 2);
    }
    if (!moved) break;
  }
  const covariance = inverted(informationOf(most, rates).map((f) => f * m));
  return { rates: rates.map((rate) => (rate < ABSENT ? 0 : rate)) as [number, number, number], covariance };
}

function logLikelihood(cells: readonly Cell[], most: number, rates: readonly [number, number, number]): number {
  let sum = 0;
  for (const { k, l, count } of cells) sum += count * likelihoodOf(k, l, most, rates).log;
  return sum;
}

function gradientOf(cells: readonly Cell[], most: number, rates: readonly [number, number, number]): number[] {
  const gradient = [0, 0, 0];
  for (const { k, l, count } of cells) {
    const { a, b, x } = likelihoodOf(k, l, most, rates);
    gradient[0]! += count * a;
    gradient[1]! += count * b;
    gradient[2]! += count * x;
  }
  return gradient;
}

/** Fisher information of one pair of registers: Σ over all that it can be, of probability times the gradient's square. */
function informationOf(most: number, rates: readonly [number, number, number]): number[] {
  const sum = new Array<number>(9).fill(0);
  for (let k = 0; k <= most; k++)
    for (let l = 0; l <= most; l++) {
      const { log, a, b, x } = likelihoodOf(k, l, most, rates);
      const probability = Math.exp(log);
      if (!(probability > 1e-18)) continue;
      const by = [a, b, x];
      for (let i = 0; i < 9; i++) sum[i]! += probability * by[Math.floor(i / 3)]! * by[i % 3]!;
    }
  return sum;
}

function likelihoodOf(k: number, l: number, most: number, [a, b, x]: readonly [number, number, number]): Likelihood {
  if (k !== l) {
    // The lower register bounds what is in both; the upper one has an item of its own at its rank.
    const [own, other] = k < l ? [a, b] : [b, a];
    const lower = single(Math.min(k, l), most, own + x);
    const upper = single(Math.max(k, l), most, other);
    return k < l
      ? { log: lower.log + upper.log, a: lower.slope, b: upper.slope, x: lower.slope }
      : { log: lower.log + upper.log, a: upper.slope, b: lower.slope, x: lower.slope };
  }
  if (k === 0) return { log: -(a + b + x), a: -1, b: -1, x: -1 };
  const isFull = k === most;
  const z = 2 ** -(isFull ? k - 1 : k);
  const noneA = Math.exp(-(a + x) * z);
  const noneB = Math.exp(-(b + x) * z);
  const none = Math.exp(-(a + b + x) * z);
  const h = Math.expm1(-(a + x) * z) * Math.expm1(-(b + x) * z) - none * Math.expm1(-x * z);
  const below = isFull ? 0 : z;
  return {
    log: Math.log(h) - below * (a + b + x),
    a: (z * (noneA - none)) / h - below,
    b: (z * (noneB - none)) / h - below,
    x: (z * (noneA + noneB - none)) / h - below,
  };
}

/** Log of the probability that items at a rate leave a register at k, and its derivative by the rate. */
function single(k: number, most: number, rate: number): { log: number; slope: number } {
  if (k === 0) return { log: -rate, slope: -1 };
  const isFull = k === most;
  const z = 2 ** -(isFull ? k - 1 : k);
  const below = isFull ? 0 : z;
  return { log: Math.log(-Math.expm1(-rate * z)) - below * rate, slope: z / Math.expm1(rate * z) - below };
}

/** Inverse of a symmetric 3 × 3 matrix, by cofactors. */
function inverted(f: readonly number[]): number[] {
  const [a, b, c, , d, e, , , g] = f as [number, number, number, number, number, number, number, number, number];
  const determinant = a * (d * g - e * e) - b * (b * g - c * e) + c * (b * e - c * d);
  const cofactors = [
    d * g - e * e,
    c * e - b * g,
    b * e - c * d,
    c * e - b * g,
    a * g - c * c,
    b * c - a * e,
    b * e - c * d,
    b * c - a * e,
    a * d - b * b,
  ];
  return cofactors.map((cofactor) => cofactor / determinant);
}
