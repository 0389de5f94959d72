/**
 * Counts distinct items in a few kilobytes.
 *
 *     const visitors = HyperLogLog.create({ precision: 14 });
 *     visitors.addMany(addresses);
 *     visitors.estimate();                               within 0.65 % two times in three
 *     visitors.merge(HyperLogLog.fromBytes(theirs));     as if one had seen both streams
 *     intersection(monday, tuesday).estimate             those who came on both days
 *
 * `UltraLogLog` needs a quarter less memory for the same error. The sketches of Redis, PostgreSQL, DataSketches and hash4j
 * have their own entry points. Start reading at `place.ts`, then `registers.ts` and `improved.ts`.
 *
 * @module
 */

export { CoreHyperLogLog, type HyperLogLogOptions, type MadeOfParts } from './core-hyperloglog.js';
export { type Dialect, type HasDialect, HllError, type HllErrorCode } from './errors.js';
export {
  type HandedOver,
  type HyperLogLogMessage,
  handOver,
  takeOver,
  type UltraLogLogMessage,
} from './hand-over.js';
export { HyperLogLog } from './hyperloglog.js';
export type { Bounds } from './improved.js';
export { type Estimated, intersection, type Joinable, type Joint, jaccard, joint } from './joint.js';
export type { HashSource } from './parts.js';
export { type UltraEstimator, UltraLogLog, type UltraLogLogOptions } from './ultraloglog.js';
