/**
 * Faults on a time line: each kind comes again and again, from a stream of its own, hits a node or a link and is undone
 * after a while. In the end there is peace, in which everything must come right again.
 */
import { below, between, pick, type Random, shuffle, split } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import { named, type SimAction } from './action.js';
import type { Links } from './links.js';
import type { Profile, Recurring } from './profile.js';
import type { ScheduledNode, ScheduledWorld } from './scheduled.js';

interface FaultPlanOptions<N extends ScheduledNode> {
  readonly world: Pick<ScheduledWorld<N>, 'now' | 'nodes' | 'network'>;
  readonly links: Links<unknown>;
  readonly profile: Profile;
  readonly random: Random;
  /** Do this in so many microseconds, unless there is peace by then. */
  readonly later: (inUs: number, run: () => void) => void;
  /** The same, in peace too. */
  readonly repair: (inUs: number, run: () => void) => void;
  readonly perform: (action: SimAction) => boolean;
  /** What a link has held comes now. */
  readonly goOn: (held: readonly unknown[]) => void;
}

const AFTER_FLUSH = 'crash after a flush';

/** See the top of `faults.ts`. */
export class FaultPlan<N extends ScheduledNode> {
  private readonly options: FaultPlanOptions<N>;
  private readonly happened = new Map<string, number>();
  private readonly hungUntil = new Map<N, number>();
  private victims: readonly NodeId[] = [];
  /** After so many flushes whoever has completed one crashes. */
  private afterFlush: { left: number; readonly forUs: number } | null = null;

  constructor(options: FaultPlanOptions<N>) {
    this.options = options;
    this.victims = shuffle(split(options.random, 'victims'), [...options.world.nodes.keys()]);
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
    this.recur(AFTER_FLUSH, profile.crashAfterFlush, (random, forUs) => this.crashAfterFlush(random, forUs));
    this.recur('partition', profile.partition, (random, forUs) => this.partition(random, forUs));
    this.recur('pause', profile.pause, (random, forUs) => this.toggle(random, forUs, 'pause', 'resume'));
    this.recur('full disk', profile.fullDisk, (random, forUs) => this.toggle(random, forUs, 'full', 'roomy'));
    this.recur('hung disk', profile.hungDisk, (random, forUs) => this.hang(random, forUs));
    this.recur('I/O error', profile.ioError, (random) => this.failDisk(random));
    this.recur('clock jump', profile.jump, (random) => this.jump(random));
    this.recur('stalled link', profile.stalledLink, (random, forUs) => this.stall(random, forUs));
    this.recur('slow link', profile.slowLink, (random, forUs) => this.slowDown(random, forUs));
    this.recur('wiped disk', profile.wipe, (random, forUs) => this.wipe(random, forUs));
    this.recur('rot', profile.rot, (random) => this.rot(random));
  }

  /** All is undone: links healed, disks roomy, every node up. */
  makePeace(): void {
    const { world, perform, repair, links, goOn } = this.options;
    this.hungUntil.clear();
    this.afterFlush = null;
    goOn(links.makePeace());
    for (const link of world.network.cutLinks()) {
      const [from, to] = link.split('>') as [string, string];
      perform(named({ type: 'heal', from, to }));
    }
    for (const node of world.nodes.values()) {
      perform(named({ type: 'roomy', node: node.id }));
      if (node.state === 'paused') perform(named({ type: 'resume', node: node.id }));
      if (node.state === 'failed') perform(named({ type: 'crash', node: node.id, survivors: 0 }));
      // Each an event of its own: what one start sets off is done before the next.
      if (node.state === 'down') repair(0, () => perform(named({ type: 'restart', node: node.id })));
    }
  }

  /** How long its disk still hangs, µs. */
  hangOf(node: N): number {
    return Math.max(0, (this.hungUntil.get(node) ?? 0) - this.options.world.now);
  }

  /** A node has completed a flush, and said what it may say now. */
  flushed(node: N): void {
    const { afterFlush } = this;
    if (afterFlush === null || !node.isUp || --afterFlush.left > 0) return;
    this.afterFlush = null;
    // An event of its own: what the flush set off in promises is done before it.
    this.options.later(0, () => {
      if (!node.isUp) return;
      this.crashFor(node, 0, afterFlush.forUs, 'restart');
      this.count(AFTER_FLUSH);
    });
  }

  /** A node whose disk has failed stops, and somebody starts it again. */
  restartSoon(node: N): void {
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

  /** One that is paused may crash too, and never finishes what it was about to do. */
  private crash(random: Random, forUs: number): boolean {
    const node = this.some(random, ({ isUp, state }) => isUp || state === 'paused');
    return node !== null && this.crashFor(node, below(random, node.disk.inFlight + 1), forUs, 'restart');
  }

  /** Counted when it comes to pass. */
  private crashAfterFlush(random: Random, forUs: number): boolean {
    this.afterFlush = { left: between(random, 1, 4), forUs };
    return false;
  }

  private crashFor(node: N, survivors: number, forUs: number, then: 'restart' | 'wipe'): boolean {
    const { perform, later } = this.options;
    if (node.state === 'paused') this.count('crash of a paused node');
    perform(named({ type: 'crash', node: node.id, survivors }));
    later(forUs, () => perform(named({ type: then, node: node.id })));
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

  private stall(random: Random, forUs: number): boolean {
    const link = this.someLink(random);
    const { links, later, goOn } = this.options;
    if (link === null || !links.stall(...link)) return false;
    later(forUs, () => goOn(links.release(...link)));
    return true;
  }

  private slowDown(random: Random, forUs: number): boolean {
    const link = this.someLink(random);
    const { slowLink } = this.options.profile;
    if (link === null || slowLink === null) return false;
    this.options.links.slowDown(...link, between(random, ...slowLink.byUs), this.options.world.now + forUs);
    return true;
  }

  private wipe(random: Random, forUs: number): boolean {
    const node = this.someVictim(random, this.options.profile.wipe);
    return node !== null && this.crashFor(node, 0, forUs, 'wipe');
  }

  /** Of what the log has recorded as durable: rot above that can't be told from a torn tail, by anybody. */
  private rot(random: Random): boolean {
    const node = this.someVictim(random, this.options.profile.rot);
    if (node === null) return false;
    const { firstPosition, recordedPosition } = node.disk.status();
    if (recordedPosition < firstPosition) return false;
    const position = between(random, firstPosition, recordedPosition);
    return this.options.perform(named({ type: 'rot', node: node.id, position }));
  }

  private someUp(random: Random): N | null {
    return this.some(random, ({ isUp }) => isUp);
  }

  /** Disks are lost at the same few nodes over and over, so that all others keep theirs. */
  private someVictim(random: Random, damage: Profile['wipe']): N | null {
    const ids = this.victims.slice(0, damage?.nodes ?? 0);
    return this.some(random, ({ id, isUp, state }) => ids.includes(id) && (isUp || state === 'paused'));
  }

  private some(random: Random, isMeant: (node: N) => boolean): N | null {
    const meant = [...this.options.world.nodes.values()].filter(isMeant);
    return meant.length === 0 ? null : pick(random, meant);
  }

  private someLink(random: Random): readonly [from: NodeId, to: NodeId] | null {
    const ids = [...this.options.world.nodes.keys()];
    if (ids.length < 2) return null;
    const [from, to] = shuffle(random, ids);
    return [from!, to!];
  }
}
