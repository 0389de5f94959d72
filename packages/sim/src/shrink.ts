/**
 * Makes a failing run short. Whatever is left out simply doesn't happen: a frame that isn't delivered is lost, a timeout
 * that doesn't fire is late. Frames are named by what they say, so an action still means the same when others are gone;
 * and where a message says something else now (it carries a counter), the newest on its link is taken for it.
 *
 * Delta debugging (Zeller and Hildebrandt, 2002) over the actions, after simplifications that often succeed at once: disks
 * and state machines that take no time, and clocks that don't run but for timeouts.
 */
import type { Vocabulary } from '@dsys/core';
import { named } from './action.js';
import type { ReplayedIn } from './replaying.js';
import { RUN_VERSION, type Run, type RunOptions, replayActions, written } from './run.js';
import type { TimedAction } from './simulation-result.js';
import type { System } from './system.js';
import { COMES_RIGHT } from './world.js';

/** Limits. */
export interface ShrinkOptions {
  /** Replays at most. Default 20,000. What is left when they are used up is a failing run, but perhaps not the shortest. */
  readonly replays?: number;
  readonly signal?: AbortSignal;
  /** Called now and then with how far it is. */
  readonly onProgress?: (progress: { readonly actions: number; readonly replays: number }) => void;
}

/** What is to be shrunk: a `SimulationResult` that was recorded has it all. */
export interface Shrinkable {
  readonly seed: number | null;
  readonly options: RunOptions;
  readonly actions: readonly TimedAction[];
  readonly violation?: { readonly invariant: string } | null;
}

/**
 * A shorter run that breaks the same invariant, no action of which can be left out alone. Throws `RangeError` for a run
 * that breaks none when it is replayed: one that was not recorded, or that only did not come right again.
 */
export function shrink<V extends Vocabulary>(system: System<V>, run: Shrinkable, options: ShrinkOptions = {}): Run {
  const steps = shrinking(system.name, run, options);
  let next = steps.next();
  while (next.done !== true) {
    const { options, actions, guess } = next.value;
    next = steps.next(replayActions(system, options, actions, { guess, seed: run.seed }));
  }
  return next.value;
}

/** A way to run that may be simpler. */
interface Candidate {
  readonly options: RunOptions;
  readonly actions: readonly TimedAction[];
}

/** What shrinking wants to see replayed. */
export interface Trial extends Candidate {
  readonly guess: boolean;
}

type Tried = Pick<ReplayedIn<unknown>, 'violation' | 'happened'>;

/** Shrinking that has its trials replayed by whoever runs it: at once, or while promises settle. */
export function shrinking(system: string, run: Shrinkable, options: ShrinkOptions): Generator<Trial, Run, Tried> {
  if (run.violation?.invariant === COMES_RIGHT)
    throw new RangeError(
      `a run that did not come right again can't be shrunk, since what is left out may be what was missing: simulate seed ${run.seed} again`,
    );
  return new Shrinking(system, run, options).shortest();
}

type Step<R> = Generator<Trial, R, Tried>;

class Shrinking {
  private readonly system: string;
  private readonly seed: number | null;
  private readonly limits: ShrinkOptions;
  private invariant = '';
  private replays = 0;
  /** The shortest that has been seen to fail. */
  private best: Candidate;

  constructor(system: string, { seed, options, actions }: Shrinkable, limits: ShrinkOptions) {
    this.system = system;
    this.seed = seed;
    this.limits = limits;
    this.best = { options, actions };
  }

  *shortest(): Step<Run> {
    const { violation, happened } = yield { ...this.best, guess: false };
    if (violation === null)
      throw new RangeError('the run to shrink must break an invariant when it is replayed: simulate it with `record`');
    this.invariant = violation.invariant;
    this.best = { options: this.best.options, actions: happened };
    for (let before = -1; before !== this.best.actions.length; ) {
      before = this.best.actions.length;
      yield* this.simplify();
      yield* this.leaveOut();
      yield* this.loseMore();
    }
    const { options, actions } = this.best;
    const last = yield { options, actions, guess: false };
    return {
      version: RUN_VERSION,
      system: this.system,
      seed: this.seed,
      options,
      actions: written(actions),
      violation: last.violation,
    };
  }

  /** Takes the candidate if it breaks the same invariant; of its actions, those that happened. */
  private *takes({ options, actions }: Candidate): Step<boolean> {
    const { replays = 20_000, signal, onProgress } = this.limits;
    if (this.replays >= replays || signal?.aborted === true) return false;
    this.replays++;
    const { violation, happened } = yield { options, actions, guess: true };
    if (violation?.invariant !== this.invariant) return false;
    this.best = { options, actions: happened };
    onProgress?.({ actions: happened.length, replays: this.replays });
    return true;
  }

  private *simplify(): Step<void> {
    const { options } = this.best;
    if (!options.fused) yield* this.takes({ ...this.best, options: { ...options, fused: true } });
    if (Object.keys(options.clocks).length > 0)
      yield* this.takes({ ...this.best, options: { ...this.best.options, clocks: {} } });
    if (this.best.actions.some(({ at }) => at > 0))
      yield* this.takes({ ...this.best, actions: this.best.actions.map(({ action }) => ({ at: 0, action })) });
  }

  /** A crash that loses all is the simplest one. */
  private *loseMore(): Step<void> {
    for (const [i, { at, action }] of this.best.actions.entries()) {
      if (action.type !== 'crash' || action.survivors === 0 || this.best.actions[i]?.action !== action) continue;
      const worst = { at, action: named({ type: 'crash', node: action.node, survivors: 0 }) };
      yield* this.takes({ ...this.best, actions: this.best.actions.with(i, worst) });
    }
  }

  /** Leaves out as much as it can: halves, quarters … single ones, until no single one can go. */
  private *leaveOut(): Step<void> {
    let size = Math.ceil(this.best.actions.length / 2);
    while (size >= 1 && this.best.actions.length > 0) {
      let isShorter = false;
      // From the end: what happened last is needed least often.
      for (let end = this.best.actions.length; end > 0; end = Math.min(end - size, this.best.actions.length)) {
        const { options, actions } = this.best;
        const fewer = [...actions.slice(0, Math.max(0, end - size)), ...actions.slice(end)];
        if (yield* this.takes({ options, actions: fewer })) isShorter = true;
      }
      if (size === 1 && !isShorter) break;
      size = size === 1 ? 1 : Math.floor(size / 2);
    }
  }
}
