/**
 * A column's Bloom filter as it lies in a Parquet file: a Thrift header that says how many bytes follow, then the blocks
 * (Apache Parquet format, BloomFilter.md). The blocks are those of `split-block.ts`, word for word.
 *
 *     15 80 10        numBytes: 1024
 *     1c 1c 00 00     algorithm: BLOCK, the split-block layout
 *     1c 1c 00 00     hash: XXHASH, XXH64 with seed 0
 *     1c 1c 00 00     compression: UNCOMPRESSED
 *     00
 */
import { ByteReader, ByteWriter, outOfRange, readZigzag, writeFixedBytes, writeU8, writeZigzag } from '@dsys/codec';
import { BloomFilter } from '../bloom-filter.js';
import type { CoreBloomFilter } from '../core-bloom-filter.js';
import { readWords, writeWords } from '../format.js';
import { type ItemOptions, planBloomFilter } from '../sizing.js';
import { I32, readStruct, STRUCT } from './thrift.js';

const BLOCK_BYTES = 32;
/** What parquet-mr and Arrow accept. */
const MAX_BYTES = 2 ** 27;

/**
 * The filter that begins at the first of these bytes: those from a column's `bloom_filter_offset` on, of which what follows
 * the filter is left alone. Throws `DecodeError` for what is none, and for an algorithm, hash or compression that is unknown.
 */
export function readParquetBloomFilter(bytes: Uint8Array): BloomFilter {
  const reader = new ByteReader(bytes);
  let byteCount = -1;
  const seen = new Set<number>();
  readStruct(reader, 'header', (id, type) => {
    seen.add(id);
    if (id === 1 && type === I32) {
      byteCount = readZigzag(reader, 'numBytes');
      if (!(byteCount >= BLOCK_BYTES && byteCount <= 2 ** 29 && byteCount % BLOCK_BYTES === 0))
        throw reader.invalid('numBytes', `a multiple of ${BLOCK_BYTES}, at most 2^29`, byteCount);
      return true;
    }
    if (id >= 2 && id <= 4 && type === STRUCT) {
      readChoice(reader, ['algorithm', 'hash', 'compression'][id - 2]!, ['BLOCK', 'XXHASH', 'UNCOMPRESSED'][id - 2]!);
      return true;
    }
    return false;
  });
  for (const [id, name] of Object.entries({ 1: 'numBytes', 2: 'algorithm', 3: 'hash', 4: 'compression' }))
    if (!seen.has(Number(id)) || byteCount < 0) throw reader.invalid('header', name, 'none');
  return new BloomFilter({ layout: 'split-block', hashCount: 8, words: readWords(reader, 'bitset', byteCount / 4) });
}

/** A union of which we know the first member: an empty struct. */
function readChoice(reader: ByteReader, field: string, known: string): void {
  let found = 0;
  readStruct(reader, field, (id) => {
    found = id;
    return false;
  });
  if (found !== 1) throw reader.invalid(field, known, found === 0 ? 'none' : `number ${found}`);
}

/**
 * Header and blocks, to be put into a Parquet file. Throws `RangeError` for a classic filter, and for more than 128 MiB. Some
 * readers want a power of two of bytes: `parquetBitCount` gives one.
 */
export function writeParquetBloomFilter(filter: CoreBloomFilter): Uint8Array<ArrayBuffer> {
  const { layout, words } = filter.toParts();
  if (layout !== 'split-block') throw outOfRange('layout', "'split-block' for Parquet", layout);
  if (words.byteLength > MAX_BYTES) throw outOfRange('bitCount', 'at most 2^30 for Parquet', filter.bitCount);
  const writer = new ByteWriter({ maxBytes: words.byteLength + 32 });
  writeU8(writer, 0x15);
  writeZigzag(writer, words.byteLength);
  const choice = Uint8Array.of(0x1c, 0x1c, 0, 0);
  for (let i = 0; i < 3; i++) writeFixedBytes(writer, choice, 4);
  writeU8(writer, 0);
  writeWords(writer, words);
  return writer.view().slice();
}

/** Bits for so many distinct values at such a rate, rounded up to a power of two as Parquet's writers do; at most 2^30. */
export function parquetBitCount({
  expected,
  falsePositiveRate,
}: Pick<ItemOptions, 'expected' | 'falsePositiveRate'>): number {
  const { bitCount } = planBloomFilter({ expected, falsePositiveRate, layout: 'split-block' });
  return Math.min(2 ** Math.ceil(Math.log2(bitCount)), 8 * MAX_BYTES);
}
