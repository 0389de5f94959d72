import type { RingNode } from './node.js';

/** Exact shares of the key space: what a node would own of infinitely many keys. */
export interface Ownership<N extends RingNode = RingNode> {
  /** In the order of `ring.nodes`. */
  readonly nodes: readonly NodeShare<N>[];
  /** In the order in which zones first occur among the nodes. */
  readonly zones: readonly ZoneShare[];
  /** The greatest ratio of a node's share to its expected share: 1 is perfect; without weights this is max/mean. */
  readonly maxOverMean: number;
}

export interface NodeShare<N extends RingNode = RingNode> {
  readonly node: N;
  readonly id: string;
  readonly zone: string;
  readonly weight: number;
  /** 0..1; all shares add up to 1. */
  readonly share: number;
  /** The node's weight over the weight of all. */
  readonly expected: number;
}

export interface ZoneShare {
  readonly zone: string;
  readonly share: number;
  readonly expected: number;
}
