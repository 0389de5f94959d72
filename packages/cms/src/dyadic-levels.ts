/** The levels of a dyadic sketch: small ones have a counter for each interval, the others are sketches of intervals. */
import { xxh64Lanes } from '@dsys/hash';
import { CountMinError, outOfRange } from './errors.js';
import { type CounterBits, MAX_CELLS, type Shape } from './shape.js';
import { addPlain, emptyCells, leastOf, maxCounter, removePlain, type Table } from './table.js';

/** Counters of one level. An exact one has a single row, with the counter of interval i at i. */
export type Level = Table;

/** What all levels follow from. */
export interface DyadicShape extends Shape {
  readonly bits: number;
}

/** Whether level j, which has 2^(bits − j) intervals, counts each by itself. */
export const isExact = ({ bits, width }: Pick<DyadicShape, 'bits' | 'width'>, level: number): boolean =>
  2 ** (bits - level) <= width;

export const levelShape = (shape: DyadicShape, level: number): Shape =>
  isExact(shape, level) ? { width: 2 ** (shape.bits - level), depth: 1 } : { width: shape.width, depth: shape.depth };

export const emptyLevels = (shape: DyadicShape & { readonly counterBits: CounterBits }): Level[] =>
  Array.from({ length: shape.bits }, (_, level) => {
    const { width, depth } = levelShape(shape, level);
    const { counterBits } = shape;
    return { width, depth, counterBits, cells: emptyCells({ width, depth, counterBits }), total: 0, rounding: 0 };
  });

/**
 * The least width that keeps a range within epsilon. A range takes at most two intervals of each level; only the k levels
 * that are not exact err, each by N/width on average, so width = 2ek/epsilon. But k itself depends on the width.
 */
export function widthFor(bits: number, epsilon: number): number {
  for (let k = 0; k <= bits; k++) {
    const width = Math.max(2, Math.ceil((2 * Math.E * k) / epsilon));
    if (width > MAX_CELLS) break;
    // All levels but the k lowest are exact.
    if (isExact({ bits, width }, k)) return width;
  }
  throw outOfRange('epsilon', 'large enough for at most 2^28 counters', epsilon);
}

export function addAt(level: Level, exact: boolean, prefix: number, n: number): void {
  if (!exact) {
    xxh64Lanes(prefix, pair);
    addPlain(level, pair[0]! | 0, pair[1]! | 0, n);
    return;
  }
  const most = maxCounter(level.counterBits);
  if (level.cells[prefix]! + n > most || level.total + n > Number.MAX_SAFE_INTEGER)
    throw new CountMinError(
      'counter-overflow',
      `a counter of ${level.counterBits} bits holds at most ${most}, has ${level.cells[prefix]}, got ${n} more`,
    );
  level.cells[prefix]! += n;
  level.total += n;
}

/** Takes off what is known to be there. */
export function removeAt(level: Level, exact: boolean, prefix: number, n: number): void {
  if (!exact) {
    xxh64Lanes(prefix, pair);
    removePlain(level, pair[0]! | 0, pair[1]! | 0, n);
    return;
  }
  level.cells[prefix]! -= n;
  level.total -= n;
}

/** How often values of an interval came, at most. */
export function upperAt(level: Level, exact: boolean, prefix: number): number {
  if (exact) return level.cells[prefix]!;
  xxh64Lanes(prefix, pair);
  return leastOf(level, pair[0]! | 0, pair[1]! | 0);
}

const pair = /* @__PURE__ */ new Uint32Array(2);
