/** A column's Bloom filter of a Parquet file: a Thrift header that begins with 15, then blocks. */
import { BloomFilter } from '@dsys/bloom';
import { readParquetBloomFilter, writeParquetBloomFilter } from '@dsys/bloom/parquet';
import { number, percent, bytes as size } from '../kit/say.js';
import { type Explained, hex, type Part } from './explained.js';

const BLOCK_BYTES = 32;

export const isParquet = (bytes: Uint8Array): boolean => bytes[0] === 0x15;

/** One of ours, in its envelope. */
export const isOurs = (bytes: Uint8Array): boolean =>
  hex(bytes.subarray(0, 4)) === 'e4 73 79 73' && String.fromCharCode(...bytes.subarray(4, 11)) === 'bloom\0\0';

/** Throws `DecodeError` for what begins so and is none. */
export function explainParquet(bytes: Uint8Array): Explained {
  const filter = readParquetBloomFilter(bytes);
  const length = writeParquetBloomFilter(filter).length;
  const start = length - filter.bitCount / 8;
  const numBytes = start - 13;
  const choice = (from: number, name: string, meaning: string): Part => ({
    from,
    to: from + 4,
    name,
    value: hex(bytes.subarray(from, from + 4)),
    meaning,
    kind: 'head',
  });
  return {
    ...explainBlocks(bytes.subarray(0, length), start, filter),
    engine: 'Parquet',
    what: `The Bloom filter of a column of a Parquet file: ${number(filter.bitCount / 256)} blocks of 256 bits, XXH64, the split-block layout.`,
    parts: [
      {
        from: 0,
        to: numBytes,
        name: 'numBytes',
        value: number(filter.bitCount / 8),
        meaning: 'Thrift field 1, a zigzag varint: bytes that follow the header',
        kind: 'head',
      },
      choice(numBytes, 'algorithm', 'field 2: BLOCK, eight words of 32 bits, a bit in each'),
      choice(numBytes + 4, 'hash', 'field 3: XXHASH, XXH64 with seed 0'),
      choice(numBytes + 8, 'compression', 'field 4: UNCOMPRESSED'),
      { from: numBytes + 12, to: start, name: 'end', value: '00', meaning: 'the header ends', kind: 'head' },
      ...blocks(bytes, start, filter),
    ],
    code: [
      "import { readParquetBloomFilter } from '@dsys/bloom/parquet';",
      '',
      '// bytes: those from the column’s bloom_filter_offset on',
      'const filter = readParquetBloomFilter(bytes);',
      'console.log(filter.estimateCount(), filter.has(value));',
    ],
  };
}

/** A filter of @dsys/bloom. Throws `DecodeError` for a damaged one. */
export function explainOurs(bytes: Uint8Array): Explained {
  const filter = BloomFilter.fromBytes(bytes);
  const { layout, hashCount } = filter;
  const start = 32;
  const part = (from: number, to: number, name: string, value: string, meaning: string): Part => ({
    from,
    to,
    name,
    value,
    meaning,
    kind: 'head',
  });
  return {
    ...explainBlocks(bytes, start, filter),
    engine: '@dsys/bloom',
    what: `A BloomFilter of @dsys/bloom in its envelope: ${layout}, ${number(filter.bitCount)} bits, ${hashCount} a key.`,
    parts: [
      part(0, 4, 'magic', hex(bytes.subarray(0, 4)), 'an envelope of ours'),
      part(4, 11, 'kind', 'bloom', 'which structure'),
      part(11, 12, 'version', `${bytes[11]}`, 'of the payload'),
      part(12, 16, 'length', number(bytes.length - 24), 'bytes of the payload'),
      part(16, 17, 'hash', `${bytes[16]}`, 'XXH64'),
      part(17, 25, 'seed', '0', 'of the hash'),
      part(25, 26, 'key domain', `${bytes[25]}`, 'keys as @dsys/hash reads them'),
      part(26, 27, 'layout', `${bytes[26]}`, layout),
      part(27, 28, 'hashes', `${bytes[27]}`, 'bits a key'),
      part(28, 32, 'words', number(filter.bitCount / 32), 'of 32 bits, little-endian'),
      ...blocks(bytes, start, filter),
      part(bytes.length - 8, bytes.length, 'checksum', hex(bytes.subarray(-8)), 'XXH64 of all before it'),
    ],
    code: [
      "import { BloomFilter } from '@dsys/bloom';",
      '',
      'const filter = BloomFilter.fromBytes(bytes);',
      'console.log(filter.estimateCount(), filter.has(value));',
    ],
  };
}

function explainBlocks(
  bytes: Uint8Array,
  start: number,
  filter: BloomFilter,
): Omit<Explained, 'engine' | 'what' | 'parts' | 'code'> {
  const { layout, bitCount } = filter;
  const halves = layout === 'split-block' && bitCount % 512 === 0;
  const isOurBytes = isOurs(bytes);
  return {
    count: { estimate: filter.estimateCount() },
    facts: [
      ['chance of a wrong yes', percent(filter.estimateFalsePositiveRate())],
      ['header and filter', `${size(start)} and ${size(bitCount / 8)}`],
      ['rule', 'XXH64, seed 0, of the value as PLAIN has it: text as its bytes'],
    ],
    forms: [
      ...(isOurBytes
        ? []
        : [
            {
              id: 'bloom',
              title: 'a BloomFilter of @dsys/bloom',
              purpose: 'bit for bit the same filter, in an envelope with a checksum',
              make: () => filter.toBytes(),
            },
          ]),
      ...(isOurBytes && layout === 'split-block'
        ? [
            {
              id: 'parquet',
              title: 'a filter for a Parquet file',
              purpose: 'bit for bit the same, behind a Thrift header',
              make: () => writeParquetBloomFilter(filter),
            },
          ]
        : []),
      ...(halves
        ? [
            {
              id: 'half',
              title: 'one half as large',
              purpose: 'with the same keys, and more wrong answers: fold(2)',
              make: () => (isOurBytes ? filter.fold(2).toBytes() : writeParquetBloomFilter(filter.fold(2))),
            },
          ]
        : []),
    ],
    refusals: [
      {
        title: 'a filter of Guava or RedisBloom',
        why: 'they hash by rules of their own; the keys are gone and can’t be hashed anew',
      },
      { title: 'the values', why: 'a bit says that some value set it, not which' },
      { title: 'a larger one', why: 'which half of a block’s keys would go where, only their hashes would tell' },
    ],
    ask: (key) =>
      filter.has(key)
        ? `The filter has “${key}”: it is in the column, or its bits are set by others.`
        : `“${key}” is certainly not in the column: a reader skips the row group.`,
  };
}

function blocks(bytes: Uint8Array, start: number, filter: BloomFilter): Part[] {
  return Array.from({ length: Math.floor(filter.bitCount / 8 / BLOCK_BYTES) }, (_, i) => {
    const from = start + BLOCK_BYTES * i;
    const set = [...bytes.subarray(from, from + BLOCK_BYTES)].reduce(
      (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
      0,
    );
    return {
      from,
      to: from + BLOCK_BYTES,
      name: filter.layout === 'classic' ? `bits ${number(256 * i)}–${number(256 * i + 255)}` : `block ${number(i)}`,
      value: `${set} of 256 bits set`,
      meaning: set === 0 ? 'no key fell here' : 'words of 32 bits, little-endian',
      kind: 'data',
    };
  });
}
