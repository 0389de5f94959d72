/**
 * A world of services written with promises: nodes, network and disks as for cores, and the same actions. What an action
 * sets off goes on in microtasks; `settle` waits until they are done, and is to be awaited before the next action.
 *
 *     perform(action) ──► await settle() ──► invariants look ──► perform(action) …
 *
 * A promise can't be copied, so there is no `fork` and no fingerprint: such a world comes back by replay alone, and
 * exploration refuses it by type.
 */
import { outOfRange } from '@dsys/codec';
import type { Violation } from '@dsys/core';
import type { Lane, NodeId } from '@dsys/transport';
import type { SimAction } from '../action.js';
import { Spending } from '../budget.js';
import { Digest } from '../digest.js';
import { garbled } from '../garble.js';
import type { HistoryEvent } from '../history.js';
import { type Asked, Ledger, lineOf } from '../ledger.js';
import { type Frame, Network } from '../network.js';
import { happenTo } from '../node-actions.js';
import type { Owed, ScheduledWorld } from '../scheduled.js';
import { Tampering } from '../tamper.js';
import { Verdict } from '../verdict.js';
import { COMES_RIGHT, checkNodes } from '../world.js';
import { enter, type Inside, type RealWorldError, turn } from './guard.js';
import type { LifeHost } from './life.js';
import { ServiceNode } from './node.js';
import type { ServiceEvent, ServiceOutcome, ServiceSystem } from './system.js';

/** How a world of services is made. */
export interface ServiceWorldOptions {
  /** Flushes complete at once. */
  readonly fused?: boolean;
  /** What services and tampering draw from. Default 0. */
  readonly seed?: number;
  /** Keep what clients saw. Default true. */
  readonly recordHistory?: boolean;
}

/** What a scheduler is told. */
export interface ServiceWatcher<S> {
  /** A frame is on its way. */
  sent(frame: Frame): void;
  /** A flush has begun on this node's disk. */
  flushing(node: ServiceNode<S>): void;
  /** Something happened to it: its deadline may be another. */
  stepped(node: ServiceNode<S>): void;
  /** An operation has its answer. */
  answered(asked: Asked, type: 'ok' | 'fail' | 'info', value: unknown): void;
}

/** See the top of `world.ts`. */
export class ServiceWorld<S, Op = unknown> implements ScheduledWorld<ServiceNode<S>> {
  readonly system: ServiceSystem<S, Op>;
  readonly nodes: ReadonlyMap<NodeId, ServiceNode<S>>;
  readonly network: Network = new Network('bag');
  /** Microseconds. */
  now = 0;
  /** A service may rely on the order of a lane. */
  readonly isOrdered = true;
  watcher: ServiceWatcher<S> | null = null;
  private readonly options: ServiceWorldOptions;
  private readonly ledger: Ledger;
  private readonly verdict: Verdict<ServiceEvent<S>>;
  private readonly tampering: Tampering | null;
  private readonly spending = new Spending(undefined);
  private readonly gone = new Map<string, () => void>();
  /** By lane: the number of the last frame that was delivered. What was sent before it is lost. */
  private readonly delivered = new Map<string, number>();
  private readonly acted = new Set<ServiceNode<S>>();
  private escape: RealWorldError | null = null;

  /** All nodes are down, their disks empty. Throws `RangeError` as `World` does. */
  constructor(system: ServiceSystem<S, Op>, options: ServiceWorldOptions = {}) {
    checkNodes(system.nodes);
    this.system = system;
    this.options = options;
    this.ledger = new Ledger(options.recordHistory ?? true);
    this.verdict = new Verdict<ServiceEvent<S>>(system.invariants ?? []);
    this.tampering = system.tamper === undefined ? null : new Tampering(system.tamper, options.seed ?? 0);
    const around = {
      hostOf: (node: ServiceNode<S>) => this.hostOf(node),
      started: (node: ServiceNode<S>, service: S) => this.verdict.observe({ type: 'started', node: node.id, service }),
    };
    this.nodes = new Map(system.nodes.map((id) => [id, new ServiceNode<S>(id, system as ServiceSystem<S>, around)]));
    this.network.onGone = (frame) => {
      this.gone.get(frame.id)?.();
      this.gone.delete(frame.id);
    };
  }

  /** Starts every node. */
  boot(): this {
    for (const node of this.nodes.values()) this.begin(node);
    return this;
  }

  // ---- What can happen ----

  /** Lets it happen. Throws `RangeError` for what can't. */
  perform(action: SimAction): void {
    if (!this.tryPerform(action)) throw outOfRange('action', 'one that can happen now', action.id);
  }

  /** The same; false when it can't happen now. Frames of a lane that were sent before one that is delivered are lost. */
  tryPerform(action: SimAction): boolean {
    if (this.verdict.broken !== null) return false;
    switch (action.type) {
      case 'repeat':
        return false; // At most once.
      case 'deliver':
      case 'garble': {
        const frame = this.network.get(action.frame);
        if (frame === undefined || !this.canDeliver(frame)) return false;
        this.network.drop(frame.id);
        const { bytes } = frame;
        this.deliver(action.type === 'garble' ? { ...frame, bytes: garbled(bytes, action.variant) } : frame);
        return true;
      }
      case 'drop':
        if (this.network.get(action.frame) === undefined) return false;
        this.network.drop(action.frame);
        return true;
      case 'cut':
      case 'heal':
        if (!this.nodes.has(action.from) || !this.nodes.has(action.to)) return false;
        this.network[action.type](action.from, action.to);
        return true;
      case 'ask': {
        const node = this.nodes.get(action.node);
        if (this.system.workload === undefined || node?.isReady !== true) return false;
        this.ask(node, action.client, action.op as Op);
        return true;
      }
      default: {
        const node = this.nodes.get(action.node);
        return node !== undefined && happenTo(this, this.spending, node, action);
      }
    }
  }

  /**
   * Resolves when all that was set off is done, and the invariants have looked. Rejects with a `RealWorldError` when a
   * service reached for the real world. Only within `guarded`.
   */
  async settle(): Promise<void> {
    do await turn();
    while (this.completeFused());
    if (this.escape !== null) throw this.escape;
    for (const node of this.acted) {
      this.watcher?.stepped(node);
      if (node.state === 'failed' && !node.diskFailed)
        this.verdict.broke('no node fails of itself', `${node.id}: ${node.failure}`);
      const { service } = node;
      if (service !== null && node.isUp) this.verdict.observe({ type: 'acted', node: node.id, service });
    }
    this.acted.clear();
  }

  /** Ends every life, so that nothing is left waiting but garbage. */
  close(): void {
    this.watcher = null;
    for (const node of this.nodes.values()) node.life?.end();
  }

  // ---- For schedulers ----

  /** Moves the time line forward. */
  advance(toUs: number): void {
    if (!(toUs >= this.now)) throw outOfRange('toUs', `${this.now} or more`, toUs);
    this.now = toUs;
  }

  /** Whether it is still on its way, its receiver is up, its link whole, and nothing that was sent after it has arrived. */
  canDeliver({ id, from, to, lane, number }: Frame): boolean {
    if (this.network.get(id)?.number !== number || this.nodes.get(to)?.isUp !== true || this.network.isCut(from, to))
      return false;
    return number >= (this.delivered.get(`${from}>${to} ${lane}`) ?? 0);
  }

  /** The receiver gets it. */
  deliver({ from, to, bytes, lane, number }: Frame): void {
    this.delivered.set(`${from}>${to} ${lane}`, number + 1);
    const node = this.nodes.get(to)!;
    this.enter(node);
    node.run(({ transport }) => transport.arrive(from, bytes));
  }

  /** The flush in flight of this node completes. */
  complete(_what: Owed, node: ServiceNode<S>): void {
    this.enter(node);
    node.run((life) => life.completeFlush());
  }

  /** Calls back the first timer that is due. */
  maybeTimeout(node: ServiceNode<S>): void {
    this.enter(node);
    node.run(({ clock }) => clock.fire());
  }

  /** A client asks the service of a node. */
  ask(node: ServiceNode<S>, client: number, op: Op): void {
    const { workload } = this.system;
    if (workload === undefined) throw outOfRange('action', 'one that this system has: it has no workload', 'ask');
    const ref = node.nextRef++;
    this.ledger.ask(ref, { node: node.id, client, op });
    this.record(client, 'invoke', op, workload.describe(op).value);
    this.enter(node);
    const service = node.service!;
    const hear = (outcome: ServiceOutcome): void => {
      const asked = this.ledger.answer(node.id, ref);
      if (asked !== undefined) this.hear(asked, outcome);
    };
    void (async () => workload.ask(service, op))().then(hear, () => hear({ type: 'info' }));
  }

  /** The node goes down; of its flush in flight so many records survive. What was on its way to it is gone. */
  crash(node: ServiceNode<S>, survivors: number, snapshotsSurvive: boolean = survivors > 0): void {
    this.enter(node);
    node.crash(Math.min(survivors, node.disk.inFlight), snapshotsSurvive);
    this.network.dropAllTo(node.id);
    for (const asked of this.ledger.giveUp(node.id)) this.hear(asked, { type: 'info' });
    this.verdict.observe({ type: 'crashed', node: node.id });
  }

  /** The node starts from what its disk holds. What was sent to it while it was down is gone: there was no connection. */
  restart(node: ServiceNode<S>): void {
    this.network.dropAllTo(node.id);
    this.begin(node);
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

  /** How often each thing that should happen sometimes did. */
  sometimes(): Readonly<Record<string, number>> {
    return this.verdict.sometimes();
  }

  /** As `ScheduledWorld.tampered`. */
  get tampered(): number {
    return this.tampering?.count ?? 0;
  }

  /** What clients saw, in the order in which it happened. */
  history(): readonly HistoryEvent[] {
    return this.ledger.history();
  }

  /** A digest of what can be seen from outside: disks, clocks, frames on their way, who waits, what invariants know. */
  digest(): string {
    const digest = new Digest();
    for (const node of this.nodes.values()) {
      digest.string(`${node.id} ${node.state} ${node.disk.boot}`);
      for (const { bytes } of node.disk.inspect()) digest.bytes(bytes);
    }
    for (const { id } of this.network.inOrder()) digest.string(id);
    const same = (id: NodeId): NodeId => id;
    for (const text of [this.ledger.fingerprint(same), this.verdict.fingerprint(same), ...this.network.cutLinks()])
      digest.string(text);
    return digest.text();
  }

  private begin(node: ServiceNode<S>): void {
    this.enter(node);
    node.start();
  }

  /** Code of this node runs from here on. */
  private enter(node: ServiceNode<S>): void {
    this.acted.add(node);
    const inside: Inside = {
      node: node.id,
      caught: (error) => {
        this.escape ??= error;
      },
      rejected: (reason) => node.fail(reason),
    };
    enter(inside);
  }

  /** In a fused world: lets flushes complete. Whether there were any. */
  private completeFused(): boolean {
    if (this.options.fused !== true) return false;
    const flushing = [...this.nodes.values()].filter((node) => node.isUp && node.owes('flushed'));
    for (const node of flushing) this.complete('flushed', node);
    return flushing.length > 0;
  }

  private hostOf(node: ServiceNode<S>): LifeHost {
    const peers = this.system.nodes;
    return {
      seed: this.options.seed ?? 0,
      carrier: { peers, carry: (to, bytes, lane, gone) => this.send(node.id, { to, bytes, lane }, gone) },
      localMs: () => node.nowMs(this.now),
      flushing: () => this.watcher?.flushing(node),
      noted: (what, value) => this.verdict.observe({ type: 'noted', node: node.id, what, value }),
      exited: (reason) => node.stop(reason, true),
    };
  }

  private send(from: NodeId, said: { to: NodeId; bytes: Uint8Array; lane: Lane }, gone: () => void): void {
    const frames = this.tampering === null ? [said] : this.tampering.frames(from, said);
    // Its sender's queue counts the frame that was meant.
    if (!frames.includes(said)) gone();
    for (const each of frames) {
      if (!this.nodes.has(each.to)) continue;
      const frame = this.network.send(from, each.to, each.bytes, each.lane)!;
      if (each === said) this.gone.set(frame.id, gone);
      this.watcher?.sent(frame);
    }
  }

  private hear(asked: Asked, { type, value }: ServiceOutcome): void {
    this.record(asked.client, type, asked.op as Op, value);
    this.watcher?.answered(asked, type, value);
  }

  private record(process: number, type: HistoryEvent['type'], op: Op, value: unknown): void {
    const event = lineOf(this.system.workload!.describe(op), { process, type, value, time: this.now });
    this.ledger.write(event);
    this.verdict.observe({ type: type === 'invoke' ? 'asked' : 'heard', event });
  }
}
