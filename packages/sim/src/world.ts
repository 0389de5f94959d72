/**
 * A distributed system as a value: nodes, network and disks. Nothing in it happens by itself; whoever holds it chooses
 * what happens next. A random scheduler makes it a simulation, an exhaustive one a model check, a person's hand a demo.
 *
 *     enabled() ──► choose ──► perform(action) ──► monitors look ──► enabled() …          fork() at any point
 *
 * Time is an integer of microseconds. A scheduler that has a time line moves it with `advance`; without one each node's
 * clock jumps to its deadline when that is performed, as if it ran alone.
 */

import { outOfRange } from '@dsys/codec';
import type { Answer, Input, Output, Ref, Rename, Violation, Vocabulary, World as WorldFace } from '@dsys/core';
import type { Lane, NodeId } from '@dsys/transport';
import { named, type SimAction } from './action.js';
import { Digest } from './digest.js';
import type { HistoryEvent } from './history.js';
import type { WorldEvent } from './monitor.js';
import { type Frame, Network, type NetworkKind } from './network.js';
import { SimNode, type Surroundings } from './sim-node.js';
import type { System } from './system.js';

/** How a world is made. */
export interface WorldOptions<Op = unknown> {
  /** Default `bag`. Exploration wants `set`. */
  readonly network?: NetworkKind;
  /** A flush, and what the state machine does, complete at once. Fewer states; a vote sent before it is durable isn't found. */
  readonly fused?: boolean;
  /** How much may happen when `enabled` is asked: what is not named may not. */
  readonly budget?: Budget<Op>;
  /** Keep what clients saw. Default true. */
  readonly recordHistory?: boolean;
}

/** What `enabled` offers beside deliveries and completions. `perform` takes whatever makes sense, budget or not. */
export interface Budget<Op = unknown> {
  /** Timeouts a node. Default: no limit. */
  readonly timeouts?: number;
  /** Crashes in all, and whether a disk may be lost with one. Default 0. */
  readonly crashes?: number;
  readonly wipes?: number;
  /** Frames of a bag that may be lost, or delivered twice. Default 0. */
  readonly drops?: number;
  readonly repeats?: number;
  /** What clients ask, each once, in any order. */
  readonly asks?: readonly { readonly node: NodeId; readonly client: number; readonly op: Op }[];
}

/** What a scheduler is told, so that it need not list what is enabled. */
export interface Watcher<V extends Vocabulary> {
  sent(frame: Frame): void;
  flushing(node: SimNode<V>): void;
  applying(node: SimNode<V>): void;
  owing(node: SimNode<V>): void;
  /** The node was stepped: its deadline may be another. */
  stepped(node: SimNode<V>, input: Input<V> | null, outputs: readonly Output<V>[]): void;
  answered(asked: Asked, type: 'ok' | 'fail' | 'info'): void;
}

/** An operation that waits for its answer. */
export interface Asked {
  readonly node: NodeId;
  readonly client: number;
  readonly op: unknown;
}

/** Frames of one broadcast, and of all forks, share their bytes. */
const DESCRIBED = new WeakMap<Uint8Array, string>();

/** See the top of `world.ts`. */
export class World<V extends Vocabulary, Op = unknown> implements WorldFace<SimAction> {
  readonly system: System<V, Op>;
  readonly options: WorldOptions<Op>;
  readonly nodes: ReadonlyMap<NodeId, SimNode<V>>;
  /** Nodes that no fork shares: only those are changed in place. */
  private owned: Set<NodeId>;
  network: Network;
  /** Microseconds. */
  now = 0;
  watcher: Watcher<V> | null = null;
  private around: Surroundings<V> = this.surroundings();
  private events: HistoryEvent[] = [];
  /** Who waits, by `node/ref`. */
  private asked: Map<string, Asked> = new Map();
  private monitors: unknown[];
  private met: Map<string, number> = new Map();
  private broken: Violation | null = null;
  private spent: { timeouts: Map<NodeId, number>; crashes: number; wipes: number; drops: number; repeats: number };
  private asksLeft: readonly { readonly node: NodeId; readonly client: number; readonly op: Op }[];

  /** All nodes are started, on empty disks. */
  constructor(system: System<V, Op>, options: WorldOptions<Op> = {}) {
    if (system.nodes.length === 0) throw outOfRange('nodes', 'one or more', 0);
    this.system = system;
    this.options = options;
    this.network = new Network(options.network ?? 'bag');
    this.monitors = (system.monitors ?? []).map(({ init }) => init);
    for (const { sometimes = [] } of system.monitors ?? []) for (const what of sometimes) this.met.set(what, 0);
    this.spent = { timeouts: new Map(), crashes: 0, wipes: 0, drops: 0, repeats: 0 };
    this.asksLeft = options.budget?.asks ?? [];
    this.nodes = new Map(system.nodes.map((id) => [id, new SimNode<V>(id, system, this.around)]));
    this.owned = new Set(system.nodes);
  }

  /** Starts every node. Once, when the watcher is set. */
  boot(): this {
    for (const id of this.nodes.keys()) {
      const node = this.own(id);
      this.touch(node, () => node.start(this.now));
    }
    return this;
  }

  // ---- What can happen ----

  /** In a fixed order: node by node, then frames by id, then clients. */
  enabled(): readonly SimAction[] {
    const found: SimAction[] = [];
    if (this.broken !== null) return found;
    const {
      crashes = 0,
      wipes = 0,
      timeouts = Number.POSITIVE_INFINITY,
      drops = 0,
      repeats = 0,
    } = this.options.budget ?? {};
    for (const node of this.nodes.values()) {
      const { id } = node;
      if (node.state === 'down') {
        found.push(named({ type: 'restart', node: id }));
        if (this.spent.wipes < wipes) found.push(named({ type: 'wipe', node: id }));
        continue;
      }
      if (node.isUp) {
        if (node.flush !== null) found.push(named({ type: 'flushed', node: id }));
        if (node.work !== null) found.push(named({ type: 'applied', node: id }));
        if (node.jobs.length > 0 && node.flush === null) found.push(named({ type: 'snapshot', node: id }));
        if (node.executor!.deadline() !== null && (this.spent.timeouts.get(id) ?? 0) < timeouts)
          found.push(named({ type: 'timeout', node: id }));
      }
      if (this.spent.crashes < crashes)
        for (let survivors = 0; survivors <= node.disk.inFlight; survivors++)
          found.push(named({ type: 'crash', node: id, survivors }));
    }
    for (const frame of this.network.inOrder()) {
      if (this.canDeliver(frame)) {
        found.push(named({ type: 'deliver', frame: frame.id }));
        if (this.spent.repeats < repeats) found.push(named({ type: 'repeat', frame: frame.id }));
      }
      if (this.spent.drops < drops) found.push(named({ type: 'drop', frame: frame.id }));
    }
    for (const ask of this.asksLeft)
      if (this.nodes.get(ask.node)?.isUp === true) found.push(named({ type: 'ask', ...ask }));
    return found;
  }

  /** Lets it happen. Throws `RangeError` for what can't. */
  perform(action: SimAction): void {
    if (!this.tryPerform(action)) throw outOfRange('action', 'one that is enabled', action.id);
  }

  /** The same; false when it can't happen now. */
  tryPerform(action: SimAction): boolean {
    if (this.broken !== null) return false;
    switch (action.type) {
      case 'deliver':
      case 'repeat': {
        const frame = this.network.get(action.frame);
        if (frame === undefined || !this.canDeliver(frame)) return false;
        if (action.type === 'deliver') this.network.take(frame.id);
        else this.spent.repeats++;
        this.deliver(frame);
        return true;
      }
      case 'drop':
        if (this.network.get(action.frame) === undefined) return false;
        this.spent.drops++;
        this.network.drop(action.frame);
        return true;
      case 'cut':
        this.network.cut(action.from, action.to);
        return true;
      case 'heal':
        this.network.heal(action.from, action.to);
        return true;
      case 'ask': {
        if (this.nodes.get(action.node)?.isUp !== true) return false;
        const node = this.own(action.node);
        const at = this.asksLeft.findIndex((ask) => named({ type: 'ask', ...ask }).id === action.id);
        if (at !== -1) this.asksLeft = this.asksLeft.toSpliced(at, 1);
        this.ask(node, action.client, action.op as Op);
        return true;
      }
      default: {
        return this.nodes.has(action.node) && this.happenTo(this.own(action.node), action);
      }
    }
  }

  // ---- For schedulers that hold on to frames and nodes themselves ----

  /** Moves the time line forward. */
  advance(toUs: number): void {
    if (!(toUs >= this.now)) throw outOfRange('toUs', `${this.now} or more`, toUs);
    this.now = toUs;
  }

  canDeliver({ from, to }: Frame): boolean {
    return this.nodes.get(to)?.isUp === true && !this.network.isCut(from, to);
  }

  deliver({ from, to, bytes }: Frame): void {
    const node = this.own(to);
    const message = this.system.protocol.decodeMessage(bytes);
    this.touch(node, () => node.step({ type: 'receive', from, message }, this.now));
  }

  completeFlush(node: SimNode<V>): void {
    this.touch(node, () => node.completeFlush(this.now));
  }

  completeApply(node: SimNode<V>): void {
    this.touch(node, () => node.completeApply(this.now));
  }

  completeJob(node: SimNode<V>): void {
    this.touch(node, () => node.completeJob(this.now));
  }

  /** Steps `timeout` if the node's clock says that it is due. */
  maybeTimeout(node: SimNode<V>): void {
    this.touch(node, () => node.timeout(this.now));
  }

  ask(node: SimNode<V>, client: number, op: Op): void {
    const { workload } = this.system;
    if (workload === undefined) throw outOfRange('action', 'one that this system has: it has no workload', 'ask');
    const ref = node.nextRef++;
    this.asked.set(`${node.id}/${ref}`, { node: node.id, client, op });
    const { f, key, value } = workload.describe(op);
    this.record({ process: client, type: 'invoke', f, ...(key !== undefined && { key }), value });
    this.touch(node, () => node.step(workload.input(op, ref), this.now));
  }

  crash(node: SimNode<V>, survivors: number, snapshotsSurvive: boolean = survivors > 0): void {
    node.crash(Math.min(survivors, node.disk.inFlight), snapshotsSurvive);
    for (const [waiting, asked] of this.asked) {
      if (asked.node !== node.id) continue;
      this.asked.delete(waiting);
      this.hear(asked, { type: 'info' });
    }
    this.observe({ type: 'crashed', node: node.id });
  }

  restart(node: SimNode<V>): void {
    this.touch(node, () => node.start(this.now));
  }

  // ---- What has been ----

  /** The first invariant that was broken, or node that failed of itself. */
  violation(): Violation | null {
    return this.broken;
  }

  /** Nothing has gone wrong for a while: what must be true of the system then, is. */
  judgePeace(): void {
    const wrong = this.system.atPeace?.(this) ?? null;
    if (wrong !== null) this.broke('it comes right again when faults end', wrong);
  }

  sometimes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.met);
  }

  /** What clients saw, in the order in which it happened. */
  history(): readonly HistoryEvent[] {
    return this.events;
  }

  /** Costs little: nodes are shared until something happens to them, here or there. */
  fork(): this {
    const copy = Object.create(World.prototype) as this;
    Object.assign(copy, this, { nodes: new Map(this.nodes), owned: new Set(), watcher: null });
    copy.around = copy.surroundings();
    copy.network = this.network.clone();
    copy.events = [...this.events];
    copy.asked = new Map(this.asked);
    copy.monitors = [...this.monitors];
    copy.met = new Map(this.met);
    copy.spent = { ...this.spent, timeouts: new Map(this.spent.timeouts) };
    // A scheduler holds on to its nodes, so they stay its own; else nobody owns what both have.
    if (this.watcher !== null) for (const id of this.nodes.keys()) copy.own(id);
    else this.owned.clear();
    return copy;
  }

  fingerprint(rename?: Rename): string {
    const { system, spent } = this;
    const name: Rename = rename ?? ((id: NodeId) => id);
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    const nodes = [...this.nodes.values()].map((node) => ({
      name: name(node.id),
      text: node.fingerprint(this.now, rename),
    }));
    if (rename !== undefined) nodes.sort(byName);
    const frames = this.network.inOrder().map((frame) => this.describe(frame, rename));
    if (rename !== undefined) frames.sort();
    const monitors = (system.monitors ?? []).map(
      (monitor, i) => monitor.fingerprint?.(this.monitors[i], name) ?? JSON.stringify(this.monitors[i]),
    );
    const timeouts = [...spent.timeouts].map(([id, count]) => `${name(id)}${count}`).sort();
    const budget = `${spent.crashes},${spent.wipes},${spent.drops},${spent.repeats},${timeouts.join(';')}`;
    const asks = this.asksLeft.map((ask) => `${name(ask.node)}${ask.client}${JSON.stringify(ask.op)}`).sort();
    const cuts = this.network
      .cutLinks()
      .map((link) => link.split('>').map(name).join('>'))
      .sort();
    return [
      ...nodes.map(({ name, text }) => `${name}=${text}`),
      frames.join(' '),
      monitors.join(' '),
      `${budget}|${this.options.budget === undefined ? '' : asks.join()}|${cuts.join()}`,
      this.broken?.invariant ?? '',
    ].join('\n');
  }

  /** A digest of the whole state, for traces. */
  digest(): string {
    const digest = new Digest();
    digest.string(this.fingerprint());
    return digest.text();
  }

  /** What a frame says, for fingerprints. Told once for each set of bytes, as long as names are their own. */
  private describe(frame: Frame, rename?: Rename): string {
    const { protocol } = this.system;
    if (rename === undefined) {
      const known = DESCRIBED.get(frame.bytes);
      if (known !== undefined) return `${frame.from}>${frame.to}:${known}`;
    }
    const text = protocol.fingerprintMessage(protocol.decodeMessage(frame.bytes), rename);
    if (rename === undefined) DESCRIBED.set(frame.bytes, text);
    const [from, to] = rename === undefined ? [frame.from, frame.to] : [rename(frame.from), rename(frame.to)];
    return `${from}>${to}:${text}`;
  }

  /** The node, as this world's own to change. */
  private own(id: NodeId): SimNode<V> {
    const node = this.nodes.get(id)!;
    if (this.owned.has(id)) return node;
    const mine = node.clone(this.around);
    (this.nodes as Map<NodeId, SimNode<V>>).set(id, mine);
    this.owned.add(id);
    return mine;
  }

  private happenTo(
    node: SimNode<V>,
    action: Exclude<SimAction, { frame: string } | { from: NodeId } | { type: 'ask' }>,
  ): boolean {
    node.changed();
    switch (action.type) {
      case 'flushed':
        if (!node.isUp || node.flush === null) return false;
        this.completeFlush(node);
        return true;
      case 'applied':
        if (!node.isUp || node.work === null) return false;
        this.completeApply(node);
        return true;
      case 'snapshot':
        if (!node.isUp || node.jobs.length === 0 || node.flush !== null) return false;
        this.completeJob(node);
        return true;
      case 'timeout': {
        const deadline = node.isUp ? node.executor!.deadline() : null;
        if (deadline === null) return false;
        this.spent.timeouts.set(node.id, (this.spent.timeouts.get(node.id) ?? 0) + 1);
        const early = deadline - node.nowMs(this.now);
        if (early > 0) node.offsetUs += early * 1000;
        this.maybeTimeout(node);
        return true;
      }
      case 'crash':
        if (node.state === 'down') return false;
        this.spent.crashes++;
        this.crash(node, action.survivors);
        return true;
      case 'restart':
      case 'wipe':
        if (node.state !== 'down') return false;
        if (action.type === 'wipe') {
          this.spent.wipes++;
          node.wipe();
        }
        this.restart(node);
        return true;
      case 'pause':
        if (!node.isUp) return false;
        node.state = 'paused';
        return true;
      case 'resume':
        if (node.state !== 'paused') return false;
        node.state = 'up';
        return true;
      case 'jump':
        node.offsetUs += Math.max(0, action.ms) * 1000;
        return true;
      case 'full':
      case 'roomy':
        node.disk.setFull(action.type === 'full');
        return true;
      case 'ioError':
        node.disk.failNextFlush();
        return true;
      case 'rot': {
        const { firstPosition, durablePosition } = node.disk.status();
        if (action.position < firstPosition || action.position > durablePosition) return false;
        node.disk.damage(action.position);
        return true;
      }
    }
  }

  /** Something happens to a node; what it led to is looked at, and completed at once in a fused world. */
  private touch(node: SimNode<V>, does: () => void): void {
    does();
    if (this.options.fused === true)
      while (node.isUp && (node.flush !== null || node.work !== null || node.jobs.length > 0)) {
        if (node.flush !== null) node.completeFlush(this.now);
        else if (node.work !== null) node.completeApply(this.now);
        else node.completeJob(this.now);
      }
    if (node.state === 'failed' && !node.diskFailed)
      this.broke('no node fails of itself', `${node.id}: ${node.failure}`);
  }

  private surroundings(): Surroundings<V> {
    return {
      sent: (node, to, bytes, lane) => this.send(node.id, to, bytes, lane),
      answered: (node, ref, answer) => this.answered(node, ref, answer),
      stepped: (node, input, outputs) => {
        this.watcher?.stepped(node, input, outputs);
        if (this.monitors.length > 0)
          this.observe({ type: 'stepped', node: node.id, core: node.executor!.core, input, outputs });
      },
      flushing: (node) => this.watcher?.flushing(node),
      applying: (node) => this.watcher?.applying(node),
      owing: (node) => this.watcher?.owing(node),
    };
  }

  private send(from: NodeId, to: NodeId, bytes: Uint8Array, lane: Lane): void {
    if (!this.nodes.has(to)) return;
    const frame = this.network.send(from, to, bytes, lane);
    if (frame !== null) this.watcher?.sent(frame);
  }

  private answered(node: SimNode<V>, ref: Ref, answer: Answer<V>): void {
    this.observe({ type: 'answered', node: node.id, answer });
    const waiting = `${node.id}/${ref}`;
    const asked = this.asked.get(waiting);
    if (asked === undefined) return;
    this.asked.delete(waiting);
    this.hear(asked, this.system.workload!.outcome(asked.op as Op, answer));
  }

  private hear(asked: Asked, { type, value }: { type: 'ok' | 'fail' | 'info'; value?: unknown }): void {
    const { f, key } = this.system.workload!.describe(asked.op as Op);
    this.record({ process: asked.client, type, f, ...(key !== undefined && { key }), value });
    this.watcher?.answered(asked, type);
  }

  private record(event: Omit<HistoryEvent, 'time'>): void {
    const timed = { ...event, time: this.now };
    if (this.options.recordHistory !== false) this.events.push(timed);
    this.observe({ type: event.type === 'invoke' ? 'asked' : 'heard', event: timed });
  }

  private observe(event: WorldEvent<V>): void {
    for (const [i, monitor] of (this.system.monitors ?? []).entries())
      this.monitors[i] = monitor.observe(this.monitors[i], event, {
        broken: (detail) => this.broke(monitor.name, detail),
        sometimes: (what) => this.met.set(what, (this.met.get(what) ?? 0) + 1),
      });
  }

  private broke(invariant: string, detail: string): void {
    this.broken ??= { invariant, detail };
  }
}
