import type { Search } from './dialect.js';
import { CIRCLE, ownerPoint, type PointTable } from './points.js';

/**
 * Visits the points of a ring in the order in which they would own a position, were the earlier ones not there: clockwise from the
 * owner, or outwards both ways, whichever is nearer, when the nearest point owns.
 *
 *     clockwise                          nearest
 *     ──h──1──2──────3──                 ──5──2──h─1───3───────4──
 *
 * Every point comes once in `count` steps.
 */
export class Walk {
  readonly #table: PointTable;
  readonly #position: number;
  readonly #nearest: boolean;
  /** The next point upwards and, for nearest, the next one downwards. */
  #upper: number;
  #lower: number;
  /**
   * All keys from here up to this position, excluded, see the visits made so far; 2^32 where the ring ends. In a 64-bit table
   * `untilLow` is the lower half.
   */
  until: number = CIRCLE;
  untilLow = 0;

  constructor(table: PointTable, search: Search, position: number, low: number) {
    this.#table = table;
    this.#position = position;
    this.#nearest = search === 'nearest';
    const first = this.#nearest ? table.atOrAbove(position) % table.count : ownerPoint(table, search, position, low);
    this.#upper = first;
    this.#lower = first === 0 ? table.count - 1 : first - 1;
    const at = table.positions[first]!;
    if (table.lows !== null) {
      const atLow = table.lows[first]!;
      if (at > position || (at === position && atLow >= low)) {
        this.until = atLow === 0xffffffff ? at + 1 : at;
        this.untilLow = (atLow + 1) >>> 0;
      }
    } else if (search === 'above') {
      if (at > position) this.until = at;
    } else if (at >= position) this.until = at + 1;
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
    if (this.#nearest) {
      const up = (positions[this.#upper]! - this.#position) >>> 0;
      const down = (this.#position - positions[this.#lower]!) >>> 0;
      if (down <= up) {
        // The same two points change places just above the middle between them.
        this.until = Math.min(this.until, this.#position + Math.floor((up - down) / 2) + 1);
        const i = this.#lower;
        this.#lower = i === 0 ? count - 1 : i - 1;
        return i;
      }
    }
    const i = this.#upper;
    this.#upper = i + 1 === count ? 0 : i + 1;
    return i;
  }
}
