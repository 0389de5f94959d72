/**
 * The filter alone, where every kilobyte counts: `BloomFilter` without `toBytes` and `fromBytes`. What it works on,
 * `words`, is the same; `@dsys/bloom` reads it from bytes and writes it.
 *
 * @module
 */
export { type BloomFilterParts, CoreBloomFilter as BloomFilter } from './core-bloom-filter.js';
export type { BloomLayout, ItemOptions, LooseParameters } from './sizing.js';
