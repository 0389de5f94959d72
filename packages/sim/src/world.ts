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
import type { Answer, Ref, Rename, Violation, Vocabulary, World as WorldFace } from '@dsys/core';
import type { Lane, NodeId } from '@dsys/transport';
import type { SimAction } from './action.js';
import { type Budget, Spending } from './budget.js';
import { Digest } from './digest.js';
import { enabledIn } from './enabled.js';
import type { HistoryEvent } from './history.js';
import { type Asked, Ledger, lineOf } from './ledger.js';
import type { WorldEvent } from './monitor.js';
import { type Frame, Network, type NetworkKind } from './network.js';
import { happenTo } from './node-actions.js';
import type { Owed, ScheduledWorld } from './scheduled.js';
import { SimNode, type Surroundings } from './sim-node.js';
import type { System } from './system.js';
import { Tampering } from './tamper.js';
import { Verdict } from './verdict.js';
import type { Watcher } from './watcher.js';

/** How a world is made. */
export interface WorldOptions<Op = unknown> {
  /** Default `bag`. Exploration wants `set`. */
  readonly network?: NetworkKind;
  /**
   * A flush, and what the state machine does, complete at once. Fewer states; a vote sent before it is durable isn't found.
   * `machine`: only what the state machine does.
   */
  readonly fused?: boolean | 'machine';
  /** How much may happen when `enabled` is asked: what is not named may not. */
  readonly budget?: Budget<Op>;
  /** Keep what clients saw. Default true. */
  readonly recordHistory?: boolean;
  /** What `tamper` of the system draws from. Default 0. */
  readonly seed?: number;
}

/** Frames of one broadcast, and of all forks, share their bytes. What they say, by names. */
const DESCRIBED = /* @__PURE__ */ new WeakMap<Uint8Array, Map<Rename, string>>();

const asItIs: Rename = (id) => id;

/** See the top of `world.ts`. */
export class World<V extends Vocabulary, Op = unknown> implements WorldFace<SimAction>, ScheduledWorld<SimNode<V>> {
  readonly system: System<V, Op>;
  readonly options: WorldOptions<Op>;
  readonly nodes: ReadonlyMap<NodeId, SimNode<V>>;
  /** Nodes that no fork shares: only those are changed in place. */
  private readonly owned: Set<NodeId>;
  network: Network;
  /** Microseconds. */
  now = 0;
  /** A core makes do with frames that overtake one another and come twice. */
  readonly isOrdered = false;
  watcher: Watcher<V> | null = null;
  private readonly around: Surroundings<V>;
  private readonly ledger: Ledger;
  private readonly verdict: Verdict<WorldEvent<V>>;
  private readonly tampering: Tampering | null;
  private readonly spending: Spending<Op>;

  /** All nodes are down, their disks empty. Throws `RangeError` for nodes that can't be told apart in the names of actions. */
  constructor(system: System<V, Op>, options: WorldOptions<Op> = {}, from?: World<V, Op>) {
    this.system = system;
    this.options = options;
    this.around = this.surroundings();
    if (from !== undefined) {
      this.network = from.network.clone();
      this.ledger = from.ledger.clone();
      this.verdict = from.verdict.clone();
      this.tampering = from.tampering?.clone() ?? null;
      this.spending = from.spending.clone();
      this.nodes = new Map(from.nodes);
      this.owned = new Set();
      return;
    }
    checkNodes(system.nodes);
    this.network = new Network(options.network ?? 'bag');
    this.ledger = new Ledger(options.recordHistory ?? true);
    this.verdict = new Verdict(system.monitors ?? []);
    this.tampering = system.tamper === undefined ? null : new Tampering(system.tamper, options.seed ?? 0);
    this.spending = new Spending(options.budget);
    this.nodes = new Map(system.nodes.map((id) => [id, new SimNode<V>(id, system, this.around)]));
    this.owned = new Set(system.nodes);
  }

  /** Starts every node. Once, when the watcher is set. */
  boot(): this {
    for (const id of this.nodes.keys()) this.restart(this.own(id));
    return this;
  }

  // ---- What can happen ----

  /** In a fixed order: node by node, then frames by id, then clients. */
  enabled(): readonly SimAction[] {
    return this.verdict.broken === null ? enabledIn(this, this.spending) : [];
  }

  /** Lets it happen. Throws `RangeError` for what can't. */
  perform(action: SimAction): void {
    if (!this.tryPerform(action)) throw outOfRange('action', 'one that can happen now', action.id);
  }

  /** The same; false when it can't happen now. Of a flush at most all survives a crash, also where more is named. */
  tryPerform(action: SimAction): boolean {
    if (this.verdict.broken !== null) return false;
    switch (action.type) {
      case 'deliver':
      case 'repeat': {
        const frame = this.network.get(action.frame);
        if (frame === undefined || !this.canDeliver(frame)) return false;
        if (action.type === 'deliver') this.network.take(frame.id);
        else this.spending.spend('repeats');
        this.deliver(frame);
        return true;
      }
      case 'drop':
        if (this.network.get(action.frame) === undefined) return false;
        this.spending.spend('drops');
        this.network.drop(action.frame);
        return true;
      case 'garble': {
        const frame = this.network.get(action.frame);
        if (frame === undefined || !this.canDeliver(frame)) return false;
        this.network.drop(frame.id);
        this.garble(frame, action.variant);
        return true;
      }
      case 'cut':
      case 'heal':
        if (!this.nodes.has(action.from) || !this.nodes.has(action.to)) return false;
        this.network[action.type](action.from, action.to);
        return true;
      case 'ask':
        if (this.system.workload === undefined || this.nodes.get(action.node)?.isUp !== true) return false;
        this.spending.spendAsk(action.id);
        this.ask(this.own(action.node), action.client, action.op as Op);
        return true;
      default:
        return this.nodes.has(action.node) && happenTo(this, this.spending, this.own(action.node), action);
    }
  }

  // ---- For schedulers that hold on to frames and nodes themselves ----

  /** Moves the time line forward. */
  advance(toUs: number): void {
    if (!(toUs >= this.now)) throw outOfRange('toUs', `${this.now} or more`, toUs);
    this.now = toUs;
  }

  /** Whether its receiver is up and its link is whole. */
  canDeliver({ from, to }: Frame): boolean {
    return this.nodes.get(to)?.isUp === true && !this.network.isCut(from, to);
  }

  /** Steps the receiver with what the frame says. Leaves the frame where it is. */
  deliver({ from, to, bytes }: Frame): void {
    const node = this.own(to);
    node.receive(from, bytes, this.now);
    this.settle(node);
  }

  /** As `ScheduledWorld.complete`. */
  complete(what: Owed, node: SimNode<V>): void {
    if (what === 'flushed') this.completeFlush(node);
    else if (what === 'applied') this.completeApply(node);
    else this.completeJob(node);
  }

  /** The same with its bytes spoiled. */
  private garble({ to, bytes }: Frame, variant: number): void {
    const node = this.own(to);
    const isRefused = node.receiveGarbled(bytes, variant);
    if (node.isUp)
      this.verdict.meet(isRefused ? 'a garbled frame is refused' : 'a garbled frame can be read all the same');
    this.settle(node);
  }

  /** The flush in flight of this node completes. */
  completeFlush(node: SimNode<V>): void {
    node.completeFlush(this.now);
    this.settle(node);
  }

  /** The state machine of this node does what it was given. */
  completeApply(node: SimNode<V>): void {
    node.completeApply(this.now);
    this.settle(node);
  }

  /** The oldest thing that this node does about snapshots is done. */
  completeJob(node: SimNode<V>): void {
    node.completeJob(this.now);
    this.settle(node);
  }

  /** Steps `timeout` if the node's clock says that it is due. */
  maybeTimeout(node: SimNode<V>): void {
    node.timeout(this.now);
    this.settle(node);
  }

  /** Throws `RangeError` for a system without a workload. */
  ask(node: SimNode<V>, client: number, op: Op): void {
    const { workload } = this.system;
    if (workload === undefined) throw outOfRange('action', 'one that this system has: it has no workload', 'ask');
    const ref = node.nextRef++;
    this.ledger.ask(ref, { node: node.id, client, op });
    this.record(client, 'invoke', op, workload.describe(op).value);
    node.step(workload.input(op, ref), this.now);
    this.settle(node);
  }

  /** The node goes down; of its flush in flight so many records survive. */
  crash(node: SimNode<V>, survivors: number, snapshotsSurvive: boolean = survivors > 0): void {
    node.crash(Math.min(survivors, node.disk.inFlight), snapshotsSurvive);
    for (const asked of this.ledger.giveUp(node.id)) this.hear(asked, { type: 'info' });
    this.verdict.observe({ type: 'crashed', node: node.id });
  }

  /** The node starts from what its disk holds. */
  restart(node: SimNode<V>): void {
    node.start(this.now);
    this.settle(node);
  }

  // ---- What has been ----

  /** The first invariant that was broken, or node that failed of itself. */
  violation(): Violation | null {
    return this.verdict.broken;
  }

  /** Nothing has gone wrong for a while: what must be true of the system then, is. */
  judgePeace(): void {
    const wrong = this.system.atPeace?.(this) ?? null;
    if (wrong !== null) this.verdict.broke(COMES_RIGHT, wrong);
  }

  /** As `ScheduledWorld.tampered`. */
  get tampered(): number {
    return this.tampering?.count ?? 0;
  }

  sometimes(): Readonly<Record<string, number>> {
    return this.verdict.sometimes();
  }

  /** What clients saw, in the order in which it happened. */
  history(): readonly HistoryEvent[] {
    return this.ledger.history();
  }

  /** Costs little: nodes are shared until something happens to them, here or there. */
  fork(): this {
    const copy = new World<V, Op>(this.system, this.options, this) as this;
    copy.now = this.now;
    // A scheduler holds on to its nodes, so they stay its own; else nobody owns what both have.
    if (this.watcher !== null) for (const id of this.nodes.keys()) copy.own(id);
    else this.owned.clear();
    return copy;
  }

  fingerprint(rename?: Rename): string {
    const name: Rename = rename ?? asItIs;
    const nodes = [...this.nodes.values()].map((node) => `${name(node.id)}=${node.fingerprint(this.now, rename)}`);
    const frames = this.network.inOrder().map((frame) => this.describe(frame, name));
    const cuts = this.network.cutLinks().map((link) => link.split('>').map(name).join('>'));
    // Under other names they come in another order, and that must not show.
    if (rename !== undefined) for (const list of [nodes, frames, cuts]) list.sort();
    return [
      ...nodes,
      frames.join(' '),
      cuts.join(),
      this.ledger.fingerprint(name),
      this.spending.fingerprint(name),
      this.verdict.fingerprint(name),
      ...(this.tampering === null ? [] : [this.tampering.fingerprint(name)]),
    ].join('\n');
  }

  /** A digest of the whole state, for traces: 16 hexadecimal digits. */
  digest(): string {
    const digest = new Digest();
    digest.string(this.fingerprint());
    return digest.text();
  }

  /** What a frame says, for fingerprints. Told once for each set of bytes and names. */
  private describe({ from, to, bytes }: Frame, rename: Rename): string {
    const { protocol } = this.system;
    let texts = DESCRIBED.get(bytes);
    if (texts === undefined) DESCRIBED.set(bytes, (texts = new Map()));
    let text = texts.get(rename);
    if (text === undefined)
      texts.set(rename, (text = protocol.fingerprintMessage(protocol.decodeMessage(bytes), rename)));
    return `${rename(from)}>${rename(to)}:${text}`;
  }

  /** The node, as this world's own to change. */
  private own(id: NodeId): SimNode<V> {
    const node = this.nodes.get(id)!;
    if (this.owned.size === this.nodes.size || this.owned.has(id)) return node;
    const mine = node.clone(this.around);
    (this.nodes as Map<NodeId, SimNode<V>>).set(id, mine);
    this.owned.add(id);
    return mine;
  }

  /** Something has happened to a node: in a fused world what it led to is completed at once. */
  private settle(node: SimNode<V>): void {
    const { fused = false } = this.options;
    while (fused !== false && node.isUp) {
      if (fused === true && node.flush !== null) node.completeFlush(this.now);
      else if (node.work !== null) node.completeApply(this.now);
      else if (fused === true && node.jobs.length > 0) node.completeJob(this.now);
      else break;
    }
    if (node.state === 'failed' && !node.diskFailed)
      this.verdict.broke('no node fails of itself', `${node.id}: ${node.failure}`);
  }

  private surroundings(): Surroundings<V> {
    return {
      sent: (node, to, bytes, lane) => this.send(node.id, to, bytes, lane),
      answered: (node, ref, answer) => this.answered(node, ref, answer),
      stepped: (node, input, outputs) => {
        this.watcher?.stepped(node, input, outputs);
        if (this.verdict.isWatched)
          this.verdict.observe({ type: 'stepped', node: node.id, core: node.executor!.core, input, outputs });
      },
      flushing: (node) => this.watcher?.flushing(node),
      applying: (node) => this.watcher?.applying(node),
      owing: (node) => this.watcher?.owing(node),
    };
  }

  private send(from: NodeId, to: NodeId, bytes: Uint8Array, lane: Lane): void {
    if (this.tampering === null) this.put(from, to, bytes, lane);
    else if (!this.nodes.has(to)) return;
    else
      for (const said of this.tampering.frames(from, { to, bytes, lane }))
        this.put(from, said.to, said.bytes, said.lane);
  }

  private put(from: NodeId, to: NodeId, bytes: Uint8Array, lane: Lane): void {
    const frame = this.nodes.has(to) ? this.network.send(from, to, bytes, lane) : null;
    if (frame !== null) this.watcher?.sent(frame);
  }

  private answered(node: SimNode<V>, ref: Ref, answer: Answer<V>): void {
    this.verdict.observe({ type: 'answered', node: node.id, answer });
    const asked = this.ledger.answer(node.id, ref);
    if (asked !== undefined) this.hear(asked, this.system.workload!.outcome(asked.op as Op, answer, node.machine));
  }

  private hear(asked: Asked, { type, value }: { type: 'ok' | 'fail' | 'info'; value?: unknown }): void {
    this.record(asked.client, type, asked.op as Op, value);
    this.watcher?.answered(asked, type, value);
  }

  private record(process: number, type: HistoryEvent['type'], op: Op, value: unknown): void {
    const event = lineOf(this.system.workload!.describe(op), { process, type, value, time: this.now });
    this.ledger.write(event);
    this.verdict.observe({ type: type === 'invoke' ? 'asked' : 'heard', event });
  }
}

/** The invariant that `atPeace` speaks for. */
export const COMES_RIGHT = 'it comes right again when faults end';

/** Throws `RangeError` for nodes that can't be told apart in the names of actions. */
export function checkNodes(nodes: readonly NodeId[]): void {
  if (nodes.length === 0) throw outOfRange('nodes', 'one or more', 0);
  if (new Set(nodes).size < nodes.length) throw outOfRange('nodes', 'all different', nodes.join(' '));
  for (const id of nodes)
    if (!/^[^\s>:]+$/.test(id)) throw outOfRange('nodes', "names without spaces, '>' and ':'", JSON.stringify(id));
}
