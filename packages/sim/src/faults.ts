/**
 * Faults on a time line: each kind comes again and again, from a stream of its own, hits a node or a link and is undone
 * after a while. In the end there is peace, in which everything must come right again.
 */
import { below, between, pick, type Random, shuffle, split, type Vocabulary } from '@dsys/core';
import { named, type SimAction } from './action.js';
import type { Profile, Recurring } from './profile.js';
import type { SimNode } from './sim-node.js';
import type { World } from './world.js';

interface FaultPlanOptions<V extends Vocabulary> {
  // biome-ignore lint/suspicious/noExplicitAny: faults don't look at operations.
  readonly world: World<V, any>;
  readonly profile: Profile;
  readonly random: Random;
  /** Do this in so many microseconds, unless there is peace by then. */
  readonly later: (inUs: number, run: () => void) => void;
  /** The same, in peace too. */
  readonly repair: (inUs: number, run: () => void) => void;
  readonly perform: (action: SimAction) => boolean;
}

/** See the top of `faults.ts`. */
export class FaultPlan<V extends Vocabulary> {
  private readonly options: FaultPlanOptions<V>;
  private readonly happened = new Map<string, number>();
  private readonly hungUntil = new Map<SimNode<V>, number>();

  constructor(options: FaultPlanOptions<V>) {
    this.options = options;
  }

  /** Gives each node a clock that is a little off. */
  setClocks(random: Random): void {
    const { world, profile } = this.options;
    if (profile.driftPpm === 0) return;
    for (const node of world.nodes.values()) {
      node.ppm = between(random, -profile.driftPpm, profile.driftPpm);
      node.offsetUs = below(random, 1_000_000_000);
    }
    this.count('clocks that differ');
  }

  /** Enters the first fault of each kind. */
  begin(): void {
    const { profile } = this.options;
    this.recur('crash', profile.crash, (random, forUs) => this.crash(random, forUs));
    this.recur('partition', profile.partition, (random, forUs) => this.partition(random, forUs));
    this.recur('pause', profile.pause, (random, forUs) => this.toggle(random, forUs, 'pause', 'resume'));
    this.recur('full disk', profile.fullDisk, (random, forUs) => this.toggle(random, forUs, 'full', 'roomy'));
    this.recur('hung disk', profile.hungDisk, (random, forUs) => this.hang(random, forUs));
    this.recur('I/O error', profile.ioError, (random) => this.failDisk(random));
    this.recur('clock jump', profile.jump, (random) => this.jump(random));
  }

  /** All is undone: links healed, disks roomy, every node up. */
  makePeace(): void {
    const { world, perform } = this.options;
    this.hungUntil.clear();
    for (const link of world.network.cutLinks()) {
      const [from, to] = link.split('>') as [string, string];
      perform(named({ type: 'heal', from, to }));
    }
    for (const node of world.nodes.values()) {
      perform(named({ type: 'roomy', node: node.id }));
      if (node.state === 'paused') perform(named({ type: 'resume', node: node.id }));
      if (node.state === 'failed') perform(named({ type: 'crash', node: node.id, survivors: 0 }));
      if (node.state === 'down') perform(named({ type: 'restart', node: node.id }));
    }
  }

  /** How long its disk still hangs, µs. */
  hangOf(node: SimNode<V>): number {
    return Math.max(0, (this.hungUntil.get(node) ?? 0) - this.options.world.now);
  }

  /** A node whose disk has failed stops, and somebody starts it again. */
  restartSoon(node: SimNode<V>): void {
    const { perform, repair } = this.options;
    perform(named({ type: 'crash', node: node.id, survivors: 0 }));
    repair(10_000, () => perform(named({ type: 'restart', node: node.id })));
  }

  count(kind: string): void {
    this.happened.set(kind, (this.happened.get(kind) ?? 0) + 1);
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.happened);
  }

  private recur(kind: string, recurring: Recurring | null, strike: (random: Random, forUs: number) => boolean): void {
    if (recurring === null) return;
    const random = split(this.options.random, kind);
    const again = () => {
      this.options.later(between(random, ...recurring.everyUs), () => {
        if (strike(random, between(random, ...recurring.forUs))) this.count(kind);
        again();
      });
    };
    again();
  }

  private crash(random: Random, forUs: number): boolean {
    const node = this.someUp(random);
    if (node === null) return false;
    const { perform, later } = this.options;
    perform(named({ type: 'crash', node: node.id, survivors: below(random, node.disk.inFlight + 1) }));
    later(forUs, () => perform(named({ type: 'restart', node: node.id })));
    return true;
  }

  /** One of: a node alone; two halves; one way only; two sides with a bridge between them. */
  private partition(random: Random, forUs: number): boolean {
    const { world, perform, later } = this.options;
    const ids = shuffle(random, [...world.nodes.keys()]);
    if (ids.length < 2) return false;
    const shape = pick(random, ['alone', 'halves', 'one way', 'bridge'] as const);
    const size = shape === 'alone' || shape === 'one way' ? 1 : Math.max(1, Math.floor(ids.length / 2));
    const left = ids.slice(0, size);
    const right = shape === 'bridge' ? ids.slice(size + 1) : ids.slice(size);
    const links = left.flatMap((a) =>
      right.flatMap((b) =>
        shape === 'one way'
          ? [[a, b]]
          : [
              [a, b],
              [b, a],
            ],
      ),
    );
    for (const [from, to] of links) perform(named({ type: 'cut', from: from!, to: to! }));
    later(forUs, () => {
      for (const [from, to] of links) perform(named({ type: 'heal', from: from!, to: to! }));
    });
    return links.length > 0;
  }

  private toggle(random: Random, forUs: number, on: 'pause' | 'full', off: 'resume' | 'roomy'): boolean {
    const node = this.someUp(random);
    if (node === null) return false;
    const { perform, later } = this.options;
    perform(named({ type: on, node: node.id }));
    later(forUs, () => perform(named({ type: off, node: node.id })));
    return true;
  }

  private hang(random: Random, forUs: number): boolean {
    const node = this.someUp(random);
    if (node === null) return false;
    this.hungUntil.set(node, this.options.world.now + forUs);
    return true;
  }

  private failDisk(random: Random): boolean {
    const node = this.someUp(random);
    if (node === null) return false;
    this.options.perform(named({ type: 'ioError', node: node.id }));
    return true;
  }

  private jump(random: Random): boolean {
    const node = this.someUp(random);
    const { jump } = this.options.profile;
    if (node === null || jump === null) return false;
    this.options.perform(named({ type: 'jump', node: node.id, ms: between(random, ...jump.ms) }));
    return true;
  }

  private someUp(random: Random): SimNode<V> | null {
    const up = [...this.options.world.nodes.values()].filter(({ isUp }) => isUp);
    return up.length === 0 ? null : pick(random, up);
  }
}
