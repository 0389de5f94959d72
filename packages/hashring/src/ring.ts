import { previewOf, type RingChange, type RingPreview } from './change.js';
import { defaultDialect } from './default-dialect.js';
import type { Key, RingDialect, Search } from './dialect.js';
import { expectJson, outOfRange } from './errors.js';
import { type Explanation, explanationOf, pointsInOrder, type RingPoint } from './explain.js';
import { type Member, memberOf, type RingNode, type RingNodeObject } from './node.js';
import { type Ownership, ownershipOf, type RingRange, rangesOf, sharesOf } from './ownership.js';
import type { OwnersOptions, Ranked, Removable, Weighted } from './placement.js';
import { mergedTable, ownerPoint, type PointTable, runOf, tableOf } from './points.js';
import { preferenceList } from './preference.js';
import { checkRingJson, fingerprintOf, type RingJson, readRingBytes, ringBytes, ringJson } from './ring-bytes.js';
import { Roster } from './roster.js';
import { Walk } from './walk.js';

export interface RingOptions {
  /** Points of a node of weight 1: 1 to 65,536, default 512. More are more even, and slower to build; the README has the curve. */
  readonly pointsPerNode?: number | undefined;
  /** Whose rules to follow; the default is our own. Others are in `@dsys/hashring/compat`. */
  readonly dialect?: RingDialect | undefined;
}

export interface RestoreOptions<N extends RingNode = Member> {
  /** The dialect that was stored, when it is not the default one. */
  readonly dialect?: RingDialect | undefined;
  /** Gives the caller's own node for a stored one, of the same id. Weight and zone are the stored ones, whatever the node says. */
  readonly revive: (node: Member) => N;
}

const CAPABILITIES = { weights: true, owners: true, removal: 'any', minimal: true, ranges: true } as const;

/**
 * Consistent hashing (Karger et al., 1997): nodes and keys are hashed onto one circle, and a key belongs to the node whose point comes next.
 *
 *                 b·2
 *            a·1 ·──·  ← key 'k1' ... goes to a·1? no: clockwise, to b·2
 *
 * A ring never changes: `with`, `without`, `reweight` and `apply` give another one, and an error leaves nothing half done.
 */
export class Ring<N extends RingNode = RingNode> implements Ranked<N>, Removable<N>, Weighted<N> {
  /**
   * A ring of these nodes. Throws `RingError` empty-ring, duplicate-node or no-points, and `RangeError` or `TypeError` that name the option.
   Cost: a hash for each point (with 512 points, about 10 µs a node).
   */
  static of(nodes: Iterable<string>, options?: RingOptions): Ring<string>;
  static of<N extends RingNodeObject>(nodes: Iterable<N>, options?: RingOptions): Ring<N>;
  static of<N extends RingNode>(nodes: Iterable<N>, options?: RingOptions): Ring<N>;
  static of<N extends RingNode>(nodes: Iterable<N>, options: RingOptions = {}): Ring<N> {
    const { dialect = defaultDialect } = options;
    const { pointsPerNode = dialect.pointsPerNode.default } = options;
    checkPointsPerNode(dialect, pointsPerNode);
    const roster = Roster.of(nodes, dialect.ties === 'id');
    return new Ring(roster, builtTable(dialect, pointsPerNode, roster.members), dialect, pointsPerNode);
  }

  /**
   * A ring from what `toBytes` or `toJSON` gave. Bytes: throws `DecodeError` naming the field. JSON: `RingError` bad-json, and what `Ring.of` throws.
   * Both: `RingError` unknown-dialect, different-node. Nodes are `{ id, weight, zone }` unless `revive` finds the caller's own.
   */
  static from(source: Uint8Array | RingJson, options?: { readonly dialect?: RingDialect | undefined }): Ring<Member>;
  static from<N extends RingNode>(source: Uint8Array | RingJson, options: RestoreOptions<N>): Ring<N>;
  static from(source: Uint8Array | RingJson, options: Partial<RestoreOptions<RingNode>> = {}): Ring<RingNode> {
    const { dialect = defaultDialect, revive } = options;
    const ring = isBytes(source)
      ? readRingBytes(source, dialect, ({ members, pointsPerNode }) => Ring.of(members, { dialect, pointsPerNode }))
      : ringOfJson(source, dialect);
    if (revive === undefined) return ring;
    return new Ring(ring.roster.revived(revive), ring.table, dialect, ring.pointsPerNode);
  }

  /** The nodes that were put in, by id in the order of UTF-8 (as listed, when the dialect depends on that order). */
  readonly nodes: readonly N[];
  readonly dialect: RingDialect;
  readonly pointsPerNode: number;
  readonly capabilities: typeof CAPABILITIES = CAPABILITIES;
  /** @internal */
  readonly table: PointTable;
  /** @internal */
  readonly roster: Roster<N>;
  /** @internal */
  readonly search: Search;
  /** Most rings search alike; those take the short way in `ownerIndex`. */
  readonly #plain: boolean;
  #fingerprint: string | undefined;

  private constructor(roster: Roster<N>, table: PointTable, dialect: RingDialect, pointsPerNode: number) {
    this.nodes = roster.nodes;
    this.dialect = dialect;
    this.pointsPerNode = pointsPerNode;
    this.table = table;
    this.roster = roster;
    this.search = dialect.search;
    this.#plain = dialect.bits === 32 && dialect.search === 'at-or-above';
  }

  get size(): number {
    return this.nodes.length;
  }

  /** Points of all nodes together. */
  get pointCount(): number {
    return this.table.count;
  }

  /** Id, weight in force and zone of each node, in the order of `nodes`. */
  get members(): readonly Member[] {
    return this.roster.members;
  }

  /** The node that this key belongs to. Constant time: a hash, a look into an index, a step or two. */
  owner(key: Key): N {
    return this.nodes[this.ownerIndex(key)]!;
  }

  /** Index of the owner in `nodes`. */
  ownerIndex(key: Key): number {
    const { table, dialect } = this;
    const position = dialect.position(key);
    if (this.#plain) return table.owners[table.atOrAbove(position)]!;
    return table.owners[ownerPoint(table, this.search, position, dialect.positionLow?.(key) ?? 0)]!;
  }

  /** The owners of many keys, into `out` when given (its length is set), else into a new array. */
  ownerMany(keys: readonly Key[], out: N[] = []): N[] {
    out.length = keys.length;
    for (let i = 0; i < keys.length; i++) out[i] = this.owner(keys[i]!);
    return out;
  }

  /**
   * The preference list of a key: distinct nodes, the owner first; see `OwnersOptions`. Throws `RangeError` unless n is an integer of 1 or more.
   * Cost: a few steps for each node on the list.
   */
  owners(key: Key, options: OwnersOptions<N>): N[] {
    return preferenceList(this.roster, this.#walk(key), options).map((index) => this.nodes[index]!);
  }

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

  /** Exact share of the key space of each node and zone. Cost: one pass over the points. */
  ownership(): Ownership<N> {
    return ownershipOf(this.roster, sharesOf(this));
  }

  /** Why this key is where it is. `next` tells how many failover nodes to name, default 2. */
  explain(key: Key, { next = 2 }: { readonly next?: number | undefined } = {}): Explanation<N> {
    return explanationOf(this, key, this.#walk(key), next);
  }

  /** The arcs of the ring, in order from position 0 to 2^32 without gaps; neighbouring points of one node make one arc. */
  ranges(): readonly RingRange<N>[] {
    return rangesOf(this);
  }

  /** All points, in the order of their positions. */
  points(): readonly RingPoint<N>[] {
    return pointsInOrder(this);
  }

  /** A ring with one node more. Throws `RingError` duplicate-node. Cost: the node's hashes, and one pass over the points. */
  with<M extends RingNode>(node: M): Ring<N | M> {
    return this.apply({ add: [node] });
  }

  /** A ring without this node. Throws `RingError` unknown-node, or empty-ring when it is the last one. */
  without(id: string): Ring<N> {
    return this.apply({ remove: [id] });
  }

  /**
   * A ring in which this node has another weight. The node object stays the very same, so its own `weight` field, if any, is
   * not what counts any more: `weightOf` is. Throws `RingError` unknown-node, `RangeError`.
   */
  reweight(id: string, weight: number): Ring<N> {
    return this.apply({ reweight: { [id]: weight } });
  }

  /** A ring with all these changes made, or none of them. */
  apply<M extends RingNode = N>(change: RingChange<M>): Ring<N | M> {
    const { roster, renumbered, fresh } = this.roster.changed(change);
    const { dialect, pointsPerNode } = this;
    if (!dialect.independent)
      return new Ring(roster, builtTable(dialect, pointsPerNode, roster.members), dialect, pointsPerNode);
    const members = fresh.map((index) => roster.members[index]!);
    const run = runOf(pointsOf(dialect, members, pointsPerNode), fresh, dialect.bits === 64, dialect.ties);
    const table = mergedTable(this.table, renumbered, run, roster.members.length, dialect.ties);
    return new Ring(roster, table, dialect, pointsPerNode);
  }

  /** What `apply(change)` would move. Cost: one pass over the points of both rings. */
  preview<M extends RingNode = N>(change: RingChange<M>): RingPreview {
    return previewOf(this, this.apply(change));
  }

  /** 16 hexadecimal digits, equal for equal rings: same dialect, points, ids, weights and zones, in whatever order they were listed. */
  get fingerprint(): string {
    return (this.#fingerprint ??= fingerprintOf(this));
  }

  /** Plain data for `JSON.stringify` and `Ring.from`. */
  toJSON(): RingJson {
    return ringJson(this);
  }

  /** Canonical bytes: equal rings give equal bytes. The format is in the README and is a promise. */
  toBytes(): Uint8Array {
    return ringBytes(this);
  }

  #walk(key: Key): Walk {
    const { dialect } = this;
    return new Walk(this.table, this.search, dialect.position(key), dialect.positionLow?.(key) ?? 0);
  }
}

/** Also true for the arrays of another realm (`node:vm`, an iframe). */
const isBytes = (source: unknown): source is Uint8Array => ArrayBuffer.isView(source);

function ringOfJson(json: RingJson, dialect: RingDialect): Ring<RingNode> {
  checkRingJson(json, dialect);
  const { nodes, pointsPerNode, fingerprint } = json;
  const ring = Ring.of(nodes.map(memberOf), { dialect, pointsPerNode });
  expectJson(fingerprint === ring.fingerprint, 'fingerprint', `${ring.fingerprint}, as the nodes have it`, fingerprint);
  return ring;
}

function builtTable(dialect: RingDialect, pointsPerNode: number, members: readonly Member[]): PointTable {
  const points = pointsOf(dialect, members, pointsPerNode);
  const indexes = members.map((_, index) => index);
  return tableOf(runOf(points, indexes, dialect.bits === 64, dialect.ties), members.length);
}

/** The dialect's points, once the weights are known to be among those that it takes. */
function pointsOf(dialect: RingDialect, members: readonly Member[], pointsPerNode: number): readonly Uint32Array[] {
  const { min, max, integer } = dialect.weight;
  for (const { weight } of members) {
    if (weight >= min && weight <= max && !(integer && !Number.isInteger(weight))) continue;
    const kind = integer ? 'an integer ' : '';
    throw outOfRange(`weight in the dialect ${dialect.name}`, `${kind}${min}..${max}`, weight);
  }
  return dialect.points(members, pointsPerNode);
}

function checkPointsPerNode({ pointsPerNode: { min, max } }: RingDialect, count: number): void {
  if (!(Number.isInteger(count) && count >= min && count <= max))
    throw outOfRange('pointsPerNode', `an integer ${min}..${max}`, count);
}
