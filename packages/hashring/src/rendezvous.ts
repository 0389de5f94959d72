import { xxh32 } from '@dsys/hash';
import { type Key, RING_SEED } from './dialect.js';
import { minusLog } from './minus-log.js';
import type { Member, RingNode, RingNodeObject } from './node.js';
import type { OwnersOptions, Ranked, Removable, Weighted } from './placement.js';
import { preferenceList } from './preference.js';
import { Roster } from './roster.js';

const CAPABILITIES = {
  strategy: 'rendezvous',
  weights: true,
  owners: true,
  removal: 'any',
  minimal: true,
  ranges: false,
} as const;

/**
 * Rendezvous hashing (Thaler, Ravishankar, 1998): every node bids for the key, and the highest bid wins. A bid depends
 * on the key, the node's id and its weight alone, so a node that comes takes just what it wins, and one that goes
 * leaves each key to the second bidder.
 *
 *     key 'k1'     a bids 0.31     b bids 0.87  ← owner     c bids 0.55  ← next
 *
 * With u a uniform number in (0, 1) from key and node, a node of weight w bids w / -ln u: the least of exponential
 * variables of rates w_i is the i-th with probability w_i / W (Schindelhauer, Schomaker, SPAA 2005, "logarithmic
 * method"). With equal weights u alone decides. Shares are as even as the hash; the price is time in proportion to the
 * nodes. No memory but the nodes.
 */
export class Rendezvous<N extends RingNode = RingNode> implements Ranked<N>, Removable<N>, Weighted<N> {
  /** Throws `RingError` empty-ring or duplicate-node, and `RangeError` or `TypeError` that name the option. */
  static of(nodes: Iterable<string>): Rendezvous<string>;
  static of<N extends RingNodeObject>(nodes: Iterable<N>): Rendezvous<N>;
  static of<N extends RingNode>(nodes: Iterable<N>): Rendezvous<N>;
  static of<N extends RingNode>(nodes: Iterable<N>): Rendezvous<N> {
    return new Rendezvous(Roster.of(nodes));
  }

  /** By id, in the order of UTF-8. */
  readonly nodes: readonly N[];
  readonly capabilities: typeof CAPABILITIES = CAPABILITIES;
  readonly #roster: Roster<N>;
  /** Hash of each id: where a node's bids come from. */
  readonly #seeds: Uint32Array;
  readonly #alike: boolean;

  private constructor(roster: Roster<N>) {
    this.nodes = roster.nodes;
    this.#roster = roster;
    this.#seeds = Uint32Array.from(roster.members, ({ id }) => xxh32(id, RING_SEED));
    this.#alike = roster.members.every(({ weight }) => weight === roster.members[0]!.weight);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.nodes.length;
  }

  /** Id, weight in force and zone of each node, in the order of `nodes`. */
  get members(): readonly Member[] {
    return this.#roster.members;
  }

  /** The node that this key belongs to. Cost: some nanoseconds a node, some more when weights differ. */
  owner(key: Key): N {
    const hash = xxh32(key, RING_SEED);
    let best = 0;
    let bestBid = -1;
    for (let i = 0; i < this.nodes.length; i++) {
      const bid = this.#bid(hash, i);
      if (bid > bestBid) {
        bestBid = bid;
        best = i;
      }
    }
    return this.nodes[best]!;
  }

  ownerMany(keys: readonly Key[], out: N[] = []): N[] {
    out.length = keys.length;
    for (let i = 0; i < keys.length; i++) out[i] = this.owner(keys[i]!);
    return out;
  }

  /** All nodes by their bids, highest first, as far as asked. Ties (one in 2^32 a pair) go to the lower id. */
  owners(key: Key, options: OwnersOptions<N>): N[] {
    const hash = xxh32(key, RING_SEED);
    const bids = this.nodes.map((_, i) => this.#bid(hash, i));
    const order = bids.map((_, i) => i).sort((a, b) => bids[b]! - bids[a]! || a - b);
    let next = 0;
    const ranking = { length: order.length, nextNode: (): number => order[next++]! };
    return preferenceList(this.#roster, ranking, options).map((i) => this.nodes[i]!);
  }

  /** Throws `RingError` unknown-node. */
  weightOf(id: string): number {
    return this.members[this.#roster.at(id)]!.weight;
  }

  /** Throws `RingError` duplicate-node. */
  with<M extends RingNode>(node: M): Rendezvous<N | M> {
    return new Rendezvous(this.#roster.changed({ add: [node] }).roster);
  }

  /** Throws `RingError` unknown-node, or empty-ring when it is the last one. */
  without(id: string): Rendezvous<N> {
    return new Rendezvous(this.#roster.changed<N>({ remove: [id] }).roster);
  }

  /** The same with another weight for this node. Throws `RingError` unknown-node, `RangeError`. */
  reweight(id: string, weight: number): Rendezvous<N> {
    return new Rendezvous(this.#roster.changed<N>({ reweight: { [id]: weight } }).roster);
  }

  #bid(hash: number, node: number): number {
    const u = mixed(hash ^ this.#seeds[node]!);
    return this.#alike ? u : this.members[node]!.weight / minusLog((u + 0.5) / 2 ** 32);
  }
}

/** The finaliser of MurmurHash3 (Appleby): every bit in changes every bit out with even odds; a bijection. */
function mixed(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
