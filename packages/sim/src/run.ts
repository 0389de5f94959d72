/**
 * A run as a value: JSON that gives the same run again, in Node and in a browser, without the seed that found it.
 */
import { DecodeError } from '@dsys/codec';
import type { Violation, Vocabulary } from '@dsys/core';
import { parseAction } from './action.js';
import type { TimedAction } from './simulation.js';
import type { System } from './system.js';
import { World } from './world.js';

/** The version of the format of saved runs. */
export const RUN_VERSION = 1;

/** A saved run. */
export interface Run {
  readonly version: typeof RUN_VERSION;
  /** Name of the system. */
  readonly system: string;
  /** The seed that found it; null for one that was made by hand. */
  readonly seed: number | null;
  readonly options: RunOptions;
  /** `at` in µs, and the action's name: `[1500, "timeout n1"]`. */
  readonly actions: readonly (readonly [at: number, action: string])[];
  readonly violation: Violation | null;
}

/** How the world is made in which it happens. */
export interface RunOptions {
  /** Flushes and what state machines do complete at once. */
  readonly fused: boolean;
  /** By node: how fast its clock is, in parts in a million, and how far ahead, in µs. Nodes that are left out are exact. */
  readonly clocks: Readonly<Record<string, { readonly ppm: number; readonly offsetUs: number }>>;
}

/** What a replay came to. */
export interface Replayed<V extends Vocabulary> {
  readonly world: World<V>;
  readonly violation: Violation | null;
  /** Actions that could not happen when it was their turn. None, for a run that was recorded. */
  readonly skipped: readonly string[];
}

/** Runs it again. Actions that are not enabled are skipped, and told. */
export function replay<V extends Vocabulary>(
  system: System<V>,
  { options, actions }: Pick<Run, 'options' | 'actions'>,
): Replayed<V> {
  return replayActions(
    system,
    options,
    actions.map(([at, id]) => ({ at, action: parseAction(id) })),
  );
}

/** The same, of actions that are read already. */
export function replayActions<V extends Vocabulary>(
  system: System<V>,
  { fused, clocks }: RunOptions,
  actions: readonly TimedAction[],
): Replayed<V> {
  const world = new World(system, { network: 'bag', fused });
  for (const [id, clock] of Object.entries(clocks)) {
    const node = world.nodes.get(id);
    if (node !== undefined) Object.assign(node, clock);
  }
  world.boot();
  const skipped: string[] = [];
  for (const { at, action } of actions) {
    if (at > world.now) world.advance(at);
    if (!world.tryPerform(action)) skipped.push(action.id);
    if (world.violation() !== null) break;
  }
  return { world, violation: world.violation(), skipped };
}

/** Reads a saved run. Throws `DecodeError` for anything else. */
export function parseRun(text: string): Run {
  let run: unknown;
  try {
    run = JSON.parse(text);
  } catch {
    throw bad('run', 'JSON', text.slice(0, 40));
  }
  if (typeof run !== 'object' || run === null) throw bad('run', 'an object', typeof run);
  const { version, system, seed, options, actions } = run as Record<string, unknown>;
  if (version !== RUN_VERSION) throw bad('run.version', String(RUN_VERSION), String(version));
  if (typeof system !== 'string') throw bad('run.system', 'a string', typeof system);
  if (seed !== null && !Number.isSafeInteger(seed)) throw bad('run.seed', 'an integer or null', String(seed));
  if (typeof options !== 'object' || options === null) throw bad('run.options', 'an object', typeof options);
  if (!Array.isArray(actions)) throw bad('run.actions', 'an array', typeof actions);
  for (const [i, each] of actions.entries()) {
    if (!Array.isArray(each) || !Number.isSafeInteger(each[0]) || typeof each[1] !== 'string')
      throw bad(`run.actions[${i}]`, '[µs, action]', JSON.stringify(each)?.slice(0, 40) ?? '');
    parseAction(each[1]);
  }
  return run as Run;
}

const bad = (field: string, expected: string, found: string): DecodeError =>
  new DecodeError('decode-invalid-value', { offset: 0, field, expected, found });
