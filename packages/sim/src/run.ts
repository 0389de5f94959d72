/**
 * A run as a value: JSON that gives the same run again, in Node and in a browser, without the seed that found it.
 */
import { DecodeError, outOfRange } from '@dsys/codec';
import type { Violation, Vocabulary } from '@dsys/core';
import { parseAction } from './action.js';
import { atOnce, type ReplayedIn, replaying } from './replaying.js';
import type { SimulationResult, TimedAction } from './simulation-result.js';
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
  /** `at` in µs, rising, and the action's name: `[1500, "timeout n1"]`. */
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
export interface Replayed<V extends Vocabulary> extends ReplayedIn<World<V>> {}

/** How to take what can't happen. */
export interface ReplayOptions {
  /** Throw `RangeError` for the first action that can't happen, instead of skipping it. Default false. */
  readonly strict?: boolean;
}

/** A recorded simulation as a run. */
export function runOf(system: { readonly name: string }, result: SimulationResult): Run {
  const { seed, options, actions, violation } = result;
  return { version: RUN_VERSION, system: system.name, seed, options, actions: written(actions), violation };
}

/** What of a run makes it happen again; the seed matters only where something draws from it. */
export type Replayable = Pick<Run, 'options' | 'actions'> & Partial<Pick<Run, 'seed'>>;

/** Runs it again. Throws `RangeError`, which names the place, for what is no action. */
export function replay<V extends Vocabulary>(
  system: System<V>,
  { options, actions, seed = null }: Replayable,
  { strict = false }: ReplayOptions = {},
): Replayed<V> {
  const parsed = parsedActions(actions);
  const replayed = replayActions(system, options, parsed, { seed });
  if (strict) refuseSkipped(replayed, parsed);
  return replayed;
}

/** Names of actions as actions. Throws `RangeError`, which names the place. */
export function parsedActions(actions: Run['actions']): TimedAction[] {
  return actions.map(([at, id], i) => {
    try {
      return { at, action: parseAction(id) };
    } catch {
      throw outOfRange(`actions[${i}]`, 'the name of an action', id);
    }
  });
}

/** Throws `RangeError` for the first action that could not happen. */
export function refuseSkipped({ skipped, happened }: ReplayedIn<unknown>, actions: readonly TimedAction[]): void {
  const [id] = skipped;
  if (id === undefined) return;
  const place = actions.findIndex((each) => each.action.id === id && !happened.includes(each));
  throw outOfRange(`actions[${place}]`, 'one that can happen when it is its turn', id);
}

/** The same, of actions that are read already; `guess` as `replaying` has it. */
export function replayActions<V extends Vocabulary>(
  system: System<V>,
  { fused, clocks }: RunOptions,
  actions: readonly TimedAction[],
  { guess = false, seed = null }: { readonly guess?: boolean; readonly seed?: number | null } = {},
): Replayed<V> {
  const world = new World(system, { network: 'bag', fused, seed: seed ?? 0 });
  return atOnce(replaying(world, clocks, actions, guess));
}

/** Actions as a run has them. */
export const written = (actions: readonly TimedAction[]): Run['actions'] =>
  actions.map(({ at, action }) => [at, action.id] as const);

/** Reads a saved run. Throws `DecodeError`, which names the field, for anything else. */
export function parseRun(text: string): Run {
  let run: unknown;
  try {
    run = JSON.parse(text);
  } catch {
    throw bad('run', 'JSON', text.slice(0, 40));
  }
  const { version, system, seed, options, actions, violation } = fields('run', run);
  if (version !== RUN_VERSION) throw bad('run.version', String(RUN_VERSION), shown(version), 'decode-unknown-version');
  if (typeof system !== 'string') throw bad('run.system', 'a string', shown(system));
  if (seed !== null && !isCount(seed)) throw bad('run.seed', 'a whole number or null', shown(seed));
  const { fused, clocks } = fields('run.options', options);
  if (typeof fused !== 'boolean') throw bad('run.options.fused', 'true or false', shown(fused));
  for (const [id, clock] of Object.entries(fields('run.options.clocks', clocks))) {
    const { ppm, offsetUs } = fields(`run.options.clocks.${id}`, clock);
    if (!Number.isSafeInteger(ppm) || (ppm as number) <= -1_000_000)
      throw bad(`run.options.clocks.${id}.ppm`, 'a whole number above -1000000', shown(ppm));
    if (!isCount(offsetUs)) throw bad(`run.options.clocks.${id}.offsetUs`, 'a whole number from 0', shown(offsetUs));
  }
  if (!Array.isArray(actions)) throw bad('run.actions', 'an array', shown(actions));
  for (const [i, each] of actions.entries()) checkAction(`run.actions[${i}]`, each);
  if (violation !== null) {
    const { invariant, detail } = fields('run.violation', violation);
    if (typeof invariant !== 'string' || typeof detail !== 'string')
      throw bad('run.violation', 'invariant and detail', shown(violation));
  }
  return run as Run;
}

function checkAction(field: string, action: unknown): void {
  if (!Array.isArray(action) || action.length !== 2 || !isCount(action[0]) || typeof action[1] !== 'string')
    throw bad(field, '[µs, action]', shown(action));
  try {
    parseAction(action[1]);
  } catch {
    throw bad(field, 'the name of an action', shown(action[1]));
  }
}

function fields(field: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(field, 'an object', shown(value));
  return value as Record<string, unknown>;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 60);

const bad = (
  field: string,
  expected: string,
  found: string,
  code: DecodeError['code'] = 'decode-invalid-value',
): DecodeError => new DecodeError(code, { offset: 0, field, expected, found });
