import type { RingDialect } from './dialect.js';
import { CIRCLE, type PointTable } from './points.js';
import { Walk } from './walk.js';

/** A ring, as far as positions go. */
export interface Placed {
  readonly table: PointTable;
  readonly dialect: RingDialect;
}

/**
 * Cuts the circle, from 0 to 2^32, into the intervals on which what `read` sees of the walks over these rings does not
 * change, and hands each to `visit` as `[start, end)`. Searching anew at each start costs little, and lets no rule of
 * search be written twice. In a 64-bit table starts and ends have fractions: positions are then rounded to 2^-21.
 */
export function sweep<T>(
  rings: readonly Placed[],
  read: (walks: readonly Walk[]) => T,
  visit: (start: number, end: number, seen: T) => void,
): void {
  let position = 0;
  let low = 0;
  while (position < CIRCLE) {
    const walks = rings.map(({ table, dialect }) => new Walk(table, dialect.search, position, low));
    const seen = read(walks);
    let until = CIRCLE;
    let untilLow = 0;
    for (const walk of walks) {
      if (walk.until < until || (walk.until === until && walk.untilLow < untilLow)) {
        until = walk.until;
        untilLow = walk.untilLow;
      }
    }
    visit(position + low / CIRCLE, until + untilLow / CIRCLE, seen);
    position = until;
    low = untilLow;
  }
}
