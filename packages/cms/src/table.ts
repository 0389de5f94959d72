/**
 * The counters, row by row in one array, and the steps that all sketches here are made of. A key has one cell in each
 * row, shared with others; the least of its cells is the one that was shared least.
 *
 *     row 0   │ 0 │ 7 │ 2 │ 0 │       a came 3 times, b 4, c 2
 *     row 1   │ 3 │ 0 │ 4 │ 2 │       a is in cells 1 and 0: min(7, 3) = 3
 */
import { CountMinError, checkSame, outOfRange } from './errors.js';
import { columnOf, ROW_STEP } from './rows.js';
import { type CounterBits, checkCounterBits, checkShape, MAX_DEPTH, type Shape } from './shape.js';

/** 32-bit counters, or integers up to 2^53 − 1 as float64. */
export type Cells = Uint32Array | Float64Array;

/** Counters and what is known of them. Plain data: the functions below change it. */
export interface Table extends Shape {
  readonly counterBits: CounterBits;
  /** `depth` rows of `width`. No cell is above `total`, no row's sum either. */
  cells: Cells;
  /** Sum of all counts, N in the bounds; after `decay`, rounded up. */
  total: number;
  /** How far a cell may be below the truth: 0 until `decay` rounds down. */
  rounding: number;
}

export const maxCounter = (counterBits: CounterBits): number =>
  counterBits === 32 ? 0xffff_ffff : Number.MAX_SAFE_INTEGER;

export const emptyCells = ({ width, depth, counterBits }: Omit<Table, 'cells' | 'total' | 'rounding'>): Cells =>
  counterBits === 32 ? new Uint32Array(width * depth) : new Float64Array(width * depth);

/** A table of zeros. Throws `RangeError` that names the option. */
export function emptyTable(shape: Shape, counterBits: CounterBits): Table {
  checkShape(shape);
  checkCounterBits(counterBits);
  const { width, depth } = shape;
  return { width, depth, counterBits, cells: emptyCells({ width, depth, counterBits }), total: 0, rounding: 0 };
}

export const copyTable = (table: Table): Table => ({ ...table, cells: table.cells.slice() });

export function clearTable(table: Table): void {
  table.cells.fill(0);
  table.total = 0;
  table.rounding = 0;
}

/** Adds n to every cell of a key. */
export function addPlain(table: Table, low: number, high: number, n: number): void {
  const { cells, width } = table;
  if (table.total + n > maxCounter(table.counterBits)) checkRoom(table, n, greatest(table, low, high));
  for (let row = 0, k = ROW_STEP; row < cells.length; row += width, k = (k + ROW_STEP) | 0)
    cells[row + columnOf(low, high, k, width)]! += n;
  table.total += n;
}

/**
 * Raises the cells of a key no further than to where the least of them has to be (Estan, Varghese 2002, "conservative
 * update"): the others were above it already because of other keys.
 */
export function addConservative(table: Table, low: number, high: number, n: number): void {
  const { cells, width, depth } = table;
  let least = Infinity;
  for (let row = 0, k = ROW_STEP; row < depth; row++, k = (k + ROW_STEP) | 0) {
    const at = row * width + columnOf(low, high, k, width);
    places[row] = at;
    if (cells[at]! < least) least = cells[at]!;
  }
  if (table.total + n > maxCounter(table.counterBits)) checkRoom(table, n, least);
  const raised = least + n;
  for (let row = 0; row < depth; row++) if (cells[places[row]!]! < raised) cells[places[row]!] = raised;
  table.total += n;
}

/** The cells of the key that is being added. */
const places = /* @__PURE__ */ new Uint32Array(MAX_DEPTH);

/** Takes n off every cell of a key. Throws `CountMinError` negative-count, before anything changes. */
export function removePlain(table: Table, low: number, high: number, n: number): void {
  const { cells, width } = table;
  const least = leastOf(table, low, high);
  if (n > least) throw new CountMinError('negative-count', `at most ${least} can be removed of this key, got ${n}`);
  for (let row = 0, k = ROW_STEP; row < cells.length; row += width, k = (k + ROW_STEP) | 0)
    cells[row + columnOf(low, high, k, width)]! -= n;
  table.total -= n;
}

/** The least cell of a key: what it came, and what came in all of its cells besides. */
export function leastOf(table: Table, low: number, high: number): number {
  const { cells, width } = table;
  let least = Infinity;
  for (let row = 0, k = ROW_STEP; row < cells.length; row += width, k = (k + ROW_STEP) | 0) {
    const cell = cells[row + columnOf(low, high, k, width)]!;
    if (cell < least) least = cell;
  }
  return least;
}

function greatest(table: Table, low: number, high: number): number {
  const { cells, width } = table;
  let most = 0;
  for (let row = 0, k = ROW_STEP; row < cells.length; row += width, k = (k + ROW_STEP) | 0)
    most = Math.max(most, cells[row + columnOf(low, high, k, width)]!);
  return most;
}

/** Throws unless n more fit, of which `cell` will be the highest counter. Need not be asked while the total fits one. */
function checkRoom({ total, counterBits }: Table, n: number, cell: number): void {
  checkSum('the sum of all counts', total + n, Number.MAX_SAFE_INTEGER);
  checkSum(`a counter of ${counterBits} bits`, cell + n, maxCounter(counterBits));
}

/** Throws `CountMinError` counter-overflow or negative-count. */
function checkSum(what: string, sum: number, most: number): void {
  if (sum >= 0 && sum <= most) return;
  throw new CountMinError(
    sum < 0 ? 'negative-count' : 'counter-overflow',
    `${what} must be 0..${most}, would be ${sum}`,
  );
}

const MERGED = ['width', 'depth', 'counterBits'] as const;

/** Adds the cells of another table, times an integer. Throws `CountMinError` before anything changes. */
export function mergeTable(table: Table, other: Table, weight: number): void {
  if (!Number.isSafeInteger(weight) || weight === 0) throw outOfRange('weight', 'an integer other than 0', weight);
  checkSame<Table>(table, other, MERGED);
  const { cells } = table;
  const total = table.total + weight * other.total;
  checkSum('the sum of all counts', total, Number.MAX_SAFE_INTEGER);
  const most = maxCounter(table.counterBits);
  const what = `a counter of ${table.counterBits} bits`;
  if (total > most || weight < 0)
    for (let i = 0; i < cells.length; i++) checkSum(what, cells[i]! + weight * other.cells[i]!, most);
  for (let i = 0; i < cells.length; i++) cells[i]! += weight * other.cells[i]!;
  table.total = total;
  table.rounding += Math.abs(weight) * other.rounding;
}

/** Multiplies every count by a factor below 1, rounding down; remembers that a cell is now up to 1 too low. */
export function decayTable(table: Table, factor: number): void {
  if (!(factor > 0 && factor < 1)) throw outOfRange('factor', 'above 0 and below 1', factor);
  const { cells } = table;
  for (let i = 0; i < cells.length; i++) cells[i] = Math.floor(cells[i]! * factor);
  table.total = Math.ceil(table.total * factor);
  table.rounding = table.rounding * factor + 1;
}
