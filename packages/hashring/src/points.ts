import type { Ties } from './dialect.js';
import { outOfRange, RingError } from './errors.js';

/** Most points of one ring, 2^23: some 90 MB, and three times as much while it is built. */
export const MAX_POINTS = 8_388_608;
/** Number of positions: the circle is 0..2^32 - 1. */
export const CIRCLE = 4_294_967_296;

/** The points of some nodes, sorted: what a table is made of, and what is merged into one. */
export interface PointRun {
  /** Ascending; of a 64-bit dialect, the upper halves. */
  readonly positions: Uint32Array;
  /** The lower halves, of a 64-bit dialect only. */
  readonly lows: Uint32Array | null;
  /** Index of the node that has the point. */
  readonly owners: Uint32Array;
}

/**
 * All points of a ring in order, and an index that finds the first one at or above a position in constant time. The
 * upper bits of a position choose a bucket, the bucket says where to begin, and since there are about as many buckets
 * as points, a few steps are all that is left. Four buckets, six points:
 *
 *     bucket        0 (00…)     1 (01…)     2 (10…)      3 (11…)
 *     points        a     b                 c   d  e     f
 *     start         0           2           2            5          6 (the end)
 *
 * A position in bucket 1 begins at start[1] = 2, and c it is. Beyond f stands a sentinel at the last position, which
 * belongs to the owner of a: so no search needs to ask whether it has come to the end.
 */
export class PointTable {
  readonly count: number;
  /** Ascending, with the sentinel 2^32 - 1 at `count`. What may follow it means nothing, here and below. */
  readonly positions: Uint32Array;
  /** Lower halves in a 64-bit dialect. */
  readonly lows: Uint32Array | null;
  /** Node of each point; the sentinel's is that of point 0. */
  readonly owners: Uint16Array | Uint32Array;
  /** `start[b]` is the first point at or above `b << shift`; one entry more than buckets. */
  readonly start: Uint32Array;
  readonly shift: number;

  /** Arrays with room for one entry more than points: the sentinel. Throws `RingError` no-points. */
  constructor(count: number, positions: Uint32Array, lows: Uint32Array | null, owners: Uint16Array | Uint32Array) {
    if (count === 0) throw new RingError('no-points', 'no node has a point with these weights');
    positions[count] = CIRCLE - 1;
    owners[count] = owners[0]!;
    this.count = count;
    this.positions = positions;
    this.lows = lows;
    this.owners = owners;
    // A point or two a bucket; two buckets at least (a shift by 32 is a shift by 0). More buckets find no quicker, and
    // cost memory.
    this.shift = Math.min(31, Math.clz32(count - 1) + 1);
    this.start = bucketStarts(positions, count, this.shift);
  }

  /** The first point at or above a position: 0..count, where `count` is the sentinel and means point 0. */
  atOrAbove(position: number): number {
    const { positions, start } = this;
    const bucket = position >>> this.shift;
    let i = start[bucket]!;
    // Most searches end within three steps. Taken without a branch, they cost half as much: measured.
    i += +(positions[i]! < position);
    i += +(positions[i]! < position);
    i += +(positions[i]! < position);
    return positions[i]! < position ? firstAtOrAbove(positions, i, start[bucket + 1]!, position) : i;
  }
}

/** First index in `[low, high)` whose position is at or above `position`, else `high`. */
function firstAtOrAbove(positions: Uint32Array, from: number, to: number, position: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle]! < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Counts, then sums up: nothing branches on a position, which no processor can foretell. */
function bucketStarts(positions: Uint32Array, count: number, shift: number): Uint32Array {
  const start = new Uint32Array(2 ** (32 - shift) + 1);
  for (let i = 0; i < count; i++) start[(positions[i]! >>> shift) + 1]!++;
  let begun = 0;
  for (let bucket = 1; bucket < start.length; bucket++) {
    begun = (begun + start[bucket]!) | 0;
    start[bucket] = begun;
  }
  return start;
}

/**
 * Sorts the points of some nodes into one run: by position, then by `owners` upwards, or downwards when ties go to the
 * last.
 */
export function runOf(points: readonly Uint32Array[], owners: ArrayLike<number>, wide: boolean, ties: Ties): PointRun {
  const perPoint = wide ? 2 : 1;
  const count = points.reduce((sum, own) => sum + own.length, 0) / perPoint;
  const positions = new Uint32Array(count);
  const lows = wide ? new Uint32Array(count) : null;
  const nodes = new Uint32Array(count);
  let at = 0;
  for (const [i, own] of points.entries()) {
    const begin = at;
    at += own.length / perPoint;
    nodes.fill(owners[i]!, begin, at);
    if (lows === null) positions.set(own, begin);
    else for (let k = 0; k < own.length; k++) (k & 1 ? lows : positions)[begin + (k >> 1)] = own[k]!;
  }
  // A radix sort is stable: points at one position stay in the order in which nodes are listed here, or in the opposite
  // one.
  let order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  if (ties === 'last') order.reverse();
  let keys = order;
  for (const half of [lows, positions]) {
    if (half === null) continue;
    keys = taken(half, order);
    for (let digit = 0; digit < 33; digit += 11) [keys, order] = sortedBy(digit, keys, order);
  }
  return { positions: keys, lows: lows && taken(lows, order), owners: taken(nodes, order) };
}

/** One pass of a radix sort: keys, and their places before, by the 11 bits of the key from `digit` up. */
function sortedBy(digit: number, keys: Uint32Array, order: Uint32Array): [Column, Column] {
  const next = new Uint32Array(2049);
  for (let i = 0; i < keys.length; i++) next[((keys[i]! >>> digit) & 2047) + 1]!++;
  for (let b = 1; b < 2048; b++) next[b]! += next[b - 1]!;
  const sorted = new Uint32Array(keys.length);
  const places = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const to = next[(key >>> digit) & 2047]!++;
    sorted[to] = key;
    places[to] = order[i]!;
  }
  return [sorted, places];
}

function taken(column: Uint32Array, order: Uint32Array): Column {
  const result = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) result[i] = column[order[i]!]!;
  return result;
}

type Column = Uint32Array<ArrayBuffer>;

/** A table of the points in `run`, for `size` nodes. Throws `RingError` no-points. */
export function tableOf(run: PointRun, size: number): PointTable {
  return mergedTable(undefined, undefined, run, size, 'id');
}

/**
 * A table with other nodes: the points of `table`, if there is one, their owners renumbered by `renumbered` (-1: gone),
 * merged with those of `added`. Renumbering keeps the order of nodes, so ties stay in order. Throws `RingError`
 * no-points, `RangeError`.
 */
export function mergedTable(
  table: PointTable | undefined,
  renumbered: ArrayLike<number> | undefined,
  added: PointRun,
  size: number,
  ties: Ties,
): PointTable {
  const more = added.positions.length;
  const before = table?.count ?? 0;
  const length = before + more + 1;
  const positions = new Uint32Array(length);
  const lows = added.lows && new Uint32Array(length);
  const owners = size > 65_536 ? new Uint32Array(length) : new Uint16Array(length);
  let kept = 0;
  for (let i = 0; i < before; i++) {
    const owner = renumbered![table!.owners[i]!]!;
    positions[kept] = table!.positions[i]!;
    owners[kept] = owner;
    if (lows !== null) lows[kept] = table!.lows![i]!;
    // What was written for a node that is gone is written over by the next.
    kept += +(owner >= 0);
  }
  checkPointCount(kept + more);
  // From the end, so that what was kept moves at most once, in blocks as long as there is room between the new points.
  const direction = ties === 'last' ? -1 : 1;
  let end = kept;
  for (let j = more - 1; j >= 0; j--) {
    const position = added.positions[j]!;
    const low = added.lows?.[j] ?? 0;
    const owner = added.owners[j]!;
    let at = firstAtOrAbove(positions, 0, end, position);
    for (; at < end && positions[at] === position; at++) {
      const ahead = lows ? lows[at]! - low : 0;
      if ((ahead || direction * (owners[at]! - owner)) > 0) break;
    }
    const to = at + j;
    if (at < end) {
      positions.copyWithin(to + 1, at, end);
      owners.copyWithin(to + 1, at, end);
      lows?.copyWithin(to + 1, at, end);
      end = at;
    }
    positions[to] = position;
    owners[to] = owner;
    if (lows !== null) lows[to] = low;
  }
  return new PointTable(kept + more, positions, lows, owners);
}

/** Throws when a ring would have more points than it may. For dialects: call it before making them. */
export function checkPointCount(count: number): void {
  if (count > MAX_POINTS) throw outOfRange('number of points', `at most ${MAX_POINTS}`, count);
}
