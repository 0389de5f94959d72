/**
 * The filter alone, where every kilobyte counts: `BloomFilter` for single keys, without batches, `toBytes` and `fromBytes`.
 * Its bits are the same: `new BloomFilter(lean.toParts())` of `@dsys/bloom` goes on with them.
 *
 * @module
 */
export { type BloomFilterParts, CoreBloomFilter as BloomFilter, type MadeOfParts } from './core-bloom-filter.js';
export { BloomError, type BloomErrorCode } from './errors.js';
export type { BloomLayout, ItemOptions, LooseParameters } from './sizing.js';
