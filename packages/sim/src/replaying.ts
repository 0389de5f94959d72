/** Runs actions again, in any world; and what becomes of it, whether or not promises must settle after each. */
import type { Violation } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import { named, type SimAction } from './action.js';
import type { Network } from './network.js';
import type { RunOptions } from './run.js';
import type { TimedAction } from './simulation-result.js';
import type { Skew } from './skew.js';

/** A world, as a replay needs it. */
interface ReplayedWorld {
  readonly nodes: ReadonlyMap<NodeId, Skew>;
  readonly network: Network;
  readonly now: number;
  boot(): unknown;
  advance(toUs: number): void;
  tryPerform(action: SimAction): boolean;
  violation(): Violation | null;
}

/** What a replay came to, in a world of this kind. */
export interface ReplayedIn<W> {
  readonly world: W;
  readonly violation: Violation | null;
  /** What could happen, did: up to the violation, if there was one. */
  readonly happened: readonly TimedAction[];
  /** Names of actions that could not when it was their turn. None, for a run that was recorded. */
  readonly skipped: readonly string[];
}

/** A replay that stops after each action. */
export type Replaying<W> = Generator<undefined, ReplayedIn<W>, undefined>;

/**
 * Starts the world, which must be new, and lets the actions happen. With `guess`, where a frame is not there, what was
 * sent last on its link is taken for it: when earlier actions are left out, counters in later messages are others.
 */
export function* replaying<W extends ReplayedWorld>(
  world: W,
  clocks: RunOptions['clocks'],
  actions: readonly TimedAction[],
  guess: boolean,
): Replaying<W> {
  for (const [id, { ppm, offsetUs }] of Object.entries(clocks)) {
    const node = world.nodes.get(id);
    if (node !== undefined) Object.assign(node, { ppm, offsetUs });
  }
  world.boot();
  yield;
  const happened: TimedAction[] = [];
  const skipped: string[] = [];
  for (const each of actions) {
    if (world.violation() !== null) break;
    if (each.at > world.now) world.advance(each.at);
    const action = guess ? guessed(world.network, each.action) : each.action;
    if (world.tryPerform(action)) {
      happened.push(action === each.action ? each : { at: each.at, action });
      yield;
    } else skipped.push(each.action.id);
  }
  return { world, violation: world.violation(), happened, skipped };
}

function guessed(network: Network, action: SimAction): SimAction {
  if (!('frame' in action) || network.get(action.frame) !== undefined) return action;
  const [from = '', to = ''] = action.frame.slice(0, action.frame.lastIndexOf(':')).split('>');
  const frame = network.lastOn(from, to);
  return frame === undefined ? action : named({ ...action, frame: frame.id });
}

/** To its end, where nothing need settle. */
export function atOnce<W>(steps: Replaying<W>): ReplayedIn<W> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value as ReplayedIn<W>;
  }
}

/** To its end, with something to wait for after each action. */
export async function oneByOne<W>(steps: Replaying<W>, settle: () => Promise<void>): Promise<ReplayedIn<W>> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value as ReplayedIn<W>;
    await settle();
  }
}
