import { xxh64Lanes } from '@dsys/hash';
import type { RingChange } from '../change.js';
import type { Key } from '../dialect.js';
import { outOfRange } from '../errors.js';
import type { Member, RingNode } from '../node.js';
import type { Removable, Weighted } from '../placement.js';
import { Roster } from '../roster.js';

/** As in Envoy's `MaglevLbConfig`. */
export interface EnvoyMaglevOptions {
  /** `table_size`: a prime up to 5,000,011; default 65,537. */
  readonly tableSize?: number | undefined;
}

/**
 * Envoy's `maglev` load balancer: a table of M entries, filled by the hosts in turns, each taking the next free entry
 * of its own permutation (Eisenbud et al., NSDI 2016, §3.4). A key asks one entry.
 *
 *     offset = XXH64(id, 0) mod M      skip = XXH64(id, 1) mod (M - 1) + 1      entry j of the permutation = (offset + j · skip) mod M
 *
 * - Node id: the host's address, `10.0.0.1:8080`, or its hostname with `use_hostname_for_hashing`, or its `hash_key`
 *   metadata.
 * - Hosts take their turns in the order of their ids, as bytes. A host of the greatest weight gets an entry in every
 *   round, one of a third of it in every third.
 * - Key: XXH64 with seed 0, mod M.
 *
 * Written from Envoy's rules and checked against the tables in its own tests; no Envoy was run. Locality weights are
 * not covered.
 *
 * Known faults: a host that comes or goes moves a few keys between others too (0.2 % of all at 10 hosts, 0.5 % at 100);
 * with fewer than a hundred entries a host, shares are uneven.
 *
 * Migrate: a table has no ranges, so there is no plan: `compare` tells how many keys would move.
 */
export class EnvoyMaglev<N extends RingNode = RingNode> implements Removable<N>, Weighted<N> {
  readonly capabilities = {
    strategy: 'envoy-maglev',
    weights: true,
    owners: false,
    removal: 'any',
    minimal: false,
    ranges: false,
  } as const;
  readonly tableSize: number;
  readonly #roster: Roster<N>;
  /** Index of the host in each entry. */
  readonly #table: Uint32Array;

  private constructor(roster: Roster<N>, tableSize: number) {
    this.#roster = roster;
    this.tableSize = tableSize;
    this.#table = fill(roster.members, tableSize);
  }

  /**
   * Throws `RingError` empty-ring, duplicate-node; `RangeError` when `tableSize` is no prime up to 5,000,011, or a
   * weight is no whole number.
   */
  static of<N extends RingNode>(nodes: Iterable<N>, { tableSize = 65_537 }: EnvoyMaglevOptions = {}): EnvoyMaglev<N> {
    if (!isPrime(tableSize) || tableSize > 5_000_011) throw outOfRange('tableSize', 'a prime, 2..5000011', tableSize);
    return new EnvoyMaglev(Roster.of(nodes), tableSize);
  }

  /** By id, in the order of UTF-8. */
  get nodes(): readonly N[] {
    return this.#roster.nodes;
  }

  /** Id, weight in force and zone of each node, in the order of `nodes`. */
  get members(): readonly Member[] {
    return this.#roster.members;
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#roster.nodes.length;
  }

  owner(key: Key): N {
    xxh64Lanes(key, lanes);
    return this.#roster.nodes[this.#table[remainder(lanes, this.tableSize)]!]!;
  }

  ownerMany(keys: readonly Key[], out: N[] = []): N[] {
    out.length = keys.length;
    for (let i = 0; i < keys.length; i++) out[i] = this.owner(keys[i]!);
    return out;
  }

  /** The node of each entry of the table. */
  table(): N[] {
    return Array.from(this.#table, (host) => this.#roster.nodes[host]!);
  }

  /** The same with one host more. Cost: the table anew. */
  with<M extends RingNode>(node: M): EnvoyMaglev<N | M> {
    return this.#changed({ add: [node] });
  }

  /** The same without this host. Cost: the table anew. */
  without(id: string): EnvoyMaglev<N> {
    return this.#changed({ remove: [id] });
  }

  weightOf(id: string): number {
    return this.#roster.members[this.#roster.at(id)]!.weight;
  }

  /** The same with another weight for this node. Throws `RingError` unknown-node, `RangeError`. */
  reweight(id: string, weight: number): EnvoyMaglev<N> {
    return this.#changed({ reweight: { [id]: weight } });
  }

  #changed<M extends RingNode>(change: RingChange<M>): EnvoyMaglev<N | M> {
    return new EnvoyMaglev(this.#roster.changed(change).roster, this.tableSize);
  }
}

const lanes = /* @__PURE__ */ new Uint32Array(2);

/** A 64-bit hash in two lanes, low first, mod m. With m below 2^23 no step reaches 2^53. */
function remainder([low, high]: Uint32Array, m: number): number {
  return ((high! % m) * (2 ** 32 % m) + (low! % m)) % m;
}

function hashMod(id: string, seed: number, m: number): number {
  xxh64Lanes(id, lanes, seed);
  return remainder(lanes, m);
}

function fill(members: readonly Member[], tableSize: number): Uint32Array {
  const totalWeight = members.reduce((sum, { weight }) => sum + checkedInteger(weight), 0);
  const hosts = members.map(({ id, weight }) => ({
    next: hashMod(id, 0, tableSize),
    skip: hashMod(id, 1, tableSize - 1) + 1,
    weight: weight / totalWeight,
    // The host has a turn in the first round in which round · weight reaches it.
    target: 0,
  }));
  const greatest = hosts.reduce((max, { weight }) => Math.max(max, weight), 0);
  const table = new Uint32Array(tableSize).fill(FREE);
  for (let round = 1, filled = 0; filled < tableSize; round++) {
    for (let i = 0; i < hosts.length && filled < tableSize; i++) {
      const host = hosts[i]!;
      if (round * host.weight < host.target) continue;
      host.target += greatest;
      while (table[host.next] !== FREE) advance(host, tableSize);
      table[host.next] = i;
      filled++;
      advance(host, tableSize);
    }
  }
  return table;
}

const FREE = 0xffffffff;

function advance(host: { next: number; readonly skip: number }, tableSize: number): void {
  host.next += host.skip;
  if (host.next >= tableSize) host.next -= tableSize;
}

function checkedInteger(weight: number): number {
  if (!Number.isInteger(weight)) throw outOfRange('weight', 'a whole number', weight);
  return weight;
}

function isPrime(n: number): boolean {
  if (!Number.isInteger(n) || n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}
