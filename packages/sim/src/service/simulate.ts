/** One seed of a system of services; its replay, and its shrinking. As for cores, and awaited. */
import type { Tolerated } from '../profile.js';
import { oneByOne, type ReplayedIn, replaying } from '../replaying.js';
import {
  parsedActions,
  type Replayable,
  type ReplayOptions,
  type Run,
  type RunOptions,
  refuseSkipped,
} from '../run.js';
import { Schedule } from '../schedule.js';
import { type Shrinkable, type ShrinkOptions, shrinking } from '../shrink.js';
import type { SimulateOptions } from '../simulate-options.js';
import type { SimulationResult, TimedAction } from '../simulation-result.js';
import { guarded } from './guard.js';
import type { ServiceNode } from './node.js';
import type { ServiceSystem } from './system.js';
import { ServiceWorld } from './world.js';

/** As for cores; and how to stop, since it takes longer. */
export interface SimulateServiceOptions extends SimulateOptions {
  readonly signal?: AbortSignal;
  /** Called every thousand events. */
  readonly onProgress?: (progress: {
    readonly events: number;
    readonly acknowledged: number;
    readonly virtualUs: number;
  }) => void;
}

/** What a replay came to. The lives in its world are over. */
export interface ReplayedService<S, Op = unknown> extends ReplayedIn<ServiceWorld<S, Op>> {}

/**
 * Runs one seed. Rejects with `RangeError` for bad options, with a `RealWorldError` when a service reaches for a real timer,
 * clock or random number, with the reason of `signal`; never for what the run finds.
 */
export function simulateService<S, Op>(
  system: ServiceSystem<S, Op>,
  options: SimulateServiceOptions,
): Promise<SimulationResult> {
  return guarded(() => new ServiceSimulation(system, options).run());
}

/** Runs it again. Rejects with `RangeError`, which names the place, for what is no action. */
export async function replayService<S, Op>(
  system: ServiceSystem<S, Op>,
  { options, actions, seed = null }: Replayable,
  { strict = false }: ReplayOptions = {},
): Promise<ReplayedService<S, Op>> {
  const parsed = parsedActions(actions);
  const replayed = await guarded(() => replayActions(system, options, parsed, { guess: false, seed }));
  if (strict) refuseSkipped(replayed, parsed);
  return replayed;
}

/** As `shrink`, for services: some thousands of replays, with a turn of the event loop after each action. */
export function shrinkService<S, Op>(
  system: ServiceSystem<S, Op>,
  run: Shrinkable,
  options: ShrinkOptions = {},
): Promise<Run> {
  return guarded(async () => {
    const steps = shrinking(system.name, run, options);
    let next = steps.next();
    while (next.done !== true) {
      const { options, actions, guess } = next.value;
      next = steps.next(await replayActions(system, options, actions, { guess, seed: run.seed }));
    }
    return next.value;
  });
}

async function replayActions<S, Op>(
  system: ServiceSystem<S, Op>,
  { fused, clocks }: RunOptions,
  actions: readonly TimedAction[],
  { guess, seed }: { readonly guess: boolean; readonly seed: number | null },
): Promise<ReplayedService<S, Op>> {
  const world = new ServiceWorld(system, { fused, seed: seed ?? 0 });
  try {
    return await oneByOne(replaying(world, clocks, actions, guess), () => world.settle());
  } finally {
    world.close();
  }
}

class ServiceSimulation<S, Op> extends Schedule<ServiceNode<S>, ServiceWorld<S, Op>> {
  private readonly given: SimulateServiceOptions;

  constructor(system: ServiceSystem<S, Op>, given: SimulateServiceOptions) {
    const { signal: _, onProgress: _onProgress, ...options } = given;
    const tolerated: Tolerated = { garbled: false, ...options.tolerated };
    super({ ...options, tolerated }, ({ seed, recordHistory }) => new ServiceWorld(system, { seed, recordHistory }));
    this.given = given;
  }

  async run(): Promise<SimulationResult> {
    const { signal, onProgress } = this.given;
    this.world.watcher = this;
    try {
      this.begin();
      await this.settle();
      for (let events = 1; this.step(); events++) {
        await this.settle();
        signal?.throwIfAborted();
        if (events % 1_000 === 0) onProgress?.(this.progress());
      }
      return this.end();
    } finally {
      this.world.close();
    }
  }

  private async settle(): Promise<void> {
    await this.world.settle();
    this.settled();
  }
}
