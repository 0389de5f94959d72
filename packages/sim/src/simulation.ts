/** One seed of a system of cores: the random schedule, with nothing between two events. */
import type { Vocabulary } from '@dsys/core';
import { Schedule } from './schedule.js';
import type { SimNode } from './sim-node.js';
import type { SimulateOptions } from './simulate-options.js';
import type { SimulationResult } from './simulation-result.js';
import type { System } from './system.js';
import { World } from './world.js';

/** Runs one seed. Throws `RangeError` for bad options, never for what the run finds. */
export function simulate<V extends Vocabulary, Op>(system: System<V, Op>, options: SimulateOptions): SimulationResult {
  return new Simulation(system, options).run();
}

/** A schedule of a world of cores. */
export class Simulation<V extends Vocabulary, Op> extends Schedule<SimNode<V>, World<V, Op>> {
  constructor(system: System<V, Op>, options: SimulateOptions) {
    super(
      options,
      ({ record, recordHistory, seed }) =>
        new World(system, { network: record ? 'bag' : 'unnamed', recordHistory, seed }),
    );
  }

  /** To the end: a violation, or peace and what must be true in it. Once. */
  run(): SimulationResult {
    this.world.watcher = this;
    this.begin();
    while (this.step());
    return this.end();
  }
}
