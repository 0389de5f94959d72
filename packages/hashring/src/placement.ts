import type { Key } from './dialect.js';
import type { RingNode } from './node.js';

/**
 * What every strategy does: keys to nodes, the same in every process that holds the same nodes. What only some can do
 * is in the interfaces below, so that asking a strategy for what it can't do does not compile.
 */
export interface Placement<N extends RingNode = RingNode> {
  readonly nodes: readonly N[];
  readonly size: number;
  readonly capabilities: Capabilities;
  /** The node that this key belongs to. */
  owner(key: Key): N;
  /** The owners of many keys, into `out` when given (its length is set), else into a new array. */
  ownerMany(keys: readonly Key[], out?: N[]): N[];
}

/** What a strategy can do, as data: for tables, demos and code that chooses at run time. */
export interface Capabilities {
  /** Which strategy this is; the name is stable: `ring`, `rendezvous`, `maglev`, `jump`, `jump-back`, … */
  readonly strategy: string;
  /** Nodes may have weights. */
  readonly weights: boolean;
  /** There is a preference list: replicas, zones, nodes to skip. */
  readonly owners: boolean;
  /** Nodes that may leave: any, or only the one that came last. */
  readonly removal: 'any' | 'last';
  /** Keys move only to or from the node that changes. */
  readonly minimal: boolean;
  /** A node owns ranges of positions, so that a migration plan can be drawn up. */
  readonly ranges: boolean;
}

/** Nodes to pass over: ids (an array, a `Set` …), or a predicate, asked at most once a node and call. */
export type Skip<N extends RingNode = RingNode> = Iterable<string> | ((node: N) => boolean);

/** Which nodes a preference list is to hold. */
export interface OwnersOptions<N extends RingNode = RingNode> {
  /** How many nodes, 1 or more. With fewer nodes than that (after `skip`) the list is shorter. */
  readonly n: number;
  /**
   * `'zone'`: one node of each zone first, in the order of the ring; then, when `n` exceeds the zones, the second node
   * of each zone, and so on. Nodes without a zone share one.
   */
  readonly spread?: 'zone' | undefined;
  /** Nodes that are down. They are passed over as if they were not there; nothing is rebuilt. */
  readonly skip?: Skip<N> | undefined;
}

/** Strategies that rank all nodes for a key. */
export interface Ranked<N extends RingNode = RingNode> extends Placement<N> {
  /**
   * The preference list: distinct nodes, the owner first. The list for n is the beginning of the list for n + 1, and
   * skipping a node gives what a strategy without it would (on a ring, when the dialect is `independent`).
   */
  owners(key: Key, options: OwnersOptions<N>): N[];
}

/** Strategies that any node may leave. */
export interface Removable<N extends RingNode = RingNode> extends Placement<N> {
  /** The same with one node more. Throws `RingError` duplicate-node. */
  with<M extends RingNode>(node: M): Removable<N | M>;
  /** The same without this node. Throws `RingError` unknown-node, or empty-ring when it is the last one. */
  without(id: string): Removable<N>;
}

/** Strategies with weights. */
export interface Weighted<N extends RingNode = RingNode> extends Placement<N> {
  /** The weight in force. Throws `RingError` unknown-node. */
  weightOf(id: string): number;
  /** The same with another weight for this node. Throws `RingError` unknown-node, `RangeError`. */
  reweight(id: string, weight: number): Weighted<N>;
}
