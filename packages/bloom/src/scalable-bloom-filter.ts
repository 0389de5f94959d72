/**
 * A Bloom filter for nobody knows how many items (Almeida, Baquero, Preguiça, Hutchison, "Scalable Bloom Filters", 2007).
 * It is a row of filters, each larger and stricter than the one before; a key goes into the last, and is looked for in all:
 *
 *     layer          0            1             2              …
 *     capacity       n            n · s         n · s²                     s = growth
 *     rate           P (1 − r)    P (1 − r) r   P (1 − r) r²               r = tightening
 *
 * The rates of all layers that there can ever be add up to P, so that the whole keeps the rate it was made for.
 */
import { outOfRange, readF64, readU8, readU64Number, writeF64, writeU8, writeU64Number } from '@dsys/codec';
import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { hashBatches, type KeyBatch } from '@dsys/hash/batch';
import { Answers } from './answers.js';
import { insert, isIn } from './bits.js';
import { BloomFilter, filterBytes, readFilter, writeFilter } from './bloom-filter.js';
import type { BloomFilterParts } from './core-bloom-filter.js';
import { MAX_PAYLOAD_BYTES, openSketch, sealSketch } from './format.js';

const KIND = 'bloom-s';
const MAX_LAYERS = 64;
/** Rate, tightening, growth, capacity, number of layers. */
const PARAMETER_BYTES = 26;
/** The number of keys in a layer. */
const COUNT_BYTES = 8;

/** What a scalable filter is wanted for. */
export interface ScalableOptions {
  /** Chance of a wrong yes that is kept however many items come: above 0, below 1. */
  readonly falsePositiveRate: number;
  /** Items that the first layer is made for, from 1. Default 1024. */
  readonly initialCapacity?: number;
  /** How many times larger each layer is, 2..16. Default 2; 4 makes fewer layers to look into, of which the last is emptier. */
  readonly growth?: number;
  /** How much stricter each layer is: above 0, below 1. Default 0.5. */
  readonly tightening?: number;
}

/** A scalable filter as plain data: `words` of its layers can be posted without a copy. */
export interface ScalableParts extends Required<ScalableOptions> {
  readonly layers: readonly { readonly count: number; readonly filter: BloomFilterParts }[];
}

interface Layer {
  count: number;
  readonly capacity: number;
  readonly filter: BloomFilter;
}

const pair = /* @__PURE__ */ new Uint32Array(2);

/** A Bloom filter that grows. It can't be merged: two that are half full would make one that is over-full. */
export class ScalableBloomFilter {
  readonly falsePositiveRate: number;
  readonly initialCapacity: number;
  readonly growth: number;
  readonly tightening: number;
  readonly #layers: Layer[] = [];

  /** An empty one. Throws `RangeError` for a bad option. */
  static create(options: ScalableOptions): ScalableBloomFilter {
    return new ScalableBloomFilter({ ...withDefaults(options), layers: [] });
  }

  /** One of parts, on whose words it works from then on. Throws `TypeError` or `RangeError` for what is none. */
  constructor(parts: ScalableParts) {
    const { falsePositiveRate, initialCapacity, growth, tightening } = withDefaults(parts);
    this.falsePositiveRate = falsePositiveRate;
    this.initialCapacity = initialCapacity;
    this.growth = growth;
    this.tightening = tightening;
    const { layers } = parts;
    if (layers.length > MAX_LAYERS) throw outOfRange('layers', `at most ${MAX_LAYERS}`, layers.length);
    for (const [i, { count, filter }] of layers.entries()) {
      const capacity = initialCapacity * growth ** i;
      // Only the last has room.
      const least = i < layers.length - 1 ? capacity : 0;
      if (!(Number.isSafeInteger(count) && count >= least && count <= capacity))
        throw outOfRange('count', `${least}..${capacity} in layer ${i}`, count);
      this.#layers.push({ count, capacity, filter: new BloomFilter(filter) });
    }
    if (layers.length === 0) this.#grow();
  }

  /** How many keys were taken for new: the distinct ones, but for a few that were wrongly known already. */
  get count(): number {
    return this.#layers.reduce((sum, { count }) => sum + count, 0);
  }

  /** How many layers there are: each costs a look. */
  get layerCount(): number {
    return this.#layers.length;
  }

  /** Bits of all layers. */
  get bitCount(): number {
    return this.#layers.reduce((sum, { filter }) => sum + filter.bitCount, 0);
  }

  /** Puts a key in. Throws `RangeError` when the next layer would be larger than 2^32 bits. */
  add(key: Key | HashedKey): void {
    this.addIfNew(key);
  }

  /** Puts a key in if it certainly was not in before, and says whether that was so. */
  addIfNew(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    return this.#insert(pair[0]! | 0, pair[1]! | 0);
  }

  /** Puts many keys in, and says how many it read. */
  addMany(keys: KeyBatch): number {
    return hashBatches(keys, (lanes, count) => {
      for (let i = 0; i < 2 * count; i += 2) this.#insert(lanes[i]! | 0, lanes[i + 1]! | 0);
    });
  }

  /** False: this key was certainly never added. */
  has(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    return this.#isIn(pair[0]! | 0, pair[1]! | 0);
  }

  /** For each key, in order, a 1 where `has` is true and a 0 where it is false. */
  hasMany(keys: KeyBatch): Uint8Array<ArrayBuffer> {
    const answers = new Answers(keys);
    hashBatches(keys, (lanes, count) => {
      const at = answers.claim(count);
      for (let i = 0; i < count; i++)
        answers.bytes[at + i] = this.#isIn(lanes[2 * i]! | 0, lanes[2 * i + 1]! | 0) ? 1 : 0;
    });
    return answers.finish();
  }

  /** The chance of a wrong yes as the layers are now filled. O(bits). */
  estimateFalsePositiveRate(): number {
    const no = this.#layers.reduce((product, { filter }) => product * (1 - filter.estimateFalsePositiveRate()), 1);
    return 1 - no;
  }

  /** Takes every key out, and all layers but the first. */
  clear(): void {
    this.#layers.length = 0;
    this.#grow();
  }

  /** The filter as plain data that shares its words, to be posted to a worker. */
  toParts(): ScalableParts {
    const { falsePositiveRate, initialCapacity, growth, tightening } = this;
    const layers = this.#layers.map(({ count, filter }) => ({ count, filter: filter.toParts() }));
    return { falsePositiveRate, initialCapacity, growth, tightening, layers };
  }

  /** Bytes for `fromBytes`. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const { layers } = this.toParts();
    const byteCount = layers.reduce((sum, { filter }) => sum + COUNT_BYTES + filterBytes(filter), PARAMETER_BYTES);
    return sealSketch(KIND, byteCount, (writer) => {
      writeF64(writer, this.falsePositiveRate);
      writeF64(writer, this.tightening);
      writeU8(writer, this.growth);
      writeU64Number(writer, this.initialCapacity);
      writeU8(writer, layers.length);
      for (const { count, filter } of layers) {
        writeU64Number(writer, count);
        writeFilter(writer, filter);
      }
    });
  }

  /** The filter that these bytes are. Throws `DecodeError` for all others. */
  static fromBytes(bytes: Uint8Array): ScalableBloomFilter {
    const reader = openSketch(bytes, KIND, MAX_PAYLOAD_BYTES);
    const falsePositiveRate = readF64(reader, 'falsePositiveRate');
    const tightening = readF64(reader, 'tightening');
    const growth = readU8(reader, 'growth');
    const initialCapacity = readU64Number(reader, 'initialCapacity');
    const layerCount = readU8(reader, 'layerCount');
    if (layerCount < 1 || layerCount > MAX_LAYERS) throw reader.invalid('layerCount', `1..${MAX_LAYERS}`, layerCount);
    const layers = [];
    for (let i = 0; i < layerCount; i++)
      layers.push({ count: readU64Number(reader, 'count'), filter: readFilter(reader) });
    reader.end();
    try {
      return new ScalableBloomFilter({ falsePositiveRate, initialCapacity, growth, tightening, layers });
    } catch (error) {
      throw reader.invalid('parameters', 'those of a scalable filter', (error as Error).message);
    }
  }

  #insert(low: number, high: number): boolean {
    if (this.#isIn(low, high)) return false;
    let last = this.#layers.at(-1)!;
    if (last.count === last.capacity) last = this.#grow();
    insert(last.filter.words, last.filter, low, high);
    last.count++;
    return true;
  }

  #isIn(low: number, high: number): boolean {
    // The last layers hold the most keys.
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const { filter } = this.#layers[i]!;
      if (isIn(filter.words, filter, low, high)) return true;
    }
    return false;
  }

  #grow(): Layer {
    const i = this.#layers.length;
    const capacity = this.initialCapacity * this.growth ** i;
    const rate = this.falsePositiveRate * (1 - this.tightening) * this.tightening ** i;
    const layer = { count: 0, capacity, filter: BloomFilter.forItems({ expected: capacity, falsePositiveRate: rate }) };
    this.#layers.push(layer);
    return layer;
  }
}

function withDefaults(options: ScalableOptions): Required<ScalableOptions> {
  const { falsePositiveRate, initialCapacity = 1024, growth = 2, tightening = 0.5 } = options;
  if (!(falsePositiveRate > 0 && falsePositiveRate < 1))
    throw outOfRange('falsePositiveRate', 'above 0 and below 1', falsePositiveRate);
  if (!(Number.isSafeInteger(initialCapacity) && initialCapacity >= 1))
    throw outOfRange('initialCapacity', 'an integer from 1', initialCapacity);
  if (!(Number.isInteger(growth) && growth >= 2 && growth <= 16))
    throw outOfRange('growth', 'an integer from 2 to 16', growth);
  if (!(tightening > 0 && tightening < 1)) throw outOfRange('tightening', 'above 0 and below 1', tightening);
  return { falsePositiveRate, initialCapacity, growth, tightening };
}
