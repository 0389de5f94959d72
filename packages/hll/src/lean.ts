/**
 * The sketch alone, where every kilobyte counts: `HyperLogLog` for single keys, without batches, stored bytes, folding and
 * intersections. Its state is the same: `HyperLogLog.create().merge(lean)` of `@dsys/hll` goes on with it.
 *
 * @module
 */
export { CoreHyperLogLog as HyperLogLog, type HyperLogLogOptions, type MadeOfParts } from './core-hyperloglog.js';
export { type Dialect, type HasDialect, HllError, type HllErrorCode } from './errors.js';
export type { Bounds } from './improved.js';
export type { HashSource } from './parts.js';
