import type { Key } from './dialect.js';
import type { Member, RingNode, RingNodeObject } from './node.js';
import type { Ownership } from './ownership.js';
import type { OwnersOptions, Ranked, Removable, Weighted } from './placement.js';

export interface MaglevOptions {
  /** Entries of the lookup table: a prime, more than the nodes (100 times as many keeps shares within a percent). Default 65,537. */
  readonly tableSize?: number | undefined;
}

/** Maglev hashing (Eisenbud et al., NSDI 2016, §3.4): one look into a table; very even; a change moves a few keys between other nodes too. */
export declare class Maglev<N extends RingNode = RingNode> implements Ranked<N>, Removable<N>, Weighted<N> {
  static of(nodes: Iterable<string>, options?: MaglevOptions): Maglev<string>;
  static of<N extends RingNodeObject>(nodes: Iterable<N>, options?: MaglevOptions): Maglev<N>;
  static of<N extends RingNode>(nodes: Iterable<N>, options?: MaglevOptions): Maglev<N>;
  readonly capabilities: {
    readonly weights: true;
    readonly owners: true;
    readonly removal: 'any';
    readonly minimal: false;
    readonly ranges: false;
  };
  readonly nodes: readonly N[];
  readonly members: readonly Member[];
  readonly size: number;
  readonly tableSize: number;
  owner(key: Key): N;
  ownerMany(keys: readonly Key[], out?: N[]): N[];
  owners(key: Key, options: OwnersOptions<N>): N[];
  /** Exact shares of the table. */
  ownership(): Ownership<N>;
  with<M extends RingNode>(node: M): Maglev<N | M>;
  without(id: string): Maglev<N>;
  weightOf(id: string): number;
  reweight(id: string, weight: number): Maglev<N>;
}
