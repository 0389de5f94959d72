import type { Key, RingDialect } from './dialect.js';
import { outOfRange } from './errors.js';
import type { RingNode } from './node.js';
import type { PointTable } from './points.js';
import type { Roster } from './roster.js';
import type { Walk } from './walk.js';

/** One point of a ring. */
export interface RingPoint<N extends RingNode = RingNode> {
  /** Where it is, 0..2^32 - 1 (of a 64-bit dialect, the upper half). */
  readonly position: number;
  readonly node: N;
  readonly id: string;
  /** Which of the node's points this is, from 0; the first one, when several share a position. */
  readonly virtualNode: number;
}

/** Why a key is where it is. */
export interface Explanation<N extends RingNode = RingNode> {
  readonly key: Key;
  readonly dialect: string;
  /** The key's position, 0..2^32 - 1. */
  readonly position: number;
  /** The point that owns this position. */
  readonly point: RingPoint<N>;
  /**
   * Steps from the key's position to the point, mod 2^32; the shorter way round when the dialect takes the nearest
   * point.
   */
  readonly distance: number;
  /** The search passed the end of the ring and went on at the other one. */
  readonly wrapped: boolean;
  readonly owner: N;
  /** The points at which the next distinct nodes follow: where the key goes when nodes fail, in order. */
  readonly next: readonly RingPoint<N>[];
}

interface Explained<N extends RingNode> {
  readonly table: PointTable;
  readonly roster: Roster<N>;
  readonly dialect: RingDialect;
  readonly pointsPerNode: number;
}

/** Reads `next` + 1 distinct nodes off a walk that begins at the key. */
export function explanationOf<N extends RingNode>(
  ring: Explained<N>,
  key: Key,
  walk: Walk,
  next: number,
): Explanation<N> {
  if (!(Number.isInteger(next) && next >= 0)) throw outOfRange('next', 'an integer of 0 or more', next);
  const { table, dialect } = ring;
  const name = pointNamer(ring);
  const met = new Set<number>();
  const points: RingPoint<N>[] = [];
  for (let steps = walk.length; steps > 0 && points.length <= next; steps--) {
    const i = walk.next();
    const node = table.owners[i]!;
    if (met.has(node)) continue;
    met.add(node);
    points.push(name(i));
  }
  const [point, ...others] = points as [RingPoint<N>, ...RingPoint<N>[]];
  const position = dialect.position(key);
  const ahead = (point.position - position) >>> 0;
  const back = (position - point.position) >>> 0;
  const down = dialect.search === 'nearest' && back <= ahead;
  return {
    key,
    dialect: dialect.name,
    position,
    point,
    distance: down ? back : ahead,
    wrapped: down ? point.position > position : point.position < position,
    owner: point.node,
    next: others,
  };
}

/** All points of a ring, by position. */
export function pointsInOrder<N extends RingNode>(ring: Explained<N>): RingPoint<N>[] {
  return Array.from({ length: ring.table.count }, (_, i) => i).map(pointNamer(ring));
}

/**
 * Names points by their index. Which virtual node a point is, is nowhere stored: the dialect is asked for the node's
 * points again, once a node.
 */
function pointNamer<N extends RingNode>({
  table,
  roster,
  dialect,
  pointsPerNode,
}: Explained<N>): (i: number) => RingPoint<N> {
  const known: (Uint32Array | undefined)[] = [];
  const all = dialect.independent ? undefined : dialect.points(roster.members, pointsPerNode);
  const pointsOf = (node: number): Uint32Array =>
    (known[node] ??= all?.[node] ?? dialect.points([roster.members[node]!], pointsPerNode)[0]!);
  return (i) => {
    const node = table.owners[i]!;
    const position = table.positions[i]!;
    const points = pointsOf(node);
    const low = table.lows?.[i];
    let virtualNode = points.indexOf(position);
    if (low !== undefined)
      for (virtualNode = 0; points[2 * virtualNode] !== position || points[2 * virtualNode + 1] !== low; )
        virtualNode++;
    return { position, node: roster.nodes[node]!, id: roster.members[node]!.id, virtualNode };
  };
}
