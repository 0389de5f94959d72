/**
 * The sketch alone, where every kilobyte counts: `CountMinSketch` for single keys, without batches, conservative update,
 * inner products and stored bytes. Its counters are the same: `new CountMinSketch(lean.table)` of `@dsys/cms` goes on with them.
 *
 * @module
 */
import { type ErrorOptions, type ShapeOptions, tableFor } from './base.js';
import { PlainCountMin } from './plain.js';
import { copyTable } from './table.js';

export type { BaseCountMin, ErrorOptions, ShapeOptions } from './base.js';
export { type BadOption, CountMinError, type CountMinErrorCode } from './errors.js';
export type { PlainCountMin } from './plain.js';
export type { Count, CounterBits, ShapeRule } from './shape.js';

/** How often each key of a stream came, in a few kilobytes; what `CountMinSketch` of `@dsys/cms` says, key by key. */
export class CountMinSketch extends PlainCountMin {
  /** An empty sketch for a wanted error. Throws `RangeError` or `TypeError` that name the option. */
  static forError(options: ErrorOptions): CountMinSketch {
    return new CountMinSketch(tableFor(options));
  }

  /** An empty sketch of this shape. Throws `RangeError` that names the option. */
  static create(options: ShapeOptions): CountMinSketch {
    return new CountMinSketch(tableFor(options));
  }

  /** A sketch of the same counts that takes no part in what happens to this one. */
  copy(): CountMinSketch {
    return new CountMinSketch(copyTable(this.table));
  }
}
