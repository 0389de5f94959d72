import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { outOfRange, wrongType } from './errors.js';
import { type Count, type CounterBits, checkCount, countOf, errorShare, type ShapeRule, shapeFor } from './shape.js';
import { type addPlain, clearTable, decayTable, emptyTable, leastOf, type Table } from './table.js';

/** What a sketch promises, and how it keeps it. */
export interface ErrorOptions {
  /** An estimate is above the truth by at most this share of the sum of all counts: above 0, below 1. */
  readonly epsilon: number;
  /** … but for this share of the keys: above 0, below 1. */
  readonly delta: number;
  /** By which formulas width and depth follow. Default `paper`. */
  readonly rule?: ShapeRule;
  /** Default 32. */
  readonly counterBits?: CounterBits;
}

/** The shape itself. */
export interface ShapeOptions {
  /** Counters in a row, 1..2^28 / depth. */
  readonly width: number;
  /** Rows, 1..64. */
  readonly depth: number;
  /** Default 32. */
  readonly counterBits?: CounterBits;
}

/** How `fromBytes` reads. */
export interface ReadOptions {
  /**
   * True: the counters stay where they are in the bytes, and the sketch counts in them; their checksum is then that of
   * the old counts. The bytes must begin at a multiple of 8 in their buffer. Default false: a copy.
   */
  readonly view?: boolean;
}

/** Which cells an add raises: all, or only those that have to be. */
export type UpdateRule = 'plain' | 'conservative';

/** A table of zeros for these options. */
export const tableFor = (options: ErrorOptions | ShapeOptions): Table =>
  emptyTable(
    'epsilon' in options ? shapeFor(options.epsilon, options.delta, options.rule) : options,
    options.counterBits ?? 32,
  );

/** Throws `TypeError` for another update rule. */
export function checkUpdate(update: unknown): void {
  if (update !== 'plain' && update !== 'conservative') throw wrongType('update', '"plain" or "conservative"', update);
}

/** What plain and conservative sketches have in common, key by key. */
export abstract class BaseCountMin {
  /** Which cells an add raises. */
  abstract readonly update: UpdateRule;
  /** @internal */
  readonly table: Table;
  /** @internal */
  protected readonly rule: typeof addPlain;

  /** @internal */
  constructor(table: Table, rule: typeof addPlain) {
    this.table = table;
    this.rule = rule;
  }

  /** Counters in a row. */
  get width(): number {
    return this.table.width;
  }

  /** Rows. */
  get depth(): number {
    return this.table.depth;
  }

  /** Bits of a counter. */
  get counterBits(): CounterBits {
    return this.table.counterBits;
  }

  /** Sum of all counts: N in the bounds. */
  get total(): number {
    return this.table.total;
  }

  /** e / width: an estimate is above the truth by at most epsilon · total … */
  get epsilon(): number {
    return Math.E / this.width;
  }

  /** … with probability 1 − delta, e^−depth, for each key that is asked about. */
  get delta(): number {
    return Math.exp(-this.depth);
  }

  /** Bytes of the counters. */
  get memoryBytes(): number {
    return this.table.cells.byteLength;
  }

  /** The error that an estimate stays within with probability 1 − delta, in counts: for another delta than the sketch's. */
  errorAt({ delta }: { readonly delta: number }): number {
    if (!(delta > 0 && delta < 1)) throw outOfRange('delta', 'above 0 and below 1', delta);
    return errorShare(this, delta) * this.total;
  }

  /**
   * Counts a key n times, default once. Throws `RangeError` unless n is an integer from 0, `CountMinError`
   * counter-overflow. O(depth).
   */
  add(key: Key | HashedKey, n = 1): void {
    checkCount('n', n);
    hashedLanes(key, pair);
    this.rule(this.table, pair[0]! | 0, pair[1]! | 0, n);
  }

  /**
   * How often a key came: never more than `upper`, and with probability 1 − delta at least `lower`. `estimate` is at
   * least the truth, but for what `decay` has rounded off. O(depth).
   */
  count(key: Key | HashedKey): Count {
    hashedLanes(key, pair);
    return countOf(leastOf(this.table, pair[0]! | 0, pair[1]! | 0), this.epsilon * this.total, this.table.rounding);
  }

  /**
   * Makes the past count less: every count is multiplied by a factor above 0 and below 1, and rounded down; bounds stay
   * true of the counts so multiplied. O(width · depth).
   */
  decay(factor: number): void {
    decayTable(this.table, factor);
  }

  /** Forgets everything. */
  clear(): void {
    clearTable(this.table);
  }
}

/** The lanes of the key at hand. */
const pair = /* @__PURE__ */ new Uint32Array(2);
