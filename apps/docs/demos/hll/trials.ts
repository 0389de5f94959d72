/** The error over seeded trials: each counts a stream of its own, and is asked at round numbers on the way. */
import { HyperLogLog } from '@dsys/hll';
import { type Band, bandOf } from '../kit/band.js';
import { countedKeys } from '../kit/counted-keys.js';
import type { Estimator } from './state.js';

export const TRIALS = 1_000;
/** Trials between two looks. */
const BATCH = 10;
/** The factor of 1/√m: what is predicted for each estimator (Flajolet et al. 2007; Ting 2014). */
export const FACTORS: Readonly<Record<Estimator, number>> = { improved: 1.04, best: 0.83 };
/** Nine of ten values of a bell curve lie within so many standard errors. */
export const NINE_OF_TEN = 1.645;

export interface Measured {
  readonly trials: number;
  /** Relative errors. */
  readonly band: Band;
  /** Root mean square of the relative error at the last point. */
  readonly rmse: number;
}

/** Numbers of items at which trials are asked: 1, 2, 5, 10 … up to 16 m or so. */
export function pointsOf(precision: number): number[] {
  const most = Math.min(16 * 2 ** precision, 65_536);
  const points: number[] = [];
  for (let power = 1; power <= most; power *= 10)
    for (const factor of [1, 2, 5]) if (factor * power <= most) points.push(factor * power);
  return points;
}

/** The standard error that theory gives for many items. */
export const predictedError = (precision: number, estimator: Estimator): number =>
  FACTORS[estimator] / Math.sqrt(2 ** precision);

/** Trial after trial; what is known so far comes out every few. */
export function* trials(precision: number, estimator: Estimator, seed: number): Generator<Measured, void> {
  const points = pointsOf(precision);
  const rows: number[][] = points.map(() => []);
  let squares = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const sketch = HyperLogLog.create({ precision });
    points.forEach((point, i) => {
      const from = points[i - 1] ?? 0;
      sketch.addMany(countedKeys(2 ** 20 + seed * TRIALS + trial, from, point - from));
      rows[i]!.push(sketch.estimate(estimator) / point - 1);
    });
    squares += rows.at(-1)!.at(-1)! ** 2;
    if ((trial + 1) % BATCH === 0)
      yield { trials: trial + 1, band: bandOf(rows), rmse: Math.sqrt(squares / (trial + 1)) };
  }
}
