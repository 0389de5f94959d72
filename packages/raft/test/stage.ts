/** A cluster without faults but those that a test makes, in virtual time. */
import { GENTLE, named, Simulation } from '@dsys/sim';
import { type ClusterOptions, RUN, raftSystem } from '../sim/cluster.js';
import { stateOf } from '../sim/variants.js';
import type { Op } from '../sim/workload.js';
import type { RaftState, RaftWords } from '../src/index.js';

const FOR_EVER_US = 10_000_000_000;

/** See the top of `stage.ts`. Nobody asks for anything. */
export class Stage extends Simulation<RaftWords, Op> {
  constructor(seed: number, { options, ...cluster }: ClusterOptions = {}) {
    super(raftSystem({ ...cluster, options: { ...options, seed } }), {
      ...RUN,
      seed,
      profile: GENTLE,
      clients: 0,
      maxUs: FOR_EVER_US,
    });
    this.world.watcher = this;
    this.begin();
  }

  /** Goes on until it is so, and gives how many microseconds that took; throws after a minute, or when something breaks. */
  until(isSo: () => boolean): number {
    const began = this.world.now;
    while (!isSo()) {
      if (!this.step()) throw new Error(`the world has ended: ${JSON.stringify(this.world.violation())}`);
      if (this.world.now - began > 60_000_000) throw new Error('nothing came of it in a minute');
    }
    return this.world.now - began;
  }

  /** Goes on for so long. */
  rest(us: number): void {
    const end = this.world.now + us;
    this.until(() => this.world.now >= end);
  }

  /** Of the nodes that run. */
  get states(): Readonly<RaftState>[] {
    return [...this.world.nodes.values()].flatMap(({ executor }) =>
      executor === null ? [] : [stateOf(executor.core)],
    );
  }

  /** Who leads in the latest term. */
  get leader(): Readonly<RaftState> | undefined {
    return this.states.filter(({ role }) => role === 'leader').sort((a, b) => b.term - a.term)[0];
  }

  /** For good. */
  crash(node: string): void {
    this.world.perform(named({ type: 'crash', node, survivors: 0 }));
  }

  /** All links of this node, in both directions. */
  isolate(node: string): void {
    this.turn('cut', node);
  }

  /** Makes them whole. */
  heal(node: string): void {
    this.turn('heal', node);
  }

  private turn(type: 'cut' | 'heal', node: string): void {
    for (const other of this.world.nodes.keys())
      if (other !== node) {
        this.world.perform(named({ type, from: node, to: other }));
        this.world.perform(named({ type, from: other, to: node }));
      }
  }
}

/** How long it takes to replace a leader that dies, by seed, in microseconds, rising. */
export function failovers(seeds: number): number[] {
  const took: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const stage = new Stage(seed);
    stage.until(() => stage.leader !== undefined);
    stage.rest(500_000 + ((seed * 7_919) % 100_000));
    const { id, term } = stage.leader!;
    stage.crash(id);
    took.push(stage.until(() => (stage.leader?.term ?? 0) > term));
  }
  return took.sort((a, b) => a - b);
}
