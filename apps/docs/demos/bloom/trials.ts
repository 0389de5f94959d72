/**
 * The promise, put to the test: filters for 1,000 items of the wished rate and layout are filled far beyond that, and asked
 * on the way for keys that were never added. Each trial has keys of its own.
 */
import { type BloomPlan, classicRate, planBloomFilter, splitBlockRate } from '@dsys/bloom';
import { type Band, bandOf } from '../kit/band.js';
import { countedKeys } from '../kit/counted-keys.js';
import { emptyFilter } from './filter.js';
import type { Wish } from './state.js';

export const ITEMS = 1_000;
export const TRIALS = 1_000;
/** Questions a trial asks at each point; none of the keys was added. */
const QUESTIONS = 400;
/** Trials between two looks. */
const BATCH = 20;

/** How full the filter is, as a share of what it is made for. */
export const FILLS: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2];

export interface Measured {
  readonly trials: number;
  readonly band: Band;
  /** At the planned number of items: wrong answers of all questions. */
  readonly rate: number;
  /** Three standard errors of `rate`. */
  readonly margin: number;
}

/** The filter of the trials. */
export const planOf = ({ falsePositiveRate, layout }: Wish): BloomPlan =>
  planBloomFilter({ expected: ITEMS, falsePositiveRate, layout });

/** What theory says of a filter with so many items in it. */
export const predictedRate = ({ layout, bitCount, hashCount }: BloomPlan, items: number): number =>
  items === 0
    ? 0
    : layout === 'classic'
      ? classicRate(bitCount / items, hashCount)
      : splitBlockRate((256 * items) / bitCount);

/** Trial after trial; what is known so far comes out every few. */
export function* trials(wish: Wish, seed: number): Generator<Measured, void> {
  const plan = planOf(wish);
  const rows: number[][] = FILLS.map(() => []);
  for (let trial = 0; trial < TRIALS; trial++) {
    const filter = emptyFilter(plan);
    const run = seed * TRIALS + trial;
    FILLS.forEach((fill, i) => {
      const from = Math.round((FILLS[i - 1] ?? 0) * ITEMS);
      filter.addMany(countedKeys(2 * run, from, Math.round(fill * ITEMS) - from));
      const wrong = filter
        .hasMany(countedKeys(2 * run + 1, i * QUESTIONS, QUESTIONS))
        .reduce((sum, yes) => sum + yes, 0);
      rows[i]!.push(wrong / QUESTIONS);
    });
    if ((trial + 1) % BATCH === 0) yield measured(rows);
  }
}

function measured(rows: readonly (readonly number[])[]): Measured {
  const band = bandOf(rows);
  const full = rows[FILLS.indexOf(1)]!;
  const rate = band.mean[FILLS.indexOf(1)]!;
  const variance = full.reduce((sum, value) => sum + (value - rate) ** 2, 0) / Math.max(1, full.length - 1);
  return { trials: full.length, band, rate, margin: 3 * Math.sqrt(variance / full.length) };
}
