/**
 * Guava's Bloom filters: `GuavaBloomFilter.fromBytes` reads what Java's `BloomFilter.writeTo` wrote, and `toBytes` writes what
 * its `readFrom` reads.
 *
 * @module
 */
export { BloomError, type BloomErrorCode } from '../errors.js';
export { GuavaBloomFilter, type GuavaOptions, type GuavaStrategy } from './guava-bloom-filter.js';
export { guavaKey } from './guava-key.js';
