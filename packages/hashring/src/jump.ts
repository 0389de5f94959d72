import type { Key } from './dialect.js';
import type { Placement } from './placement.js';

/** A node for the strategies that number their nodes: in a fixed order, all alike. */
export type NumberedNode = string | { readonly id: string; readonly weight?: undefined; readonly zone?: string | undefined };

/** 64 bits of hash, as two unsigned halves. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/** Jump consistent hash (Lamping, Veach 2014): bucket 0..buckets - 1 of a 64-bit hash, as Guava's `Hashing.consistentHash` gives it. */
export declare function jumpHash(hash: Hash64, buckets: number): number;

/** Jump consistent hashing over a list of nodes: no memory, perfectly even; only the node that came last can leave. */
export declare class Jump<N extends NumberedNode = NumberedNode> implements Placement<N> {
  static of(nodes: Iterable<string>): Jump<string>;
  static of<N extends NumberedNode>(nodes: Iterable<N>): Jump<N>;
  readonly capabilities: {
    readonly weights: false;
    readonly owners: false;
    readonly removal: 'last';
    readonly minimal: true;
    readonly ranges: false;
  };
  /** In the order in which they were listed, which decides. */
  readonly nodes: readonly N[];
  readonly size: number;
  owner(key: Key): N;
  ownerMany(keys: readonly Key[], out?: N[]): N[];
  /** The same with one node more, at the end. */
  with<M extends NumberedNode>(node: M): Jump<N | M>;
  /** The same without the node at the end. */
  withoutLast(): Jump<N>;
}
