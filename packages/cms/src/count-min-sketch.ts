import type { KeyBatch } from '@dsys/hash/batch';
import {
  checkUpdate,
  type ErrorOptions,
  type ReadOptions,
  type ShapeOptions,
  tableFor,
  type UpdateRule,
} from './base.js';
import { addKeys, leastOfKeys } from './batches.js';
import { decodeSketch, encodeSketch } from './cms-bytes.js';
import { ConservativeCountMin } from './conservative.js';
import { checkSame } from './errors.js';
import { PlainCountMin, plainTable } from './plain.js';
import type { Count, Shape } from './shape.js';
import { copyTable, type Table } from './table.js';

/**
 * How often each key of a stream came, in a few kilobytes, however many keys there are (Cormode, Muthukrishnan 2005).
 *
 *     epsilon 0.001, delta 0.001: 2,719 × 7 counters, 76 kB
 *     of 1,000,000 keys, an estimate is the truth or up to 1,000 above it, for 999 of 1,000 keys
 *
 * The order of keys never matters, and two sketches of one shape add up to that of both streams.
 */
export class CountMinSketch extends PlainCountMin {
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

  /**
   * Counts many keys: an iterable, a 64-bit column, or packed keys; each once, or as often as `counts` says at its place.
   * Returns how many keys there were. When it throws, the keys before the bad one may have been counted.
   */
  addMany(keys: KeyBatch, counts?: ArrayLike<number>): number {
    return addKeys(this.table, this.rule, keys, counts);
  }

  /** The estimates of many keys, in their order. */
  countMany(keys: KeyBatch): Float64Array<ArrayBuffer> {
    return leastOfKeys(this.table, keys);
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

/** Σ a·b over the cells of each row, the least of them: at least Σ a(x)·b(x) over all keys (§4.1 of the paper). */
function innerProductOf(a: Table, b: Table): number {
  checkSame<Shape>(a, b, ['width', 'depth']);
  let least = Infinity;
  for (let row = 0; row < a.cells.length; row += a.width) {
    let sum = 0;
    for (let i = row; i < row + a.width; i++) sum += a.cells[i]! * b.cells[i]!;
    least = Math.min(least, sum);
  }
  return least;
}
