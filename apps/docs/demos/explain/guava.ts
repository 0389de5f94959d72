/** A Bloom filter of Guava, which has no magic: a strategy, a number of hashes, and a length that has to be right. */
import { BloomFilter } from '@dsys/bloom';
import { GuavaBloomFilter } from '@dsys/bloom/guava';
import { number, percent } from '../kit/say.js';
import { type Explained, hex, type Part } from './explained.js';
import { refusalOf } from './refusal.js';

const HEADER_BYTES = 6;

export function isGuava(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES + 8 || bytes[0]! > 1 || bytes[1] === 0) return false;
  return new DataView(bytes.buffer, bytes.byteOffset).getInt32(2) * 8 + HEADER_BYTES === bytes.length;
}

/** Throws `DecodeError` for what begins so and is none. */
export function explainGuava(bytes: Uint8Array): Explained {
  const filter = GuavaBloomFilter.fromBytes(bytes);
  const longs = filter.bitCount / 64;
  const data = Array.from({ length: longs }, (_, i): Part => {
    const from = HEADER_BYTES + 8 * i;
    const long = bytes.subarray(from, from + 8);
    const set = [...long].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    return {
      from,
      to: from + 8,
      name: `bits ${number(64 * i)}–${number(64 * i + 63)}`,
      value: hex(long),
      meaning: `${set} of 64 set; the last byte has bit ${number(64 * i)}`,
      kind: 'data',
    };
  });
  return {
    engine: 'Guava',
    what: `A Bloom filter of Guava, as BloomFilter.writeTo writes it: ${number(filter.bitCount)} bits, ${filter.hashCount} a key.`,
    parts: [
      { from: 0, to: 1, name: 'strategy', value: `${bytes[0]}`, meaning: filter.strategy, kind: 'head' },
      { from: 1, to: 2, name: 'hash functions', value: `${bytes[1]}`, meaning: 'bits that a key sets', kind: 'head' },
      { from: 2, to: 6, name: 'longs', value: number(longs), meaning: 'of 64 bits, all big-endian', kind: 'head' },
      ...data,
    ],
    count: { estimate: filter.estimateCount() },
    facts: [
      ['expectedFpp()', percent(filter.estimateFalsePositiveRate())],
      ['approximateElementCount()', number(Math.round(filter.estimateCount()))],
      ['rule', 'MurmurHash3_x64_128, seed 0, of what the funnel puts in'],
    ],
    forms: [],
    refusals: [
      refusalOf('a BloomFilter of @dsys/bloom, or one of Parquet', () =>
        BloomFilter.create({ layout: 'classic', bitCount: filter.bitCount, hashCount: filter.hashCount }).merge(
          filter as never,
        ),
      ),
      {
        title: 'a smaller one',
        why: 'places are taken modulo the number of bits, and Guava reads the length as it was made',
      },
    ].map((refusal, i) =>
      i === 0
        ? { ...refusal, why: `other hashes, other places (${refusal.why}): the keys are gone and can’t be hashed anew` }
        : refusal,
    ),
    ask: (key) =>
      filter.has(key)
        ? `mightContain(“${key}”) is true: it was put in, or its bits are set by others.`
        : `mightContain(“${key}”) is false: it was never put in.`,
    code: [
      "import { GuavaBloomFilter } from '@dsys/bloom/guava';",
      '',
      '// bytes: what writeTo wrote',
      'const filter = GuavaBloomFilter.fromBytes(bytes);',
      'console.log(filter.estimateCount(), filter.estimateFalsePositiveRate());',
    ],
  };
}
