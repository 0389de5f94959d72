import type { Search } from './dialect.js';
import { CIRCLE, type PointTable } from './points.js';

/**
 * Visits the points of a ring in the order in which they would own a position, were the earlier ones not there:
 * clockwise from the owner, or outwards both ways, whichever is nearer, when the nearest point owns.
 *
 *     clockwise                          nearest
 *     ──h──1──2──────3──                 ──5──2──h─1───3───────4──
 *
 * Every point comes once in `length` steps.
 */
export class Walk {
  readonly #table: PointTable;
  readonly #position: number;
  readonly #nearest: boolean;
  /** The next point upwards and, for nearest, the next one downwards. */
  #upper: number;
  #lower: number;
  /**
   * All keys from here up to this position, excluded, see the visits made so far; 2^32 where the ring ends. In a 64-bit
   * table `untilLow` is the lower half.
   */
  until: number = CIRCLE;
  untilLow = 0;

  /** Of a 64-bit position, the halves. */
  constructor(table: PointTable, search: Search, position: number, low = 0) {
    const { positions, lows, count } = table;
    const above = search === 'above';
    let i = table.atOrAbove(position);
    if (above || lows !== null) while (i < count && positions[i] === position && (above || lows![i]! < low)) i++;
    if (i < count) {
      this.until = positions[i]! + +!above;
      if (lows !== null) {
        this.untilLow = (lows[i]! + 1) >>> 0;
        // The position after low 2^32 - 1 is at the next upper half; any other is at the same.
        this.until -= +(this.untilLow > 0);
      }
    }
    this.#table = table;
    this.#position = position;
    this.#nearest = search === 'nearest';
    this.#upper = i % count;
    this.#lower = (this.#upper || count) - 1;
  }

  /** How many calls of `next` visit every point once. */
  get length(): number {
    return this.#table.count;
  }

  /** The node of the next point. */
  nextNode(): number {
    return this.#table.owners[this.next()]!;
  }

  /** The next point. */
  next(): number {
    const { positions, count } = this.#table;
    const upper = this.#upper;
    const lower = this.#lower;
    const up = (positions[upper]! - this.#position) >>> 0;
    const down = (this.#position - positions[lower]!) >>> 0;
    if (this.#nearest && down <= up) {
      // The same two points change places just above the middle between them.
      this.until = Math.min(this.until, this.#position + Math.floor((up - down) / 2) + 1);
      this.#lower = (lower || count) - 1;
      return lower;
    }
    this.#upper = (upper + 1) % count;
    return upper;
  }
}
