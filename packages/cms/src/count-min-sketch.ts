import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import {
  BaseCountMin,
  checkUpdate,
  type ErrorOptions,
  type ReadOptions,
  type ShapeOptions,
  tableFor,
  type UpdateRule,
} from './base.js';
import { decodeSketch, encodeSketch } from './cms-bytes.js';
import { ConservativeCountMin } from './conservative.js';
import { checkSame } from './errors.js';
import { type Count, checkCount } from './shape.js';
import { addPlain, copyTable, innerProductOf, mergeTable, removePlain, type Table } from './table.js';

/**
 * How often each key of a stream came, in a few kilobytes, however many keys there are (Cormode, Muthukrishnan 2005).
 *
 *     epsilon 0.001, delta 0.001: 2,719 × 7 counters, 76 kB
 *     of 1,000,000 keys, an estimate is the truth or up to 1,000 above it, for 999 of 1,000 keys
 *
 * The order of keys never matters, and two sketches of one shape add up to that of both streams.
 */
export class CountMinSketch extends BaseCountMin {
  readonly update = 'plain';

  /** @internal */
  constructor(table: Table) {
    super(table, addPlain);
  }

  /**
   * An empty sketch for a wanted error. `update: 'conservative'` gives a `ConservativeCountMin`, which errs less and can
   * do less. Throws `RangeError` or `TypeError` that name the option.
   */
  static forError(options: ErrorOptions & { readonly update?: 'plain' }): CountMinSketch;
  static forError(options: ErrorOptions & { readonly update: 'conservative' }): ConservativeCountMin;
  static forError(options: ErrorOptions & { readonly update?: UpdateRule }): CountMinSketch | ConservativeCountMin {
    return sketchOf(options);
  }

  /** An empty sketch of this shape. Throws `RangeError` or `TypeError` that name the option. */
  static create(options: ShapeOptions & { readonly update?: 'plain' }): CountMinSketch;
  static create(options: ShapeOptions & { readonly update: 'conservative' }): ConservativeCountMin;
  static create(options: ShapeOptions & { readonly update?: UpdateRule }): CountMinSketch | ConservativeCountMin {
    return sketchOf(options);
  }

  /** From what `toBytes` gave. Throws `DecodeError` for anything else, a conservative sketch too. */
  static fromBytes(bytes: Uint8Array, options?: ReadOptions): CountMinSketch {
    return new CountMinSketch(decodeSketch(bytes, 'plain', options));
  }

  /**
   * Takes back n counts of a key, default one. Bounds hold as long as only what was added is removed. Throws
   * `CountMinError` negative-count when that can't be so.
   */
  remove(key: Key | HashedKey, n = 1): void {
    checkCount('n', n);
    hashedLanes(key, pair);
    removePlain(this.table, pair[0]! | 0, pair[1]! | 0, n);
  }

  /**
   * Adds what another sketch has counted, times `weight`, an integer (default 1; −1 takes back what was merged). Throws
   * `CountMinError` and changes nothing when shapes differ or a counter would pass its range. O(width · depth).
   */
  merge(other: CountMinSketch, { weight = 1 }: { readonly weight?: number } = {}): this {
    mergeTable(this.table, plainTable(other), weight);
    return this;
  }

  /**
   * Σ of the products of both counts of a key, over all keys: the size of a join. `estimate` is at least the truth, and
   * with probability 1 − delta at most epsilon · N · N' above it. Exact arithmetic up to 2^53. O(width · depth).
   */
  innerProduct(other: CountMinSketch): Count {
    const { rounding } = this.table;
    const theirs = plainTable(other);
    const estimate = innerProductOf(this.table, theirs);
    // Each of the two may be too low by its rounding in every product.
    const slack = rounding * theirs.total + theirs.rounding * this.total + rounding * theirs.rounding * this.width;
    return {
      estimate,
      lower: Math.max(0, Math.ceil(estimate - this.epsilon * this.total * theirs.total)),
      upper: estimate + Math.ceil(slack),
    };
  }

  /** A sketch of the same counts that takes no part in what happens to this one. */
  copy(): CountMinSketch {
    return new CountMinSketch(copyTable(this.table));
  }

  /** The stored form: equal for equal counters. Its layout is in the README, and stays. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return encodeSketch(this.update, this.table);
  }
}

function sketchOf(
  options: (ErrorOptions | ShapeOptions) & { readonly update?: UpdateRule },
): CountMinSketch | ConservativeCountMin {
  const { update = 'plain' } = options;
  checkUpdate(update);
  return update === 'plain' ? new CountMinSketch(tableFor(options)) : new ConservativeCountMin(tableFor(options));
}

/** The types say it; what comes from JavaScript has to be asked. */
function plainTable(other: CountMinSketch): Table {
  checkSame<{ readonly update: unknown }>({ update: 'plain' }, other, ['update']);
  return other.table;
}

const pair = /* @__PURE__ */ new Uint32Array(2);
