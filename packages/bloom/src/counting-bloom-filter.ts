/**
 * A Bloom filter from which keys can be taken out again: a counter in place of every bit (Fan, Cao, Almeida, Broder, "Summary
 * Cache", 2000, §5.2). `add` counts up where `classic.ts` sets bits, `remove` counts down.
 *
 *     counters of 4 bits      0 0 3 0 1 0 0 15 …         15 is full, and stays so: nobody knows how many it stands for
 *
 * A counter that is full is never counted down, so a key is never denied that is in; some that are out stay. With 4 bits
 * that is rare: at the planned fill one counter in 10^15 is (ibid.).
 */
import {
  outOfRange,
  readFixedBytes,
  readU8,
  readU32,
  writeFixedBytes,
  writeU8,
  writeU32,
  wrongType,
} from '@dsys/codec';
import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { hashBatches, type KeyBatch } from '@dsys/hash/batch';
import { Answers } from './answers.js';
import { BloomFilter } from './bloom-filter.js';
import { checkAlike, moved } from './errors.js';
import { openSketch, sealSketch } from './format.js';
import { multiplyHigh } from './multiply-high.js';
import { MAX_BITS, MAX_HASHES, planBloomFilter } from './sizing.js';

const KIND = 'bloom-c';
/** Width, hashes, words of counters. */
const PARAMETER_BYTES = 6;

/** Bits of a counter: it counts to 15, 255. */
export type CounterBits = 4 | 8;

/** What a counting filter is wanted for. */
export interface CountingOptions {
  /** How many distinct items it will hold at a time, from 1. */
  readonly expected: number;
  /** Chance of a wrong yes once so many are in: above 0, below 1. */
  readonly falsePositiveRate: number;
  /** Default 4. 8 where the same key is added many times. */
  readonly counterBits?: CounterBits;
}

/** A counting filter by its numbers. */
export interface CountingParameters {
  /** A multiple of 32; times `counterBits` at most 2^32. */
  readonly counterCount: number;
  /** Counters a key, 1..64. */
  readonly hashCount: number;
  /** Default 4. */
  readonly counterBits?: CounterBits;
}

/** A counting filter as plain data: `counters` can be posted without a copy. */
export interface CountingParts {
  readonly counterBits: CounterBits;
  readonly hashCount: number;
  /** Two counters a byte where they have 4 bits, the lower half first. */
  readonly counters: Uint8Array;
}

const pair = /* @__PURE__ */ new Uint32Array(2);
/** Places of the key at hand. */
const places = /* @__PURE__ */ new Uint32Array(MAX_HASHES);

/** A Bloom filter with `remove`, for four or eight times the memory. */
export class CountingBloomFilter {
  readonly counterBits: CounterBits;
  readonly hashCount: number;
  /** The counters themselves, not a copy. */
  readonly counters: Uint8Array;
  /** What a counter holds when it is full. */
  readonly #most: number;
  /** Counters in groups of 32, which a place is found by as a word is in `classic.ts`. */
  readonly #wordCount: number;

  /** A filter for so many items at such a rate. Throws `RangeError` for a bad option, and beyond 2^32 bits. */
  static forItems({ expected, falsePositiveRate, counterBits = 4 }: CountingOptions): CountingBloomFilter {
    const { bitCount, hashCount } = planBloomFilter({ expected, falsePositiveRate, layout: 'classic' });
    return CountingBloomFilter.create({ counterCount: bitCount, hashCount, counterBits });
  }

  /** An empty filter by its parameters. Throws `RangeError` for a bad one. */
  static create({ counterCount, hashCount, counterBits = 4 }: CountingParameters): CountingBloomFilter {
    check({ counterCount, hashCount, counterBits });
    return new CountingBloomFilter({
      counterBits,
      hashCount,
      counters: new Uint8Array((counterCount * counterBits) / 8),
    });
  }

  /** A filter of parts, which it works on from then on. Throws `TypeError` or `RangeError` for what is none. */
  constructor({ counterBits, hashCount, counters }: CountingParts) {
    if (Object.prototype.toString.call(counters) !== '[object Uint8Array]')
      throw wrongType('counters', 'a Uint8Array', counters);
    check({ counterBits, hashCount, counterCount: (8 * counters.length) / counterBits });
    this.counterBits = counterBits;
    this.hashCount = hashCount;
    this.counters = counters;
    this.#most = 2 ** counterBits - 1;
    this.#wordCount = counters.length / (4 * counterBits);
  }

  /** Counters in all. */
  get counterCount(): number {
    return 32 * this.#wordCount;
  }

  /** Puts a key in. One that is added twice has to be removed twice. */
  add(key: Key | HashedKey): void {
    hashedLanes(key, pair);
    this.#add(pair[0]! | 0, pair[1]! | 0);
  }

  /** Puts many keys in, and says how many it read. */
  addMany(keys: KeyBatch): number {
    return hashBatches(keys, (lanes, count) => {
      for (let i = 0; i < 2 * count; i += 2) this.#add(lanes[i]! | 0, lanes[i + 1]! | 0);
    });
  }

  /** False: this key is certainly not in. */
  has(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    return this.#least(pair[0]! | 0, pair[1]! | 0) > 0;
  }

  /** For each key, in order, a 1 where `has` is true and a 0 where it is false. */
  hasMany(keys: KeyBatch): Uint8Array<ArrayBuffer> {
    const answers = new Answers(keys);
    hashBatches(keys, (lanes, count) => {
      const at = answers.claim(count);
      for (let i = 0; i < count; i++)
        answers.bytes[at + i] = this.#least(lanes[2 * i]! | 0, lanes[2 * i + 1]! | 0) > 0 ? 1 : 0;
    });
    return answers.finish();
  }

  /**
   * Takes a key out that was added, and says whether it did: false, and nothing is changed, for a key that certainly is not
   * in. Removing one that was never added, and that `has` is wrong about, takes others out: remove only what you added.
   */
  remove(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    return this.#remove(pair[0]! | 0, pair[1]! | 0);
  }

  /** Takes many keys out, and says how many of them it did. */
  removeMany(keys: KeyBatch): number {
    let removed = 0;
    hashBatches(keys, (lanes, count) => {
      for (let i = 0; i < 2 * count; i += 2) if (this.#remove(lanes[i]! | 0, lanes[i + 1]! | 0)) removed++;
    });
    return removed;
  }

  /** Adds the counts of another filter of the same parameters; counters stop at their maximum. Throws `BloomError` (`unlike-filters`). */
  merge(other: CountingBloomFilter): this {
    const ours = this.#own();
    checkAlike<CountingBloomFilter>(this, other, ['counterBits', 'counterCount', 'hashCount']);
    const theirs = other.counters;
    for (let i = 0; i < ours.length; i++) {
      const a = ours[i]!;
      const b = theirs[i]!;
      ours[i] =
        this.counterBits === 8
          ? Math.min(a + b, 255)
          : Math.min((a & 15) + (b & 15), 15) | (Math.min((a >>> 4) + (b >>> 4), 15) << 4);
    }
    return this;
  }

  /** The plain filter of the keys that are in now, in the classic layout: an eighth or a quarter of the memory. */
  toBloomFilter(): BloomFilter {
    const counters = this.#own();
    const words = new Uint32Array(this.counterCount / 32);
    for (let place = 0; place < this.counterCount; place++)
      if (this.#at(counters, place) > 0) words[place >>> 5]! |= 1 << place;
    return new BloomFilter({ layout: 'classic', hashCount: this.hashCount, words });
  }

  /** How many counters are full, and stay so. O(counters). */
  saturatedCount(): number {
    const counters = this.#own();
    const full = this.#most;
    let count = 0;
    for (let place = 0; place < this.counterCount; place++) if (this.#at(counters, place) === full) count++;
    return count;
  }

  /** About how many distinct keys are in. O(counters). */
  estimateCount(): number {
    return this.toBloomFilter().estimateCount();
  }

  /** The chance of a wrong yes as the filter is now filled. O(counters). */
  estimateFalsePositiveRate(): number {
    return this.toBloomFilter().estimateFalsePositiveRate();
  }

  /** Takes every key out. */
  clear(): void {
    this.#own().fill(0);
  }

  /** A filter of its own with the same keys. */
  clone(): CountingBloomFilter {
    const { counterBits, hashCount } = this;
    return new CountingBloomFilter({ counterBits, hashCount, counters: new Uint8Array(this.#own()) });
  }

  /** The filter as plain data that shares its counters, to be posted to a worker. */
  toParts(): CountingParts {
    const { counterBits, hashCount } = this;
    return { counterBits, hashCount, counters: this.#own() };
  }

  /** Bytes for `fromBytes`. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const counters = this.#own();
    return sealSketch(KIND, PARAMETER_BYTES + counters.length, (writer) => {
      writeU8(writer, this.counterBits);
      writeU8(writer, this.hashCount);
      writeU32(writer, this.counterCount / 32);
      writeFixedBytes(writer, counters, counters.length);
    });
  }

  /** The filter that these bytes are. Throws `DecodeError` for all others. */
  static fromBytes(bytes: Uint8Array): CountingBloomFilter {
    const reader = openSketch(bytes, KIND, PARAMETER_BYTES + MAX_BITS / 8);
    const counterBits = readU8(reader, 'counterBits') as CounterBits;
    const hashCount = readU8(reader, 'hashCount');
    const counterCount = 32 * readU32(reader, 'wordCount');
    try {
      check({ counterBits, hashCount, counterCount });
    } catch (error) {
      throw reader.invalid('parameters', 'those of a counting filter', (error as Error).message);
    }
    const counters = new Uint8Array(readFixedBytes(reader, 'counters', (counterCount * counterBits) / 8));
    reader.end();
    return new CountingBloomFilter({ counterBits, hashCount, counters });
  }

  #at(counters: Uint8Array, place: number): number {
    return this.counterBits === 8 ? counters[place]! : (counters[place >>> 1]! >>> ((place & 1) << 2)) & 15;
  }

  #add(low: number, high: number): void {
    const counters = this.#own();
    this.#find(low, high);
    for (let i = 0; i < this.hashCount; i++) {
      const place = places[i]!;
      if (this.#at(counters, place) === this.#most) continue;
      if (this.counterBits === 8) counters[place]!++;
      else counters[place >>> 1]! += 1 << ((place & 1) << 2);
    }
  }

  #remove(low: number, high: number): boolean {
    if (this.#least(low, high) === 0) return false;
    const counters = this.#own();
    for (let i = 0; i < this.hashCount; i++) {
      const place = places[i]!;
      const count = this.#at(counters, place);
      // A key whose places coincide may find its counter at 0 the second time, if it was never added.
      if (count === this.#most || count === 0) continue;
      if (this.counterBits === 8) counters[place]!--;
      else counters[place >>> 1]! -= 1 << ((place & 1) << 2);
    }
    return true;
  }

  #least(low: number, high: number): number {
    const counters = this.#own();
    this.#find(low, high);
    let least = this.#most;
    for (let i = 0; i < this.hashCount && least > 0; i++) least = Math.min(least, this.#at(counters, places[i]!));
    return least;
  }

  /** The places of a hash, which are those of the classic layout: word by multiplication, bit by the lowest five. */
  #find(low: number, high: number): void {
    const wordCount = this.#wordCount;
    let a = high | 0;
    let b = low | 0;
    for (let i = 0; i < this.hashCount; i++) {
      places[i] = multiplyHigh(a, wordCount) * 32 + (a & 31);
      a = (a + b) | 0;
      b = (b + i + 1) | 0;
    }
  }

  #own(): Uint8Array {
    if (this.counters.length === 0) throw moved();
    return this.counters;
  }
}

function check({ counterCount, hashCount, counterBits }: Required<CountingParameters>): void {
  if (counterBits !== 4 && counterBits !== 8) throw outOfRange('counterBits', '4 or 8', counterBits);
  if (!(counterCount >= 32 && counterCount * counterBits <= MAX_BITS && counterCount % 32 === 0))
    throw outOfRange('counterCount', `a multiple of 32, at most 2^32 / ${counterBits}`, counterCount);
  if (!(Number.isInteger(hashCount) && hashCount >= 1 && hashCount <= MAX_HASHES))
    throw outOfRange('hashCount', `an integer from 1 to ${MAX_HASHES}`, hashCount);
}
