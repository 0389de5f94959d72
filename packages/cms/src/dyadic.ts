import {
  ByteReader,
  ByteWriter,
  openEnvelope,
  readU64Number,
  sealEnvelope,
  writeU32,
  writeU64Number,
} from '@dsys/codec';
import type { ErrorOptions, ShapeOptions } from './base.js';
import {
  checkSums,
  MAX_BYTES,
  readCells,
  readParameters,
  readShape,
  writeCells,
  writeParameters,
} from './cms-bytes.js';
import { addAt, emptyLevels, isExact, type Level, levelShape, removeAt, upperAt, widthFor } from './dyadic-levels.js';
import { CountMinError, checkSame, outOfRange } from './errors.js';
import {
  type Count,
  type CounterBits,
  checkCount,
  checkCounterBits,
  checkShape,
  countOf,
  MAX_CELLS,
  type Shape,
  shapeFor,
} from './shape.js';
import { copyTable, mergeTable } from './table.js';

/** Which integers are counted. */
export interface BitsOption {
  /** Values are integers 0..2^bits − 1; 1..53. */
  readonly bits: number;
}

/** A value that came often. */
export interface HeavyHitter extends Count {
  readonly value: number;
}

const KIND = 'dyadic';
const VERSION = 1;

/**
 * How often integers came, and how many fell into any range of them (Cormode, Muthukrishnan 2005, §4.2). Level j counts
 * values without their last j bits; a range is put together from at most two intervals a level:
 *
 *     level 2   │       0..3        │       4..7        │        2..6  =  2..3  +  4..5  +  6
 *     level 1   │  0..1   │  2..3   │  4..5   │  6..7   │               level 1  level 1  level 0
 *     level 0   │ 0  │ 1  │ 2  │ 3  │ 4  │ 5  │ 6  │ 7  │
 *
 * Levels that have no more intervals than a row has counters are exact.
 */
export class DyadicCountMin {
  readonly bits: number;
  readonly width: number;
  readonly depth: number;
  readonly counterBits: CounterBits;
  #levels: Level[];

  private constructor(bits: number, { width, depth, counterBits = 32 }: ShapeOptions) {
    if (!(Number.isInteger(bits) && bits >= 1 && bits <= 53)) throw outOfRange('bits', 'an integer 1..53', bits);
    checkShape({ width, depth });
    checkCounterBits(counterBits);
    this.bits = bits;
    this.width = width;
    this.depth = depth;
    this.counterBits = counterBits;
    let cells = 0;
    for (let level = 0; level < bits; level++) {
      const shape = levelShape(this, level);
      cells += shape.width * shape.depth;
    }
    if (cells > MAX_CELLS) throw outOfRange('width', 'small enough for at most 2^28 counters in all levels', width);
    this.#levels = emptyLevels(this);
  }

  /**
   * An empty sketch whose ranges, ranks and quantiles are off by at most epsilon times all counts, with probability
   * 1 − delta each. Throws `RangeError` that names the option.
   */
  static forError({ bits, epsilon, delta, rule, ...rest }: ErrorOptions & BitsOption): DyadicCountMin {
    const { depth } = shapeFor(epsilon, delta, rule);
    if (!(Number.isInteger(bits) && bits >= 1 && bits <= 53)) throw outOfRange('bits', 'an integer 1..53', bits);
    return new DyadicCountMin(bits, { ...rest, depth, width: widthFor(bits, epsilon) });
  }

  /** An empty sketch with levels of this shape. Throws `RangeError` that names the option. */
  static create({ bits, ...shape }: ShapeOptions & BitsOption): DyadicCountMin {
    return new DyadicCountMin(bits, shape);
  }

  /** From what `toBytes` gave. Throws `DecodeError` for anything else. */
  static fromBytes(bytes: Uint8Array): DyadicCountMin {
    const { payload } = openEnvelope(bytes, { kind: KIND, versions: [VERSION], maxBytes: MAX_BYTES });
    const reader = new ByteReader(payload);
    const { own: bits, counterBits } = readParameters(reader, 'bits', 53);
    if (bits < 1) throw reader.invalid('bits', '1..53', bits);
    const { width, depth } = readShape(reader);
    const total = readU64Number(reader, 'total');
    const levels: Level[] = [];
    for (let level = 0; level < bits; level++) {
      const shape = levelShape({ bits, width, depth }, level);
      // Bounded by the bytes that are there, before anything is made.
      const cells = readCells(reader, shape.width * shape.depth, counterBits);
      checkSums(reader, cells, shape.width, total, true);
      levels.push({ ...shape, counterBits, cells, total, rounding: 0 });
    }
    reader.end();
    const sketch = new DyadicCountMin(bits, { width, depth, counterBits });
    sketch.#levels = levels;
    return sketch;
  }

  /** Sum of all counts. */
  get total(): number {
    return this.#levels[0]!.total;
  }

  /** A range is off by at most epsilon · total … */
  get epsilon(): number {
    return (Math.E * 2 * this.#levels.filter((_, level) => !isExact(this, level)).length) / this.width;
  }

  /** … with probability 1 − delta, e^−depth. */
  get delta(): number {
    return Math.exp(-this.depth);
  }

  /** Bytes of the counters. */
  get memoryBytes(): number {
    return this.#levels.reduce((bytes, { cells }) => bytes + cells.byteLength, 0);
  }

  /** Counts a value n times, default once. Throws `RangeError`, `CountMinError` counter-overflow. O(bits · depth). */
  add(value: number, n = 1): void {
    this.#checkValue('value', value);
    checkCount('n', n);
    // A level's cells are sums of those below it: one that would run over does so at a coarse level, which is first.
    for (let level = this.bits - 1; level >= 0; level--)
      try {
        addAt(this.#levels[level]!, isExact(this, level), prefixOf(value, level), n);
      } catch (error) {
        for (let undo = level + 1; undo < this.bits; undo++)
          removeAt(this.#levels[undo]!, isExact(this, undo), prefixOf(value, undo), n);
        throw error;
      }
  }

  /** Counts many values once each. Returns how many there were. */
  addMany(values: Iterable<number>): number {
    let count = 0;
    for (const value of values) {
      this.add(value);
      count++;
    }
    return count;
  }

  /** Takes back n counts of a value, default one. Throws `CountMinError` negative-count when there are not so many. */
  remove(value: number, n = 1): void {
    this.#checkValue('value', value);
    checkCount('n', n);
    const least = Math.min(...this.#levels.map((_, level) => this.#at(level, prefixOf(value, level))));
    if (n > least)
      throw new CountMinError(
        'negative-count',
        `at most ${least} can be removed of ${value}, which is all it came, got ${n}`,
      );
    for (let level = 0; level < this.bits; level++)
      removeAt(this.#levels[level]!, isExact(this, level), prefixOf(value, level), n);
  }

  /** How often a value came. */
  count(value: number): Count {
    return this.range(value, value);
  }

  /**
   * How many values fell into low..high, both included: never more than `upper`, with probability 1 − delta at least
   * `lower`. O(bits · depth).
   */
  range(low: number, high: number): Count {
    this.#checkValue('low', low);
    this.#checkValue('high', high);
    if (low > high) throw outOfRange('high', `at least low, ${low}`, high);
    let estimate = 0;
    let inexact = 0;
    const take = (level: number, prefix: number): void => {
      estimate += this.#at(level, prefix);
      if (!isExact(this, level)) inexact++;
    };
    let [from, to] = [low, high];
    for (let level = 0; from <= to; level++) {
      if (level === this.bits) {
        estimate += this.total;
        break;
      }
      // An odd beginning has no half to its left in the range, an even end none to its right: each stands alone.
      if (from % 2 === 1) take(level, from++);
      if (to % 2 === 0 && from <= to) take(level, to--);
      from = Math.floor(from / 2);
      to = Math.floor(to / 2);
    }
    const error = ((Math.E * inexact) / this.width) * this.total;
    return countOf(Math.min(estimate, this.total), error);
  }

  /** How many values were at most this one: `range(0, value)`. */
  rank(value: number): Count {
    return this.range(0, value);
  }

  /**
   * The value below which, itself included, a share q (0..1) of all counts lies: 0.5 is the median. The share that really
   * does is q to within epsilon, with probability 1 − delta. `null` when nothing was counted. O(bits · depth).
   */
  quantile(q: number): number | null {
    if (!(q >= 0 && q <= 1)) throw outOfRange('q', '0..1', q);
    if (this.total === 0) return null;
    let rest = Math.max(1, Math.ceil(q * this.total));
    let prefix = 0;
    for (let level = this.bits - 1; level >= 0; level--) {
      prefix *= 2;
      const left = this.#at(level, prefix);
      if (rest <= left) continue;
      rest -= left;
      prefix++;
    }
    return prefix;
  }

  /**
   * The values that may have come more often than a share `above` of all counts, most frequent first. None that did is
   * missing; one that is listed came at least (above − epsilon) · total times, with probability 1 − delta each. Throws
   * `RangeError` unless `above` is above e/width, where noise alone would pass, and at most 1.
   */
  heavyHitters({ above }: { readonly above: number }): HeavyHitter[] {
    const noise = Math.E / this.width;
    if (!(above > noise && above <= 1)) throw outOfRange('above', `above e/width, ${noise}, and at most 1`, above);
    const threshold = above * this.total;
    let prefixes = this.total > 0 ? [0] : [];
    for (let level = this.bits - 1; level >= 0; level--)
      prefixes = prefixes
        .flatMap((prefix) => [2 * prefix, 2 * prefix + 1])
        .filter((prefix) => this.#at(level, prefix) > threshold);
    return prefixes
      .map((value): HeavyHitter => ({ value, ...this.count(value) }))
      .sort((a, b) => b.estimate - a.estimate || a.value - b.value);
  }

  /** Adds what another sketch has counted. Throws `CountMinError` and changes nothing when shapes differ or a counter would run over. */
  merge(other: DyadicCountMin): this {
    checkSame<DyadicCountMin>(this, other, ['bits', 'width', 'depth', 'counterBits']);
    const merged = this.#levels.map((level, i) => {
      const copy = copyTable(level);
      mergeTable(copy, other.#levels[i]!, 1);
      return copy;
    });
    this.#levels = merged;
    return this;
  }

  /** A sketch of the same counts that takes no part in what happens to this one. */
  copy(): DyadicCountMin {
    return new DyadicCountMin(this.bits, this).merge(this);
  }

  /** Forgets everything. */
  clear(): void {
    this.#levels = emptyLevels(this);
  }

  /** The stored form: equal for equal counters. Its layout is in the README, and stays. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const writer = new ByteWriter({ maxBytes: MAX_BYTES });
    writeParameters(writer, this.bits, this.counterBits);
    writeU32(writer, this.width);
    writeU32(writer, this.depth);
    writeU64Number(writer, this.total);
    for (const { cells } of this.#levels) writeCells(writer, cells, this.counterBits);
    return sealEnvelope({ kind: KIND, version: VERSION }, writer.view());
  }

  /** @internal The levels for another thread; this sketch is empty afterwards. */
  release(): Level[] {
    const levels = this.#levels;
    this.clear();
    return levels;
  }

  /** @internal */
  static adopt(bits: number, shape: ShapeOptions, levels: Level[]): DyadicCountMin {
    const sketch = new DyadicCountMin(bits, shape);
    if (levels.length !== bits) throw outOfRange('message.tables', `${bits} levels`, levels.length);
    for (let level = 0; level < bits; level++)
      checkSame<Shape>(levelShape(sketch, level), levels[level]!, ['width', 'depth']);
    sketch.#levels = levels;
    return sketch;
  }

  #at(level: number, prefix: number): number {
    return upperAt(this.#levels[level]!, isExact(this, level), prefix);
  }

  #checkValue(option: string, value: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value < 2 ** this.bits))
      throw outOfRange(option, `an integer 0..2^${this.bits} - 1`, value);
  }
}

const prefixOf = (value: number, level: number): number => Math.floor(value / 2 ** level);
