import type { KeyBatch } from '@dsys/hash/batch';
import { BaseCountMin, type ErrorOptions, type ReadOptions, type ShapeOptions, tableFor } from './base.js';
import { addKeys, leastOfKeys } from './batches.js';
import { decodeSketch, encodeSketch } from './cms-bytes.js';
import { addConservative, copyTable, mergeTable, type Table } from './table.js';

/**
 * A count-min sketch that raises only the cells it must (Estan, Varghese 2002). On skewed streams its errors are a
 * fraction of a plain one's, and its bounds are the same. In return it can't take anything back, it has no inner product,
 * and the sum of two is not what one would have counted: those methods are not there.
 */
export class ConservativeCountMin extends BaseCountMin {
  readonly update = 'conservative';

  /** @internal */
  constructor(table: Table) {
    super(table, addConservative);
  }

  /** An empty sketch for a wanted error. Throws `RangeError` or `TypeError` that name the option. */
  static forError(options: ErrorOptions): ConservativeCountMin {
    return new ConservativeCountMin(tableFor(options));
  }

  /** An empty sketch of this shape. Throws `RangeError` that names the option. */
  static create(options: ShapeOptions): ConservativeCountMin {
    return new ConservativeCountMin(tableFor(options));
  }

  /** From what `toBytes` gave. Throws `DecodeError` for anything else, a plain sketch too. */
  static fromBytes(bytes: Uint8Array, options?: ReadOptions): ConservativeCountMin {
    return new ConservativeCountMin(decodeSketch(bytes, 'conservative', options));
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

  /**
   * Adds the counters of another sketch. The estimates are never under the truth, and within the bounds, but no longer
   * those of one conservative sketch of both streams: between that and a plain one. Throws `CountMinError`.
   */
  mergeUpperBounds(other: ConservativeCountMin): this {
    mergeTable(this.table, other.table, 1);
    return this;
  }

  /** A sketch of the same counts that takes no part in what happens to this one. */
  copy(): ConservativeCountMin {
    return new ConservativeCountMin(copyTable(this.table));
  }

  /** The stored form: equal for equal counters. Its layout is in the README, and stays. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return encodeSketch(this.update, this.table);
  }
}
