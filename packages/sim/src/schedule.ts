/**
 * A random schedule of one world, from one seed. It keeps an agenda of its own and never asks what is enabled: the world
 * tells it of each frame that is sent and of each flush and piece of work that begins, and it draws when that is done.
 *
 * Each concern draws from a generator of its own, so that one more fault leaves all the others as they were.
 *
 *     begin() ──► step() ──► step() ──► … false ──► end()          what a step set off must be done before the next one
 */
import { below, between, nextUint32, type Random, seededRandom, split } from '@dsys/core';
import { named, type SimAction } from './action.js';
import { Agenda } from './agenda.js';
import { ClientPool } from './client-pool.js';
import { Digest } from './digest.js';
import { FaultPlan } from './faults.js';
import type { Asked } from './ledger.js';
import { Links } from './links.js';
import { Lives } from './lives.js';
import type { Frame } from './network.js';
import { drawProfile, type Profile } from './profile.js';
import type { RunOptions } from './run.js';
import type { Owed, ScheduledNode, ScheduledWorld } from './scheduled.js';
import { type Settings, type SimulateOptions, withDefaults } from './simulate-options.js';
import type { SimulationResult, TimedAction } from './simulation-result.js';
import { Wire } from './wire.js';

type Due<N> =
  | { readonly type: 'arrive'; readonly frame: Frame; readonly copies: { left: number } }
  | { readonly type: 'vanish'; readonly frame: Frame }
  | { readonly type: Owed; readonly node: N; readonly life: number }
  | { readonly type: 'wake'; readonly node: N; readonly at: number }
  | { readonly type: 'ask'; readonly place: number }
  | { readonly type: 'giveUp'; readonly place: number; readonly name: number; readonly count: number }
  | { readonly type: 'fault' | 'repair'; readonly run: () => void };

/** See the top of `schedule.ts`. */
export class Schedule<N extends ScheduledNode, W extends ScheduledWorld<N>> {
  readonly world: W;
  readonly profile: Profile;
  protected readonly options: Settings;
  private readonly agenda = new Agenda<Due<N>>();
  private readonly digest = new Digest();
  private readonly actions: TimedAction[] = [];
  private readonly faults: FaultPlan<N>;
  private readonly wire: Wire;
  private readonly links: Links<Due<N>>;
  private readonly clients: ClientPool;
  private readonly diskRandom: Random;
  private readonly applyRandom: Random;
  private readonly clientRandom: Random;
  private readonly garbleRandom: Random;
  private readonly lives = new Lives<N, Due<N>>();
  /** In an ordered world: when the last frame of a lane arrives. */
  private readonly lastArrivals = new Map<string, number>();
  private clocks: RunOptions['clocks'] = {};
  private events = 0;
  private deliveries = 0;
  private isPeaceful = false;
  private peaceUntil = Number.POSITIVE_INFINITY;
  private readonly calmUs: number;
  private acknowledgedBefore = 0;

  constructor(options: SimulateOptions, makeWorld: (settings: Settings) => W) {
    this.options = withDefaults(options);
    const { scaleUs } = this.options;
    this.calmUs = Math.ceil(scaleUs / 50);
    const root = seededRandom(options.seed);
    const profile = options.profile ?? drawProfile(split(root, 'profile'), scaleUs, options.tolerated);
    this.world = makeWorld(this.options);
    this.profile = this.world.isOrdered ? { ...profile, repeatOneIn: 0 } : profile;
    this.wire = new Wire(split(root, 'network'), this.profile);
    this.links = new Links(this.profile.bandwidth);
    this.diskRandom = split(root, 'disk');
    this.applyRandom = split(root, 'apply');
    this.clientRandom = split(root, 'clients');
    this.garbleRandom = split(root, 'garble');
    this.clients = new ClientPool({
      clients: this.options.clients,
      random: split(root, 'thinking'),
      thinkUs: this.options.thinkUs,
      askIn: (inUs, place) => this.agenda.add(this.world.now + inUs, { type: 'ask', place }),
    });
    this.faults = new FaultPlan<N>({
      world: this.world,
      links: this.links,
      profile: this.profile,
      random: split(root, 'faults'),
      later: (inUs, run) => this.agenda.add(this.world.now + inUs, { type: 'fault', run }),
      repair: (inUs, run) => this.agenda.add(this.world.now + inUs, { type: 'repair', run }),
      perform: (action) => this.perform(action),
      goOn: (held) => this.goOn(held as readonly Due<N>[]),
    });
  }

  /** Starts every node. The world has its watcher by now. */
  protected begin(): void {
    const { world } = this;
    this.faults.setClocks(split(seededRandom(this.options.seed), 'clocks'));
    this.clocks = Object.fromEntries([...world.nodes.values()].map(({ id, ppm, offsetUs }) => [id, { ppm, offsetUs }]));
    world.boot();
    for (const node of world.nodes.values()) this.lookAtClock(node);
    this.faults.begin();
    if (world.system.workload !== undefined) this.clients.begin(this.options.scaleUs);
  }

  /** Lets the next event happen. False at the end: a violation, the end of peace, or no more events. */
  protected step(): boolean {
    const { world, agenda, options } = this;
    if (world.violation() !== null || this.events >= options.maxEvents) return false;
    const isTime = this.clients.acknowledged >= options.operations || agenda.nextAt > options.maxUs;
    if (!this.isPeaceful && isTime) {
      this.makePeace();
      this.peaceUntil = world.now + options.tailUs;
    }
    if (agenda.nextAt > this.peaceUntil || agenda.size === 0) return false;
    world.advance(Math.max(world.now, agenda.nextAt));
    this.happen(agenda.take());
    return true;
  }

  /** What promises were about to do is done: nodes may have failed meanwhile, or set timers. */
  protected settled(): void {
    for (const node of this.world.nodes.values()) {
      if (hasFailed(node) && node.diskFailed) this.faults.restartSoon(node);
      this.lookAtClock(node);
    }
  }

  /** What must be true in peace is looked at, and all is summed up. */
  protected end(): SimulationResult {
    const { world } = this;
    const isOver = this.isPeaceful && this.events < this.options.maxEvents;
    if (world.violation() === null && isOver) world.judgePeace();
    return this.result(world.violation() !== null ? 'violation' : isOver ? 'peace' : 'events');
  }

  /** How far it is. */
  protected progress(): { readonly events: number; readonly acknowledged: number; readonly virtualUs: number } {
    return { events: this.events, acknowledged: this.clients.acknowledged, virtualUs: this.world.now };
  }

  // ---- What the world tells ----

  /** As `Watcher.sent`. */
  sent(frame: Frame): void {
    const { wire, agenda, world, links } = this;
    const { from, to, bytes } = frame;
    wire.draw();
    if (wire.copies === 0) {
      this.faults.count('frames lost');
      this.vanish(frame);
      return;
    }
    if (links.isBusy(from, to, world.now)) this.faults.count('frames queued');
    const delayUs = links.delayUs(from, to, bytes.length, world.now);
    if (delayUs === null) {
      this.faults.count('frames without room');
      this.vanish(frame);
      return;
    }
    const copies = wire.copies === 1 ? ONCE : { left: 2 };
    const at = world.now + wire.firstUs + delayUs;
    agenda.add(world.isOrdered ? this.inOrder(frame, at) : at, { type: 'arrive', frame, copies });
    if (copies === ONCE) return;
    this.faults.count('frames repeated');
    agenda.add(world.now + wire.secondUs + delayUs, { type: 'arrive', frame, copies });
  }

  /** As `Watcher.flushing`. */
  flushing(node: N): void {
    const { flushUs } = this.profile;
    const us = this.calmed(between(this.diskRandom, flushUs[0], flushUs[1])) + this.faults.hangOf(node);
    this.agenda.add(this.world.now + us, { type: 'flushed', node, life: this.lives.of(node) });
  }

  /** As `Watcher.applying`. */
  applying(node: N): void {
    const { applyUs } = this.profile;
    const us = this.calmed(between(this.applyRandom, applyUs[0], applyUs[1]));
    this.agenda.add(this.world.now + us, { type: 'applied', node, life: this.lives.of(node) });
  }

  /** As `Watcher.owing`. */
  owing(node: N): void {
    const us = this.calmed(between(this.diskRandom, ...this.profile.flushUs));
    this.agenda.add(this.world.now + us, { type: 'snapshot', node, life: this.lives.of(node) });
  }

  /** As `Watcher.stepped`. */
  stepped(node: N): void {
    this.digest.string(node.id);
  }

  /** As `Watcher.answered`. */
  answered(asked: Asked, type: 'ok' | 'fail' | 'info'): void {
    this.digest.string(type);
    this.clients.heard(asked, type);
  }

  // ---- What is due ----

  private happen(due: Due<N>): void {
    this.events++;
    this.digest.number(this.world.now);
    switch (due.type) {
      case 'arrive':
        this.arrive(due);
        break;
      case 'vanish':
        this.lose(due.frame);
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

  private arrive(due: Extract<Due<N>, { readonly type: 'arrive' }>): void {
    const { world, links } = this;
    const { frame, copies } = due;
    const node = world.nodes.get(frame.to)!;
    if (links.holds(frame.from, frame.to, due)) return;
    if (node.state === 'paused') {
      this.lives.park(node, due);
      return;
    }
    const isLast = copies === ONCE || --copies.left === 0;
    if (!world.canDeliver(frame)) {
      if (isLast) this.lose(frame);
      return;
    }
    if (isLast && this.isGarbled()) {
      this.garble(frame);
      return;
    }
    this.deliveries++;
    this.digest.bytes(frame.bytes);
    if (this.options.record) this.note(named({ type: isLast ? 'deliver' : 'repeat', frame: frame.id }));
    // Without names the network has kept nothing.
    if (isLast && world.network.kind === 'bag') world.network.drop(frame.id);
    world.deliver(frame);
    this.lookAtClock(node);
  }

  private isGarbled(): boolean {
    const { garbleOneIn } = this.profile;
    return garbleOneIn > 0 && !this.isPeaceful && nextUint32(this.garbleRandom) % garbleOneIn === 0;
  }

  private garble(frame: Frame): void {
    const variant = nextUint32(this.garbleRandom);
    // A network without names has not kept it, and is handed it back.
    const { id } = this.world.network.kind === 'bag' ? frame : this.world.network.keep(frame);
    if (this.perform(named({ type: 'garble', frame: id, variant }))) this.faults.count('frames garbled');
  }

  private complete(due: Extract<Due<N>, { readonly life: number }>): void {
    const { world } = this;
    const { type, node, life } = due;
    if (life !== this.lives.of(node) || node.state === 'down' || node.state === 'failed') return;
    if (node.state === 'paused') {
      this.lives.park(node, due);
      return;
    }
    // A disk that hangs holds up what it had begun before; what is about snapshots waits for the flush in flight.
    const waitUs = type === 'flushed' ? this.faults.hangOf(node) : node.owes(type) ? 0 : 1_000;
    if (waitUs > 0) {
      this.agenda.add(world.now + waitUs, due);
      return;
    }
    if (this.options.record) this.note(named({ type, node: node.id }));
    world.complete(type, node);
    if (hasFailed(node) && node.diskFailed) this.faults.restartSoon(node);
    else if (type === 'flushed') this.faults.flushed(node);
    this.lookAtClock(node);
  }

  private wake({ node, at }: Extract<Due<N>, { readonly type: 'wake' }>): void {
    if (!this.lives.wakes(node, at) || !node.isUp) return; // One that was paused is looked at when it goes on.
    const deadline = node.deadline();
    if (deadline !== null && node.nowMs(this.world.now) >= deadline) {
      if (this.options.record) this.note(named({ type: 'timeout', node: node.id }));
      this.world.maybeTimeout(node);
    }
    this.lookAtClock(node);
  }

  private ask(place: number): void {
    const { world, clients, clientRandom: random } = this;
    if (clients.waits(place)) return;
    const ready: N[] = [];
    for (const node of world.nodes.values()) if (node.isReady) ready.push(node);
    if (ready.length === 0) {
      clients.askSoon(place);
      return;
    }
    const before = this.options.stay ? ready.find(({ id }) => id === clients.at(place)) : undefined;
    const node = before ?? ready[below(random, ready.length)]!;
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
      if (action.type === 'crash') this.lives.ended(node);
      if (action.type === 'crash' || action.type === 'resume') this.goOn(this.lives.unpark(node));
      this.lookAtClock(node);
    }
    return true;
  }

  private goOn(held: readonly Due<N>[]): void {
    for (const due of held) this.agenda.add(this.world.now, due);
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

  /** No earlier than what was sent before on its lane. */
  private inOrder({ from, to, lane }: Frame, at: number): number {
    const name = `${from}>${to} ${lane}`;
    const inOrder = Math.max(at, this.lastArrivals.get(name) ?? 0);
    this.lastArrivals.set(name, inOrder);
    return inOrder;
  }

  /** A frame that won't arrive. Where promises wait for room on a link, its going is an event of its own. */
  private vanish(frame: Frame): void {
    if (this.world.isOrdered) this.agenda.add(this.world.now, { type: 'vanish', frame });
    else this.lose(frame);
  }

  /** The last copy of it is gone. */
  private lose({ id }: Frame): void {
    const { network } = this.world;
    if (network.kind !== 'bag' || network.get(id) === undefined) return;
    if (this.options.record) this.note(named({ type: 'drop', frame: id }));
    network.drop(id);
  }

  /** Sees to it that the node is woken in time. A wake that is too early looks again; so only an earlier one is entered. */
  private lookAtClock(node: N): void {
    const deadline = node.isUp ? node.deadline() : null;
    if (deadline === null || this.lives.isWokenFor(node, deadline)) return;
    const at = Math.max(this.world.now, node.whenUs(deadline));
    if (this.lives.plansWake(node, deadline, at)) this.agenda.add(at, { type: 'wake', node, at });
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
      faults: { ...this.faults.counts(), ...(world.tampered > 0 && { 'frames tampered with': world.tampered }) },
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
