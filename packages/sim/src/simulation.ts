/**
 * A random schedule of one world, from one seed. It keeps an agenda of its own and never asks what is enabled: the world
 * tells it of each frame that is sent and of each flush and piece of work that begins, and it draws when that is done.
 *
 * Each concern draws from a generator of its own, so that one more fault leaves all the others as they were.
 */
import { below, between, type Random, seededRandom, split, type Vocabulary } from '@dsys/core';
import { named, type SimAction } from './action.js';
import { Agenda } from './agenda.js';
import { ClientPool } from './client-pool.js';
import { Digest } from './digest.js';
import { FaultPlan } from './faults.js';
import type { Asked } from './ledger.js';
import type { Frame } from './network.js';
import { drawProfile, type Profile } from './profile.js';
import type { RunOptions } from './run.js';
import type { SimNode } from './sim-node.js';
import { type Settings, type SimulateOptions, withDefaults } from './simulate-options.js';
import type { SimulationResult, TimedAction } from './simulation-result.js';
import type { System } from './system.js';
import { Wire } from './wire.js';
import { World } from './world.js';

type Due<V extends Vocabulary> =
  | { readonly type: 'arrive'; readonly frame: Frame; readonly copies: { left: number } }
  | { readonly type: 'flushed' | 'applied' | 'snapshot'; readonly node: SimNode<V>; readonly life: number }
  | { readonly type: 'wake'; readonly node: SimNode<V>; readonly at: number }
  | { readonly type: 'ask'; readonly place: number }
  | { readonly type: 'giveUp'; readonly place: number; readonly name: number; readonly count: number }
  | { readonly type: 'fault' | 'repair'; readonly run: () => void };

/** Runs one seed. Throws `RangeError` for bad options, never for what the run finds. */
export function simulate<V extends Vocabulary, Op>(system: System<V, Op>, options: SimulateOptions): SimulationResult {
  return new Simulation(system, options).run();
}

/** See the top of `simulation.ts`. */
export class Simulation<V extends Vocabulary, Op> {
  readonly world: World<V, Op>;
  readonly profile: Profile;
  private readonly options: Settings;
  private readonly agenda = new Agenda<Due<V>>();
  private readonly digest = new Digest();
  private readonly actions: TimedAction[] = [];
  private readonly faults: FaultPlan<V>;
  private readonly wire: Wire;
  private readonly clients: ClientPool;
  private readonly diskRandom: Random;
  private readonly applyRandom: Random;
  private readonly clientRandom: Random;
  /** When each node is next woken, at the earliest; and how often it has crashed, so that a dead life's work is let be. */
  private readonly wakeAt = new Map<SimNode<V>, number>();
  private readonly lives = new Map<SimNode<V>, number>();
  private readonly parked = new Map<SimNode<V>, Due<V>[]>();
  private clocks: RunOptions['clocks'] = {};
  private events = 0;
  private deliveries = 0;
  private isPeaceful = false;
  private readonly calmUs: number;
  private acknowledgedBefore = 0;

  constructor(system: System<V, Op>, options: SimulateOptions) {
    this.options = withDefaults(options);
    const { scaleUs, record, recordHistory } = this.options;
    this.calmUs = Math.ceil(scaleUs / 50);
    const root = seededRandom(options.seed);
    this.profile = options.profile ?? drawProfile(split(root, 'profile'), scaleUs, options.tolerated);
    this.wire = new Wire(split(root, 'network'), this.profile);
    this.diskRandom = split(root, 'disk');
    this.applyRandom = split(root, 'apply');
    this.clientRandom = split(root, 'clients');
    this.world = new World(system, { network: record ? 'bag' : 'unnamed', recordHistory });
    this.clients = new ClientPool({
      clients: this.options.clients,
      random: split(root, 'thinking'),
      thinkUs: Math.ceil(scaleUs / 10),
      askIn: (inUs, place) => this.agenda.add(this.world.now + inUs, { type: 'ask', place }),
    });
    this.faults = new FaultPlan({
      world: this.world,
      profile: this.profile,
      random: split(root, 'faults'),
      later: (inUs, run) => this.agenda.add(this.world.now + inUs, { type: 'fault', run }),
      repair: (inUs, run) => this.agenda.add(this.world.now + inUs, { type: 'repair', run }),
      perform: (action) => this.perform(action),
    });
  }

  /** To the end: a violation, or peace and what must be true in it. Once. */
  run(): SimulationResult {
    const { world, agenda, options } = this;
    world.watcher = this;
    this.faults.setClocks(split(seededRandom(options.seed), 'clocks'));
    this.clocks = Object.fromEntries([...world.nodes.values()].map(({ id, ppm, offsetUs }) => [id, { ppm, offsetUs }]));
    world.boot();
    for (const node of world.nodes.values()) this.lookAtClock(node);
    this.faults.begin();
    if (world.system.workload !== undefined) this.clients.begin(options.scaleUs);
    let peaceUntil = Number.POSITIVE_INFINITY;
    while (world.violation() === null && this.events < options.maxEvents) {
      const isTime = this.clients.acknowledged >= options.operations || agenda.nextAt > options.maxUs;
      if (!this.isPeaceful && isTime) {
        this.makePeace();
        peaceUntil = world.now + options.tailUs;
      }
      if (agenda.nextAt > peaceUntil || agenda.size === 0) break;
      world.advance(Math.max(world.now, agenda.nextAt));
      this.happen(agenda.take());
    }
    const isOver = this.isPeaceful && this.events < options.maxEvents;
    if (world.violation() === null && isOver) world.judgePeace();
    return this.result(world.violation() !== null ? 'violation' : isOver ? 'peace' : 'events');
  }

  // ---- What the world tells ----

  /** As `Watcher.sent`. */
  sent(frame: Frame): void {
    const { wire, agenda, world } = this;
    wire.draw();
    if (wire.copies === 0) {
      this.faults.count('frames lost');
      this.lose(frame);
      return;
    }
    const copies = wire.copies === 1 ? ONCE : { left: 2 };
    agenda.add(world.now + wire.firstUs, { type: 'arrive', frame, copies });
    if (copies === ONCE) return;
    this.faults.count('frames repeated');
    agenda.add(world.now + wire.secondUs, { type: 'arrive', frame, copies });
  }

  /** As `Watcher.flushing`. */
  flushing(node: SimNode<V>): void {
    const us = this.calmed(between(this.diskRandom, ...this.profile.flushUs)) + this.faults.hangOf(node);
    this.agenda.add(this.world.now + us, { type: 'flushed', node, life: this.lifeOf(node) });
  }

  /** As `Watcher.applying`. */
  applying(node: SimNode<V>): void {
    const us = this.calmed(between(this.applyRandom, ...this.profile.applyUs));
    this.agenda.add(this.world.now + us, { type: 'applied', node, life: this.lifeOf(node) });
  }

  /** As `Watcher.owing`. */
  owing(node: SimNode<V>): void {
    const us = this.calmed(between(this.diskRandom, ...this.profile.flushUs));
    this.agenda.add(this.world.now + us, { type: 'snapshot', node, life: this.lifeOf(node) });
  }

  /** As `Watcher.stepped`. */
  stepped(node: SimNode<V>): void {
    this.digest.string(node.id);
  }

  /** As `Watcher.answered`. */
  answered(asked: Asked, type: 'ok' | 'fail' | 'info'): void {
    this.digest.string(type);
    this.clients.heard(asked, type);
  }

  // ---- What is due ----

  private happen(due: Due<V>): void {
    this.events++;
    this.digest.number(this.world.now);
    switch (due.type) {
      case 'arrive':
        this.arrive(due);
        break;
      case 'flushed':
      case 'applied':
      case 'snapshot':
        this.complete(due);
        break;
      case 'wake':
        this.wake(due);
        break;
      case 'ask':
        this.ask(due.place);
        break;
      case 'giveUp':
        if (this.clients.givesUp(due.place, due.name, due.count)) this.ask(due.place);
        break;
      case 'fault':
        if (!this.isPeaceful) due.run();
        break;
      case 'repair':
        due.run();
        break;
    }
  }

  private arrive(due: Extract<Due<V>, { readonly type: 'arrive' }>): void {
    const { world } = this;
    const { frame, copies } = due;
    const node = world.nodes.get(frame.to)!;
    if (node.state === 'paused') {
      this.park(node, due);
      return;
    }
    const isLast = copies === ONCE || --copies.left === 0;
    if (!world.canDeliver(frame)) {
      if (isLast) this.lose(frame);
      return;
    }
    this.deliveries++;
    this.digest.bytes(frame.bytes);
    if (this.options.record) this.note(named({ type: isLast ? 'deliver' : 'repeat', frame: frame.id }));
    // Without names the network has kept nothing.
    if (isLast && this.options.record) world.network.drop(frame.id);
    world.deliver(frame);
    this.lookAtClock(node);
  }

  private complete(due: Extract<Due<V>, { readonly life: number }>): void {
    const { world } = this;
    const { type, node, life } = due;
    if (life !== this.lifeOf(node) || node.state === 'down' || node.state === 'failed') return;
    if (node.state === 'paused') {
      this.park(node, due);
      return;
    }
    // A disk that hangs holds up what it had begun before.
    const waitUs =
      type === 'flushed' ? this.faults.hangOf(node) : type === 'snapshot' && node.flush !== null ? 1_000 : 0;
    if (waitUs > 0) {
      this.agenda.add(world.now + waitUs, due);
      return;
    }
    if (this.options.record) this.note(named({ type, node: node.id }));
    if (type === 'flushed') world.completeFlush(node);
    else if (type === 'applied') world.completeApply(node);
    else world.completeJob(node);
    if (hasFailed(node) && node.diskFailed) this.faults.restartSoon(node);
    this.lookAtClock(node);
  }

  private wake({ node, at }: Extract<Due<V>, { readonly type: 'wake' }>): void {
    if (this.wakeAt.get(node) !== at) return;
    this.wakeAt.delete(node);
    if (!node.isUp) return; // One that was paused is looked at when it goes on.
    const deadline = node.executor!.deadline();
    if (deadline !== null && node.nowMs(this.world.now) >= deadline) {
      if (this.options.record) this.note(named({ type: 'timeout', node: node.id }));
      this.world.maybeTimeout(node);
    }
    this.lookAtClock(node);
  }

  private ask(place: number): void {
    const { world, clients, clientRandom: random } = this;
    if (clients.waits(place)) return;
    const up = [...world.nodes.values()].filter(({ isUp }) => isUp);
    if (up.length === 0) {
      clients.askSoon(place);
      return;
    }
    const node = up[below(random, up.length)]!;
    const { name, count } = clients.ask(place);
    const op = world.system.workload!.next(random, name, count);
    if (this.options.record) this.note(named({ type: 'ask', node: node.id, client: name, op }));
    this.agenda.add(world.now + this.options.giveUpUs, { type: 'giveUp', place, name, count });
    world.ask(node, name, op);
    this.lookAtClock(node);
  }

  /** A fault, by name. Whether it could happen. */
  private perform(action: SimAction): boolean {
    // Before what it leads to; and not at all, if it can't happen.
    if (this.options.record) this.note(action);
    const happened = this.world.tryPerform(action);
    if (!happened) {
      if (this.options.record) this.actions.pop();
      return false;
    }
    if ('node' in action) {
      const node = this.world.nodes.get(action.node)!;
      if (action.type === 'crash') {
        this.lives.set(node, this.lifeOf(node) + 1);
        this.wakeAt.delete(node);
      }
      if (action.type === 'crash' || action.type === 'resume') this.unpark(node);
      this.lookAtClock(node);
    }
    return true;
  }

  /** Holds on to what comes for a node that is paused, until it goes on or is gone. */
  private park(node: SimNode<V>, due: Due<V>): void {
    const parked = this.parked.get(node);
    if (parked === undefined) this.parked.set(node, [due]);
    else parked.push(due);
  }

  private unpark(node: SimNode<V>): void {
    for (const due of this.parked.get(node) ?? []) this.agenda.add(this.world.now, due);
    this.parked.delete(node);
  }

  private makePeace(): void {
    this.isPeaceful = true;
    this.wire.makePeace(this.calmUs);
    this.acknowledgedBefore = this.clients.acknowledged;
    this.faults.makePeace();
  }

  /** In peace nothing takes longer than a small part of what the protocol waits for. */
  private calmed(us: number): number {
    return this.isPeaceful ? Math.min(us, this.calmUs) : us;
  }

  private note(action: SimAction): void {
    this.actions.push({ at: this.world.now, action });
  }

  /** The last copy of it is gone. */
  private lose({ id }: Frame): void {
    if (!this.options.record) return;
    this.note(named({ type: 'drop', frame: id }));
    this.world.network.drop(id);
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

  private result(end: SimulationResult['end']): SimulationResult {
    const { world, clients } = this;
    return {
      seed: this.options.seed,
      profile: this.profile,
      violation: world.violation(),
      end,
      traceHash: this.digest.text(),
      finalDigest: world.digest(),
      events: this.events,
      deliveries: this.deliveries,
      virtualUs: world.now,
      acknowledged: clients.acknowledged,
      acknowledgedInPeace: this.isPeaceful ? clients.acknowledged - this.acknowledgedBefore : 0,
      asked: clients.asked,
      faults: this.faults.counts(),
      sometimes: world.sometimes(),
      history: world.history(),
      actions: this.actions,
      options: { fused: false, clocks: this.clocks },
    };
  }
}

/** For all frames that arrive once: nothing need be counted. */
const ONCE = { left: 1 };

const hasFailed = ({ state }: { readonly state: string }): boolean => state === 'failed';
