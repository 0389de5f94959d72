/**
 * What happened in a world, event by event: plain data for golden files, for `--trace` and for drawings. `transcript.ts`
 * has it as text, one line an event.
 *
 * Each event of a node carries its vector clock (Fidge 1988, Mattern 1989): one event came before another, so that it may
 * be its cause, exactly if its clock is nowhere higher and somewhere lower. A message brings the clock of its sending.
 */
import { outOfRange } from '@dsys/codec';
import type { CommonInput, CoreOf, Input, Output, Vocabulary } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { SimAction } from './action.js';
import type { Asked } from './ledger.js';
import type { Frame } from './network.js';
import { fromOutside } from './outside.js';
import { parsedActions, type Run } from './run.js';
import type { SimNode } from './sim-node.js';
import type { TimedAction } from './simulation-result.js';
import type { System } from './system.js';
import { type VectorClock, VectorClocks } from './vector-clocks.js';
import { World, type WorldOptions } from './world.js';

/** How a protocol shows what it has, in few words. */
export interface Show<V extends Vocabulary> {
  /** Default: as in fingerprints. */
  message?(message: V['message']): string;
  /** The state of a node. Shown where it has changed. Default: nothing. */
  core?(core: CoreOf<V>): string;
  /** What is to be made durable. Default: nothing but its id. */
  writes?(writes: V['writes']): string;
  /** Default: the fields of the event, as JSON. */
  event?(event: V['event']): string;
}

/** Something that happened. JSON. */
export interface TraceEvent {
  /** Virtual time, µs. */
  readonly at: number;
  readonly node: NodeId;
  /**
   * What a node was given (`start`, `receive`, `timeout`, `ask`, `persisted` and the other inputs), what it did (`send`,
   * `persist`, `apply`, `answer`, the other outputs, events of its own by their type), what was done to it or its links
   * (`crash`, `cut`, `lost` and the other actions), and at the end perhaps `broken`.
   */
  readonly type: string;
  /** Who else takes part: the sender, the receivers, the other end of a link, the client. */
  readonly peers: readonly string[];
  /** The rest, in few words. */
  readonly text: string;
  /** The node's state after it, where that is another than before and the protocol shows it. */
  readonly state: string | null;
  /** The node's vector clock; null for what was done from outside. Nodes that are left out are at 0. */
  readonly clock: VectorClock | null;
}

/** Follows one world, from the moment on at which it is made. */
export class Tracer<V extends Vocabulary, Op = unknown> {
  readonly world: World<V, Op>;
  readonly events: TraceEvent[] = [];
  private readonly show: Show<V>;
  private readonly clocks: VectorClocks;
  private readonly shownStates = new Map<NodeId, string>();
  /** What the step under way sends, whose frames are still to come. */
  private announced: { readonly node: NodeId; readonly left: Set<NodeId>; readonly clock: Record<NodeId, number> }[] =
    [];
  /** What is being performed. */
  private action: SimAction | null = null;
  private isBroken = false;

  /** Throws `RangeError` for a world that somebody else watches. */
  constructor(world: World<V, Op>, show: Show<V> = {}) {
    if (world.watcher !== null) throw outOfRange('world', 'one that nobody watches', 'watched');
    this.world = world;
    this.show = show;
    this.clocks = new VectorClocks(world.nodes.keys());
    world.watcher = this;
  }

  /** As the world does, and notes what comes of it. Throws `RangeError` for what can't happen. */
  perform(action: SimAction): void {
    if (!this.tryPerform(action)) throw outOfRange('action', 'one that can happen now', action.id);
  }

  /** The same; false for what can't happen now. */
  tryPerform(action: SimAction): boolean {
    const { world } = this;
    const { protocol } = world.system;
    const frame = 'frame' in action ? world.network.get(action.frame) : undefined;
    const at = this.events.length;
    this.action = action;
    const happened = world.tryPerform(action);
    this.action = null;
    if (happened) {
      if (action.type === 'crash') this.shownStates.delete(action.node);
      const outside = fromOutside(action, world.now, frame, (bytes) => this.said(protocol.decodeMessage(bytes)));
      // It was done before what it led to.
      if (outside !== null) this.events.splice(at, 0, outside);
    }
    this.lookForViolation();
    return happened;
  }

  // ---- What the world tells ----

  /** As `Watcher.stepped`. */
  stepped(node: SimNode<V>, input: Input<V> | null, outputs: readonly Output<V>[]): void {
    const core = node.executor!.core;
    this.announced = [];
    if (input?.type === 'receive' && this.action !== null && 'frame' in this.action)
      this.clocks.received(this.action.frame, node.id);
    this.note(node.id, this.given(input), this.stateOf(node.id, core));
    for (const output of outputs) this.done(node.id, output);
  }

  /** As `Watcher.sent`. */
  sent({ id, from, to }: Frame): void {
    const sending = this.announced.find(({ node, left }) => node === from && left.has(to));
    sending?.left.delete(to);
    this.clocks.sent(id, from, sending?.clock);
  }

  /** As `Watcher.answered`. */
  answered({ node, client, op }: Asked, type: 'ok' | 'fail' | 'info', value?: unknown): void {
    const text = `${type}${value === undefined || value === null ? '' : ` ${JSON.stringify(value)}`}`;
    this.note(node, { type: 'answer', peers: [`c${client}`], text: `${this.described(op as Op)} ${text}` });
  }

  // What begins, the outputs have said: `persist`, `apply`, and those about snapshots.

  /** As `Watcher.flushing`. */
  readonly flushing = (): void => undefined;
  /** As `Watcher.applying`. */
  readonly applying = (): void => undefined;
  /** As `Watcher.owing`. */
  readonly owing = (): void => undefined;

  // ---- Words for it ----

  private given(input: Input<V> | null): Words {
    if (input === null) return { type: 'start' };
    if (this.action?.type === 'ask' && !STEPS_OF_EXECUTOR.has(input.type)) {
      const { client, op } = this.action;
      return { type: 'ask', peers: [`c${client}`], text: this.described(op as Op) };
    }
    const common = input as CommonInput<V['message']>;
    switch (common.type) {
      case 'receive':
        return { type: 'receive', peers: [common.from], text: this.said(common.message) };
      case 'persisted':
      case 'refused':
        return { type: common.type, text: `#${common.id}` };
      case 'applied':
        return { type: common.type, text: `up to ${common.index}` };
      case 'snapshotted':
      case 'snapshotRead':
      case 'snapshotWritten':
        return { type: common.type, text: common.name };
      default:
        return { type: input.type };
    }
  }

  private done(node: NodeId, output: Output<V>): void {
    switch (output.type) {
      case 'send': {
        const peers = typeof output.to === 'string' ? [output.to] : output.to;
        const clock = this.note(node, { type: 'send', peers, text: this.said(output.message) });
        this.announced.push({ node, left: new Set(peers), clock });
        break;
      }
      case 'persist': {
        const text = this.show.writes?.(output.writes) ?? '';
        this.note(node, { type: 'persist', text: `#${output.id}${text === '' ? '' : ` ${text}`}` });
        break;
      }
      case 'apply':
        this.note(node, { type: 'apply', text: `${output.entries.length} up to ${output.index}` });
        break;
      case 'event': {
        const { type, ...fields } = output.event as { readonly type: string };
        const text =
          this.show.event?.(output.event) ?? (Object.keys(fields).length === 0 ? '' : JSON.stringify(fields));
        this.note(node, { type, text });
        break;
      }
      case 'answer': // The client hears it.
      case 'peers': // It is the world's who reaches whom.
        break;
      default:
        this.note(node, { type: output.type, text: output.name });
        break;
    }
  }

  private note(node: NodeId, { type, peers = [], text = '' }: Words, state: string | null = null): VectorClock {
    const clock = this.clocks.tick(node);
    this.events.push({ at: this.world.now, node, type, peers, text, state, clock });
    return clock;
  }

  private stateOf(node: NodeId, core: CoreOf<V>): string | null {
    const state = this.show.core?.(core) ?? null;
    if (state === null || this.shownStates.get(node) === state) return null;
    this.shownStates.set(node, state);
    return state;
  }

  private said(message: V['message']): string {
    return this.show.message?.(message) ?? this.world.system.protocol.fingerprintMessage(message);
  }

  private described(op: Op): string {
    const { f, key, value } = this.world.system.workload!.describe(op);
    return [f, key, value === undefined ? undefined : JSON.stringify(value)]
      .filter((word) => word !== undefined)
      .join(' ');
  }

  private lookForViolation(): void {
    const violation = this.world.violation();
    if (violation === null || this.isBroken) return;
    this.isBroken = true;
    const node = this.events.at(-1)?.node ?? this.world.system.nodes[0]!;
    const text = `${violation.invariant}: ${violation.detail.split('\n', 1)[0]}`;
    this.events.push({ at: this.world.now, node, type: 'broken', peers: [], text, state: null, clock: null });
  }
}

interface Words {
  readonly type: string;
  readonly peers?: readonly string[];
  readonly text?: string;
}

/** Inputs that come from the disk and the state machine, also within the step in which somebody asks. */
const STEPS_OF_EXECUTOR: ReadonlySet<string> = /* @__PURE__ */ new Set(['persisted', 'refused', 'applied']);

/**
 * The trace of a run: one that was saved, or a `SimulationResult` that was recorded. What can't happen when it is its turn
 * is left out, as `replay` does. Throws `RangeError`, which names the place, for what is no action.
 */
export function traceOf<V extends Vocabulary, Op>(
  system: System<V, Op>,
  { options, actions }: Pick<Run, 'options'> & { readonly actions: Run['actions'] | readonly TimedAction[] },
  show: Show<V> = {},
  worldOptions: Omit<WorldOptions<Op>, 'fused'> = {},
): TraceEvent[] {
  const all = timed(actions);
  const world = new World(system, { network: 'bag', ...worldOptions, fused: options.fused });
  const tracer = new Tracer(world, show);
  for (const [id, { ppm, offsetUs }] of Object.entries(options.clocks)) {
    const node = world.nodes.get(id);
    if (node !== undefined) Object.assign(node, { ppm, offsetUs });
  }
  world.boot();
  for (const { at, action } of all) {
    if (world.violation() !== null) break;
    if (at > world.now) world.advance(at);
    tracer.tryPerform(action);
  }
  return tracer.events;
}

/** Of a run or of a result. Throws `RangeError`, which names the place. */
export const timed = (actions: Run['actions'] | readonly TimedAction[]): readonly TimedAction[] =>
  actions.every((each): each is TimedAction => 'action' in each) ? actions : parsedActions(actions as Run['actions']);
