/** Many seeds in one call, for a test suite: `expect(simulateSeeds(system, { seeds: 50 })).toHoldUp()`. */
import { outOfRange } from '@dsys/codec';
import type { Violation, Vocabulary } from '@dsys/core';
import type { SimulateOptions } from '../simulate-options.js';
import { simulate } from '../simulation.js';
import type { System } from '../system.js';
import { type CaughtSeed, catchSeed } from './catch-seed.js';
import { COUNTS_FROM, type CountsFrom, type Judge, reportOf } from './seed-report.js';
import { Summary, type Totals } from './summary.js';

/** Which seeds, and how; the rest is as for `simulate`. */
export interface SimulateSeedsOptions extends Omit<SimulateOptions, 'seed' | 'record'> {
  /** How many. Default 20. */
  readonly seeds?: number;
  /** The first. Default 1. */
  readonly from?: number;
  /** Looks at what clients saw, after each seed: `(history) => linearizable(history, keyValue)`. */
  readonly judge?: Judge;
  /** What a seed must have for it to count. Default: 1,000 acknowledged operations and three kinds of fault. */
  readonly countsFrom?: CountsFrom;
  /** Looked at between seeds, and while a failure is shrunk. */
  readonly signal?: AbortSignal;
  /** Called after each seed. */
  readonly onProgress?: (progress: { readonly seeds: number; readonly of: number }) => void;
}

/** What a batch came to. It ends with the first seed that breaks something. */
export interface SeedsResult {
  readonly totals: Totals;
  readonly failure: SeedFailure | null;
}

/** The seed that broke something. */
export interface SeedFailure extends CaughtSeed {
  readonly seed: number;
  readonly violation: Violation;
  /** The call that runs it again. */
  readonly again: string;
}

/** Runs seeds until one breaks something. Throws `RangeError` for bad options. A thousand operations take about 0.3 s. */
export function simulateSeeds<V extends Vocabulary, Op>(
  system: System<V, Op>,
  options: SimulateSeedsOptions = {},
): SeedsResult {
  const { seeds = 20, from = 1, judge, countsFrom = COUNTS_FROM, signal, onProgress, ...rest } = options;
  for (const [name, value, min] of [['seeds', seeds, 1] as const, ['from', from, 0] as const])
    if (!Number.isSafeInteger(value) || value < min) throw outOfRange(name, `a whole number from ${min}`, value);
  const summary = new Summary();
  for (let seed = from; seed < from + seeds && signal?.aborted !== true; seed++) {
    const report = reportOf(simulate(system, { ...rest, seed }), judge, countsFrom);
    summary.add(report);
    onProgress?.({ seeds: seed - from + 1, of: seeds });
    const { violation } = report;
    if (violation === null) continue;
    const caught = catchSeed(system, { ...rest, seed }, { judge, signal })!;
    const again = `simulate(system, ${JSON.stringify({ ...rest, seed })})`;
    return { totals: summary.totals(), failure: { seed, violation, again, ...caught } };
  }
  return { totals: summary.totals(), failure: null };
}
