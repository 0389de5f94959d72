import type { Vocabulary } from '@dsys/core';
import { type Run, runOf } from '../run.js';
import { shrink } from '../shrink.js';
import type { SimulateOptions } from '../simulate-options.js';
import { simulate } from '../simulation.js';
import type { System } from '../system.js';
import { JUDGED, type Judge, reportOf } from './seed-report.js';

/** A seed that breaks something, as a run that shows it. */
export interface CaughtSeed {
  readonly run: Run;
  /** Why the run is whole, or null when it is as short as could be. */
  readonly whole: string | null;
}

/** What `catchSeed` may do. */
export interface CatchOptions {
  readonly judge?: Judge | undefined;
  /** Shrinking stops when it fires; what is there by then is taken. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a seed that is known to break something once more, records it, and makes it short. Null when it breaks nothing. */
export function catchSeed<V extends Vocabulary, Op>(
  system: System<V, Op>,
  options: SimulateOptions,
  { judge, signal }: CatchOptions = {},
): CaughtSeed | null {
  const result = simulate(system, { ...options, record: true });
  const { violation } = reportOf(result, judge);
  if (violation === null) return null;
  const run: Run = { ...runOf(system, result), violation };
  if (violation.invariant === JUDGED) return { run, whole: 'what is wrong shows only in the whole history' };
  try {
    return { run: shrink(system as System<V>, result, { ...(signal !== undefined && { signal }) }), whole: null };
  } catch (error) {
    return { run, whole: error instanceof Error ? error.message : String(error) };
  }
}
