import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { hashBatches, type KeyBatch } from '@dsys/hash/batch';
import { checkDialect, type Dialect, HllError, outOfRange, wrongType } from './errors.js';
import { decodeParts, encodeParts, LEAST_PRECISION, MOST_PRECISION } from './hll-bytes.js';
import { type Bounds, boundsAround, IMPROVED_ERROR, improvedEstimate, MARTINGALE_ERROR } from './improved.js';
import {
  copyParts,
  emptyParts,
  type HashSource,
  insert,
  insertAll,
  join,
  lower,
  type Parts,
  registersOf,
} from './parts.js';
import { itemsBehind } from './small.js';

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
export class HyperLogLog {
  /** @internal */
  readonly parts: Parts;

  /** @internal */
  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** An empty sketch. Throws `RangeError` or `TypeError` for bad options. */
  static create({ precision = 14, hash = 'xxh64' }: HyperLogLogOptions = {}): HyperLogLog {
    checkPrecision(precision);
    if (hash !== 'xxh64' && hash !== 'other') throw wrongType('hash', '"xxh64" or "other"', hash);
    return new HyperLogLog(emptyParts(precision, hash));
  }

  /** The smallest sketch whose standard error, merged or not, is at most `error`: 0.0021..1, 0.01 is one per cent. */
  static forError({ error }: { error: number }): HyperLogLog {
    const precision = Math.max(LEAST_PRECISION, Math.ceil(2 * Math.log2(IMPROVED_ERROR / error)));
    if (!(error < 1) || precision > MOST_PRECISION) throw outOfRange('error', '0.00203..1', error);
    return HyperLogLog.create({ precision });
  }

  /**
   * From what `toBytes` gave. Throws `DecodeError` for anything else. With `view`, dense registers are read where they
   * are; the first change copies them, your bytes are never written to.
   */
  static fromBytes(bytes: Uint8Array, { view = false }: { view?: boolean } = {}): HyperLogLog {
    return new HyperLogLog(decodeParts(bytes, view));
  }

  get precision(): number {
    return this.parts.precision;
  }

  /** Highest value of a register: 65 − precision. */
  get maxRank(): number {
    return 65 - this.parts.precision;
  }

  get hash(): HashSource {
    return this.parts.hash;
  }

  get dialect(): Dialect {
    return DSYS;
  }

  get representation(): 'exact' | 'sparse' | 'dense' {
    const { hashes, tokens } = this.parts;
    return hashes !== null ? 'exact' : tokens !== null ? 'sparse' : 'dense';
  }

  /** Whether `estimate` is the martingale's, or would be from the first register on. A merge ends that for a dense sketch. */
  get hasMartingale(): boolean {
    return !Number.isNaN(this.parts.registers?.martingale);
  }

  /** Bytes that the state takes now. */
  get memoryBytes(): number {
    const { hashes, tokens, registers } = this.parts;
    return (hashes?.lanes ?? tokens?.table ?? registers!.bytes).byteLength;
  }

  /** Counts a key. True when that changed the state: then it was new. O(1). */
  add(key: Key | HashedKey): boolean {
    const { parts } = this;
    if (parts.hash !== 'xxh64') throw foreign('keys');
    pair ??= new Uint32Array(2);
    hashedLanes(key, pair);
    return insert(parts, pair[0]!, pair[1]!);
  }

  /**
   * Counts many keys: an iterable, a 64-bit column, or packed keys; twice as fast as one by one. Returns how many keys
   * there were, repeated ones included.
   */
  addMany(keys: KeyBatch): number {
    const { parts } = this;
    if (parts.hash !== 'xxh64') throw foreign('keys');
    return hashBatches(keys, (lanes, count) => insertAll(parts, lanes, count));
  }

  /** Counts an item by a 64-bit hash of yours, in two halves. For sketches made with `hash: 'other'`. */
  addHash(low: number, high: number): boolean {
    if (this.parts.hash !== 'other') throw foreign('hashes');
    return insert(this.parts, low, high);
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
  merge(other: HyperLogLog): this {
    checkDialect(DSYS, other);
    join(this.parts, other.parts);
    return this;
  }

  /** A sketch of the same items that takes no part in what happens to this one. */
  copy(): HyperLogLog {
    return new HyperLogLog(copyParts(this.parts));
  }

  /** A smaller copy: as if it had been made with this precision, without a martingale. 4..precision. */
  downsize(precision: number): HyperLogLog {
    checkPrecision(precision);
    if (precision > this.precision) throw outOfRange('precision', `4..${this.precision} here`, precision);
    const copied = copyParts(this.parts);
    lower(copied, precision);
    return new HyperLogLog(copied);
  }

  /** One byte a register, 2^precision of them: what a dense sketch of the same items has. A copy. */
  registers(): Uint8Array<ArrayBuffer> {
    return registersOf(this.parts).values();
  }

  /** Forgets everything. */
  clear(): void {
    Object.assign(this.parts, emptyParts(this.precision, this.hash));
  }

  /** The stored form: equal for equal states. Its layout is in the README, and stays. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return encodeParts(this.parts);
  }
}

/** Precision 4..18, or `RangeError`. */
function checkPrecision(precision: unknown): void {
  if (!Number.isInteger(precision) || (precision as number) < LEAST_PRECISION || (precision as number) > MOST_PRECISION)
    throw outOfRange('precision', `an integer ${LEAST_PRECISION}..${MOST_PRECISION}`, precision);
}

const foreign = (given: 'keys' | 'hashes'): HllError =>
  new HllError(
    'foreign-hash',
    given === 'keys'
      ? 'this sketch is fed with hashes of your own: hash the key by your function and call addHash'
      : 'this sketch hashes keys itself, by XXH64: call add, with the key or with hash(key) of @dsys/hash',
  );

/** The lanes of the key that is being added. */
let pair: Uint32Array | undefined;
