import {
  ByteReader,
  ByteWriter,
  openEnvelope,
  readU32,
  readU64Number,
  sealEnvelope,
  writeU32,
  writeU64Number,
} from '@dsys/codec';
import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { hashBatches, type KeyBatch } from '@dsys/hash/batch';
import { type ErrorOptions, type ShapeOptions, tableFor } from './base.js';
import { addBatch } from './batches.js';
import {
  checkSums,
  MAX_BYTES,
  readCells,
  readParameters,
  readShape,
  writeCells,
  writeParameters,
} from './cms-bytes.js';
import { CountMinError, checkSame, outOfRange } from './errors.js';
import { type Count, type CounterBits, checkCount, countOf, MAX_CELLS, type Shape } from './shape.js';
import { addPlain, copyTable, emptyCells, leastOf, mergeTable, type Table } from './table.js';

/** How long a window is. */
export interface PanesOption {
  /** Panes that count, 1..4,096: 60 for an hour by the minute. All of them together have at most 2^28 counters. */
  readonly panes: number;
}

const KIND = 'cms-win';
const VERSION = 1;
const MAX_PANES = 4096;

/**
 * How often each key came lately. Time is cut into panes, each with a sketch of its own, and the panes that are too old
 * are thrown away:
 *
 *     panes: 3     … │ 41 │ 42 │ 43 │        newest: 43, the window is 41..43
 *     advanceTo(44)       │ 42 │ 43 │ 44 │
 *
 * What a pane is, is the caller's: it is a number that grows, such as `Math.floor(Date.now() / 60_000)`. The same numbers
 * on several machines mean the same time, so that their windows can be merged.
 */
export class WindowedCountMin {
  readonly panes: number;
  /** A table of zeros, the shape of all. */
  readonly #shape: Omit<Table, 'cells'>;
  /** Of pane p at p modulo `panes`; `null` where nothing was counted. */
  #tables: (Table | null)[];
  #newest = 0;

  private constructor(shape: Omit<Table, 'cells'>, panes: number) {
    if (!(Number.isInteger(panes) && panes >= 1 && panes <= MAX_PANES))
      throw outOfRange('panes', `an integer 1..${MAX_PANES}`, panes);
    if (panes * shape.width * shape.depth > MAX_CELLS)
      throw outOfRange('panes', 'few enough for at most 2^28 counters in all', panes);
    const { width, depth, counterBits } = shape;
    this.panes = panes;
    this.#shape = { width, depth, counterBits, total: 0, rounding: 0 };
    this.#tables = new Array<Table | null>(panes).fill(null);
  }

  /** An empty window for a wanted error, as a share of all counts in the window. Throws `RangeError` that names the option. */
  static forError(options: ErrorOptions & PanesOption): WindowedCountMin {
    return new WindowedCountMin(tableFor(options), options.panes);
  }

  /** An empty window of sketches of this shape. Throws `RangeError` that names the option. */
  static create(options: ShapeOptions & PanesOption): WindowedCountMin {
    return new WindowedCountMin(tableFor(options), options.panes);
  }

  /** From what `toBytes` gave. Throws `DecodeError` for anything else. */
  static fromBytes(bytes: Uint8Array): WindowedCountMin {
    const { payload } = openEnvelope(bytes, { kind: KIND, versions: [VERSION], maxBytes: MAX_BYTES + 8 * MAX_PANES });
    const reader = new ByteReader(payload);
    const { counterBits } = readParameters(reader, 'update', 0);
    const panes = readU32(reader, 'panes');
    if (panes < 1 || panes > MAX_PANES) throw reader.invalid('panes', `1..${MAX_PANES}`, panes);
    const zero = readU32(reader, 'reserved');
    if (zero !== 0) throw reader.invalid('reserved', '0', zero);
    const newest = readU64Number(reader, 'newest');
    const shape = { ...readShape(reader), counterBits, total: 0, rounding: 0 };
    const { width, depth } = shape;
    if (panes * width * depth > MAX_CELLS) throw reader.invalid('panes', 'at most 2^28 counters in all', panes);
    const sketch = new WindowedCountMin(shape, panes);
    sketch.#newest = newest;
    for (let pane = newest - panes + 1; pane <= newest; pane++) {
      const total = readU64Number(reader, 'total');
      if (total === 0) continue;
      if (pane < 0) throw reader.invalid('total', '0 before pane 0', total);
      const cells = readCells(reader, width * depth, counterBits);
      checkSums(reader, cells, width, total, true);
      sketch.#tables[pane % panes] = { ...shape, cells, total };
    }
    reader.end();
    if (!Number.isSafeInteger(sketch.total)) throw reader.invalid('total', 'at most 2^53-1 in all panes', sketch.total);
    return sketch;
  }

  /** Counters in a row of each pane. */
  get width(): number {
    return this.#shape.width;
  }

  /** Rows of each pane. */
  get depth(): number {
    return this.#shape.depth;
  }

  /** Bits of a counter. */
  get counterBits(): CounterBits {
    return this.#shape.counterBits;
  }

  /** e / width: an estimate is above the truth by at most epsilon times all counts in the window … */
  get epsilon(): number {
    return Math.E / this.width;
  }

  /** … with probability 1 − delta, e^−depth. */
  get delta(): number {
    return Math.exp(-this.depth);
  }

  /** Number of the newest pane, which `add` counts in. At first 0. */
  get newest(): number {
    return this.#newest;
  }

  /** Sum of all counts in the window. */
  get total(): number {
    let total = 0;
    for (const table of this.#tables) total += table?.total ?? 0;
    return total;
  }

  /** Bytes of the counters; panes in which nothing was counted have none. */
  get memoryBytes(): number {
    let bytes = 0;
    for (const table of this.#tables) bytes += table?.cells.byteLength ?? 0;
    return bytes;
  }

  /**
   * Moves the window so that this pane is the newest, and forgets the panes that are too old then. Throws `CountMinError`
   * outside-window for a pane before the newest.
   */
  advanceTo(pane: number): void {
    checkCount('pane', pane);
    if (pane < this.#newest)
      throw new CountMinError(
        'outside-window',
        `a window moves forward only: the newest pane is ${this.#newest}, got ${pane}`,
      );
    const steps = Math.min(pane - this.#newest, this.panes);
    for (let i = 1; i <= steps; i++) this.#tables[(this.#newest + i) % this.panes] = null;
    if (pane - this.#newest >= this.panes) this.#tables.fill(null);
    this.#newest = pane;
  }

  /**
   * Counts a key n times, in the newest pane or in another one of the window. Throws `RangeError` for what is no count,
   * `CountMinError` counter-overflow, outside-window.
   */
  add(key: Key | HashedKey, n = 1, { pane = this.#newest }: { readonly pane?: number } = {}): void {
    checkCount('n', n);
    this.#checkTotal(n);
    hashedLanes(key, pair);
    addPlain(this.#tableOf(pane), pair[0]! | 0, pair[1]! | 0, n);
  }

  /** Counts many keys once each. Returns how many there were. */
  addMany(keys: KeyBatch, { pane = this.#newest }: { readonly pane?: number } = {}): number {
    const table = this.#tableOf(pane);
    return hashBatches(keys, (lanes, count) => {
      this.#checkTotal(count);
      addBatch(table, addPlain, lanes, count);
    });
  }

  /**
   * How often a key came in the last so many panes (default all): never more than `upper`, with probability 1 − delta at
   * least `lower`. The sum of the panes' own estimates, which is closer than one sketch of the window would be. O(depth) a pane.
   */
  count(key: Key | HashedKey, { last = this.panes }: { readonly last?: number } = {}): Count {
    if (!(Number.isInteger(last) && last >= 1 && last <= this.panes))
      throw outOfRange('last', `an integer 1..${this.panes}`, last);
    hashedLanes(key, pair);
    let estimate = 0;
    let total = 0;
    for (let pane = this.#newest; pane > this.#newest - last && pane >= 0; pane--) {
      const table = this.#tables[pane % this.panes]!;
      if (table === null) continue;
      estimate += leastOf(table, pair[0]! | 0, pair[1]! | 0);
      total += table.total;
    }
    return countOf(estimate, this.epsilon * total);
  }

  /**
   * Adds what another window has counted, pane by pane of the same number. The newest pane is that of the later of both,
   * and what is too old for it is left out. Throws `CountMinError` and changes nothing when shapes differ.
   */
  merge(other: WindowedCountMin): this {
    checkSame<WindowedCountMin>(this, other, ['panes', 'width', 'depth', 'counterBits']);
    const newest = Math.max(this.#newest, other.#newest);
    const merged = new Array<Table | null>(this.panes).fill(null);
    let total = 0;
    for (let pane = Math.max(0, newest - this.panes + 1); pane <= newest; pane++) {
      const mine = this.#tableAt(pane);
      const theirs = other.#tableAt(pane);
      const table = mine !== null && theirs !== null ? copyTable(mine) : (mine ?? (theirs && copyTable(theirs)));
      if (mine !== null && theirs !== null) mergeTable(table!, theirs, 1);
      total += table?.total ?? 0;
      merged[pane % this.panes] = table;
    }
    if (!Number.isSafeInteger(total))
      throw new CountMinError('counter-overflow', `the sum of all counts must stay below 2^53, would be ${total}`);
    this.#tables = merged;
    this.#newest = newest;
    return this;
  }

  /** A window of the same counts that takes no part in what happens to this one. */
  copy(): WindowedCountMin {
    return new WindowedCountMin(this.#shape, this.panes).merge(this);
  }

  /** Forgets every count; the newest pane stays. */
  clear(): void {
    this.#tables.fill(null);
  }

  /** The stored form: equal for equal windows. Its layout is in the README, and stays. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const { width, depth, counterBits } = this.#shape;
    const writer = new ByteWriter({ maxBytes: MAX_BYTES + 8 * MAX_PANES });
    writeParameters(writer, 0, counterBits);
    writeU32(writer, this.panes);
    writeU32(writer, 0);
    writeU64Number(writer, this.#newest);
    writeU32(writer, width);
    writeU32(writer, depth);
    for (let pane = this.#newest - this.panes + 1; pane <= this.#newest; pane++) {
      const table = this.#tableAt(pane);
      writeU64Number(writer, table?.total ?? 0);
      if (table !== null && table.total > 0) writeCells(writer, table.cells, counterBits);
    }
    return sealEnvelope({ kind: KIND, version: VERSION }, writer.view());
  }

  /** @internal The state for another thread; this window is empty afterwards. */
  release(): { readonly shape: Omit<Table, 'cells'>; readonly newest: number; readonly tables: (Table | null)[] } {
    const tables = this.#tables;
    this.#tables = new Array<Table | null>(this.panes).fill(null);
    return { shape: this.#shape, newest: this.#newest, tables };
  }

  /** @internal */
  static adopt(shape: Omit<Table, 'cells'>, newest: number, tables: (Table | null)[]): WindowedCountMin {
    const sketch = new WindowedCountMin(shape, tables.length);
    for (const table of tables) if (table !== null) checkSame<Shape>(shape, table, ['width', 'depth']);
    sketch.advanceTo(newest);
    sketch.#tables = tables;
    return sketch;
  }

  #tableAt(pane: number): Table | null {
    return pane < 0 || pane > this.#newest || pane <= this.#newest - this.panes
      ? null
      : this.#tables[pane % this.panes]!;
  }

  /** The table of a pane, made when it is first counted in. */
  #tableOf(pane: number): Table {
    if (!(Number.isInteger(pane) && pane >= 0 && pane <= this.#newest && pane > this.#newest - this.panes))
      throw new CountMinError(
        'outside-window',
        `pane must be in the window, ${Math.max(0, this.#newest - this.panes + 1)}..${this.#newest}, got ${pane}: advanceTo moves it`,
      );
    return (this.#tables[pane % this.panes] ??= { ...this.#shape, cells: emptyCells(this.#shape) });
  }

  #checkTotal(n: number): void {
    if (!Number.isSafeInteger(this.total + n))
      throw new CountMinError(
        'counter-overflow',
        `the sum of all counts must stay below 2^53, has ${this.total}, got ${n} more`,
      );
  }
}

const pair = /* @__PURE__ */ new Uint32Array(2);
