import type { NodeId } from '@dsys/transport';

/** How many events of each node came before, or are, this one. Nodes that are left out are at 0. */
export type VectorClock = Readonly<Record<NodeId, number>>;

/** The vector clocks of all nodes (Fidge 1988, Mattern 1989), and those of frames, by id, at their sending. */
export class VectorClocks {
  private readonly nodes: Map<NodeId, VectorClock>;
  private readonly sendings = new Map<string, VectorClock>();

  constructor(nodes: Iterable<NodeId>) {
    this.nodes = new Map([...nodes].map((id) => [id, {}]));
  }

  /** The clock of this node's next event. */
  tick(node: NodeId): VectorClock {
    const before = this.nodes.get(node)!;
    const clock = { ...before, [node]: (before[node] ?? 0) + 1 };
    this.nodes.set(node, clock);
    return clock;
  }

  /** The frame was sent when the clock was so; by default, as it is now. */
  sent(frame: string, from: NodeId, clock: VectorClock = this.nodes.get(from)!): void {
    this.sendings.set(frame, clock);
  }

  /** The frame arrives: what came before its sending comes before the node's next event. */
  received(frame: string, to: NodeId): void {
    const clock = { ...this.nodes.get(to) };
    for (const [id, count] of Object.entries(this.sendings.get(frame) ?? {}))
      clock[id] = Math.max(count, clock[id] ?? 0);
    this.nodes.set(to, clock);
  }

  /** Where the node’s clock is. */
  at(node: NodeId): VectorClock {
    return this.nodes.get(node)!;
  }

  /** As if nothing had happened since. */
  putBack(node: NodeId, clock: VectorClock): void {
    this.nodes.set(node, clock);
  }
}
