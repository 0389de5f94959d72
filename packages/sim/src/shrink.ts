/**
 * Makes a failing run short. Whatever is left out simply doesn't happen: a frame that isn't delivered is lost, a timeout
 * that doesn't fire is late. Frames are named by what they say, so an action still means the same when others are gone.
 *
 * Delta debugging (Zeller and Hildebrandt, 2002) over the actions, after two simplifications that often succeed at once:
 * disks and state machines that take no time, and a clock that does not run but for timeouts.
 */
import type { Vocabulary } from '@dsys/core';
import { RUN_VERSION, type Run, type RunOptions, replayActions } from './run.js';
import type { TimedAction } from './simulation.js';
import type { System } from './system.js';

/** Limits. */
export interface ShrinkOptions {
  /** Replays at most. Default 20,000. */
  readonly replays?: number;
  readonly onProgress?: (progress: { readonly actions: number; readonly replays: number }) => void;
}

/** A shorter run that breaks the same invariant, no action of which can be left out alone. */
export function shrink<V extends Vocabulary>(
  system: System<V>,
  run: { readonly seed: number | null; readonly options: RunOptions; readonly actions: readonly TimedAction[] },
  { replays: limit = 20_000, onProgress }: ShrinkOptions = {},
): Run {
  let replays = 0;
  let { options } = run;
  const first = replayActions(system, options, run.actions).violation;
  if (first === null) throw new RangeError('the run to shrink must break an invariant when it is replayed');
  const fails = (with_: RunOptions, actions: readonly TimedAction[]): readonly TimedAction[] | null => {
    if (replays >= limit) return null;
    replays++;
    const { violation, skipped } = replayActions(system, with_, actions);
    if (violation?.invariant !== first.invariant) return null;
    return skipped.length === 0 ? actions : withoutSkipped(actions, skipped);
  };
  let actions = fails(options, run.actions) ?? run.actions;
  const simplest: RunOptions = { fused: true, clocks: {} };
  for (const simpler of [simplest, { ...options, fused: true }, { ...options, clocks: {} }]) {
    const still = fails(simpler, actions);
    if (still === null) continue;
    actions = still;
    options = simpler;
    break;
  }
  actions = reduced(actions, (fewer) => {
    onProgress?.({ actions: actions.length, replays });
    return fails(options, fewer);
  });
  const still = fails(
    options,
    actions.map(({ action }) => ({ at: 0, action })),
  );
  if (still !== null) actions = reduced(still, (fewer) => fails(options, fewer));
  const { violation } = replayActions(system, options, actions);
  return {
    version: RUN_VERSION,
    system: system.name,
    seed: run.seed,
    options,
    actions: actions.map(({ at, action }) => [at, action.id]),
    violation,
  };
}

/** Leaves out as much as it can: halves, quarters … single ones, until no single one can go. */
function reduced(
  actions: readonly TimedAction[],
  fails: (fewer: readonly TimedAction[]) => readonly TimedAction[] | null,
): readonly TimedAction[] {
  let current = actions;
  let size = Math.ceil(current.length / 2);
  while (size >= 1 && current.length > 0) {
    let isShorter = false;
    // From the end: what happened last is needed least often.
    for (let end = current.length; end > 0; end = Math.min(end - size, current.length)) {
      const still = fails([...current.slice(0, Math.max(0, end - size)), ...current.slice(end)]);
      if (still === null) continue;
      current = still;
      isShorter = true;
    }
    if (size === 1 && !isShorter) break;
    size = size === 1 ? 1 : Math.floor(size / 2);
  }
  return current;
}

function withoutSkipped(actions: readonly TimedAction[], skipped: readonly string[]): readonly TimedAction[] {
  const left = new Map<string, number>();
  for (const id of skipped) left.set(id, (left.get(id) ?? 0) + 1);
  // Of equal actions the later ones are taken for the skipped; if that is wrong, the next replay says so.
  const kept: TimedAction[] = [];
  for (const each of [...actions].reverse()) {
    const count = left.get(each.action.id) ?? 0;
    if (count > 0) left.set(each.action.id, count - 1);
    else kept.push(each);
  }
  return kept.reverse();
}
