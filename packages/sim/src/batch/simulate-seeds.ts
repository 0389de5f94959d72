/** Many seeds in one call, for a test suite: `expect(simulateSeeds(system, { seeds: 50 })).toHoldUp()`. */
import { outOfRange } from '@dsys/codec';
import type { Violation, Vocabulary } from '@dsys/core';
import { simulateService } from '../service/simulate.js';
import type { ServiceSystem } from '../service/system.js';
import type { SimulateOptions } from '../simulate-options.js';
import { simulate } from '../simulation.js';
import type { SimulationResult } from '../simulation-result.js';
import type { System } from '../system.js';
import { type CatchOptions, type CaughtSeed, catchSeed, catchServiceSeed } from './catch-seed.js';
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
  const batch = new Batch(options);
  for (const each of batch.seeds()) {
    const violation = batch.add(simulate(system, each));
    if (violation !== null) return batch.failed('simulate', each, violation, catchSeed(system, each, batch.how)!);
  }
  return batch.held();
}

/** The same of services: seeds one after the other. Rejects as `simulateService` does. */
export async function simulateServiceSeeds<S, Op>(
  system: ServiceSystem<S, Op>,
  options: SimulateSeedsOptions = {},
): Promise<SeedsResult> {
  const batch = new Batch(options);
  for (const each of batch.seeds()) {
    const violation = batch.add(await simulateService(system, each));
    if (violation === null) continue;
    const caught = (await catchServiceSeed(system, each, batch.how))!;
    return batch.failed('await simulateService', each, violation, caught);
  }
  return batch.held();
}

class Batch {
  private readonly options: SimulateSeedsOptions;
  private readonly summary = new Summary();
  private readonly count: number;
  private readonly from: number;

  constructor(options: SimulateSeedsOptions) {
    const { seeds = 20, from = 1 } = options;
    for (const [name, value, min] of [['seeds', seeds, 1] as const, ['from', from, 0] as const])
      if (!Number.isSafeInteger(value) || value < min) throw outOfRange(name, `a whole number from ${min}`, value);
    this.options = options;
    this.count = seeds;
    this.from = from;
  }

  /** How a failure is caught. */
  get how(): CatchOptions {
    const { judge, signal } = this.options;
    return { judge, signal };
  }

  /** The options of one seed after the other. */
  *seeds(): Generator<SimulateOptions> {
    const { seeds: _, from: _from, judge, countsFrom, signal, onProgress, ...rest } = this.options;
    for (let i = 0; i < this.count && signal?.aborted !== true; i++) {
      yield { ...rest, seed: this.from + i };
      onProgress?.({ seeds: i + 1, of: this.count });
    }
  }

  /** Adds what one came to, and gives what it broke. */
  add(result: SimulationResult): Violation | null {
    const report = reportOf(result, this.options.judge, this.options.countsFrom ?? COUNTS_FROM);
    this.summary.add(report);
    return report.violation;
  }

  held(): SeedsResult {
    return { totals: this.summary.totals(), failure: null };
  }

  failed(call: string, options: SimulateOptions, violation: Violation, caught: CaughtSeed): SeedsResult {
    const again = `${call}(system, ${JSON.stringify(options)})`;
    return { totals: this.summary.totals(), failure: { seed: options.seed, violation, again, ...caught } };
  }
}
