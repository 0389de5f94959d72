/**
 * RedisBloom's scalable filter (`BF.RESERVE`, `BF.ADD` …), bit for bit, by way of its `BF.SCANDUMP`: a header, then the bits of
 * all layers one behind the other, cut into chunks. `BF.LOADCHUNK` takes the same.
 *
 *     header   size u64 ‖ layers u32 ‖ options u32 ‖ growth u32, then for each layer
 *              bytes u64 ‖ bits u64 ‖ size u64 ‖ error f64 ‖ bitsPerEntry f64 ‖ hashes u32 ‖ entries u64 ‖ log2 u8
 *
 * A key is hashed twice by MurmurHash64A, a with seed 0xc6a4a7935bd1e995 and b with seed a; its i-th bit is at
 * `(a + i * b) % bits`. It goes into the last layer if it is in none, and a full layer is followed by one `growth` times
 * larger, of half the error. (RedisBloom 2.4, `sb.c` and `bloom.c`; checked against 2.4.23.)
 */
import { outOfRange } from '@dsys/codec';
import { murmur64aLanes } from '@dsys/hash';
import { BloomError } from '../errors.js';
import { modulo64 } from '../modulo.js';
import { MAX_BITS } from '../sizing.js';
import { FORCE_64, type Layer, NO_ROUND, NO_SCALING, readDump, writeHeader } from './dump.js';

/** One answer of `BF.SCANDUMP`, one call of `BF.LOADCHUNK`. */
export interface RedisBloomChunk {
  readonly iterator: number;
  readonly data: Uint8Array;
}

/** As `BF.RESERVE key errorRate capacity [EXPANSION expansion] [NONSCALING]` has them. */
export interface ReserveOptions {
  /** Above 0, below 1. */
  readonly errorRate: number;
  /** Items of the first layer, from 1. */
  readonly capacity: number;
  /** Default 2. */
  readonly expansion?: number;
  /** Default false. True: there is one layer, and `add` throws `BloomError` (`filter-full`) when it is full. */
  readonly nonScaling?: boolean;
}

/** Redis' keys are text or bytes, and nothing else. */
export type RedisKey = string | Uint8Array;

const MAX_HASHES = 1024;
/** By how much each layer is stricter than the one before. */
const TIGHTENING = 0.5;
/** As many as RedisBloom itself puts into a chunk. */
const CHUNK_BYTES = 10 * 1024 * 1024;

/** a low, a high, of the key at hand; then b. */
const first = /* @__PURE__ */ new Uint32Array(2);
const second = /* @__PURE__ */ new Uint32Array(2);

/** A scalable filter of RedisBloom's. */
export class RedisBloomFilter {
  readonly #layers: Layer[];
  readonly #options: number;
  readonly #growth: number;

  /** What `BF.RESERVE` makes. Throws `RangeError` for a bad option, and beyond 2^32 bits a layer. */
  static reserve({ errorRate, capacity, expansion = 2, nonScaling = false }: ReserveOptions): RedisBloomFilter {
    if (!(errorRate > 0 && errorRate < 1)) throw outOfRange('errorRate', 'above 0 and below 1', errorRate);
    if (!(Number.isSafeInteger(capacity) && capacity >= 1)) throw outOfRange('capacity', 'an integer from 1', capacity);
    if (!(Number.isInteger(expansion) && expansion >= 1 && expansion <= 32_768))
      throw outOfRange('expansion', 'an integer from 1 to 32768', expansion);
    const options = NO_ROUND | FORCE_64 | (nonScaling ? NO_SCALING : 0);
    return new RedisBloomFilter(
      [emptyLayer(capacity, nonScaling ? errorRate : errorRate * TIGHTENING)],
      options,
      expansion,
    );
  }

  /**
   * The filter of all answers of `BF.SCANDUMP`, in order; the empty one that ends a dump may be there or not. Throws
   * `DecodeError` for a header that is none, for options that are unknown, and for bits that are missing or too many.
   */
  static fromChunks(chunks: Iterable<RedisBloomChunk>): RedisBloomFilter {
    const { layers, options, growth } = readDump(chunks);
    return new RedisBloomFilter(layers, options, growth);
  }

  /** Made by `reserve` and `fromChunks`. */
  private constructor(layers: Layer[], options: number, growth: number) {
    this.#layers = layers;
    this.#options = options;
    this.#growth = growth;
  }

  /** `BF.INFO`'s "Number of items inserted": those that were found in no layer. */
  get count(): number {
    return this.#layers.reduce((sum, { size }) => sum + size, 0);
  }

  /** `BF.INFO`'s "Capacity". */
  get capacity(): number {
    return this.#layers.reduce((sum, { entries }) => sum + entries, 0);
  }

  /** `BF.INFO`'s "Number of filters". */
  get layerCount(): number {
    return this.#layers.length;
  }

  /** `BF.ADD`: true when the key was in no layer. Throws `BloomError` (`filter-full`) when it may not grow, `RangeError` beyond 2^32 bits a layer. */
  add(key: RedisKey): boolean {
    hashTwice(key);
    for (const layer of this.#layers) if (isInLayer(layer)) return false;
    let last = this.#layers.at(-1)!;
    if (last.size >= last.entries) {
      if ((this.#options & NO_SCALING) !== 0)
        throw new BloomError('filter-full', `this filter was reserved for ${last.entries} items without scaling`);
      last = emptyLayer(last.entries * this.#growth, last.error * TIGHTENING);
      this.#layers.push(last);
    }
    eachBit(last, (place) => {
      last.bytes[Math.floor(place / 8)]! |= 1 << (place & 7);
      return true;
    });
    last.size++;
    return true;
  }

  /** `BF.EXISTS`. */
  has(key: RedisKey): boolean {
    hashTwice(key);
    return this.#layers.some(isInLayer);
  }

  /** What `BF.SCANDUMP` answers, but for the empty chunk at its end: each is for one `BF.LOADCHUNK key iterator data`. */
  *chunks({ chunkBytes = CHUNK_BYTES }: { readonly chunkBytes?: number } = {}): Generator<RedisBloomChunk> {
    if (!(Number.isInteger(chunkBytes) && chunkBytes >= 1))
      throw outOfRange('chunkBytes', 'an integer from 1', chunkBytes);
    yield { iterator: 1, data: writeHeader({ layers: this.#layers, options: this.#options, growth: this.#growth }) };
    let iterator = 1;
    // As the server does, no chunk spans two layers.
    for (const { bytes } of this.#layers)
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const data = bytes.slice(at, at + chunkBytes);
        iterator += data.length;
        yield { iterator, data };
      }
  }
}

/** ln 2 and its square to the digits that RedisBloom has of them: `bitsPerEntry` is written into its header. */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: these digits, not better ones.
const LN_2 = 0.693147180559945;
const LN_2_SQUARED = 0.480453013918201;

/** A layer as RedisBloom sizes it: bits a key from the error, rounded up to whole 64-bit words. */
function emptyLayer(entries: number, error: number): Layer {
  const bitsPerEntry = -Math.log(error) / LN_2_SQUARED;
  const hashes = Math.ceil(LN_2 * bitsPerEntry);
  const bits = 64 * Math.max(1, Math.ceil(Math.floor(entries * bitsPerEntry) / 64));
  if (!(bits <= MAX_BITS) || hashes > MAX_HASHES)
    throw outOfRange('capacity', 'so little that 2^32 bits a layer suffice for this errorRate', entries);
  return { bytes: new Uint8Array(bits / 8), bits, error, bitsPerEntry, hashes, entries, log2: 0, size: 0 };
}

/** Leaves both hashes of a key in `first` and `second`. */
function hashTwice(key: RedisKey): void {
  murmur64aLanes(key, first, 0x5bd1e995, 0xc6a4a793);
  murmur64aLanes(key, second, first[0]!, first[1]!);
}

const isInLayer = (layer: Layer): boolean =>
  eachBit(layer, (place) => ((layer.bytes[Math.floor(place / 8)]! >>> (place & 7)) & 1) === 1);

/** Visits the places of the key that was hashed last, until `visit` says no. */
function eachBit({ bits, hashes }: Layer, visit: (place: number) => boolean): boolean {
  let low = first[0]!;
  let high = first[1]!;
  for (let i = 0; i < hashes; i++) {
    // Where it masks, of a power of two, the remainder is the same.
    const place = modulo64(high, low, bits);
    if (!visit(place)) return false;
    const sum = low + second[0]!;
    low = sum >>> 0;
    high = (high + second[1]! + (sum > 0xffff_ffff ? 1 : 0)) >>> 0;
  }
  return true;
}
