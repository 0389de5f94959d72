/**
 * Guava's `BloomFilter`, bit for bit: what `writeTo` writes is read, what we write `readFrom` reads.
 *
 *     01       strategy: 0 MURMUR128_MITZ_32 (Guava 11..16), 1 MURMUR128_MITZ_64
 *     07       number of hash functions, unsigned
 *     00 00 00 0f      number of longs, then the longs, all big-endian; bit i is bit i % 64 of long i / 64
 *
 * A key's bytes are what its funnel puts into MurmurHash3_x64_128, seed 0; with its halves h1, h2 the i-th bit is at
 * `((h1 + i * h2) & 2^63 − 1) % bits`. (Guava, `BloomFilterStrategies`; checked against Guava 31.1.)
 */
import { ByteReader, ByteWriter, outOfRange, readFixedBytes, readU8, writeU8, wrongType } from '@dsys/codec';
import { type Key, murmur3_x64_128Lanes } from '@dsys/hash';
import { checkAlike } from '../errors.js';
import { modulo64 } from '../modulo.js';
import { countBits } from '../popcount.js';
import { MAX_BITS } from '../sizing.js';

/** How Guava finds the bits of a key. Filters made by Guava 17 or later have `MURMUR128_MITZ_64`. */
export type GuavaStrategy = 'MURMUR128_MITZ_32' | 'MURMUR128_MITZ_64';

/** As `BloomFilter.create(funnel, expectedInsertions, fpp)` has them. */
export interface GuavaOptions {
  /** From 0 (which counts as 1). */
  readonly expectedInsertions: number;
  /** Above 0, below 1. Default 0.03, as in Guava. */
  readonly fpp?: number;
  /** Default `MURMUR128_MITZ_64`. */
  readonly strategy?: GuavaStrategy;
}

const STRATEGIES: readonly GuavaStrategy[] = ['MURMUR128_MITZ_32', 'MURMUR128_MITZ_64'];
const MAX_HASHES = 255;
const HEADER_BYTES = 6;

/** h1 low, h1 high, h2 low, h2 high of the key at hand. */
const lanes = /* @__PURE__ */ new Uint32Array(4);
/** Places of the key at hand. */
const places = /* @__PURE__ */ new Float64Array(MAX_HASHES);

/**
 * A filter of Guava's. Strings are keys as under `Funnels.stringFunnel(UTF_8)`, bytes as under `byteArrayFunnel`, integers as
 * under `longFunnel`; for `integerFunnel` and `unencodedCharsFunnel` see `guavaKey`.
 */
export class GuavaBloomFilter {
  readonly strategy: GuavaStrategy;
  readonly hashCount: number;
  /** Bit i is bit i % 32 of word i / 32. */
  readonly words: Uint32Array;

  /** An empty filter of the size that Guava gives it. Throws `RangeError` for a bad option, and beyond 2^32 bits. */
  static create({ expectedInsertions, fpp = 0.03, strategy = 'MURMUR128_MITZ_64' }: GuavaOptions): GuavaBloomFilter {
    if (!(Number.isSafeInteger(expectedInsertions) && expectedInsertions >= 0))
      throw outOfRange('expectedInsertions', 'an integer from 0', expectedInsertions);
    if (!(fpp > 0 && fpp < 1)) throw outOfRange('fpp', 'above 0 and below 1', fpp);
    const n = Math.max(1, expectedInsertions);
    const bits = Math.max(1, Math.floor((-n * Math.log(fpp)) / Math.LN2 ** 2));
    const hashCount = Math.max(1, Math.round((bits / n) * Math.LN2));
    if (!(64 * Math.ceil(bits / 64) <= MAX_BITS) || hashCount > MAX_HASHES)
      throw outOfRange(
        'expectedInsertions',
        'so few that 2^32 bits and 255 hashes suffice for this fpp',
        expectedInsertions,
      );
    return new GuavaBloomFilter({ strategy, hashCount, words: new Uint32Array(2 * Math.ceil(bits / 64)) });
  }

  /** A filter of parts, which it works on from then on. */
  constructor({ strategy, hashCount, words }: Pick<GuavaBloomFilter, 'strategy' | 'hashCount' | 'words'>) {
    if (!STRATEGIES.includes(strategy)) throw outOfRange('strategy', STRATEGIES.join(' or '), strategy);
    if (!(Number.isInteger(hashCount) && hashCount >= 1 && hashCount <= MAX_HASHES))
      throw outOfRange('hashCount', `an integer from 1 to ${MAX_HASHES}`, hashCount);
    if (Object.prototype.toString.call(words) !== '[object Uint32Array]')
      throw wrongType('words', 'a Uint32Array', words);
    if (words.length < 2 || words.length % 2 !== 0 || 32 * words.length > MAX_BITS)
      throw outOfRange('bitCount', 'a multiple of 64, at most 2^32', 32 * words.length);
    this.strategy = strategy;
    this.hashCount = hashCount;
    this.words = words;
  }

  /** Bits in all. */
  get bitCount(): number {
    return 32 * this.words.length;
  }

  /** Guava's `put`. */
  add(key: Key): void {
    this.#find(key);
    for (let i = 0; i < this.hashCount; i++) this.words[Math.floor(places[i]! / 32)]! |= 1 << (places[i]! & 31);
  }

  /** Guava's `mightContain`. */
  has(key: Key): boolean {
    this.#find(key);
    for (let i = 0; i < this.hashCount; i++)
      if (((this.words[Math.floor(places[i]! / 32)]! >>> (places[i]! & 31)) & 1) === 0) return false;
    return true;
  }

  /** Guava's `putAll`. Throws `BloomError` (`unlike-filters`). */
  merge(other: GuavaBloomFilter): this {
    checkAlike<GuavaBloomFilter>(this, other, ['strategy', 'bitCount', 'hashCount']);
    for (let i = 0; i < this.words.length; i++) this.words[i]! |= other.words[i]!;
    return this;
  }

  /** Guava's `approximateElementCount`, before it is rounded. O(bits). */
  estimateCount(): number {
    return (-Math.log1p(-countBits(this.words) / this.bitCount) * this.bitCount) / this.hashCount;
  }

  /** Guava's `expectedFpp`. O(bits). */
  estimateFalsePositiveRate(): number {
    return (countBits(this.words) / this.bitCount) ** this.hashCount;
  }

  /** The bytes of `writeTo`. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const { words } = this;
    const byteCount = HEADER_BYTES + words.byteLength;
    const writer = new ByteWriter({ chunkBytes: byteCount, maxBytes: byteCount });
    writeU8(writer, STRATEGIES.indexOf(this.strategy));
    writeU8(writer, this.hashCount);
    writer.claim(byteCount - 2);
    const bytes = writer.finish();
    const view = new DataView(bytes.buffer);
    view.setInt32(2, words.length / 2);
    for (let i = 0; i < words.length; i += 2) {
      view.setUint32(HEADER_BYTES + 4 * i, words[i + 1]!);
      view.setUint32(HEADER_BYTES + 4 * i + 4, words[i]!);
    }
    return bytes;
  }

  /** What `readFrom` reads. Throws `DecodeError` for a strategy that is unknown, a size that is none, bytes missing or left. */
  static fromBytes(bytes: Uint8Array): GuavaBloomFilter {
    const reader = new ByteReader(bytes);
    const ordinal = readU8(reader, 'strategy');
    const strategy = STRATEGIES[ordinal];
    if (strategy === undefined)
      throw reader.invalid('strategy', `0 (${STRATEGIES[0]}) or 1 (${STRATEGIES[1]})`, ordinal);
    const hashCount = readU8(reader, 'numHashFunctions');
    if (hashCount === 0) throw reader.invalid('numHashFunctions', '1..255', 0);
    const head = readFixedBytes(reader, 'dataLength', 4);
    const longs = new DataView(head.buffer, head.byteOffset).getInt32(0);
    if (!(longs >= 1 && 64 * longs <= MAX_BITS))
      throw reader.invalid(
        'dataLength',
        `1..${MAX_BITS / 64} longs`,
        longs,
        longs < 1 ? undefined : 'decode-too-large',
      );
    const data = readFixedBytes(reader, 'data', 8 * longs);
    reader.end();
    const view = new DataView(data.buffer, data.byteOffset);
    const words = new Uint32Array(2 * longs);
    for (let i = 0; i < words.length; i += 2) {
      words[i + 1] = view.getUint32(4 * i);
      words[i] = view.getUint32(4 * i + 4);
    }
    return new GuavaBloomFilter({ strategy, hashCount, words });
  }

  #find(key: Key): void {
    murmur3_x64_128Lanes(key, lanes);
    const { bitCount } = this;
    if (this.strategy === 'MURMUR128_MITZ_64') {
      let low = lanes[0]!;
      let high = lanes[1]!;
      for (let i = 0; i < this.hashCount; i++) {
        places[i] = modulo64(high & 0x7fff_ffff, low, bitCount);
        const sum = low + lanes[2]!;
        low = sum >>> 0;
        high = (high + lanes[3]! + (sum > 0xffff_ffff ? 1 : 0)) >>> 0;
      }
    } else {
      for (let i = 1; i <= this.hashCount; i++) {
        const combined = (lanes[0]! + Math.imul(i, lanes[1]!)) | 0;
        places[i - 1] = (combined < 0 ? ~combined : combined) % bitCount;
      }
    }
  }
}
