import { outOfRange, wrongType } from '@dsys/codec';
import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { hashBatches, type KeyBatch } from '@dsys/hash/batch';
import { Answers } from './answers.js';
import { insert, insertAll, isIn, searchAll } from './bits.js';
import { checkAlike, FilterMoved } from './errors.js';
import { popcount } from './popcount.js';
import {
  type BloomLayout,
  type BloomParameters,
  checkParameters,
  type ItemOptions,
  type LooseParameters,
  planBloomFilter,
} from './sizing.js';
import { rateOfBlocks } from './split-block.js';

/** A filter as plain data that can be posted to a worker: see `toParts()`. `new BloomFilter(parts)` is a filter again. */
export interface BloomFilterParts {
  readonly layout: BloomLayout;
  readonly hashCount: number;
  /** The bits, 32 a word, the lowest first. Of a split-block a block is 8 words. */
  readonly words: Uint32Array;
}

/** A class whose instances are made of parts: lets a factory give what it was called on. */
export type MadeOfParts<F> = new (parts: BloomFilterParts) => F;

/** The lanes of the key at hand. */
const pair = /* @__PURE__ */ new Uint32Array(2);

/**
 * A set that answers "certainly not" or "probably": for a key that was added, `has` is always true; for another, it is
 * wrongly true with a chance that was chosen. Keys are strings, bytes, integers and other numbers, or what `hash(key)` of
 * `@dsys/hash` gives; '42' is not 42.
 */
export class CoreBloomFilter implements BloomParameters {
  readonly layout: BloomLayout;
  readonly hashCount: number;
  /** The bits themselves, not a copy: what changes them changes the filter. */
  readonly words: Uint32Array;

  /** A filter for so many items at such a rate. Throws `RangeError` for a bad option, and beyond 2^32 bits. */
  static forItems<F extends CoreBloomFilter>(this: MadeOfParts<F>, options: ItemOptions): F {
    return new this(emptyParts(planBloomFilter(options)));
  }

  /** An empty filter by its parameters. Throws `RangeError` for a bad one. */
  static create<F extends CoreBloomFilter>(this: MadeOfParts<F>, parameters: LooseParameters): F {
    return new this(emptyParts(checkParameters(parameters)));
  }

  /** A filter of parts, which it works on from then on. Throws `TypeError` or `RangeError` for what is none. */
  constructor({ layout, hashCount, words }: BloomFilterParts) {
    if (Object.prototype.toString.call(words) !== '[object Uint32Array]')
      throw wrongType('words', 'a Uint32Array', words);
    checkParameters({ layout, hashCount, bitCount: 32 * words.length } as BloomParameters);
    this.layout = layout;
    this.hashCount = hashCount;
    this.words = words;
  }

  /** Bits in all. */
  get bitCount(): number {
    return 32 * this.words.length;
  }

  /** Puts a key in. */
  add(key: Key | HashedKey): void {
    hashedLanes(key, pair);
    insert(this.words, this, pair[0]!, pair[1]!);
  }

  /** Puts a key in if it certainly was not in before, and says whether that was so: one call for "have I seen this?". */
  addIfNew(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    const { words } = this;
    if (isIn(words, this, pair[0]!, pair[1]!)) return false;
    insert(words, this, pair[0]!, pair[1]!);
    return true;
  }

  /** False: this key was certainly never added. True: it was, or else its bits are set by others. */
  has(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    return isIn(this.words, this, pair[0]!, pair[1]!);
  }

  /**
   * Puts many keys in, and says how many it read; two to four times as fast as one by one. After an error on the way (what
   * is no key) some of those before it may be in.
   */
  addMany(keys: KeyBatch): number {
    return hashBatches(keys, (lanes, count) => insertAll(this.words, this, lanes, count));
  }

  /** For each key, in order, a 1 where `has` is true and a 0 where it is false. */
  hasMany(keys: KeyBatch): Uint8Array<ArrayBuffer> {
    const answers = new Answers(keys);
    hashBatches(keys, (lanes, count) => {
      const at = answers.claim(count);
      searchAll(this.words, this, lanes, count, answers.bytes, at);
    });
    return answers.finish();
  }

  /** Takes in all that another filter of the same parameters has. Throws `UnlikeFilters`. */
  merge(other: CoreBloomFilter): this {
    const [ours, theirs] = this.#both(other);
    for (let i = 0; i < ours.length; i++) ours[i]! |= theirs[i]!;
    return this;
  }

  /**
   * Keeps the bits that another filter of the same parameters has too: every key that was added to both stays in. The
   * rate of wrong answers is at most that of either, and higher than that of a filter of the common keys alone. Throws
   * `UnlikeFilters`.
   */
  intersect(other: CoreBloomFilter): this {
    const [ours, theirs] = this.#both(other);
    for (let i = 0; i < ours.length; i++) ours[i]! &= theirs[i]!;
    return this;
  }

  /**
   * A filter `factor` times smaller with the same keys in it, and more wrong answers: to give away what was made too
   * large. The same filter comes out as if it had been that small from the start. Throws `RangeError` unless the factor
   * divides the number of blocks (split-block, 256 bits) or words (classic, 32).
   */
  fold(factor: number): this {
    const words = this.#own();
    const unit = this.layout === 'split-block' ? 8 : 1;
    const units = words.length / unit;
    if (!(factor >= 1 && Number.isInteger(factor) && units % factor === 0))
      throw outOfRange('factor', `a divisor of ${units}`, factor);
    const folded = new Uint32Array(words.length / factor);
    for (let from = 0, to = 0; from < words.length; to += unit)
      for (let i = 0; i < factor; i++) for (let j = 0; j < unit; j++) folded[to + j]! |= words[from++]!;
    return this.#like(folded);
  }

  /**
   * About how many distinct keys are in, from how many bits are unset (Swamidass, Baldi, 2007): a few percent off when the
   * filter is as full as planned. `Infinity` when every bit is set. O(bits).
   */
  estimateCount(): number {
    const words = this.#own();
    const { bitCount } = this;
    let set = 0;
    for (let i = 0; i < words.length; i++) set += popcount(words[i]!);
    if (set === 0) return 0;
    // A key leaves a bit unset with the chance (1 − 1/32) in one block of many, or (1 − 1/m)^k anywhere.
    const [chance, times] = this.layout === 'split-block' ? [8 / bitCount, 1] : [1 / bitCount, this.hashCount];
    return Math.log1p(-set / bitCount) / Math.log1p(-chance) / times;
  }

  /** The chance of a wrong yes as the filter is now filled. O(bits). */
  estimateFalsePositiveRate(): number {
    const words = this.#own();
    if (this.layout === 'split-block') return rateOfBlocks(words);
    let set = 0;
    for (let i = 0; i < words.length; i++) set += popcount(words[i]!);
    return (set / this.bitCount) ** this.hashCount;
  }

  /** Takes every key out. */
  clear(): void {
    this.#own().fill(0);
  }

  /** A filter of its own with the same keys. */
  clone(): this {
    return this.#like(this.#own().slice());
  }

  /**
   * The filter as plain data that shares its words, to hand over without a copy: `const parts = filter.toParts()`, then
   * `postMessage(parts, [parts.words.buffer])`. When the words are gone this filter is done with: every call throws
   * `FilterMoved`, rather than deny what it had.
   */
  toParts(): BloomFilterParts {
    const { layout, hashCount } = this;
    return { layout, hashCount, words: this.#own() };
  }

  #like(words: Uint32Array): this {
    return new (this.constructor as MadeOfParts<this>)({ layout: this.layout, hashCount: this.hashCount, words });
  }

  #both(other: CoreBloomFilter): [ours: Uint32Array, theirs: Uint32Array] {
    const ours = this.#own();
    checkAlike<CoreBloomFilter>(this, other, ['layout', 'bitCount', 'hashCount']);
    return [ours, other.words];
  }

  /** The words, unless they were posted away. */
  #own(): Uint32Array {
    if (this.words.length === 0) throw new FilterMoved();
    return this.words;
  }
}

const emptyParts = ({ layout, hashCount, bitCount }: BloomParameters): BloomFilterParts => ({
  layout,
  hashCount,
  words: new Uint32Array(bitCount / 32),
});
