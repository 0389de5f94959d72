import type { Key } from './dialect.js';
import type { Member, RingNode, RingNodeObject } from './node.js';
import type { OwnersOptions, Ranked, Removable, Weighted } from './placement.js';

/**
 * Rendezvous hashing: each node bids for the key, the highest bid wins (Thaler, Ravishankar 1998). Perfectly even, weighted, minimal;
 * time proportional to the number of nodes.
 */
export declare class Rendezvous<N extends RingNode = RingNode> implements Ranked<N>, Removable<N>, Weighted<N> {
  static of(nodes: Iterable<string>): Rendezvous<string>;
  static of<N extends RingNodeObject>(nodes: Iterable<N>): Rendezvous<N>;
  static of<N extends RingNode>(nodes: Iterable<N>): Rendezvous<N>;
  readonly capabilities: {
    readonly weights: true;
    readonly owners: true;
    readonly removal: 'any';
    readonly minimal: true;
    readonly ranges: false;
  };
  readonly nodes: readonly N[];
  readonly members: readonly Member[];
  readonly size: number;
  owner(key: Key): N;
  ownerMany(keys: readonly Key[], out?: N[]): N[];
  owners(key: Key, options: OwnersOptions<N>): N[];
  with<M extends RingNode>(node: M): Rendezvous<N | M>;
  without(id: string): Rendezvous<N>;
  weightOf(id: string): number;
  reweight(id: string, weight: number): Rendezvous<N>;
}
