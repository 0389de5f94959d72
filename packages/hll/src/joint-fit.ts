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

type Rates = readonly [a: number, b: number, x: number];

/** Below this rate, in items a register, a kind counts as absent. */
const ABSENT = 1e-7;
const MOST_ROUNDS = 60;

export function fit(cells: readonly Cell[], most: number, start: Rates): Fit {
  let m = 0;
  for (const { count } of cells) m += count;
  let model = new Model(most, start);
  let reached = model.logOf(cells);
  // In logarithms of the rates, so that none can fall below zero; a step is cut so that none moves by more than e².
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { rates } = model;
    const gradient = model.gradientOf(cells).map((g, i) => g * rates[i]!);
    const information = model.information().map((f, i) => f * m * rates[Math.floor(i / 3)]! * rates[i % 3]!);
    for (let i = 0; i < 9; i += 4) information[i]! += 1e-9 * m + 1e-300;
    const inverse = inverted(information);
    let step = [0, 3, 6].map(
      (i) => inverse[i]! * gradient[0]! + inverse[i + 1]! * gradient[1]! + inverse[i + 2]! * gradient[2]!,
    );
    const longest = Math.max(...step.map(Math.abs));
    if (!(longest > 1e-7)) break;
    if (longest > 2) step = step.map((s) => (s * 2) / longest);
    let better: Model | null = null;
    for (let half = 0; half < 30 && better === null; half++) {
      const next = new Model(
        most,
        [0, 1, 2].map((i) => Math.max(rates[i]! * Math.exp(step[i]!), ABSENT / 10)) as unknown as Rates,
      );
      const got = next.logOf(cells);
      if (got > reached) {
        better = next;
        reached = got;
      } else step = step.map((s) => s / 2);
    }
    if (better === null) break;
    model = better;
  }
  const covariance = inverted(model.information().map((f) => f * m));
  const [a, b, x] = model.rates.map((rate) => (rate < ABSENT ? 0 : rate));
  return { rates: [a!, b!, x!], covariance };
}

/** Logs of the probabilities that one register has a value, by value, and their derivatives by its rate. */
interface Single {
  readonly log: Float64Array;
  readonly slope: Float64Array;
}

/** The probabilities of pairs of registers at some rates. Off the diagonal they factor, so four columns make them all. */
class Model {
  readonly rates: Rates;
  readonly #most: number;
  /** Rates a + x and b + x, for the lower register; b and a, for the upper one. */
  readonly #lowA: Single;
  readonly #lowB: Single;
  readonly #highA: Single;
  readonly #highB: Single;
  /** Four a value: log, and derivatives by a, b and x. */
  readonly #diagonal: Float64Array;
  /** Of the pair that `at` was asked for last: log, and derivatives. */
  readonly #pair = new Float64Array(4);

  constructor(most: number, rates: Rates) {
    const [a, b, x] = rates;
    this.rates = rates;
    this.#most = most;
    this.#lowA = single(most, a + x);
    this.#lowB = single(most, b + x);
    this.#highA = single(most, a);
    this.#highB = single(most, b);
    this.#diagonal = diagonal(most, rates);
  }

  logOf(cells: readonly Cell[]): number {
    let sum = 0;
    for (const { k, l, count } of cells) sum += count * this.#at(k, l)[0]!;
    return sum;
  }

  gradientOf(cells: readonly Cell[]): number[] {
    const gradient = [0, 0, 0];
    for (const { k, l, count } of cells) {
      const pair = this.#at(k, l);
      for (let i = 0; i < 3; i++) gradient[i]! += count * pair[i + 1]!;
    }
    return gradient;
  }

  /** Fisher information of one pair of registers: Σ over all that it can be, of probability times the gradient's square. */
  information(): number[] {
    const sum = new Array<number>(9).fill(0);
    for (let k = 0; k <= this.#most; k++)
      for (let l = 0; l <= this.#most; l++) {
        const pair = this.#at(k, l);
        if (!(pair[0]! > -42)) continue;
        const probability = Math.exp(pair[0]!);
        for (let i = 0; i < 3; i++)
          for (let j = 0; j < 3; j++) sum[3 * i + j]! += probability * pair[i + 1]! * pair[j + 1]!;
      }
    return sum;
  }

  /** The lower register bounds what is in both; the upper one has an item of its own at its rank. */
  #at(k: number, l: number): Float64Array {
    const pair = this.#pair;
    if (k === l) {
      for (let i = 0; i < 4; i++) pair[i] = this.#diagonal[4 * k + i]!;
    } else if (k < l) {
      pair[0] = this.#lowA.log[k]! + this.#highB.log[l]!;
      pair[1] = pair[3] = this.#lowA.slope[k]!;
      pair[2] = this.#highB.slope[l]!;
    } else {
      pair[0] = this.#lowB.log[l]! + this.#highA.log[k]!;
      pair[1] = this.#highA.slope[k]!;
      pair[2] = pair[3] = this.#lowB.slope[l]!;
    }
    return pair;
  }
}

/** How fast items come that would raise a register to k: 2^−k, but all that is left for the last one. */
const shareOf = (k: number, most: number): number => 2 ** -(k === most ? k - 1 : k);

function single(most: number, rate: number): Single {
  const log = new Float64Array(most + 1);
  const slope = new Float64Array(most + 1);
  log[0] = -rate;
  slope[0] = -1;
  for (let k = 1; k <= most; k++) {
    const z = shareOf(k, most);
    const below = k === most ? 0 : z;
    log[k] = Math.log(-Math.expm1(-rate * z)) - below * rate;
    slope[k] = z / Math.expm1(rate * z) - below;
  }
  return { log, slope };
}

function diagonal(most: number, [a, b, x]: Rates): Float64Array {
  const made = new Float64Array(4 * (most + 1));
  made.set([-(a + b + x), -1, -1, -1]);
  for (let k = 1; k <= most; k++) {
    const z = shareOf(k, most);
    const below = k === most ? 0 : z;
    const noneA = Math.exp(-(a + x) * z);
    const noneB = Math.exp(-(b + x) * z);
    const none = Math.exp(-(a + b + x) * z);
    const h = Math.expm1(-(a + x) * z) * Math.expm1(-(b + x) * z) - none * Math.expm1(-x * z);
    made[4 * k] = Math.log(h) - below * (a + b + x);
    made[4 * k + 1] = (z * (noneA - none)) / h - below;
    made[4 * k + 2] = (z * (noneB - none)) / h - below;
    made[4 * k + 3] = (z * (noneA + noneB - none)) / h - below;
  }
  return made;
}

/** Inverse of a symmetric 3 × 3 matrix, by cofactors. */
function inverted(f: readonly number[]): number[] {
  const [a, b, c, , d, e, , , g] = f as [number, number, number, number, number, number, number, number, number];
  const first = d * g - e * e;
  const second = c * e - b * g;
  const third = b * e - c * d;
  const determinant = a * first + b * second + c * third;
  const cofactors = [first, second, third, second, a * g - c * c, b * c - a * e, third, b * c - a * e, a * d - b * b];
  return cofactors.map((cofactor) => cofactor / determinant);
}
