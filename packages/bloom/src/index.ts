/**
 * Bloom filters: sets that answer "certainly not" or "probably", in a few bits an item.
 *
 *     const seen = BloomFilter.forItems({ expected: 1_000_000, falsePositiveRate: 0.01 });
 *     seen.add('user:42');
 *     seen.has('user:42');                  true, always
 *     seen.has('user:43');                  false; or true, for one key in a hundred
 *
 * `ScalableBloomFilter` grows, `CountingBloomFilter` can remove, `RotatingBloomFilter` forgets, `BinaryFuseFilter` is the
 * smallest for keys that are all known. What engines store is read and written by `@dsys/bloom/parquet`, `/guava` and
 * `/redisbloom`; `/npm-bloom-filters` reads that package's JSON; `/lean` is `BloomFilter` for single keys, in half the kilobytes.
 *
 * Start reading at `split-block.ts`, then `sizing.ts`.
 *
 * @module
 */
export { BinaryFuseFilter, type FuseOptions, type FuseParts } from './binary-fuse-filter.js';
export { BloomFilter, type FromBytesOptions } from './bloom-filter.js';
export { type BloomFilterParts, CoreBloomFilter, type MadeOfParts } from './core-bloom-filter.js';
export {
  type CounterBits,
  CountingBloomFilter,
  type CountingOptions,
  type CountingParameters,
  type CountingParts,
} from './counting-bloom-filter.js';
export { BloomError, type BloomErrorCode } from './errors.js';
export type { FuseShape } from './fuse-hash.js';
export { RotatingBloomFilter, type RotatingOptions, type RotatingParts } from './rotating-bloom-filter.js';
export { ScalableBloomFilter, type ScalableOptions, type ScalableParts } from './scalable-bloom-filter.js';
export {
  type BloomLayout,
  type BloomParameters,
  type BloomPlan,
  classicRate,
  type ItemOptions,
  type LooseParameters,
  planBloomFilter,
  splitBlockRate,
} from './sizing.js';
