/**
 * The Bloom filters of Parquet files: `findParquetBloomFilters` says where they are in a file, `readParquetBloomFilter` makes
 * a `BloomFilter` of one, `parquetKey` says which key a value of the column is, `writeParquetBloomFilter` goes the other way.
 *
 *     const [place] = findParquetBloomFilters(file);
 *     const filter = readParquetBloomFilter(file.subarray(place.offset));
 *     filter.has(parquetKey(place.type, 'user:42'));
 *
 * @module
 */
export { parquetBitCount, readParquetBloomFilter, writeParquetBloomFilter } from './filter-bytes.js';
export { findParquetBloomFilters, type ParquetBloomFilterPlace } from './footer.js';
export { type ParquetType, type ParquetValue, parquetKey } from './value.js';
