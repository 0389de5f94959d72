import { xxh32 } from '@dsys/hash';
import type { RingChange } from './change.js';
import { defaultDialect } from './default-dialect.js';
import { type Key, RING_SEED, type RingDialect } from './dialect.js';
import { outOfRange } from './errors.js';
import type { Member, RingNode, RingNodeObject } from './node.js';
import type { OwnersOptions, Ranked, Removable, Weighted } from './placement.js';
import { mergedTable, type PointTable, runOf } from './points.js';
import { preferenceList } from './preference.js';
import { Roster } from './roster.js';
import { Walk } from './walk.js';

/** How a ring is made. */
export interface RingOptions {
  /**
   * Points of a node of weight 1: 1 to 65,536, default 512. More are more even, and slower to build; the README has the
   * curve.
   */
  readonly pointsPerNode?: number | undefined;
  /** Whose rules to follow; the default is our own. Others are in `@dsys/hashring/compat`. */
  readonly dialect?: RingDialect | undefined;
}

/** What a ring is made of. */
export interface RingParts<N extends RingNode> {
  readonly roster: Roster<N>;
  readonly table: PointTable;
  readonly dialect: RingDialect;
  readonly pointsPerNode: number;
}

const CAPABILITIES = {
  strategy: 'ring',
  weights: true,
  owners: true,
  removal: 'any',
  minimal: true,
  ranges: true,
} as const;

/** The calls of `Ring` that place keys and change nodes, for bundles in which every kilobyte counts. */
export class CoreRing<N extends RingNode = RingNode> implements Ranked<N>, Removable<N>, Weighted<N> {
  /** As `Ring.of`. */
  static of(nodes: Iterable<string>, options?: RingOptions): CoreRing<string>;
  static of<N extends RingNodeObject>(nodes: Iterable<N>, options?: RingOptions): CoreRing<N>;
  static of<N extends RingNode>(nodes: Iterable<N>, options?: RingOptions): CoreRing<N>;
  static of<N extends RingNode>(nodes: Iterable<N>, options?: RingOptions): CoreRing<N> {
    return new CoreRing(partsOf(nodes, options));
  }

  /** The nodes that were put in, by id in the order of UTF-8 (as listed, when the dialect depends on that order). */
  readonly nodes: readonly N[];
  /** Id, weight in force and zone of each node, in the order of `nodes`. */
  readonly members: readonly Member[];
  readonly dialect: RingDialect;
  readonly pointsPerNode: number;
  readonly capabilities: typeof CAPABILITIES = CAPABILITIES;
  /** @internal */
  readonly table: PointTable;
  /** @internal */
  readonly roster: Roster<N>;

  /** @internal */
  protected constructor({ roster, table, dialect, pointsPerNode }: RingParts<N>) {
    this.nodes = roster.nodes;
    this.members = roster.members;
    this.dialect = dialect;
    this.pointsPerNode = pointsPerNode;
    this.table = table;
    this.roster = roster;
  }

  /** How many nodes there are. */
  get size(): number {
    return this.nodes.length;
  }

  /** Points of all nodes together. */
  get pointCount(): number {
    return this.table.count;
  }

  /** The node that this key belongs to. Constant time: a hash, a look into an index, a step or two. */
  owner(key: Key): N {
    return this.nodes[this.ownerIndex(key)]!;
  }

  /** Index of the owner in `nodes`. */
  ownerIndex(key: Key): number {
    const { table, dialect } = this;
    // Written out for our own rules: where a process has rings of other dialects too, the call by way of the dialect
    // costs a quarter more.
    if (dialect === defaultDialect) return table.owners[table.atOrAbove(xxh32(key, RING_SEED))]!;
    if (dialect.search === 'at-or-above' && !table.lows) return table.owners[table.atOrAbove(dialect.position(key))]!;
    return this.walk(key).nextNode();
  }

  /** The owners of many keys, into `out` when given (its length is set), else into a new array. */
  ownerMany(keys: readonly Key[], out: N[] = []): N[] {
    out.length = keys.length;
    for (let i = 0; i < keys.length; i++) out[i] = this.owner(keys[i]!);
    return out;
  }

  /**
   * The preference list of a key: distinct nodes, the owner first; see `OwnersOptions`. Throws `RangeError` unless n is
   * an integer of 1 or more. Cost: a few steps for each node on the list.
   */
  owners(key: Key, options: OwnersOptions<N>): N[] {
    return preferenceList(this.roster, this.walk(key), options).map((index) => this.nodes[index]!);
  }

  /** Whether a node of this id is on the ring. */
  has(id: string): boolean {
    return this.roster.indexOf(id) >= 0;
  }

  /** The node of this id, or undefined. */
  get(id: string): N | undefined {
    return this.nodes[this.roster.indexOf(id)];
  }

  /** The weight in force. Throws `RingError` unknown-node. */
  weightOf(id: string): number {
    return this.members[this.roster.at(id)]!.weight;
  }

  /**
   * A ring with one node more. Throws `RingError` duplicate-node. Cost: the node's hashes, and one pass over the
   * points.
   */
  with<M extends RingNode>(node: M): CoreRing<N | M> {
    return this.apply({ add: [node] });
  }

  /** A ring without this node. Throws `RingError` unknown-node, or empty-ring when it is the last one. */
  without(id: string): CoreRing<N> {
    return this.apply<N>({ remove: [id] });
  }

  /**
   * A ring in which this node has another weight. The node object stays the very same, so its own `weight` field, if
   * any, is not what counts any more: `weightOf` is. Throws `RingError` unknown-node, `RangeError`.
   */
  reweight(id: string, weight: number): CoreRing<N> {
    return this.apply<N>({ reweight: { [id]: weight } });
  }

  /** A ring with all these changes made, or none of them. */
  apply<M extends RingNode = N>(change: RingChange<M>): CoreRing<N | M> {
    return new CoreRing(this.changed(change));
  }

  /** @internal */
  walk(key: Key): Walk {
    const { dialect } = this;
    return new Walk(this.table, dialect.search, dialect.position(key), dialect.positionLow?.(key));
  }

  /** @internal */
  protected changed<M extends RingNode>(change: RingChange<M>): RingParts<N | M> {
    const { dialect, pointsPerNode } = this;
    const { roster, renumbered, fresh } = this.roster.changed(change);
    // Where a node's points depend on the others, none of the old ones is good any more.
    const table = dialect.independent
      ? tableWith(roster, dialect, pointsPerNode, fresh, this.table, renumbered)
      : tableWith(roster, dialect, pointsPerNode);
    return { roster, table, dialect, pointsPerNode };
  }
}

/** Checks everything, then makes the points. */
export function partsOf<N extends RingNode>(
  nodes: Iterable<N>,
  { dialect = defaultDialect, pointsPerNode = dialect.pointsPerNode.default }: RingOptions = {},
): RingParts<N> {
  const { min, max } = dialect.pointsPerNode;
  if (!(Number.isInteger(pointsPerNode) && pointsPerNode >= min && pointsPerNode <= max))
    throw outOfRange('pointsPerNode', `an integer ${min}..${max}`, pointsPerNode);
  const roster = Roster.of(nodes, dialect.ties === 'id');
  return { roster, table: tableWith(roster, dialect, pointsPerNode), dialect, pointsPerNode };
}

/**
 * The dialect's points of the nodes at `fresh`, once their weights are known to be among those that it takes, merged
 * into `table` if there is one.
 */
function tableWith(
  { members }: Roster<RingNode>,
  dialect: RingDialect,
  pointsPerNode: number,
  fresh: readonly number[] = [...members.keys()],
  table?: PointTable,
  renumbered?: Int32Array,
): PointTable {
  const { min, max, integer } = dialect.weight;
  const some = fresh.map((index) => members[index]!);
  for (const { weight } of some) {
    if (!(weight >= min && weight <= max && (Number.isInteger(weight) || !integer)))
      throw outOfRange(
        `weight in the dialect ${dialect.name}`,
        `${integer ? 'an integer ' : ''}${min}..${max}`,
        weight,
      );
  }
  const run = runOf(dialect.points(some, pointsPerNode), fresh, dialect.bits === 64, dialect.ties);
  return mergedTable(table, renumbered, run, members.length, dialect.ties);
}
