import { type Key, murmur3_x64_128Lanes } from '@dsys/hash';
import type { KeyBatch } from '@dsys/hash/batch';
import { eachKey } from '../each-key.js';
import { checkDialect, type Dialect, HllError, outOfRange, wrongType } from '../errors.js';
import { type Bounds, boundsAround, IMPROVED_ERROR, improvedEstimate } from '../improved.js';
import { zerosAbove } from '../place.js';
import { Registers } from '../registers.js';
import {
  explicitCapacity,
  isSparse,
  type PostgresParameters,
  type PostgresRepresentation,
  type PostgresState,
  readStorage,
  writeStorage,
} from './storage.js';

const POSTGRES: Dialect = {
  name: 'postgres',
  rule: 'MurmurHash3_x64_128, seed 0, lower half; index from the low bits, rank from the zeros above them',
};

/**
 * A sketch of the PostgreSQL extension `hll`: what `hll_add_agg(hll_hash_text(…))` would have made, bit for bit. It keeps
 * whole hashes up to a threshold, and is exact; then registers.
 */
export class PostgresHyperLogLog {
  readonly parameters: PostgresParameters;
  #explicit: Set<bigint> | null;
  #registers: Registers | null;

  private constructor(parameters: PostgresParameters, { explicit, registers }: PostgresState) {
    this.parameters = parameters;
    this.#explicit = explicit;
    this.#registers = registers;
  }

  /** An empty sketch; the defaults are those of `hll_empty()`. Throws `RangeError` or `TypeError` for bad parameters. */
  static create({
    precision = 11,
    registerBits = 5,
    explicitThreshold = 'auto',
    sparse = true,
  }: Partial<PostgresParameters> = {}): PostgresHyperLogLog {
    checkInteger('precision', precision, 4, 17);
    checkInteger('registerBits', registerBits, 1, 7);
    if (explicitThreshold !== 'auto') {
      checkInteger('explicitThreshold', explicitThreshold, 0, 8192);
      if (explicitThreshold > 0 && !Number.isInteger(Math.log2(explicitThreshold)))
        throw outOfRange('explicitThreshold', "'auto', 0 or a power of two up to 8192", explicitThreshold);
    }
    if (typeof sparse !== 'boolean') throw wrongType('sparse', 'a boolean', sparse);
    const parameters = { precision, registerBits, explicitThreshold, sparse };
    return new PostgresHyperLogLog(parameters, { explicit: new Set(), registers: null });
  }

  /** From the bytes of a column of type `hll` (its text form is their hexadecimal). Throws `DecodeError` for anything else. */
  static fromBytes(bytes: Uint8Array): PostgresHyperLogLog {
    const { parameters, state } = readStorage(bytes);
    return new PostgresHyperLogLog(parameters, state);
  }

  /** That of the extension `hll`. */
  get dialect(): Dialect {
    return POSTGRES;
  }

  /** Bits of the index, `log2m`. */
  get precision(): number {
    return this.parameters.precision;
  }

  /** Highest value of a register: 65 − precision, or what its bits can hold. */
  get maxRank(): number {
    return Math.min(2 ** this.parameters.registerBits - 1, 65 - this.precision);
  }

  /** As the extension would store it now. */
  get representation(): PostgresRepresentation {
    if (this.#explicit !== null) return this.#explicit.size === 0 ? 'empty' : 'explicit';
    return isSparse(this.parameters, this.#filled()) ? 'sparse' : 'full';
  }

  /**
   * `hll_add` of `hll_hash_text`, `hll_hash_bytea` or `hll_hash_bigint`; for narrower types see `integer`, `smallint` and
   * `boolean`. True when it changed the state.
   */
  add(key: Key): boolean {
    lanes ??= new Uint32Array(4);
    murmur3_x64_128Lanes(key, lanes);
    return this.#insert(lanes[0]!, lanes[1]!);
  }

  /** Adds many. Returns how many there were. */
  addMany(keys: KeyBatch): number {
    return eachKey(keys, (key) => this.add(key));
  }

  #insert(low: number, high: number): boolean {
    if (this.#explicit !== null) {
      const hash = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
      if (this.#explicit.has(hash)) return false;
      if (this.#explicit.size < explicitCapacity(this.parameters)) {
        this.#explicit.add(hash);
        return true;
      }
      this.#toRegisters();
    }
    return this.#raise(this.#registers!, low, high);
  }

  #raise(registers: Registers, low: number, high: number): boolean {
    const { precision } = this.parameters;
    const zeros = zerosAbove(low, high, precision);
    // All zeros above the index leave the register at 0: the extension's rule.
    if (zeros === 64 - precision) return false;
    return registers.raise(low & (2 ** precision - 1), Math.min(zeros + 1, this.maxRank));
  }

  #toRegisters(): void {
    this.#registers = this.#registersNow();
    this.#explicit = null;
  }

  #registersNow(): Registers {
    if (this.#registers !== null) return this.#registers;
    const registers = new Registers(this.precision);
    for (const hash of this.#explicit!)
      this.#raise(registers, Number(BigInt.asUintN(32, hash)), Number(BigInt.asUintN(32, hash >> 32n)));
    return registers;
  }

  /** Exact as long as hashes are whole, then Ertl's improved estimate, which is closer than the extension's. O(m). */
  estimate(): number {
    if (this.#explicit !== null) return this.#explicit.size;
    return improvedEstimate(this.#registers!.histogram(), this.precision, this.maxRank - 1);
  }

  /** What `hll_cardinality` answers: Flajolet's estimate of 2007, with linear counting below 2.5 m. */
  cardinality(): number {
    if (this.#explicit !== null) return this.#explicit.size;
    const m = 2 ** this.precision;
    const counts = this.#registers!.histogram();
    let sum = 0;
    for (let rank = 0; rank < 64; rank++) sum += counts[rank]! * 2 ** -rank;
    const alpha = m === 16 ? 0.673 : m === 32 ? 0.697 : m === 64 ? 0.709 : 0.7213 / (1 + 1.079 / m);
    const raw = (alpha * m * m) / sum;
    if (counts[0]! > 0 && raw < 2.5 * m) return m * Math.log(m / counts[0]!);
    const most = 2 ** (2 ** this.parameters.registerBits - 2 + this.precision);
    return raw <= most / 30 ? raw : -most * Math.log(1 - raw / most);
  }

  /** Standard error of `estimate()`, relative to it; 0 while hashes are whole. */
  get error(): number {
    return this.#explicit !== null ? 0 : IMPROVED_ERROR / Math.sqrt(2 ** this.precision);
  }

  /** The counts within `sigmas` standard errors (default 2) of the estimate. */
  bounds(sigmas = 2): Bounds {
    if (!(sigmas >= 0)) throw outOfRange('sigmas', '0 or more', sigmas);
    return boundsAround(this.estimate(), this.error, sigmas, this.#filled());
  }

  #filled(): number {
    return 2 ** this.precision - this.#registersNow().histogram()[0]!;
  }

  /** `hll_union`. Throws `HllError` for another dialect, or for other parameters, and says which. */
  merge(other: PostgresHyperLogLog): this {
    checkDialect(POSTGRES, other);
    // One of another installed copy of this package keeps its state to itself.
    if (!(#explicit in other))
      return this.merge(PostgresHyperLogLog.fromBytes((other as PostgresHyperLogLog).toBytes()));
    for (const name of ['precision', 'registerBits', 'explicitThreshold', 'sparse'] as const) {
      const [mine, theirs] = [this.parameters[name], other.parameters[name]];
      if (mine !== theirs)
        throw new HllError(
          'different-parameters',
          `${name} is ${mine} here and ${theirs} there: hll joins sketches of one type only`,
        );
    }
    if (other.#explicit !== null) {
      for (const hash of [...other.#explicit])
        this.#insert(Number(BigInt.asUintN(32, hash)), Number(BigInt.asUintN(32, hash >> 32n)));
      return this;
    }
    if (this.#explicit !== null) this.#toRegisters();
    this.#registers!.unite(other.#registers!);
    return this;
  }

  /** A sketch of the same items that takes no part in what happens to this one. */
  copy(): PostgresHyperLogLog {
    return new PostgresHyperLogLog(this.parameters, {
      explicit: this.#explicit === null ? null : new Set(this.#explicit),
      registers: this.#registers?.copy() ?? null,
    });
  }

  /** The extension joins sketches of one type only, and so do we. */
  fold(precision: number): PostgresHyperLogLog {
    if (precision === this.precision) return this.copy();
    throw new HllError(
      'different-parameters',
      `precision is ${this.precision} here and ${precision} there: hll has no way between them`,
    );
  }

  /** One byte a register. A copy. */
  registers(): Uint8Array<ArrayBuffer> {
    return this.#registersNow().values();
  }

  /** Forgets everything. */
  clear(): void {
    this.#explicit = new Set();
    this.#registers = null;
  }

  /**
   * The bytes of a column: `'\x' || hex` is their literal. By default in the representation that the extension would
   * choose; hashes can be written as registers, too. Throws `HllError` for what would need hashes that are gone.
   */
  toBytes({
    representation = this.representation,
  }: {
    representation?: PostgresRepresentation;
  } = {}): Uint8Array<ArrayBuffer> {
    const state = { explicit: this.#explicit, registers: null as Registers | null };
    if (representation === 'sparse' || representation === 'full') state.registers = this.#registersNow();
    else if (this.#explicit === null || (representation === 'empty' && this.#explicit.size > 0))
      throw new HllError(
        'different-parameters',
        `the sketch is ${this.representation}, and can't be written as ${representation}`,
      );
    return writeStorage(representation, this.parameters, state);
  }
}

function checkInteger(option: string, value: unknown, least: number, most: number): void {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
    throw outOfRange(option, `an integer ${least}..${most}`, value);
}

/** The lanes of the key that is being added. */
let lanes: Uint32Array | undefined;
