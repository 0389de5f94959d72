/** What happened in a run of services, as for cores: what was done to each node, what it sent, wrote, noted and answered. */
import type { NodeId } from '@dsys/transport';
import type { SimAction } from '../action.js';
import type { Asked } from '../ledger.js';
import type { Frame } from '../network.js';
import { fromOutside } from '../outside.js';
import { oneByOne, replaying } from '../replaying.js';
import type { Run } from '../run.js';
import type { TimedAction } from '../simulation-result.js';
import { type TraceEvent, timed } from '../trace.js';
import { VectorClocks } from '../vector-clocks.js';
import { guarded } from './guard.js';
import type { ServiceNode } from './node.js';
import type { ServiceInvariant, ServiceSystem } from './system.js';
import { ServiceWorld, type ServiceWorldOptions } from './world.js';

/** How services show what they have, in few words. */
export interface ServiceShow<S> {
  /** Default: the text that the bytes are, or how many there are. */
  message?(bytes: Uint8Array): string;
  /** The state of a service. Shown where it has changed. Default: nothing. */
  service?(service: S): string;
}

/**
 * The trace of a run of services: one that was saved, or a result that was recorded. Replays it; what can't happen when it
 * is its turn is left out. Rejects with `RangeError`, which names the place, for what is no action.
 */
export async function traceOfService<S, Op>(
  system: ServiceSystem<S, Op>,
  run: Pick<Run, 'options' | 'seed'> & { readonly actions: Run['actions'] | readonly TimedAction[] },
  show: ServiceShow<S> = {},
): Promise<TraceEvent[]> {
  const actions = timed(run.actions);
  const { fused, clocks } = run.options;
  return await guarded(async () => {
    const world = new TracedServiceWorld(system, { fused, seed: run.seed ?? 0 }, show);
    try {
      await oneByOne(replaying(world, clocks, actions, false), () => world.settle());
      return world.traced();
    } finally {
      world.close();
    }
  });
}

class TracedServiceWorld<S, Op> extends ServiceWorld<S, Op> {
  private readonly events: TraceEvent[];
  private readonly show: ServiceShow<S>;
  private readonly clocks: VectorClocks;
  private readonly states = new Map<NodeId, string>();

  constructor(system: ServiceSystem<S, Op>, options: ServiceWorldOptions, show: ServiceShow<S>) {
    const notes: ServiceInvariant<S, null> = {
      name: 'what is noted',
      init: null,
      observe: (state, event) => {
        if (event.type === 'noted') this.note(event.node, event.what, textOf(event.value));
        return state;
      },
    };
    super({ ...system, invariants: [notes, ...(system.invariants ?? [])] }, options);
    this.events = [];
    this.show = show;
    this.clocks = new VectorClocks(system.nodes);
    this.watcher = {
      sent: (frame) => this.sent(frame),
      flushing: (node) => this.note(node.id, 'persist'),
      stepped: (node) => this.showState(node),
      answered: (asked, type, value) => this.answered(asked, type, value),
    };
  }

  override boot(): this {
    for (const id of this.nodes.keys()) this.note(id, 'start');
    return super.boot();
  }

  override tryPerform(action: SimAction): boolean {
    const frame = 'frame' in action ? this.network.get(action.frame) : undefined;
    const length = this.events.length;
    const node = frame?.to ?? ('node' in action ? action.node : action.id);
    const clock = this.nodes.has(node) ? this.clocks.at(node) : null;
    // Before what it leads to; and taken back, if it can't happen.
    this.foretell(action, frame);
    if (super.tryPerform(action)) return true;
    this.events.length = length;
    if (clock !== null) this.clocks.putBack(node, clock);
    return false;
  }

  /** All events; at the end, what is broken. */
  traced(): TraceEvent[] {
    const violation = this.violation();
    if (violation === null) return this.events;
    const node = this.events.at(-1)?.node ?? this.system.nodes[0]!;
    const text = `${violation.invariant}: ${violation.detail.split('\n', 1)[0]}`;
    return [...this.events, { at: this.now, node, type: 'broken', peers: [], text, state: null, clock: null }];
  }

  private foretell(action: SimAction, frame: Frame | undefined): void {
    const outside = fromOutside(action, this.now, frame, (bytes) => this.said(bytes));
    if (outside !== null) {
      if (action.type === 'crash') this.states.delete(action.node);
      this.events.push(outside);
      return;
    }
    switch (action.type) {
      case 'deliver':
        if (frame === undefined) return;
        this.clocks.received(frame.id, frame.to);
        this.note(frame.to, 'receive', this.said(frame.bytes), [frame.from]);
        break;
      case 'ask':
        if (this.nodes.has(action.node))
          this.note(action.node, 'ask', this.described(action.op as Op), [`c${action.client}`]);
        break;
      case 'flushed':
        this.note(action.node, 'persisted');
        break;
      case 'restart':
        this.note(action.node, 'start');
        break;
      case 'timeout':
        this.note(action.node, 'timeout');
        break;
      default:
        break;
    }
  }

  private sent({ id, from, to, bytes }: Frame): void {
    this.note(from, 'send', this.said(bytes), [to]);
    this.clocks.sent(id, from);
  }

  private answered({ node, client, op }: Asked, type: string, value: unknown): void {
    this.note(node, 'answer', [this.described(op as Op), type, textOf(value)].join(' ').trim(), [`c${client}`]);
  }

  private showState({ id, service }: ServiceNode<S>): void {
    const state = service === null ? null : (this.show.service?.(service) ?? null);
    if (state === null || this.states.get(id) === state) return;
    this.states.set(id, state);
    const last = this.events.findLastIndex(({ node, clock }) => node === id && clock !== null);
    if (last !== -1) this.events[last] = { ...this.events[last]!, state };
  }

  private note(node: NodeId, type: string, text = '', peers: readonly string[] = []): void {
    if (!this.nodes.has(node)) return;
    this.events.push({ at: this.now, node, type, peers, text, state: null, clock: this.clocks.tick(node) });
  }

  private said(bytes: Uint8Array): string {
    return this.show.message?.(bytes) ?? readable(bytes) ?? `${bytes.length} bytes`;
  }

  private described(op: Op): string {
    const { f, key, value } = this.system.workload!.describe(op);
    return [f, key ?? '', textOf(value)].join(' ').replaceAll('  ', ' ').trim();
  }
}

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : JSON.stringify(value));

/** The bytes as text, if they are some. */
function readable(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /^[^\p{Cc}]*$/u.test(text) ? text : null;
  } catch {
    return null;
  }
}
