import type { RingChange, RingPreview } from './change.js';
import type { Key, RingDialect } from './dialect.js';
import type { Explanation, RingPoint, RingRange } from './explain.js';
import type { Member, RingNode, RingNodeObject } from './node.js';
import type { Ownership } from './ownership.js';
import type { OwnersOptions, Ranked, Removable, Weighted } from './placement.js';

export interface RingOptions {
  /** Points of a node of weight 1: 1 to 65,536, default 512. More are more even, and slower to build; the README has the curve. */
  readonly pointsPerNode?: number | undefined;
  /** Whose rules to follow; the default is our own. Others are in `@dsys/hashring/compat`. */
  readonly dialect?: RingDialect | undefined;
}

/** What `JSON.stringify(ring)` writes and `Ring.from` reads. */
export interface RingJson {
  readonly kind: 'dsys-ring';
  readonly version: 1;
  readonly dialect: string;
  readonly pointsPerNode: number;
  readonly nodes: readonly { readonly id: string; readonly weight?: number; readonly zone?: string }[];
  readonly fingerprint: string;
}

export interface RestoreOptions<N extends RingNode = Member> {
  /** The dialect that the bytes name, when it is not the default one. */
  readonly dialect?: RingDialect | undefined;
  /** Gives the caller's own node for a stored one; it must have the same id, weight and zone. Default: the stored one itself. */
  readonly revive: (node: Member) => N;
}

/** Consistent hashing: an immutable ring of nodes. Work in progress: the calls are settled, their bodies follow. */
export class Ring<N extends RingNode = RingNode> implements Ranked<N>, Removable<N>, Weighted<N> {
  /** A ring of these nodes. Throws `RingError` empty-ring, duplicate-node, no-points; `RangeError`, `TypeError`. */
  static of(nodes: Iterable<string>, options?: RingOptions): Ring<string>;
  static of<N extends RingNodeObject>(nodes: Iterable<N>, options?: RingOptions): Ring<N>;
  static of<N extends RingNode>(nodes: Iterable<N>, options?: RingOptions): Ring<N>;
  static of<N extends RingNode>(_nodes: Iterable<N>, _options: RingOptions = {}): Ring<N> {
    throw unwritten();
  }

  /** A ring from `toBytes()` or `toJSON()`. Throws `DecodeError` naming the field, `RingError` unknown-dialect, different-node. */
  static from(source: Uint8Array | RingJson, options?: Partial<RestoreOptions<never>>): Ring<Member>;
  static from<N extends RingNode>(source: Uint8Array | RingJson, options: RestoreOptions<N>): Ring<N>;
  static from(_source: Uint8Array | RingJson, _options: Partial<RestoreOptions<RingNode>> = {}): Ring<RingNode> {
    throw unwritten();
  }

  declare readonly capabilities: {
    readonly weights: true;
    readonly owners: true;
    readonly removal: 'any';
    readonly minimal: true;
    readonly ranges: true;
  };
  /** The nodes that were put in, by id in the order of UTF-8 (as listed, when the dialect depends on that order). */
  declare readonly nodes: readonly N[];
  /** Id, weight in force and zone of each node, in the order of `nodes`. */
  declare readonly members: readonly Member[];
  declare readonly dialect: RingDialect;
  declare readonly pointsPerNode: number;

  get size(): number {
    throw unwritten();
  }

  /** Points of all nodes. */
  get pointCount(): number {
    throw unwritten();
  }

  /** The node that this key belongs to. Constant time: a hash, a look into the index, a step or two. */
  owner(_key: Key): N {
    throw unwritten();
  }

  /** Index of the owner in `nodes`. */
  ownerIndex(_key: Key): number {
    throw unwritten();
  }

  /** The owners of many keys, into `out` when given (its length is set), else into a new array. */
  ownerMany(_keys: readonly Key[], _out: N[] = []): N[] {
    throw unwritten();
  }

  /** The preference list of a key: see `OwnersOptions`. Throws `RangeError` unless n is an integer of 1 or more. */
  owners(_key: Key, _options: OwnersOptions<N>): N[] {
    throw unwritten();
  }

  has(_id: string): boolean {
    throw unwritten();
  }

  /** The node of this id, or undefined. */
  get(_id: string): N | undefined {
    throw unwritten();
  }

  /** The weight in force. Throws `RingError` unknown-node. */
  weightOf(_id: string): number {
    throw unwritten();
  }

  /** Exact share of the key space of each node and zone. Cost: one pass over the points. */
  ownership(): Ownership<N> {
    throw unwritten();
  }

  /** Why this key is where it is. `next` tells how many failover nodes to name, default 2. */
  explain(_key: Key, _options: { readonly next?: number } = {}): Explanation<N> {
    throw unwritten();
  }

  /** The arcs of the ring, in order from position 0 to 2^32 without gaps; neighbouring points of one node make one arc. */
  ranges(): Iterable<RingRange<N>> {
    throw unwritten();
  }

  /** All points, in the order of their positions. */
  points(): Iterable<RingPoint<N>> {
    throw unwritten();
  }

  /** A ring with one node more. Throws `RingError` duplicate-node. */
  with<M extends RingNode>(_node: M): Ring<N | M> {
    throw unwritten();
  }

  /** A ring without this node. Throws `RingError` unknown-node, or empty-ring when it is the last one. */
  without(_id: string): Ring<N> {
    throw unwritten();
  }

  /**
   * A ring in which this node has another weight. The node object stays the very same, so its own `weight` field, if any, is
   * not what counts any more: `weightOf` is.
   */
  reweight(_id: string, _weight: number): Ring<N> {
    throw unwritten();
  }

  /** A ring with all these changes made, or none: any error leaves nothing half done. */
  apply<M extends RingNode = N>(_change: RingChange<M>): Ring<N | M> {
    throw unwritten();
  }

  /** What `apply(change)` would move. */
  preview<M extends RingNode = N>(_change: RingChange<M>): RingPreview {
    throw unwritten();
  }

  /** 16 hexadecimal digits that are equal for equal rings: same dialect, points, ids, weights and zones, listed in any order. */
  get fingerprint(): string {
    throw unwritten();
  }

  toJSON(): RingJson {
    throw unwritten();
  }

  /** Canonical bytes: equal rings give equal bytes. The format is in the README and is a promise. */
  toBytes(): Uint8Array {
    throw unwritten();
  }
}

const unwritten = (): Error => new Error('@dsys/hashring: this is not written yet');
