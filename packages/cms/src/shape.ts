/** How wide and deep a sketch has to be, and what it promises in return. */
import { outOfRange, wrongType } from './errors.js';

/** Columns and rows. */
export interface Shape {
  /** Counters in a row: the error is in inverse proportion to it. */
  readonly width: number;
  /** Rows: each one more divides the chance of a larger error. */
  readonly depth: number;
}

/**
 * By which formulas a shape follows from epsilon and delta. Both keep the promise: the sum of n rows' chances is 1/k each
 * for an error k times the mean (Markov), and `paper` takes k = e, which needs the fewest counters.
 *
 *     paper        ⌈e/ε⌉ × ⌈ln 1/δ⌉         Cormode, Muthukrishnan 2005, §3
 *     redisbloom   ⌈2/ε⌉ × ⌈log₂ 1/δ⌉      CMS.INITBYPROB; in 32-bit floats, as there
 */
export type ShapeRule = 'paper' | 'redisbloom';

/** Bits of a counter: 32, up to 4,294,967,295; or 53, up to 2^53 − 1, in 8 bytes. */
export type CounterBits = 32 | 53;

/** Most rows: beyond, the chance of an error is less than that of a broken machine (e^−64 is 1.6 · 10^−28). */
export const MAX_DEPTH = 64;
/** Most counters: 1 GiB of 32 bits. */
export const MAX_CELLS: number = 2 ** 28;

/** Throws `RangeError` that names epsilon or delta. */
export function shapeFor(epsilon: number, delta: number, rule: ShapeRule = 'paper'): Shape {
  if (!(epsilon > 0 && epsilon < 1)) throw outOfRange('epsilon', 'above 0 and below 1', epsilon);
  if (!(delta > 0 && delta < 1)) throw outOfRange('delta', 'above 0 and below 1', delta);
  if (rule !== 'paper' && rule !== 'redisbloom') throw wrongType('rule', '"paper" or "redisbloom"', rule);
  const width = Math.ceil((rule === 'paper' ? Math.E : 2) / epsilon);
  const depth =
    rule === 'paper'
      ? Math.ceil(-Math.log(delta))
      : // A delta that rounds to 1 has a logarithm of −0: there, no row at all.
        Math.max(1, Math.ceil(Math.fround(log10f(delta) / log10f(0.5))));
  if (depth > MAX_DEPTH) throw outOfRange('delta', `large enough for ${MAX_DEPTH} rows`, delta);
  if (width * depth > MAX_CELLS) throw outOfRange('epsilon', 'large enough for at most 2^28 counters', epsilon);
  return { width, depth };
}

const log10f = (x: number): number => Math.fround(Math.log10(Math.fround(x)));

/** Throws `RangeError` that names width or depth. */
export function checkShape({ width, depth }: Shape): void {
  if (!(Number.isInteger(depth) && depth >= 1 && depth <= MAX_DEPTH))
    throw outOfRange('depth', `an integer 1..${MAX_DEPTH}`, depth);
  if (!(Number.isInteger(width) && width >= 1 && width * depth <= MAX_CELLS))
    throw outOfRange('width', 'an integer 1..2^28 / depth', width);
}

export function checkCounterBits(counterBits: unknown): asserts counterBits is CounterBits {
  if (counterBits !== 32 && counterBits !== 53) throw outOfRange('counterBits', '32 or 53', counterBits);
}

/** Throws `RangeError` unless `n` is a count: an integer from 0. */
export function checkCount(option: string, n: number): void {
  if (!(Number.isSafeInteger(n) && n >= 0)) throw outOfRange(option, 'an integer 0..2^53-1', n);
}

/**
 * The error that a sketch of this shape stays within with probability 1 − delta, as a share of the sum of all counts. The
 * mean error of a row is at most 1/width, so it is above k/width with a chance of at most 1/k, in all rows k^−depth.
 */
export const errorShare = ({ width, depth }: Shape, delta: number): number => delta ** (-1 / depth) / width;

/** How often something came. */
export interface Count {
  /** The best guess. */
  readonly estimate: number;
  /** With the probability that the sketch promises, 1 − delta, it was at least so often. */
  readonly lower: number;
  /** It was never more often, for certain. */
  readonly upper: number;
}

/**
 * A count round an estimate that is never below the truth but for `rounding`, and with probability 1 − delta at most
 * `error` above it.
 */
export function countOf(estimate: number, error: number, rounding = 0): Count {
  return {
    estimate,
    lower: Math.max(0, Math.ceil(estimate - error)),
    upper: estimate + Math.ceil(rounding),
  };
}
