import { previewOf, type RingChange, type RingPreview } from './change.js';
import { CoreRing, partsOf, type RingOptions } from './core-ring.js';
import { defaultDialect } from './default-dialect.js';
import type { Key, RingDialect } from './dialect.js';
import { expectJson, RingError } from './errors.js';
import { type Explanation, explanationOf, pointsInOrder, type RingPoint } from './explain.js';
import { type Member, memberOf, type RingNode, type RingNodeObject } from './node.js';
import { type Ownership, ownershipOf, type RingRange, rangesOf, sharesOf } from './ownership.js';
import { checkRingJson, fingerprintOf, type RingJson, readRingBytes, ringBytes, ringJson } from './ring-bytes.js';
import { Roster } from './roster.js';

/** How a stored ring comes back. */
export interface RestoreOptions<N extends RingNode = Member> {
  /** The dialect that was stored, when it is not the default one. */
  readonly dialect?: RingDialect | undefined;
  /**
   * Gives the caller's own node for a stored one, of the same id. Weight and zone are the stored ones, whatever the
   * node says.
   */
  readonly revive: (node: Member) => N;
}

/**
 * Consistent hashing (Karger et al., 1997): the points of nodes, many for each, and the keys lie on one circle, and a
 * key belongs to the node whose point comes next, clockwise.
 *
 *     0 ──── a₀ ── k₁ ── b₁ ──── a₁ ── k₂ ──── b₀ ── k₃ ── 2³²        k₁ and k₂ belong to b, k₃ to a (past the end: from 0 on)
 *
 * A ring never changes: `with`, `without`, `reweight` and `apply` give another one, and an error leaves nothing half
 * done.
 */
export class Ring<N extends RingNode = RingNode> extends CoreRing<N> {
  /**
   * A ring of these nodes. Throws `RingError` empty-ring, duplicate-node or no-points, and `RangeError` or `TypeError`
   * that name the option. Cost: a hash for each point.
   */
  static override of(nodes: Iterable<string>, options?: RingOptions): Ring<string>;
  static override of<N extends RingNodeObject>(nodes: Iterable<N>, options?: RingOptions): Ring<N>;
  static override of<N extends RingNode>(nodes: Iterable<N>, options?: RingOptions): Ring<N>;
  static override of<N extends RingNode>(nodes: Iterable<N>, options?: RingOptions): Ring<N> {
    return new Ring(partsOf(nodes, options));
  }

  /**
   * A ring from what `toBytes` or `toJSON` gave. Bytes: throws `DecodeError` naming the field. JSON: `RingError`
   * bad-json, and what `Ring.of` throws. Both: `RingError` unknown-dialect, different-node. Nodes are `{ id, weight,
   * zone }` unless `revive` finds the caller's own.
   */
  static from(source: Uint8Array | RingJson, options?: { readonly dialect?: RingDialect | undefined }): Ring<Member>;
  static from<N extends RingNode>(source: Uint8Array | RingJson, options: RestoreOptions<N>): Ring<N>;
  static from(source: Uint8Array | RingJson, options: Partial<RestoreOptions<RingNode>> = {}): Ring<RingNode> {
    const { dialect = defaultDialect, revive } = options;
    // Also true for the arrays of another realm (`node:vm`, an iframe).
    const ring = ArrayBuffer.isView(source)
      ? readRingBytes(source, dialect, ({ members, pointsPerNode }) => Ring.of(members, { dialect, pointsPerNode }))
      : ringOfJson(source, dialect);
    return revive === undefined ? ring : new Ring({ ...ring, roster: revived(ring, revive) });
  }

  /** Exact share of the key space of each node and zone. Cost: one pass over the points. */
  ownership(): Ownership<N> {
    return ownershipOf(this.roster, sharesOf(this));
  }

  /** Why this key is where it is. `next` tells how many failover nodes to name, default 2. */
  explain(key: Key, { next = 2 }: { readonly next?: number | undefined } = {}): Explanation<N> {
    return explanationOf(this, key, this.walk(key), next);
  }

  /**
   * The arcs of the ring, in order from position 0 to 2^32 without gaps; neighbouring points of one node make one arc.
   */
  ranges(): readonly RingRange<N>[] {
    return rangesOf(this);
  }

  /** All points, in the order of their positions. */
  points(): readonly RingPoint<N>[] {
    return pointsInOrder(this);
  }

  /** What `apply(change)` would move. Cost: one pass over the points of both rings. */
  preview<M extends RingNode = N>(change: RingChange<M>): RingPreview {
    return previewOf(this, this.apply(change));
  }

  /**
   * 16 hexadecimal digits, equal for equal rings: same dialect, points, ids, weights and zones, in whatever order they
   * were listed.
   */
  get fingerprint(): string {
    return (this.#fingerprint ??= fingerprintOf(this));
  }
  #fingerprint: string | undefined;

  /** Plain data for `JSON.stringify` and `Ring.from`. */
  toJSON(): RingJson {
    return ringJson(this);
  }

  /** Canonical bytes: equal rings give equal bytes. The format is in the README and is a promise. */
  toBytes(): Uint8Array {
    return ringBytes(this);
  }

  override with<M extends RingNode>(node: M): Ring<N | M> {
    return this.apply({ add: [node] });
  }

  override without(id: string): Ring<N> {
    return this.apply<N>({ remove: [id] });
  }

  override reweight(id: string, weight: number): Ring<N> {
    return this.apply<N>({ reweight: { [id]: weight } });
  }

  override apply<M extends RingNode = N>(change: RingChange<M>): Ring<N | M> {
    return new Ring(this.changed(change));
  }
}

function ringOfJson(json: RingJson, dialect: RingDialect): Ring<RingNode> {
  checkRingJson(json, dialect);
  const { nodes, pointsPerNode, fingerprint } = json;
  const ring = Ring.of(nodes.map(memberOf), { dialect, pointsPerNode });
  expectJson(fingerprint === ring.fingerprint, 'fingerprint', `${ring.fingerprint}, as the nodes have it`, fingerprint);
  return ring;
}

/** The same members, with the caller's nodes. */
function revived<N extends RingNode>({ members, dialect }: Ring<RingNode>, revive: (member: Member) => N): Roster<N> {
  const entries = members.map((member) => {
    const node = revive(member);
    const id: unknown = typeof node === 'string' ? node : node?.id;
    if (id !== member.id)
      throw new RingError(
        'different-node',
        `revive must give a node with the id ${JSON.stringify(member.id)}, got ${JSON.stringify(id)}`,
      );
    return { node, member, from: -1 };
  });
  return new Roster(entries, dialect.ties === 'id');
}
