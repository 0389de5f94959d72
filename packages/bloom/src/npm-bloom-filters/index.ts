/**
 * A way over from npm `bloom-filters`: `NpmBloomFilter.fromJSON` goes on with a filter that its `saveAsJSON` gave.
 *
 * @module
 */
export {
  type NpmBitSetJson,
  NpmBloomFilter,
  type NpmBloomFilterJson,
  NpmFormatError,
} from './npm-bloom-filter.js';
