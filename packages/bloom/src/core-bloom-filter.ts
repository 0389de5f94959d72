import { outOfRange, wrongType } from '@dsys/codec';
import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { insertAnywhere, isAnywhere } from './classic.js';
import { checkAlike, moved } from './errors.js';
import { countBits } from './popcount.js';
import {
  type BloomLayout,
  type BloomParameters,
  checkParameters,
  type ItemOptions,
  type LooseParameters,
  planBloomFilter,
} from './sizing.js';
import { insertIntoBlock, isInBlock, rateOfBlocks } from './split-block.js';

/** A filter as plain data that can be posted to a worker: see `toParts()`. `new BloomFilter(parts)` is a filter again. */
export interface BloomFilterParts {
  readonly layout: BloomLayout;
  readonly hashCount: number;
  /** The bits, 32 a word, the lowest first. Of a split-block a block is 8 words. */
  readonly words: Uint32Array;
}

/** A class whose instances are made of parts: lets a factory give what it was called on. */
export type MadeOfParts<F> = new (parts: BloomFilterParts) => F;

/**
 * The lanes of the key at hand. They are passed on as int32: as uint32, half of all would be boxed wherever a call is not
 * inlined, which took 40 ns.
 */
const pair = /* @__PURE__ */ new Uint32Array(2);

/**
 * A set that answers "certainly not" or "probably": for a key that was added, `has` is always true; for another, it is
 * wrongly true with a chance that was chosen. Keys are strings, bytes, integers and other numbers, or what `hash(key)` of
 * `@dsys/hash` gives; '42' is not 42.
 */
export class CoreBloomFilter implements BloomParameters {
  readonly layout: BloomLayout;
  readonly hashCount: number;
  readonly #words: Uint32Array;
  /** @internal Whether nobody but the filter has the words: else a key can't wait before its bits are set. */
  protected isAlone = false;

  /** A filter for so many items at such a rate. Throws `RangeError` for a bad option, and beyond 2^32 bits. */
  static forItems<F extends CoreBloomFilter>(this: MadeOfParts<F>, options: ItemOptions): F {
    return CoreBloomFilter.#alone(new this(emptyParts(planBloomFilter(options))));
  }

  /** An empty filter by its parameters. Throws `RangeError` for a bad one. */
  static create<F extends CoreBloomFilter>(this: MadeOfParts<F>, parameters: LooseParameters | BloomParameters): F {
    return CoreBloomFilter.#alone(new this(emptyParts(checkParameters(parameters))));
  }

  /** A filter of parts, which it works on from then on. Throws `TypeError` or `RangeError` for what is none. */
  constructor({ layout, hashCount, words }: BloomFilterParts) {
    if (Object.prototype.toString.call(words) !== '[object Uint32Array]')
      throw wrongType('words', 'a Uint32Array', words);
    checkParameters({ layout, hashCount, bitCount: 32 * words.length } as BloomParameters);
    this.layout = layout;
    this.hashCount = hashCount;
    this.#words = words;
  }

  /** The bits themselves, not a copy: what changes them changes the filter. */
  get words(): Uint32Array {
    this.settle();
    this.isAlone = false;
    return this.#words;
  }

  /** Bits in all. */
  get bitCount(): number {
    return 32 * this.#words.length;
  }

  /** Puts a key in. */
  add(key: Key | HashedKey): void {
    hashedLanes(key, pair);
    this.#insertLast();
  }

  /** Puts a key in if it certainly was not in before, and says whether that was so: one call for "have I seen this?". */
  addIfNew(key: Key | HashedKey): boolean {
    const isNew = !this.has(key);
    if (isNew) this.#insertLast();
    return isNew;
  }

  /** False: this key was certainly never added. True: it was, or else its bits are set by others. */
  has(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    const words = this.own();
    return this.layout === 'split-block'
      ? isInBlock(words, pair[0]! | 0, pair[1]! | 0)
      : isAnywhere(words, this.hashCount, pair[0]! | 0, pair[1]! | 0);
  }

  /** Takes in all that another filter of the same parameters has. Throws `BloomError` (`unlike-filters`). */
  merge(other: CoreBloomFilter): this {
    const [ours, theirs] = this.#both(other);
    for (let i = 0; i < ours.length; i++) ours[i]! |= theirs[i]!;
    return this;
  }

  /**
   * Keeps the bits that another filter of the same parameters has too: every key that was added to both stays in. The
   * rate of wrong answers is at most that of either, and higher than that of a filter of the common keys alone. Throws
   * `BloomError` (`unlike-filters`).
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
    const words = this.own();
    const unit = this.layout === 'split-block' ? 8 : 1;
    const units = words.length / unit;
    if (!(factor >= 1 && units % factor === 0 && factor % 1 === 0))
      throw outOfRange('factor', `a divisor of ${units}`, factor);
    const folded = new Uint32Array(words.length / factor);
    // Word `from` of unit u goes to the same word of unit ⌊u / factor⌋.
    for (let from = 0; from < words.length; from++)
      folded[Math.floor(from / unit / factor) * unit + (from % unit)]! |= words[from]!;
    return this.#like(folded);
  }

  /**
   * About how many distinct keys are in, from how many bits are unset (Swamidass, Baldi, 2007): a few percent off when the
   * filter is as full as planned. `Infinity` when every bit is set. O(bits).
   */
  estimateCount(): number {
    const set = countBits(this.own());
    const { bitCount } = this;
    // A key leaves a bit unset with the chance 1 − 1/32 in one block of many, or (1 − 1/m)^k anywhere.
    const unset =
      this.layout === 'split-block' ? Math.log1p(-8 / bitCount) : this.hashCount * Math.log1p(-1 / bitCount);
    return Math.log1p(-set / bitCount) / unset;
  }

  /** The chance of a wrong yes as the filter is now filled. O(bits). */
  estimateFalsePositiveRate(): number {
    const words = this.own();
    if (this.layout === 'split-block') return rateOfBlocks(words);
    return (countBits(words) / this.bitCount) ** this.hashCount;
  }

  /** Takes every key out. */
  clear(): void {
    this.own().fill(0);
  }

  /** A filter of its own with the same keys. */
  clone(): this {
    return this.#like(this.own().slice());
  }

  /**
   * The filter as plain data that shares its words, to hand over without a copy: `const parts = filter.toParts()`, then
   * `postMessage(parts, [parts.words.buffer])`. When the words are gone this filter is done with: every call throws
   * `BloomError` (`filter-moved`), rather than deny what it had.
   */
  toParts(): BloomFilterParts {
    this.isAlone = false;
    return this.#parts(this.own());
  }

  /** Puts in the key that was hashed last. */
  #insertLast(): void {
    const words = this.own();
    if (this.layout === 'split-block') insertIntoBlock(words, pair[0]! | 0, pair[1]! | 0);
    else insertAnywhere(words, this.hashCount, pair[0]! | 0, pair[1]! | 0);
  }

  #like(words: Uint32Array): this {
    return CoreBloomFilter.#alone(new (this.constructor as MadeOfParts<this>)(this.#parts(words)));
  }

  #both(other: CoreBloomFilter): [ours: Uint32Array, theirs: Uint32Array] {
    const ours = this.own();
    checkAlike<CoreBloomFilter>(this, other, ['layout', 'bitCount', 'hashCount']);
    return [ours, other.own()];
  }

  static #alone<F extends CoreBloomFilter>(filter: F): F {
    filter.isAlone = true;
    return filter;
  }

  #parts(words: Uint32Array): BloomFilterParts {
    return { layout: this.layout, hashCount: this.hashCount, words };
  }

  /** @internal The words with all keys in them, unless they were posted away. */
  protected own(): Uint32Array {
    this.settle();
    if (this.#words.length === 0) throw moved();
    return this.#words;
  }

  /** @internal Puts in the keys that wait. */
  protected settle(): void {
    // None do here.
  }
}

const emptyParts = (parameters: BloomParameters): BloomFilterParts => ({
  ...parameters,
  words: new Uint32Array(parameters.bitCount / 32),
});
