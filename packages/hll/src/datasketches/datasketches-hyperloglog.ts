import { type Key, murmur3_x64_128Lanes } from '@dsys/hash';
import type { KeyBatch } from '@dsys/hash/batch';
import { eachKey } from '../each-key.js';
import { checkDialect, type Dialect, outOfRange, wrongType } from '../errors.js';
import { type Bounds, boundsAround, IMPROVED_ERROR, improvedEstimate, MARTINGALE_ERROR } from '../improved.js';
import { leadingZeros } from '../place.js';
import { Registers } from '../registers.js';
import { itemsBehind } from '../small.js';
import { ADDRESS_MASK, Coupons, couponOf, rankIn } from './coupons.js';
import { type DataSketchesType, MAX_RANK, readSketch, writeSketch } from './serialized.js';

/** How to make a sketch. */
export interface DataSketchesOptions {
  /** `lgConfigK`: 4..21. Default 12. */
  readonly precision?: number;
  /** Bits of a register in the stored form. Default HLL_4, the smallest. */
  readonly type?: DataSketchesType;
}

const DATASKETCHES: Dialect = {
  name: 'datasketches',
  rule: 'MurmurHash3_x64_128, seed 9001; index from the low bits of the lower half, rank from the zeros before the upper one',
};
const SEED = 9001;

/**
 * An HLL sketch of Apache DataSketches: the same coupons, registers and martingale as its `HllSketch.update`, for strings
 * (but the empty one, which DataSketches ignores), bytes, longs and doubles.
 */
export class DataSketchesHyperLogLog {
  readonly maxRank: number = MAX_RANK;
  /** In which form `toBytes` writes registers, unless told otherwise. */
  readonly type: DataSketchesType;
  #precision: number;
  #coupons: Coupons | null;
  #registers: Registers | null = null;

  private constructor(precision: number, type: DataSketchesType) {
    this.#precision = precision;
    this.type = type;
    this.#coupons = new Coupons();
  }

  /** An empty sketch. Throws `RangeError` or `TypeError` for bad options. */
  static create({ precision = 12, type = 'HLL_4' }: DataSketchesOptions = {}): DataSketchesHyperLogLog {
    checkPrecision(precision, 21);
    checkType(type);
    return new DataSketchesHyperLogLog(precision, type);
  }

  /** From a serialized sketch, compact or updatable. Throws `DecodeError` for anything else. */
  static fromBytes(bytes: Uint8Array): DataSketchesHyperLogLog {
    const { precision, type, coupons, registers } = readSketch(bytes);
    const sketch = new DataSketchesHyperLogLog(precision, type);
    for (const coupon of coupons ?? []) sketch.#take(coupon);
    if (registers !== null) {
      sketch.#registers = registers;
      sketch.#coupons = null;
    }
    return sketch;
  }

  /** That of Apache DataSketches. */
  get dialect(): Dialect {
    return DATASKETCHES;
  }

  /** Bits of the index, `lgConfigK`. A merge with a sketch of a lower precision lowers it. */
  get precision(): number {
    return this.#precision;
  }

  /** DataSketches' current mode. */
  get representation(): 'list' | 'set' | 'hll' {
    return this.#coupons === null ? 'hll' : this.#coupons.isTable ? 'set' : 'list';
  }

  /** Whether the martingale runs (HIP): not after a merge into registers, which DataSketches calls out of order. */
  get hasMartingale(): boolean {
    return !Number.isNaN(this.#registers?.martingale);
  }

  /** `update`. True when it changed the state. */
  add(key: Key): boolean {
    if (key === '' || (key as Uint8Array).length === 0) return false;
    lanes ??= new Uint32Array(4);
    murmur3_x64_128Lanes(key, lanes, SEED);
    return this.#take(couponOf(lanes[0]! & ADDRESS_MASK, Math.min(leadingZeros(lanes[2]!, lanes[3]!), 62) + 1));
  }

  /** Adds many. Returns how many there were. */
  addMany(keys: KeyBatch): number {
    return eachKey(keys, (key) => this.add(key));
  }

  #take(coupon: number): boolean {
    if (this.#coupons === null) return this.#registers!.raise(coupon & (2 ** this.#precision - 1), rankIn(coupon));
    if (!this.#coupons.add(coupon)) return false;
    if (!this.#coupons.makeRoom(this.#precision)) this.#toRegisters();
    return true;
  }

  #toRegisters(): void {
    const registers = this.#registersNow();
    registers.martingale = itemsBehind(this.#coupons!.count);
    this.#registers = registers;
    this.#coupons = null;
  }

  #registersNow(): Registers {
    if (this.#registers !== null) return this.#registers;
    const registers = new Registers(this.#precision);
    for (const coupon of this.#coupons!.slots)
      if (coupon !== 0) registers.raise(coupon & (2 ** this.#precision - 1), rankIn(coupon));
    return registers;
  }

  /**
   * How many distinct items there were; not rounded. The martingale's as long as it runs, which is DataSketches' own
   * estimate; then Ertl's improved one, where DataSketches interpolates in tables.
   */
  estimate(): number {
    if (this.#coupons !== null) return itemsBehind(this.#coupons.count);
    const registers = this.#registers!;
    if (this.hasMartingale) return registers.martingale;
    return improvedEstimate(registers.histogram(), this.#precision, MAX_RANK - 1);
  }

  /** Standard error of `estimate()`, relative to it. Stated for large counts; for small ones it is less. */
  get error(): number {
    if (this.#coupons !== null) return 1 / Math.sqrt(6 * 2 ** 26);
    return (this.hasMartingale ? MARTINGALE_ERROR : IMPROVED_ERROR) / Math.sqrt(2 ** this.#precision);
  }

  /** The counts within `sigmas` standard errors (default 2) of the estimate. */
  bounds(sigmas = 2): Bounds {
    if (!(sigmas >= 0)) throw outOfRange('sigmas', '0 or more', sigmas);
    const least = this.#coupons?.count ?? 2 ** this.#precision - this.#registers!.histogram()[0]!;
    return boundsAround(this.estimate(), this.error, sigmas, least);
  }

  /** A union. Of two precisions the lower one is taken. Throws `HllError` for a sketch of another dialect. */
  merge(other: DataSketchesHyperLogLog): this {
    checkDialect(DATASKETCHES, other);
    // One of another installed copy of this package keeps its state to itself.
    if (!(#coupons in other))
      return this.merge(DataSketchesHyperLogLog.fromBytes((other as DataSketchesHyperLogLog).toBytes()));
    if (other.#coupons?.count === 0) return this.#lower(other.#precision);
    if (this.#coupons?.count === 0) {
      const copied = other.copy().#lower(this.#precision);
      this.#precision = copied.#precision;
      this.#coupons = copied.#coupons;
      this.#registers = copied.#registers;
      return this;
    }
    this.#lower(other.#precision);
    if (other.#coupons !== null) for (const coupon of other.#coupons.slots.slice()) coupon !== 0 && this.#take(coupon);
    else {
      if (this.#coupons !== null) this.#toRegisters();
      this.#fold(other.#registers!);
    }
    if (this.#registers !== null) this.#registers.martingale = Number.NaN;
    return this;
  }

  /** The index is the low bits, and the rank doesn't depend on them: registers that fall together give their highest. */
  #fold(from: Registers): void {
    const m = 2 ** this.#precision;
    for (let index = 0; index < 2 ** from.precision; index++) {
      const rank = from.get(index);
      if (rank > 0) this.#registers!.raise(index & (m - 1), rank);
    }
  }

  #lower(precision: number): this {
    if (precision >= this.#precision) return this;
    const { slots } = this.#coupons ?? { slots: [] };
    const registers = this.#registers;
    this.#precision = precision;
    this.#coupons = new Coupons();
    this.#registers = null;
    for (const coupon of slots) if (coupon !== 0) this.#take(coupon);
    if (registers !== null) {
      this.#toRegisters();
      this.#fold(registers);
    }
    if (this.#registers !== null) (this.#registers as Registers).martingale = Number.NaN;
    return this;
  }

  /** A sketch of the same items that takes no part in what happens to this one. */
  copy(): DataSketchesHyperLogLog {
    const copy = new DataSketchesHyperLogLog(this.#precision, this.type);
    copy.#coupons = this.#coupons?.copy() ?? null;
    copy.#registers = this.#registers?.copy() ?? null;
    return copy;
  }

  /** A smaller copy. 4..precision. */
  fold(precision: number): DataSketchesHyperLogLog {
    checkPrecision(precision, this.#precision);
    return this.copy().#lower(precision);
  }

  /** One byte a register. A copy. */
  registers(): Uint8Array<ArrayBuffer> {
    return this.#registersNow().values();
  }

  /** Forgets everything. */
  clear(): void {
    this.#coupons = new Coupons();
    this.#registers = null;
  }

  /** What `HllSketch.heapify` reads: compact, registers in the form of `type`. */
  toBytes({ type = this.type }: { type?: DataSketchesType } = {}): Uint8Array<ArrayBuffer> {
    checkType(type);
    return writeSketch(this.#precision, type, { coupons: this.#coupons, registers: this.#registers });
  }
}

function checkPrecision(precision: unknown, most: number): void {
  if (!Number.isInteger(precision) || (precision as number) < 4 || (precision as number) > most)
    throw outOfRange('precision', `an integer 4..${most}`, precision);
}

function checkType(type: unknown): void {
  if (type !== 'HLL_4' && type !== 'HLL_6' && type !== 'HLL_8')
    throw wrongType('type', '"HLL_4", "HLL_6" or "HLL_8"', type);
}

/** The lanes of the key that is being added. */
let lanes: Uint32Array | undefined;
