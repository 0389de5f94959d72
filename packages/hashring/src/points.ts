import type { Search, Ties } from './dialect.js';
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
 * All points of a ring in order, and an index that finds the first one at or above a position in constant time. The upper bits
 * of a position choose a bucket, the bucket says where to begin, and since there are about as many buckets as points, a step or two is all
 * that is left. Four buckets, six points:
 *
 *     bucket        0 (00…)     1 (01…)     2 (10…)      3 (11…)
 *     points        a     b                 c   d  e     f
 *     start         0           2           2            5          6 (the end)
 *
 * A position in bucket 1 begins at start[1] = 2, and c it is. Beyond f stands a sentinel at the last position, which belongs to
 * the owner of a: so no search needs to ask whether it has come to the end.
 */
export class PointTable {
  readonly count: number;
  /** Ascending, with the sentinel 2^32 - 1 at `count`. */
  readonly positions: Uint32Array;
  /** Lower halves in a 64-bit dialect. The sentinel's is 2^32 - 1. */
  readonly lows: Uint32Array | null;
  /** Node of each point; the sentinel's is that of point 0. */
  readonly owners: Uint16Array | Uint32Array;
  /** `start[b]` is the first point at or above `b << shift`; one entry more than buckets. */
  readonly start: Uint32Array;
  readonly shift: number;

  /** Arrays of one entry more than points: the last is overwritten with the sentinel. */
  constructor(positions: Uint32Array, lows: Uint32Array | null, owners: Uint16Array | Uint32Array) {
    const count = positions.length - 1;
    positions[count] = 0xffffffff;
    if (lows !== null) lows[count] = 0xffffffff;
    owners[count] = owners[0]!;
    this.count = count;
    this.positions = positions;
    this.lows = lows;
    this.owners = owners;
    // A point or two a bucket; two buckets at least (a shift by 32 is a shift by 0). More buckets find no quicker, and cost memory.
    this.shift = Math.min(31, Math.clz32(count - 1) + 1);
    this.start = bucketStarts(positions, count, this.shift);
  }

  /** The first point at or above a position: 0..count, where `count` is the sentinel and means point 0. */
  atOrAbove(position: number): number {
    const positions = this.positions;
    let i = this.start[position >>> this.shift]!;
    // Most searches end within three steps. Taken without a branch, they cost half as much: measured.
    i += +(positions[i]! < position);
    i += +(positions[i]! < position);
    i += +(positions[i]! < position);
    if (positions[i]! >= position) return i;
    return firstAtOrAbove(positions, this.start[(position >>> this.shift) + 1]!, position, i + 1);
  }

  /** The first point above a position: 0..count. */
  above(position: number): number {
    return position === 0xffffffff ? this.count : this.atOrAbove(position + 1);
  }

  /** The nearest point either way, the lower one at equal distance (distances mod 2^32): 0..count. */
  nearest(position: number): number {
    const upper = this.atOrAbove(position);
    const lower = upper === 0 ? this.count - 1 : upper - 1;
    const next = this.positions[upper === this.count ? 0 : upper]!;
    return (position - this.positions[lower]!) >>> 0 <= (next - position) >>> 0 ? lower : upper;
  }

  /** `atOrAbove` in a 64-bit dialect: among points with this upper half, the first whose lower half is at or above `low`. */
  atOrAboveWide(position: number, low: number): number {
    let i = this.atOrAbove(position);
    while (i < this.count && this.positions[i] === position && this.lows![i]! < low) i++;
    return i;
  }
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

/** Sorts the points of some nodes into one run: by position, then by `owners` upwards, or downwards when ties go to the last. */
export function runOf(points: readonly Uint32Array[], owners: ArrayLike<number>, wide: boolean, ties: Ties): PointRun {
  const perPoint = wide ? 2 : 1;
  const count = points.reduce((sum, own) => sum + own.length, 0) / perPoint;
  checkPointCount(count);
  let run = emptyRun(count, wide);
  // The sort is stable, so ties stay in the order in which nodes are laid out here.
  let at = 0;
  for (let i = 0; i < points.length; i++) {
    const node = ties === 'last' ? points.length - 1 - i : i;
    const own = points[node]!;
    for (let k = 0; k < own.length; k += perPoint, at++) {
      run.positions[at] = own[k]!;
      if (run.lows !== null) run.lows[at] = own[k + 1]!;
      run.owners[at] = owners[node]!;
    }
  }
  let spare = emptyRun(count, wide);
  for (const half of wide ? (['lows', 'positions'] as const) : (['positions'] as const)) {
    for (let digit = 0; digit < 33; digit += 11) {
      sortInto(spare, run, run[half]!, digit);
      [run, spare] = [spare, run];
    }
  }
  return run;
}

const emptyRun = (count: number, wide: boolean): PointRun => ({
  positions: new Uint32Array(count),
  lows: wide ? new Uint32Array(count) : null,
  owners: new Uint32Array(count),
});

/** One pass of a radix sort: by 11 bits of `by`, from bit `digit` up. */
function sortInto(sorted: PointRun, { positions, lows, owners }: PointRun, by: Uint32Array, digit: number): void {
  const count = positions.length;
  const next = new Uint32Array(2049);
  for (let i = 0; i < count; i++) next[((by[i]! >>> digit) & 2047) + 1]!++;
  for (let b = 1; b < 2048; b++) next[b]! += next[b - 1]!;
  for (let i = 0; i < count; i++) {
    const to = next[(by[i]! >>> digit) & 2047]!++;
    sorted.positions[to] = positions[i]!;
    sorted.owners[to] = owners[i]!;
    if (lows !== null) sorted.lows![to] = lows[i]!;
  }
}

/** A table of the points in `run`, for `size` nodes. Throws `RingError` no-points. */
export function tableOf(run: PointRun, size: number): PointTable {
  if (run.positions.length === 0) throw noPoints();
  const length = run.positions.length + 1;
  const positions = new Uint32Array(length);
  positions.set(run.positions);
  const lows = run.lows === null ? null : new Uint32Array(length);
  lows?.set(run.lows!);
  const owners = ownersArray(length, size);
  owners.set(run.owners);
  return new PointTable(positions, lows, owners);
}

/**
 * A table with other nodes: the points of `table`, their owners renumbered by `renumbered` (-1: gone), merged with those of `added`.
 * Renumbering keeps the order of nodes, so ties stay in order. Throws `RingError` no-points, `RangeError`.
 */
export function mergedTable(
  table: PointTable,
  renumbered: Int32Array,
  added: PointRun,
  size: number,
  ties: Ties,
): PointTable {
  const kept = keptCount(table, renumbered);
  const more = added.positions.length;
  checkPointCount(kept + more);
  if (kept + more === 0) throw noPoints();
  const length = kept + more + 1;
  const positions = new Uint32Array(length);
  const lows = table.lows === null ? null : new Uint32Array(length);
  const owners = ownersArray(length, size);
  keepPoints(table, renumbered, positions, lows, owners);
  // Merged from the end, so that what was kept moves at most once, in blocks as long as there is room between the new points.
  let end = kept;
  for (let j = more - 1; j >= 0; j--) {
    const position = added.positions[j]!;
    const low = added.lows?.[j] ?? 0;
    const owner = added.owners[j]!;
    let at = firstAtOrAbove(positions, end, position);
    for (; at < end && positions[at] === position; at++) {
      const keptLow = lows?.[at] ?? 0;
      const keptOwner = ties === 'last' ? -owners[at]! : owners[at]!;
      if (keptLow > low || (keptLow === low && keptOwner > (ties === 'last' ? -owner : owner))) break;
    }
    const to = at + j;
    positions.copyWithin(to + 1, at, end);
    owners.copyWithin(to + 1, at, end);
    lows?.copyWithin(to + 1, at, end);
    positions[to] = position;
    owners[to] = owner;
    if (lows !== null) lows[to] = low;
    end = at;
  }
  return new PointTable(positions, lows, owners);
}

/** Writes the points that stay, from index 0, with their new owners. */
function keepPoints(
  table: PointTable,
  renumbered: Int32Array,
  positions: Uint32Array,
  lows: Uint32Array | null,
  owners: Uint16Array | Uint32Array,
): void {
  const { count } = table;
  if (!renumbered.includes(-1)) {
    positions.set(table.positions.subarray(0, count));
    lows?.set(table.lows!.subarray(0, count));
    for (let i = 0; i < count; i++) owners[i] = renumbered[table.owners[i]!]!;
    return;
  }
  let at = 0;
  for (let i = 0; i < count; i++) {
    const owner = renumbered[table.owners[i]!]!;
    positions[at] = table.positions[i]!;
    owners[at] = owner;
    if (lows !== null) lows[at] = table.lows![i]!;
    // What was written for a node that is gone is written over by the next.
    at += +(owner >= 0);
  }
}

function keptCount(table: PointTable, renumbered: Int32Array): number {
  if (!renumbered.includes(-1)) return table.count;
  let kept = 0;
  for (let i = 0; i < table.count; i++) kept += +(renumbered[table.owners[i]!]! >= 0);
  return kept;
}

/** First index below `end` whose position is at or above `position`, else `end`. */
function firstAtOrAbove(positions: Uint32Array, end: number, position: number, from = 0): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle]! < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

const noPoints = (): RingError => new RingError('no-points', 'the weights leave every node without a point');

const ownersArray = (length: number, size: number): Uint16Array | Uint32Array =>
  size <= 65_536 ? new Uint16Array(length) : new Uint32Array(length);

/** Throws when a ring would have more points than it may. For dialects: call it before making them. */
export function checkPointCount(count: number): void {
  if (count > MAX_POINTS) throw outOfRange('number of points of all nodes', `at most ${MAX_POINTS}`, count);
}

/** The point that owns a position (of a 64-bit dialect, its halves): 0..count - 1. */
export function ownerPoint(table: PointTable, search: Search, position: number, low: number): number {
  const i =
    table.lows !== null
      ? table.atOrAboveWide(position, low)
      : search === 'at-or-above'
        ? table.atOrAbove(position)
        : search === 'above'
          ? table.above(position)
          : table.nearest(position);
  return i === table.count ? 0 : i;
}
