import type { PackedKeys } from '@dsys/hash/batch';
import { eachKey } from '../each-key.js';
import { checkDialect, type Dialect, HllError, outOfRange, wrongType } from '../errors.js';
import { type Bounds, boundsAround, IMPROVED_ERROR, improvedEstimate } from '../improved.js';
import { Registers } from '../registers.js';
import { type Hyll, type RedisEncoding, readHyll, SPARSE_MAX_BYTES, writeHyll } from './hyll.js';
import { MAX_RANK, PRECISION, placeOf } from './murmur.js';

/** How to write a string for Redis. */
export interface RedisBytesOptions {
  /** Default: sparse where Redis would have it so: values up to 32, in at most 3,000 bytes. */
  readonly encoding?: RedisEncoding;
  /** Whether to write the count, so that PFCOUNT needn't count. Default true. */
  readonly cacheCount?: boolean;
}

const REDIS: Dialect = {
  name: 'redis',
  rule: 'MurmurHash64A, seed 0xadc83b19; index from the low 14 bits, rank from the zeros above them',
};

/**
 * A HyperLogLog of Redis: 16,384 registers, 12 kB, standard error 0.81 %. Elements are strings and bytes, as in
 * Redis; a client that is given a number sends its digits, so here it is `String(n)`.
 */
export class RedisHyperLogLog {
  readonly precision: number = PRECISION;
  readonly maxRank: number = MAX_RANK;
  #registers: Registers;
  readonly #read: Omit<Hyll, 'registers'> | null;
  readonly #place = { index: 0, rank: 0 };

  private constructor(registers: Registers, read: Omit<Hyll, 'registers'> | null) {
    this.#registers = registers;
    this.#read = read;
  }

  /** An empty sketch. */
  static create(): RedisHyperLogLog {
    return new RedisHyperLogLog(new Registers(PRECISION), null);
  }

  /** From the string that GET gives. Throws `DecodeError` for anything else. */
  static fromBytes(bytes: Uint8Array): RedisHyperLogLog {
    const { registers, ...read } = readHyll(bytes);
    return new RedisHyperLogLog(registers, read);
  }

  /** That of Redis and Valkey. */
  get dialect(): Dialect {
    return REDIS;
  }

  /** In which form the string was, of which this was made. */
  get storedEncoding(): RedisEncoding | null {
    return this.#read?.encoding ?? null;
  }

  /** What PFCOUNT had answered last when the string was read, or null if it was out of date. */
  get storedCount(): bigint | null {
    return this.#read?.cachedCount ?? null;
  }

  /** PFADD of one element. True when it changed a register. */
  add(element: string | Uint8Array): boolean {
    if (typeof element === 'number' || typeof element === 'bigint')
      throw wrongType('element', 'a string or a Uint8Array (of a number Redis gets the digits: String(n))', element);
    placeOf(element, this.#place);
    return this.#registers.raise(this.#place.index, this.#place.rank);
  }

  /** PFADD of many. Returns how many there were. */
  addMany(elements: Iterable<string | Uint8Array> | PackedKeys): number {
    return eachKey(elements, (element) => this.add(element as string | Uint8Array));
  }

  /** Ertl's improved estimate, not rounded. O(m). */
  estimate(): number {
    return improvedEstimate(this.#registers.histogram(), PRECISION, MAX_RANK - 1);
  }

  /** What PFCOUNT answers: the same estimate without the correction of its bias of 1.08 / m, rounded. */
  pfcount(): bigint {
    return BigInt(Math.round(this.estimate() * (1 + (3 * Math.LN2 - 1) / 2 ** PRECISION)));
  }

  /** Standard error of `estimate()`, relative to it: 0.0081. */
  get error(): number {
    return IMPROVED_ERROR / 2 ** (PRECISION / 2);
  }

  /** The counts within `sigmas` standard errors (default 2) of the estimate. */
  bounds(sigmas = 2): Bounds {
    if (!(sigmas >= 0)) throw outOfRange('sigmas', '0 or more', sigmas);
    const least = 2 ** PRECISION - this.#registers.histogram()[0]!;
    return boundsAround(this.estimate(), this.error, sigmas, least);
  }

  /** PFMERGE. Throws `HllError` for a sketch of another dialect. */
  merge(other: RedisHyperLogLog): this {
    checkDialect(REDIS, other);
    // One of another installed copy of this package keeps its registers to itself.
    this.#registers.unite(
      #registers in other ? other.#registers : readHyll((other as RedisHyperLogLog).toBytes()).registers,
    );
    return this;
  }

  /** A sketch of the same elements that takes no part in what happens to this one. */
  copy(): RedisHyperLogLog {
    return new RedisHyperLogLog(this.#registers.copy(), this.#read);
  }

  /** Redis has one precision, 14. */
  fold(precision: number): RedisHyperLogLog {
    if (precision !== PRECISION)
      throw new HllError('different-parameters', `Redis has sketches of precision 14 only, not of ${precision}`);
    return this.copy();
  }

  /** One byte a register. A copy. */
  registers(): Uint8Array<ArrayBuffer> {
    return this.#registers.values();
  }

  /** Forgets everything. */
  clear(): void {
    this.#registers = new Registers(PRECISION);
  }

  /** The string for SET. Throws `HllError` when the sparse form is asked for and has no room for the values. */
  toBytes({ encoding, cacheCount = true }: RedisBytesOptions = {}): Uint8Array<ArrayBuffer> {
    const count = cacheCount ? this.pfcount() : null;
    if (encoding !== 'dense') {
      const sparse = writeHyll(this.#registers, 'sparse', count);
      if (sparse !== null && (encoding === 'sparse' || sparse.length <= SPARSE_MAX_BYTES)) return sparse;
      if (encoding === 'sparse')
        throw new HllError(
          'different-parameters',
          'the sparse form holds values up to 32, and a register is above: write the dense one',
        );
    }
    return writeHyll(this.#registers, 'dense', count)!;
  }
}
