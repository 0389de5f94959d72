import type { RingChange } from './change.js';
import { RingError, wrongType } from './errors.js';
import { checkedWeight, compareUtf8, type Member, memberOf, type RingNode } from './node.js';
import { type NodeTable, numberZones } from './preference.js';

/** A node on a roster. `from` is its index before the latest change, -1 when it is new; a new weight makes it `fresh`. */
interface Entry<N extends RingNode> {
  readonly node: N;
  readonly member: Member;
  readonly from: number;
  readonly fresh: boolean;
}

/** A roster after a change, and what has become of the nodes before it. */
export interface RosterChange<N extends RingNode> {
  readonly roster: Roster<N>;
  /** New index of each node before, -1 for those that left or have another weight: what was computed for them is void. */
  readonly renumbered: Int32Array;
  /** Indices of the nodes for which something has to be computed anew. */
  readonly fresh: readonly number[];
}

/** The nodes of a strategy: checked, distinct, at least one, and in the order of their ids unless the listed order counts. */
export class Roster<N extends RingNode> implements NodeTable<N> {
  readonly nodes: readonly N[];
  readonly members: readonly Member[];
  readonly #byId: boolean;
  #indexes: Map<string, number> | undefined;
  #zones: { of: Uint32Array; count: number } | undefined;

  private constructor(entries: readonly Entry<N>[], byId: boolean) {
    if (entries.length === 0) throw new RingError('empty-ring', 'at least one node is needed, got none');
    this.nodes = entries.map((entry) => entry.node);
    this.members = entries.map((entry) => entry.member);
    this.#byId = byId;
  }

  static of<N extends RingNode>(nodes: Iterable<N>, byId = true): Roster<N> {
    const entries = entriesOf(nodes, 'nodes');
    if (byId) entries.sort(byIdOrder);
    const roster = new Roster(entries, byId);
    roster.#index();
    return roster;
  }

  /** Index of the node of this id. Throws `RingError` unknown-node. */
  at(id: string): number {
    const index = this.indexOf(id);
    if (index < 0) throw unknownNode(id);
    return index;
  }

  indexOf(id: string): number {
    return this.#index().get(id) ?? -1;
  }

  zoneNumbers(): { readonly of: Uint32Array; readonly count: number } {
    this.#zones ??= numberZones(this.members.map((member) => member.zone));
    return this.#zones;
  }

  changed<M extends RingNode>({ remove = [], reweight = {}, add = [] }: RingChange<M>): RosterChange<N | M> {
    const removed = new Set<number>();
    if (typeof remove === 'string') throw wrongType('remove', 'an iterable of ids', remove);
    for (const id of remove) removed.add(this.at(id));
    const weights = new Map<number, number>();
    for (const [id, weight] of Object.entries(reweight)) {
      const index = this.at(id);
      if (removed.has(index)) throw unknownNode(id);
      weights.set(index, checkedWeight(weight));
    }

    const entries: Entry<N | M>[] = [];
    for (let from = 0; from < this.nodes.length; from++) {
      if (removed.has(from)) continue;
      const member = this.members[from]!;
      const weight = weights.get(from);
      const fresh = weight !== undefined;
      entries.push({ node: this.nodes[from]!, member: fresh ? { ...member, weight } : member, from, fresh });
    }
    const added = entriesOf(add, 'add');
    const ids = new Set<string>();
    for (const { member } of added) {
      const index = this.indexOf(member.id);
      if (ids.has(member.id) || (index >= 0 && !removed.has(index))) throw duplicate(member.id);
      ids.add(member.id);
    }
    const all = this.#byId ? merged(entries, added.sort(byIdOrder)) : [...entries, ...added];

    const roster = new Roster(all, this.#byId);
    const renumbered = new Int32Array(this.nodes.length).fill(-1);
    const fresh: number[] = [];
    for (let index = 0; index < all.length; index++) {
      const entry = all[index]!;
      if (entry.fresh) fresh.push(index);
      else renumbered[entry.from] = index;
    }
    return { roster, renumbered, fresh };
  }

  /** The same members with other objects of the same ids in the place of the nodes. */
  revived<M extends RingNode>(revive: (member: Member) => M): Roster<M> {
    const entries = this.members.map((member) => {
      const node = revive(member);
      const id: unknown = typeof node === 'string' ? node : node?.id;
      if (id !== member.id)
        throw new RingError(
          'different-node',
          `revive must give a node with the id ${JSON.stringify(member.id)}, got ${JSON.stringify(id)}`,
        );
      return { node, member, from: -1, fresh: true };
    });
    return new Roster(entries, this.#byId);
  }

  #index(): Map<string, number> {
    if (this.#indexes === undefined) {
      const indexes = new Map<string, number>();
      for (let i = 0; i < this.members.length; i++) {
        const { id } = this.members[i]!;
        if (indexes.has(id)) throw duplicate(id);
        indexes.set(id, i);
      }
      this.#indexes = indexes;
    }
    return this.#indexes;
  }
}

const byIdOrder = (a: Entry<RingNode>, b: Entry<RingNode>): number => compareUtf8(a.member.id, b.member.id);

function entriesOf<N extends RingNode>(nodes: Iterable<N>, option: string): Entry<N>[] {
  // A string is iterable, but hardly meant as a list of its letters.
  if (typeof nodes === 'string' || typeof nodes?.[Symbol.iterator] !== 'function')
    throw wrongType(option, 'an iterable of nodes', nodes);
  return Array.from(nodes, (node) => ({ node, member: memberOf(node), from: -1, fresh: true }));
}

/** Two lists that are in order, as one. */
function merged<E extends Entry<RingNode>>(a: readonly E[], b: readonly E[]): E[] {
  const list: E[] = [];
  let i = 0;
  for (const entry of b) {
    while (i < a.length && byIdOrder(a[i]!, entry) < 0) list.push(a[i++]!);
    list.push(entry);
  }
  while (i < a.length) list.push(a[i++]!);
  return list;
}

const duplicate = (id: string): RingError =>
  new RingError('duplicate-node', `two nodes have the id ${JSON.stringify(id)}`);
const unknownNode = (id: string): RingError =>
  new RingError('unknown-node', `no node has the id ${JSON.stringify(id)}`);
