import type { RingChange } from './change.js';
import { RingError, wrongType } from './errors.js';
import { checkedWeight, compareUtf8, type Member, memberOf, type RingNode } from './node.js';

/** A node on a roster. */
export interface Entry<N extends RingNode> {
  readonly node: N;
  readonly member: Member;
  /** Its index before the latest change; -1 when it is new or has another weight. */
  readonly from: number;
}

/** A roster after a change, and what has become of the nodes before it. */
export interface RosterChange<N extends RingNode> {
  readonly roster: Roster<N>;
  /**
   * New index of each node before, -1 for those that left or have another weight: what was computed for them is void.
   */
  readonly renumbered: Int32Array;
  /** Indices of the nodes for which something has to be computed anew. */
  readonly fresh: readonly number[];
}

/**
 * The nodes of a strategy: checked, distinct, at least one, and in the order of their ids unless the listed order
 * counts.
 */
export class Roster<N extends RingNode> {
  readonly nodes: readonly N[];
  readonly members: readonly Member[];
  /** How many zones there are, the unnamed one included. */
  readonly zoneCount: number;
  readonly #byId: boolean;
  readonly #indexes: ReadonlyMap<string, number>;

  constructor(entries: Entry<N>[], byId: boolean) {
    if (byId) entries.sort((a, b) => compareUtf8(a.member.id, b.member.id));
    const indexes = new Map<string, number>();
    const zones = new Set<string>();
    for (const [
      index,
      {
        member: { id, zone },
      },
    ] of entries.entries()) {
      if (indexes.has(id)) throw new RingError('duplicate-node', `two nodes have the id ${JSON.stringify(id)}`);
      indexes.set(id, index);
      zones.add(zone);
    }
    if (zones.size === 0) throw new RingError('empty-ring', 'at least one node is needed');
    this.nodes = entries.map(({ node }) => node);
    this.members = entries.map(({ member }) => member);
    this.zoneCount = zones.size;
    this.#byId = byId;
    this.#indexes = indexes;
  }

  static of<N extends RingNode>(nodes: Iterable<N>, byId = true): Roster<N> {
    return new Roster(entriesOf('nodes', nodes), byId);
  }

  /** Index of the node of this id. Throws `RingError` unknown-node. */
  at(id: string): number {
    const index = this.indexOf(id);
    if (index < 0) throw unknownNode(id);
    return index;
  }

  /** Index of the node of this id, or -1. */
  indexOf(id: string): number {
    return this.#indexes.get(id) ?? -1;
  }

  changed<M extends RingNode>({ remove = [], reweight = {}, add = [] }: RingChange<M>): RosterChange<N | M> {
    const removed = new Set(listed('remove', remove, (id) => this.at(id)));
    const weights = new Map(Object.entries(reweight).map(([id, weight]) => [this.at(id), checkedWeight(weight)]));
    const entries: Entry<N | M>[] = [];
    for (const [from, member] of this.members.entries()) {
      const node = this.nodes[from]!;
      const weight = weights.get(from);
      if (!removed.has(from))
        entries.push(weight === undefined ? { node, member, from } : { node, member: { ...member, weight }, from: -1 });
      else if (weight !== undefined) throw unknownNode(member.id);
    }
    entries.push(...entriesOf('add', add));

    const roster = new Roster(entries, this.#byId);
    const renumbered = new Int32Array(this.nodes.length).fill(-1);
    const fresh: number[] = [];
    // The roster has put the entries into its order.
    for (const [index, { from }] of entries.entries()) {
      if (from < 0) fresh.push(index);
      else renumbered[from] = index;
    }
    return { roster, renumbered, fresh };
  }
}

const unknownNode = (id: string): RingError =>
  new RingError('unknown-node', `no node has the id ${JSON.stringify(id)}`);

const entriesOf = <N extends RingNode>(option: string, nodes: Iterable<N>): Entry<N>[] =>
  listed(option, nodes, (node) => ({ node, member: memberOf(node), from: -1 }));

/** What `read` makes of each item. A string is iterable too, but hardly meant as a list of its letters. */
export function listed<T, R>(option: string, list: Iterable<T>, read: (item: T) => R): R[] {
  if (typeof list === 'string' || typeof list?.[Symbol.iterator] !== 'function')
    throw wrongType(option, 'an iterable', list);
  return Array.from(list, read);
}
