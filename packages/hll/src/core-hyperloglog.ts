import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { checkDialect, type Dialect, HllError, outOfRange, wrongType } from './errors.js';
import { type Bounds, boundsAround, IMPROVED_ERROR, improvedEstimate, MARTINGALE_ERROR } from './improved.js';
import { copyParts, emptyParts, type HashSource, insert, join, type Parts } from './parts.js';
import { itemsBehind, LEAST_PRECISION, MOST_PRECISION } from './small.js';

/** How to make a sketch. */
export interface HyperLogLogOptions {
  /** Bits of the index, 4..18. A dense sketch takes 0.75 · 2^precision bytes. Default 14: 12 kB, standard error 0.65 to 0.81 %. */
  readonly precision?: number;
  /**
   * Who hashes: `xxh64`, the default, is the sketch itself, with seed 0. With `other` it is fed with 64-bit hashes of your
   * own by `addHash`; it refuses keys then, and merges only with its like.
   */
  readonly hash?: HashSource;
}

/** A class whose instances are made of parts: lets a factory give what it was called on. */
export type MadeOfParts<S> = new (parts: never) => S;

const DSYS: Dialect = {
  name: 'dsys',
  rule: 'XXH64, seed 0; index from the first bits, rank from the zeros after them',
};

/**
 * Counts distinct items in a few kilobytes, however many there are. It keeps the hashes of up to 32 items, and is exact;
 * then 32 bits of each, and is off by one in 100,000 at most; then registers of six bits, and its standard error is
 * 0.83 / √(2^precision) for a stream, 1.04 / √(2^precision) once it has been merged. Memory grows up to
 * 0.75 · 2^precision bytes. The same items give the same state in any order.
 */
export class CoreHyperLogLog {
  readonly #parts: Parts;

  /** @internal */
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @internal */
  get parts(): Parts {
    return this.#parts;
  }

  /** An empty sketch. Throws `RangeError` or `TypeError` for bad options. */
  static create<S extends CoreHyperLogLog>(
    this: MadeOfParts<S>,
    { precision = 14, hash = 'xxh64' }: HyperLogLogOptions = {},
  ): S {
    checkPrecision(precision);
    if (hash !== 'xxh64' && hash !== 'other') throw wrongType('hash', '"xxh64" or "other"', hash);
    return new this(emptyParts(precision, hash) as never);
  }

  /** Bits of the index. A merge with a sketch of a lower precision lowers it. */
  get precision(): number {
    return this.parts.precision;
  }

  /** Highest value of a register: 65 − precision. */
  get maxRank(): number {
    return 65 - this.parts.precision;
  }

  /** Who hashes: the sketch itself, or its user. */
  get hash(): HashSource {
    return this.parts.hash;
  }

  /** Our own. */
  get dialect(): Dialect {
    return DSYS;
  }

  /** What is kept now: whole hashes, tokens of 32 bits, or registers. */
  get representation(): 'exact' | 'sparse' | 'dense' {
    const { hashes, tokens } = this.parts;
    return hashes !== null ? 'exact' : tokens !== null ? 'sparse' : 'dense';
  }

  /** Whether `estimate` is the martingale's, or would be from the first register on. A merge ends that for a dense sketch. */
  get hasMartingale(): boolean {
    return !Number.isNaN(this.parts.registers?.martingale);
  }

  /** Counts a key. O(1). */
  add(key: Key | HashedKey): void {
    this.addIfNew(key);
  }

  /** Counts a key. True when that changed the state: then it was new. False says that it need not have been. O(1). */
  addIfNew(key: Key | HashedKey): boolean {
    const { parts } = this;
    if (parts.hash !== 'xxh64') throw foreign('keys', 'addHash');
    pair ??= new Uint32Array(2);
    hashedLanes(key, pair);
    return insert(parts, pair[0]! | 0, pair[1]! | 0);
  }

  /**
   * How many distinct items there were; not rounded. `'best'` is exact up to 32, then nearly so, then the martingale's,
   * and after a merge Ertl's improved estimate; `'improved'` is always the latter where there are registers, and depends
   * on the set of items alone. O(1); O(m) for the improved estimate.
   */
  estimate(estimator: 'best' | 'improved' = 'best'): number {
    const { hashes, tokens, registers, precision } = this.parts;
    if (hashes !== null) return hashes.count;
    if (tokens !== null) return itemsBehind(tokens.count);
    if (estimator === 'best' && this.hasMartingale) return registers!.martingale;
    return improvedEstimate(registers!.histogram(), precision, 64 - precision);
  }

  /** Standard error of `estimate()`, relative to it: 0.0065 is 0.65 %. Stated for large counts; for small ones it is less. */
  get error(): number {
    const { hashes, tokens, precision } = this.parts;
    if (hashes !== null) return 0;
    if (tokens !== null) return 1 / Math.sqrt(6 * 2 ** 26);
    return (this.hasMartingale ? MARTINGALE_ERROR : IMPROVED_ERROR) / Math.sqrt(2 ** precision);
  }

  /** The counts within `sigmas` standard errors (default 2, so about 95 %) of the estimate. */
  bounds(sigmas = 2): Bounds {
    if (!(sigmas >= 0)) throw outOfRange('sigmas', '0 or more', sigmas);
    const { tokens, registers, precision } = this.parts;
    const least = registers !== null ? 2 ** precision - registers.histogram()[0]! : (tokens?.count ?? 0);
    return boundsAround(this.estimate(), this.error, sigmas, least);
  }

  /**
   * Counts what the other one has counted too; the other one stays as it is. Of two precisions the lower one is taken.
   * Throws `HllError` for a sketch of another dialect.
   */
  merge(other: CoreHyperLogLog): this {
    checkDialect(DSYS, other);
    join(this.parts, other.parts);
    return this;
  }

  /** A sketch of the same items that takes no part in what happens to this one. */
  copy(): this {
    return new (this.constructor as MadeOfParts<this>)(copyParts(this.parts) as never);
  }

  /** Forgets everything. */
  clear(): void {
    Object.assign(this.parts, emptyParts(this.precision, this.hash));
  }
}

/** Precision 4..18, or `RangeError`. */
export function checkPrecision(precision: unknown): void {
  if (!Number.isInteger(precision) || (precision as number) < LEAST_PRECISION || (precision as number) > MOST_PRECISION)
    throw outOfRange('precision', `an integer ${LEAST_PRECISION}..${MOST_PRECISION}`, precision);
}

/** Keys for a sketch that is fed with hashes, or hashes for one that is fed with keys. */
export const foreign = (given: string, call: string): HllError =>
  new HllError('foreign-hash', `${given} were not what this sketch was made for (its hash option): call ${call}`);

/** The lanes of the key that is being added. */
let pair: Uint32Array | undefined;
