import type { Vocabulary } from '@dsys/core';
import { type Run, replayActions, runOf } from '../run.js';
import { shrinkService, simulateService } from '../service/simulate.js';
import type { ServiceSystem } from '../service/system.js';
import { type ShrinkOptions, shrink, shrinking } from '../shrink.js';
import type { SimulateOptions } from '../simulate-options.js';
import { simulate } from '../simulation.js';
import type { SimulationResult } from '../simulation-result.js';
import type { System } from '../system.js';
import { JUDGED, type Judge, reportOf, violationOf } from './seed-report.js';

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
  /** As `ShrinkOptions`. */
  readonly onProgress?: ShrinkOptions['onProgress'] | undefined;
}

/** Runs a seed that is known to break something once more, records it, and makes it short. Null when it breaks nothing. */
export function catchSeed<V extends Vocabulary, Op>(
  system: System<V, Op>,
  options: SimulateOptions,
  { judge, ...how }: CatchOptions = {},
): CaughtSeed | null {
  const result = simulate(system, { ...options, record: true });
  const whole = wholeRun(system, result, judge);
  if (whole === null) return null;
  const limits = limitsOf(how);
  try {
    if (whole.violation?.invariant !== JUDGED) return { run: shrink(system as System<V>, result, limits), whole: null };
    return { run: shrinkJudged(system as System<V>, result, judge!, limits), whole: null };
  } catch (error) {
    return { run: whole, whole: (error as Error).message };
  }
}

/** The same of services. What only a judge sees stays whole. */
export async function catchServiceSeed<S, Op>(
  system: ServiceSystem<S, Op>,
  options: SimulateOptions,
  { judge, ...how }: CatchOptions = {},
): Promise<CaughtSeed | null> {
  const result = await simulateService(system, { ...options, record: true });
  const whole = wholeRun(system, result, judge);
  if (whole === null) return null;
  if (whole.violation?.invariant === JUDGED)
    return { run: whole, whole: 'what is wrong shows only in the whole history' };
  try {
    return { run: await shrinkService(system, result, limitsOf(how)), whole: null };
  } catch (error) {
    return { run: whole, whole: (error as Error).message };
  }
}

function limitsOf({ signal, onProgress }: Omit<CatchOptions, 'judge'>): ShrinkOptions {
  return { ...(signal !== undefined && { signal }), ...(onProgress !== undefined && { onProgress }) };
}

function wholeRun(system: { readonly name: string }, result: SimulationResult, judge: Judge | undefined): Run | null {
  const { violation } = reportOf(result, judge);
  return violation === null ? null : { ...runOf(system, result), violation };
}

/** Judging takes longer than replaying, so that fewer are tried. */
const JUDGED_REPLAYS = 3_000;

/** As `shrink`, where a judge says what is wrong, at the end of each run. */
function shrinkJudged<V extends Vocabulary>(
  system: System<V>,
  result: SimulationResult,
  judge: Judge,
  limits: ShrinkOptions,
): Run {
  const steps = shrinking(system.name, result, { replays: JUDGED_REPLAYS, ...limits });
  let next = steps.next();
  while (next.done !== true) {
    const { options, actions, guess } = next.value;
    const replayed = replayActions(system, options, actions, { guess, seed: result.seed });
    const violation = replayed.violation ?? violationOf(judge(replayed.world.history()));
    next = steps.next({ ...replayed, violation });
  }
  return next.value;
}
