import { xxh32 } from '@dsys/hash';
import { type Key, RING_SEED } from './dialect.js';
import { outOfRange } from './errors.js';
import { filledTable } from './maglev-table.js';
import type { Member, RingNode, RingNodeObject } from './node.js';
import { type Ownership, ownershipOf } from './ownership.js';
import type { OwnersOptions, Ranked, Removable, Weighted } from './placement.js';
import { preferenceList } from './preference.js';
import { Roster } from './roster.js';

/** How a Maglev table is made. */
export interface MaglevOptions {
  /**
   * Entries of the lookup table: a prime 3..5,000,011, no fewer than nodes; 100 times as many keep shares within a
   * percent. Default 65,537.
   */
  readonly tableSize?: number | undefined;
}

const MAX_TABLE_SIZE = 5_000_011;
const CAPABILITIES = {
  strategy: 'maglev',
  weights: true,
  owners: true,
  removal: 'any',
  minimal: false,
  ranges: false,
} as const;

/**
 * Maglev hashing (Eisenbud et al., NSDI 2016, §3.4): the nodes fill a table in turns, each by its own list of
 * preferences, and a key looks into one entry of it.
 *
 *     table of 7 entries     b a b c a c a          hash(key) mod 7 = 3: c
 *
 * Shares differ by hardly more than an entry. The price: a change rebuilds the table and moves a few keys between
 * other nodes too, fewer the larger the table (one node more than 10, mean of ten sets of names: 11.6 % of all keys at
 * 1,009 entries, 9.16 % at 65,537, where 9.09 % must).
 */
export class Maglev<N extends RingNode = RingNode> implements Ranked<N>, Removable<N>, Weighted<N> {
  /**
   * Throws `RingError` empty-ring or duplicate-node, and `RangeError` or `TypeError` that name the option. Cost: some
   * milliseconds.
   */
  static of(nodes: Iterable<string>, options?: MaglevOptions): Maglev<string>;
  static of<N extends RingNodeObject>(nodes: Iterable<N>, options?: MaglevOptions): Maglev<N>;
  static of<N extends RingNode>(nodes: Iterable<N>, options?: MaglevOptions): Maglev<N>;
  static of<N extends RingNode>(nodes: Iterable<N>, { tableSize = 65_537 }: MaglevOptions = {}): Maglev<N> {
    if (!(Number.isInteger(tableSize) && tableSize >= 3 && tableSize <= MAX_TABLE_SIZE && isPrime(tableSize)))
      throw outOfRange('tableSize', `a prime 3..${MAX_TABLE_SIZE}`, tableSize);
    return new Maglev(Roster.of(nodes), tableSize);
  }

  /** By id, in the order of UTF-8. */
  readonly nodes: readonly N[];
  readonly tableSize: number;
  readonly capabilities: typeof CAPABILITIES = CAPABILITIES;
  readonly #roster: Roster<N>;
  readonly #table: Uint32Array;

  private constructor(roster: Roster<N>, tableSize: number) {
    if (roster.nodes.length > tableSize)
      throw outOfRange('tableSize', `at least the number of nodes, ${roster.nodes.length}`, tableSize);
    this.nodes = roster.nodes;
    this.tableSize = tableSize;
    this.#roster = roster;
    const turns = roster.members.map(({ id, weight }) => ({
      offset: xxh32(id, RING_SEED) % tableSize,
      skip: (xxh32(id, RING_SEED + 1) % (tableSize - 1)) + 1,
      weight,
    }));
    this.#table = filledTable(turns, tableSize);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.nodes.length;
  }

  /** Id, weight in force and zone of each node, in the order of `nodes`. */
  get members(): readonly Member[] {
    return this.#roster.members;
  }

  /** The node that this key belongs to. Constant time: a hash and a look into the table. */
  owner(key: Key): N {
    return this.nodes[this.#table[xxh32(key, RING_SEED) % this.tableSize]!]!;
  }

  ownerMany(keys: readonly Key[], out: N[] = []): N[] {
    out.length = keys.length;
    for (let i = 0; i < keys.length; i++) out[i] = this.owner(keys[i]!);
    return out;
  }

  /**
   * The owner, then the nodes of the entries that follow. Skipping a node leaves all other keys where they are, which
   * `without` may not.
   */
  owners(key: Key, options: OwnersOptions<N>): N[] {
    let entry = xxh32(key, RING_SEED) % this.tableSize;
    const nextNode = (): number => {
      const node = this.#table[entry]!;
      entry = entry + 1 === this.tableSize ? 0 : entry + 1;
      return node;
    };
    const order = { length: this.tableSize, nextNode };
    return preferenceList(this.#roster, order, options).map((i) => this.nodes[i]!);
  }

  /** Exact shares of the table. */
  ownership(): Ownership<N> {
    const shares = new Float64Array(this.size);
    for (const node of this.#table) shares[node]! += 1;
    return ownershipOf(
      this.#roster,
      shares.map((entries) => entries / this.tableSize),
    );
  }

  /** Throws `RingError` unknown-node. */
  weightOf(id: string): number {
    return this.members[this.#roster.at(id)]!.weight;
  }

  /** Throws `RingError` duplicate-node. */
  with<M extends RingNode>(node: M): Maglev<N | M> {
    return new Maglev(this.#roster.changed({ add: [node] }).roster, this.tableSize);
  }

  /** Throws `RingError` unknown-node, or empty-ring when it is the last one. */
  without(id: string): Maglev<N> {
    return new Maglev(this.#roster.changed<N>({ remove: [id] }).roster, this.tableSize);
  }

  /** The same with another weight for this node. Throws `RingError` unknown-node, `RangeError`. */
  reweight(id: string, weight: number): Maglev<N> {
    return new Maglev(this.#roster.changed<N>({ reweight: { [id]: weight } }).roster, this.tableSize);
  }
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}
