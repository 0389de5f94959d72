/**
 * The sketch alone, where every kilobyte counts: `HyperLogLog` for single keys, without batches, stored bytes, downsizing
 * and intersections. Its state is the same: `new HyperLogLog(lean.parts)` of `@dsys/hll` goes on with it.
 *
 * @module
 */
export { CoreHyperLogLog as HyperLogLog, type HyperLogLogOptions, type MadeOfParts } from './core-hyperloglog.js';
export { type Dialect, type HasDialect, HllError, type HllErrorCode } from './errors.js';
export type { Bounds } from './improved.js';
export type { HashSource, Parts } from './parts.js';
