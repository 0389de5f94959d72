import { expect } from 'vitest';
import type { ConservativeCountMin, CountMinSketch } from '../src/index.js';
import { Zipf } from './zipf.js';

/** A stream, and what was made of it. */
export interface Trial {
  readonly keys: number;
  readonly exponent: number;
  readonly length: number;
  readonly seed: number;
}

/** The stream's true counts, by rank. */
export const truthOf = ({ keys, exponent, length, seed }: Trial): Float64Array =>
  new Zipf({ keys, exponent, seed }).counts(length);

export interface Measured {
  /** Share of keys whose error is above epsilon · N. */
  readonly beyond: number;
  readonly worst: number;
  readonly mean: number;
}

/** Fills a sketch with the counts, and asks it about every key, also those that never came. */
export function measure(sketch: CountMinSketch | ConservativeCountMin, truth: Float64Array, salt: number): Measured {
  truth.forEach((n, rank) => {
    if (n > 0) sketch.add(`${salt}:${rank}`, n);
  });
  const bound = sketch.epsilon * sketch.total;
  let beyond = 0;
  let worst = 0;
  let sum = 0;
  let under = 0;
  truth.forEach((n, rank) => {
    const error = sketch.count(`${salt}:${rank}`).estimate - n;
    if (error < under) under = error;
    if (error > bound) beyond++;
    if (error > worst) worst = error;
    sum += error;
  });
  expect(under, 'an estimate under the truth').toBe(0);
  return { beyond: beyond / truth.length, worst, mean: sum / truth.length };
}
