/**
 * A random schedule of one world, from one seed. It keeps an agenda of its own and never asks what is enabled: the world
 * tells it of each frame that is sent and of each flush and piece of work that begins, and it draws when that is done.
 *
 * Each concern draws from a generator of its own, so that one more fault leaves all the others as they were.
 */
import { outOfRange } from '@dsys/codec';
import {
  below,
  between,
  type Input,
  type Random,
  seededRandom,
  split,
  type Violation,
  type Vocabulary,
} from '@dsys/core';
import { named, type SimAction } from './action.js';
import { Agenda } from './agenda.js';
import { Digest } from './digest.js';
import { FaultPlan } from './faults.js';
import type { HistoryEvent } from './history.js';
import type { Frame } from './network.js';
import { drawProfile, type Profile, type Tolerated } from './profile.js';
import type { RunOptions } from './run.js';
import type { SimNode } from './sim-node.js';
import type { System } from './system.js';
import { type Asked, World } from './world.js';

/** What to run, and for how long. */
export interface SimulateOptions {
  readonly seed: number;
  /** Default: drawn from the seed. */
  readonly profile?: Profile;
  /** The magnitude of the protocol's own timeouts, µs. Default 200,000. */
  readonly scaleUs?: number;
  readonly tolerated?: Tolerated;
  /** Default 8 clients. */
  readonly clients?: number;
  /** A client that has no answer for so long becomes another one. Default 10 × `scaleUs`. */
  readonly giveUpUs?: number;
  /** Faults end when so many operations are acknowledged, or at `maxUs`. Default 1,000 operations. */
  readonly operations?: number;
  /** Virtual time after which faults end in any case. Default 2,000 × `scaleUs`. */
  readonly maxUs?: number;
  /** Then the world is left in peace for so long, and must converge. Default 30 × `scaleUs`. */
  readonly tailUs?: number;
  /** Most events. Default 2 million. */
  readonly maxEvents?: number;
  /** Keep every action, so that the run can be replayed without the seed and shrunk. Default false: the seed gives it again. */
  readonly record?: boolean;
}

/** What came of it. */
export interface SimulationResult {
  readonly seed: number;
  readonly profile: Profile;
  readonly violation: Violation | null;
  /** Two runs of one seed have the same, in every engine. */
  readonly traceHash: string;
  readonly events: number;
  readonly virtualUs: number;
  /** Operations that were answered `ok`, and all that were asked. */
  readonly acknowledged: number;
  readonly asked: number;
  /** How often each kind of fault happened. */
  readonly faults: Readonly<Record<string, number>>;
  readonly sometimes: Readonly<Record<string, number>>;
  readonly history: readonly HistoryEvent[];
  /** With `record`: everything that happened, and when; `options` are those of the replay. */
  readonly actions: readonly TimedAction[];
  readonly options: RunOptions;
}

/** An action at a time, µs. */
export interface TimedAction {
  readonly at: number;
  readonly action: SimAction;
}

type Due<V extends Vocabulary> =
  | { readonly type: 'arrive'; readonly frame: Frame; readonly copies: { left: number } }
  | { readonly type: 'flushed' | 'applied' | 'snapshot'; readonly node: SimNode<V>; readonly life: number }
  | { readonly type: 'wake'; readonly node: SimNode<V>; readonly at: number }
  | { readonly type: 'ask'; readonly client: number }
  | { readonly type: 'giveUp'; readonly client: number; readonly count: number }
  | { readonly type: 'fault'; readonly run: () => void };

/** Runs one seed. Throws for bad options, never for what the run finds. */
export function simulate<V extends Vocabulary, Op>(system: System<V, Op>, options: SimulateOptions): SimulationResult {
  return new Simulation(system, options).run();
}

/** See the top of `simulation.ts`. */
export class Simulation<V extends Vocabulary, Op> {
  readonly world: World<V, Op>;
  readonly profile: Profile;
  private readonly options: Required<Omit<SimulateOptions, 'profile' | 'tolerated'>>;
  private readonly agenda = new Agenda<Due<V>>();
  private readonly digest = new Digest();
  private readonly actions: TimedAction[] = [];
  private readonly faults: FaultPlan<V>;
  private readonly networkRandom: Random;
  private readonly diskRandom: Random;
  private readonly applyRandom: Random;
  private readonly clientRandom: Random;
  /** When each node is next woken, at the earliest; and how often it has been started, so that a dead life's work is let be. */
  private readonly wakeAt = new Map<SimNode<V>, number>();
  private readonly lives = new Map<SimNode<V>, number>();
  private readonly clients = new Map<number, { id: number; count: number; waits: boolean }>();
  private nextClientId: number;
  private clocks: RunOptions['clocks'] = {};
  private events = 0;
  private askedCount = 0;
  private acknowledged = 0;
  private isPeaceful = false;

  constructor(system: System<V, Op>, options: SimulateOptions) {
    const { scaleUs = 200_000 } = options;
    if (!(Number.isSafeInteger(scaleUs) && scaleUs > 0)) throw outOfRange('scaleUs', 'a whole number above 0', scaleUs);
    this.options = {
      clients: 8,
      giveUpUs: 10 * scaleUs,
      operations: 1_000,
      maxUs: 2_000 * scaleUs,
      tailUs: 30 * scaleUs,
      maxEvents: 2_000_000,
      record: false,
      ...options,
      scaleUs,
    };
    const root = seededRandom(options.seed);
    this.profile = options.profile ?? drawProfile(split(root, 'profile'), scaleUs, options.tolerated);
    this.networkRandom = split(root, 'network');
    this.diskRandom = split(root, 'disk');
    this.applyRandom = split(root, 'apply');
    this.clientRandom = split(root, 'clients');
    this.world = new World(system, { network: this.options.record ? 'bag' : 'unnamed' });
    this.nextClientId = this.options.clients;
    for (let i = 0; i < this.options.clients; i++) this.clients.set(i, { id: i, count: 0, waits: false });
    this.faults = new FaultPlan({
      world: this.world,
      profile: this.profile,
      random: split(root, 'faults'),
      later: (inUs, run) => this.agenda.add(this.world.now + inUs, { type: 'fault', run }),
      perform: (action) => this.perform(action),
    });
  }

  /** To the end: a violation, or peace and what must be true in it. */
  run(): SimulationResult {
    const { world, options } = this;
    world.watcher = this;
    this.faults.setClocks(split(seededRandom(options.seed), 'clocks'));
    this.clocks = Object.fromEntries([...world.nodes.values()].map(({ id, ppm, offsetUs }) => [id, { ppm, offsetUs }]));
    world.boot();
    for (const node of world.nodes.values()) this.lookAtClock(node);
    this.faults.begin();
    if (world.system.workload !== undefined)
      for (const client of this.clients.keys())
        this.agenda.add(between(this.clientRandom, 0, options.scaleUs), { type: 'ask', client });
    let peaceUntil = Number.POSITIVE_INFINITY;
    while (world.violation() === null && this.agenda.size > 0 && this.events < options.maxEvents) {
      if (!this.isPeaceful && (this.acknowledged >= options.operations || this.agenda.nextAt > options.maxUs)) {
        this.isPeaceful = true;
        peaceUntil = world.now + options.tailUs;
        this.faults.makePeace();
      }
      if (this.agenda.nextAt > peaceUntil) break;
      world.advance(Math.max(world.now, this.agenda.nextAt));
      this.happen(this.agenda.take());
    }
    if (world.violation() === null && this.isPeaceful) world.judgePeace();
    return this.result();
  }

  // ---- What the world tells ----

  sent(frame: Frame): void {
    const { profile, networkRandom: random } = this;
    // Every frame draws alike, so that a changed rate reshuffles nothing else.
    const loss = below(random, 1_000_000);
    const repeat = below(random, 1_000_000);
    const slow = below(random, 1_000_000);
    const [first, second] = [this.latency(), this.latency()];
    if (!this.isPeaceful && isOneIn(profile.lossOneIn, loss)) {
      this.faults.count('frames lost');
      return;
    }
    const isRepeated = !this.isPeaceful && isOneIn(profile.repeatOneIn, repeat);
    const copies = { left: isRepeated ? 2 : 1 };
    const stretch = !this.isPeaceful && isOneIn(profile.slowOneIn, slow) ? 1 + (slow % 10) : 1;
    this.agenda.add(this.world.now + first * stretch, { type: 'arrive', frame, copies });
    if (!isRepeated) return;
    this.faults.count('frames repeated');
    this.agenda.add(this.world.now + first + second * 5, { type: 'arrive', frame, copies });
  }

  flushing(node: SimNode<V>): void {
    const [min, max] = this.profile.flushUs;
    const us = between(this.diskRandom, min, max) + this.faults.hangOf(node);
    this.agenda.add(this.world.now + us, { type: 'flushed', node, life: this.lifeOf(node) });
  }

  applying(node: SimNode<V>): void {
    const [min, max] = this.profile.applyUs;
    this.agenda.add(this.world.now + between(this.applyRandom, min, max), {
      type: 'applied',
      node,
      life: this.lifeOf(node),
    });
  }

  owing(node: SimNode<V>): void {
    const [min, max] = this.profile.flushUs;
    this.agenda.add(this.world.now + between(this.diskRandom, min, max), {
      type: 'snapshot',
      node,
      life: this.lifeOf(node),
    });
  }

  stepped(node: SimNode<V>, _input: Input<V> | null): void {
    this.digest.string(node.id);
  }

  answered({ client: id }: Asked, type: 'ok' | 'fail' | 'info'): void {
    if (type === 'ok') this.acknowledged++;
    for (const [slot, client] of this.clients) {
      if (client.id !== id) continue;
      client.waits = false;
      // After `info` a process is done for: its operation stays open.
      if (type === 'info') client.id = this.nextClientId++;
      this.askSoon(slot);
    }
  }

  // ---- What is due ----

  private happen(due: Due<V>): void {
    this.events++;
    const { world } = this;
    this.digest.number(world.now);
    switch (due.type) {
      case 'arrive':
        this.arrive(due.frame, due.copies);
        break;
      case 'flushed':
      case 'applied':
      case 'snapshot':
        this.complete(due.type, due.node, due.life);
        break;
      case 'wake':
        this.wake(due.node, due.at);
        break;
      case 'ask':
        this.ask(due.client);
        break;
      case 'giveUp': {
        const client = this.clients.get(due.client)!;
        if (!client.waits || client.count !== due.count) break;
        client.id = this.nextClientId++;
        client.waits = false;
        this.ask(due.client);
        break;
      }
      case 'fault':
        if (!this.isPeaceful) due.run();
        break;
    }
  }

  private arrive(frame: Frame, copies: { left: number }): void {
    const { world } = this;
    const node = world.nodes.get(frame.to)!;
    copies.left--;
    if (node.state === 'paused') {
      copies.left++;
      this.agenda.add(world.now + this.faults.pauseStep, { type: 'arrive', frame, copies });
      return;
    }
    if (!world.canDeliver(frame)) return;
    this.digest.bytes(frame.bytes);
    if (this.options.record) {
      this.note(named({ type: copies.left > 0 ? 'repeat' : 'deliver', frame: frame.id }));
      if (copies.left === 0) world.network.drop(frame.id);
    }
    world.deliver(frame);
    this.lookAtClock(node);
  }

  private complete(type: 'flushed' | 'applied' | 'snapshot', node: SimNode<V>, life: number): void {
    const { world } = this;
    if (life !== this.lifeOf(node) || node.state === 'down' || node.state === 'failed') return;
    const mustWait =
      node.state === 'paused' ||
      (type === 'snapshot' && node.flush !== null) ||
      (type === 'flushed' && this.faults.isHung(node));
    if (mustWait) {
      this.agenda.add(world.now + this.faults.pauseStep, { type, node, life });
      return;
    }
    const owes = { flushed: node.flush !== null, applied: node.work !== null, snapshot: node.jobs.length > 0 }[type];
    if (!owes) return;
    this.note(named({ type, node: node.id }));
    if (type === 'flushed') world.completeFlush(node);
    else if (type === 'applied') world.completeApply(node);
    else world.completeJob(node);
    if (hasFailed(node)) this.faults.restartSoon(node);
    this.lookAtClock(node);
  }

  private wake(node: SimNode<V>, at: number): void {
    if (this.wakeAt.get(node) !== at) return;
    this.wakeAt.delete(node);
    if (node.state === 'paused') {
      this.wakeLater(node, this.world.now + this.faults.pauseStep);
      return;
    }
    if (!node.isUp) return;
    const deadline = node.executor!.deadline();
    if (deadline !== null && node.nowMs(this.world.now) >= deadline) {
      this.note(named({ type: 'timeout', node: node.id }));
      this.world.maybeTimeout(node);
    }
    this.lookAtClock(node);
  }

  private ask(slot: number): void {
    const { world, clientRandom: random } = this;
    const client = this.clients.get(slot)!;
    if (client.waits) return;
    const up = [...world.nodes.values()].filter(({ isUp }) => isUp);
    if (up.length === 0) {
      this.askSoon(slot);
      return;
    }
    const node = up[below(random, up.length)]!;
    const op = world.system.workload!.next(random, client.id, client.count);
    client.count++;
    client.waits = true;
    this.askedCount++;
    this.note(named({ type: 'ask', node: node.id, client: client.id, op }));
    this.agenda.add(world.now + this.options.giveUpUs, { type: 'giveUp', client: slot, count: client.count });
    world.ask(node, client.id, op);
    this.lookAtClock(node);
  }

  private askSoon(client: number): void {
    const { scaleUs } = this.options;
    this.agenda.add(this.world.now + between(this.clientRandom, 1, Math.ceil(scaleUs / 10)), { type: 'ask', client });
  }

  /** A fault, by name. */
  private perform(action: SimAction): boolean {
    this.note(action);
    const happened = this.world.tryPerform(action);
    if ('node' in action) {
      const node = this.world.nodes.get(action.node)!;
      if (action.type === 'crash' || action.type === 'restart' || action.type === 'wipe') {
        this.lives.set(node, this.lifeOf(node) + 1);
        this.wakeAt.delete(node);
        if (action.type !== 'crash' && node.isUp) this.takeUp(node);
      }
      this.lookAtClock(node);
    }
    return happened;
  }

  /** What a node began while it was being started was told before its new life was counted. */
  private takeUp(node: SimNode<V>): void {
    if (node.flush !== null) this.flushing(node);
    if (node.work !== null) this.applying(node);
    for (const _ of node.jobs) this.owing(node);
  }

  private note(action: SimAction): void {
    if (this.options.record) this.actions.push({ at: this.world.now, action });
  }

  /** Sees to it that the node is woken in time. A wake that is too early looks again; so only an earlier one is entered. */
  private lookAtClock(node: SimNode<V>): void {
    const deadline = node.isUp ? node.executor!.deadline() : null;
    if (deadline === null) return;
    this.wakeLater(node, Math.max(this.world.now, node.whenUs(deadline)));
  }

  private wakeLater(node: SimNode<V>, at: number): void {
    const planned = this.wakeAt.get(node);
    if (planned !== undefined && planned <= at) return;
    this.wakeAt.set(node, at);
    this.agenda.add(at, { type: 'wake', node, at });
  }

  private lifeOf(node: SimNode<V>): number {
    return this.lives.get(node) ?? 0;
  }

  private latency(): number {
    const [min, max] = this.profile.latencyUs;
    return between(this.networkRandom, min, max);
  }

  private result(): SimulationResult {
    const { world } = this;
    return {
      seed: this.options.seed,
      profile: this.profile,
      violation: world.violation(),
      traceHash: this.digest.text(),
      events: this.events,
      virtualUs: world.now,
      acknowledged: this.acknowledged,
      asked: this.askedCount,
      faults: this.faults.counts(),
      sometimes: world.sometimes(),
      history: world.history(),
      actions: this.actions,
      options: { fused: false, clocks: this.clocks },
    };
  }
}

const hasFailed = ({ state }: { readonly state: string }): boolean => state === 'failed';

const isOneIn = (oneIn: number, draw: number): boolean => oneIn > 0 && draw % oneIn === 0;
