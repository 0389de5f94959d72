import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { BaseCountMin } from './base.js';
import { checkSame } from './errors.js';
import { checkCount } from './shape.js';
import { addPlain, mergeTable, removePlain, type Table } from './table.js';

/** What plain update allows: taking back, and adding up. */
export class PlainCountMin extends BaseCountMin {
  readonly update = 'plain';

  /** @internal */
  constructor(table: Table) {
    super(table, addPlain);
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
  merge(other: PlainCountMin, { weight = 1 }: { readonly weight?: number } = {}): this {
    mergeTable(this.table, plainTable(other), weight);
    return this;
  }
}

/** The types say it; what comes from JavaScript has to be asked. */
export function plainTable(other: PlainCountMin): Table {
  checkSame<{ readonly update: unknown }>({ update: 'plain' }, other, ['update']);
  return other.table;
}

const pair = /* @__PURE__ */ new Uint32Array(2);
