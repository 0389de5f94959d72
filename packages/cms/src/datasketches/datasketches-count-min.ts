import {
  ByteReader,
  ByteWriter,
  readFixedBytes,
  readU8,
  readU16,
  readU32,
  readU64,
  writeU8,
  writeU16,
  writeU32,
  writeU64,
} from '@dsys/codec';
import { type Key, keyBytes, murmur3_x64_128Lanes } from '@dsys/hash';
import { CountMinError, checkSame, outOfRange, wrongType } from '../errors.js';
import { type Count, checkCount, countOf, MAX_CELLS } from '../shape.js';
import { rowSeeds, type SeedRule } from './row-seeds.js';

/** How keys are hashed: not in the bytes, so both sides have to know it. */
export interface HashOptions {
  /** The seed of all, 64 bits; its hash is in the bytes, and checked. Default 9001, as everywhere in DataSketches. */
  readonly seed?: bigint;
  /**
   * Who draws the seeds of the rows from it: `cpp` (GCC's library; Python's wheels for Linux too), the default, or `java`;
   * or the seeds themselves, one a row, for Go and other libraries of C++.
   */
  readonly rows?: SeedRule | readonly bigint[];
}

/** Buckets and hashes, in DataSketches' words. */
export interface DataSketchesShape extends HashOptions {
  /** 3..2^28 / depth. */
  readonly width: number;
  /** 1..127. */
  readonly depth: number;
}

const PREAMBLE_LONGS = 2;
const SERIAL_VERSION = 1;
const FAMILY = 18;
const EMPTY = 1;
const DEFAULT_SEED = 9001n;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * A CountMin sketch of Apache DataSketches with 64-bit integers as counts: reads what its libraries serialize, counts on,
 * and writes what they read. Row i hashes a key by MurmurHash3_x64_128 with the i-th seed, and takes the first half modulo
 * the width, in Java as a signed number. The empty string is never counted, as there.
 *
 * It can't become a `CountMinSketch`, nor the other way: they hash keys differently, and a sketch keeps no keys.
 */
export class DataSketchesCountMin {
  readonly width: number;
  readonly depth: number;
  readonly seed: bigint;
  readonly rows: SeedRule | readonly bigint[];
  /** Seeds of the rows, lower and upper halves in turn. */
  readonly #seeds: Int32Array;
  readonly #cells: Float64Array;
  #total = 0;

  private constructor({ width, depth, seed = DEFAULT_SEED, rows = 'cpp' }: DataSketchesShape) {
    if (!(Number.isInteger(depth) && depth >= 1 && depth <= 127)) throw outOfRange('depth', 'an integer 1..127', depth);
    if (!(Number.isInteger(width) && width >= 3 && width * depth <= MAX_CELLS))
      throw outOfRange('width', 'an integer 3..2^28 / depth', width);
    if (typeof seed !== 'bigint') throw wrongType('seed', 'a bigint', seed);
    if (BigInt.asUintN(64, seed) !== seed) throw outOfRange('seed', '0..2^64-1', seed);
    this.width = width;
    this.depth = depth;
    this.seed = seed;
    this.rows = rows;
    this.#seeds = lanesOf(seedsOf(this));
    this.#cells = new Float64Array(width * depth);
  }

  /** An empty sketch. Throws `RangeError` or `TypeError` that name the option. */
  static create(options: DataSketchesShape): DataSketchesCountMin {
    return new DataSketchesCountMin(options);
  }

  /** ⌈e/epsilon⌉ × ⌈ln 1/delta⌉, as `suggest_num_buckets` and `suggest_num_hashes` have it (confidence is 1 − delta). */
  static forError({
    epsilon,
    delta,
    ...hash
  }: HashOptions & { readonly epsilon: number; readonly delta: number }): DataSketchesCountMin {
    if (!(epsilon > 0 && epsilon < 1)) throw outOfRange('epsilon', 'above 0 and below 1', epsilon);
    if (!(delta > 0 && delta < 1)) throw outOfRange('delta', 'above 0 and below 1', delta);
    return new DataSketchesCountMin({
      ...hash,
      width: Math.ceil(Math.E / epsilon),
      depth: Math.ceil(-Math.log(delta)),
    });
  }

  /**
   * From what a library of DataSketches serialized, with the hash it was fed by. Throws `DecodeError` for anything else:
   * another family or version, another seed, counts that are no 64-bit integers within ±(2^53 − 1).
   */
  static fromBytes(bytes: Uint8Array, { seed = DEFAULT_SEED, rows = 'cpp' }: HashOptions = {}): DataSketchesCountMin {
    const reader = new ByteReader(bytes);
    const longs = readU8(reader, 'preambleLongs');
    const version = readU8(reader, 'serialVersion');
    const family = readU8(reader, 'family');
    if (family !== FAMILY)
      throw reader.invalid('family', `${FAMILY}, CountMin`, familyName(family), 'decode-other-kind');
    reader.fieldOffset = 1;
    if (version !== SERIAL_VERSION)
      throw reader.invalid('serialVersion', String(SERIAL_VERSION), version, 'decode-unknown-version');
    reader.fieldOffset = 0;
    if (longs !== PREAMBLE_LONGS) throw reader.invalid('preambleLongs', String(PREAMBLE_LONGS), longs);
    const flags = readU8(reader, 'flags');
    if (flags > EMPTY) throw reader.invalid('flags', '0, or 1 for an empty sketch', flags);
    expectZero(reader, 'reserved', readU32(reader, 'reserved'));
    const width = readU32(reader, 'buckets');
    const depth = readU8(reader, 'hashes');
    if (depth < 1 || depth > 127) throw reader.invalid('hashes', '1..127', depth);
    if (width < 3 || width * depth > MAX_CELLS) throw reader.invalid('buckets', 'at least 3, and 2^28 counters', width);
    const seedHash = readU16(reader, 'seedHash');
    if (seedHash !== seedHashOf(seed))
      throw reader.invalid(
        'seedHash',
        `${seedHashOf(seed)}, that of seed ${seed}`,
        `${seedHash}: pass the seed it was made with`,
      );
    expectZero(reader, 'reserved', readU8(reader, 'reserved'));
    if (flags === EMPTY) {
      reader.end();
      // An empty sketch of a few bytes may state any size.
      if (width * depth > 2 ** 17) throw reader.invalid('buckets', 'at most 2^17 counters in an empty sketch', width);
      return new DataSketchesCountMin({ width, depth, seed, rows });
    }
    const total = readSafe(reader, 'totalWeight', readU64(reader, 'totalWeight'));
    if (total <= 0) throw reader.invalid('totalWeight', 'above 0', total);
    const stored = readFixedBytes(reader, 'counters', 8 * width * depth);
    reader.end();
    const sketch = new DataSketchesCountMin({ width, depth, seed, rows });
    const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
    for (let i = 0; i < sketch.#cells.length; i++)
      sketch.#cells[i] = readSafe(reader, 'counters', view.getBigUint64(8 * i, true));
    sketch.#total = total;
    return sketch;
  }

  /** Sum of all weights, removals too. */
  get total(): number {
    return this.#total;
  }

  /** e / width: an estimate is above the truth by at most epsilon · total … */
  get epsilon(): number {
    return Math.E / this.width;
  }

  /** … with probability 1 − delta, e^−depth. */
  get delta(): number {
    return Math.exp(-this.depth);
  }

  /** Counts a key n times, default once. Throws `RangeError` unless n is an integer from 0. */
  add(key: Key, n = 1): void {
    checkCount('n', n);
    if (isEmpty(key)) return;
    if (!Number.isSafeInteger(this.#total + n))
      throw new CountMinError('counter-overflow', `the sum of all counts must stay below 2^53, has ${this.#total}`);
    for (let row = 0; row < this.depth; row++) this.#cells[row * this.width + this.#column(key, row)]! += n;
    this.#total += n;
  }

  /** How often a key came: never more than `upper`, if nothing was removed; with probability 1 − delta at least `lower`. */
  count(key: Key): Count {
    if (isEmpty(key)) return { estimate: 0, lower: 0, upper: 0 };
    let least = Infinity;
    for (let row = 0; row < this.depth; row++)
      least = Math.min(least, this.#cells[row * this.width + this.#column(key, row)]!);
    return countOf(least, this.epsilon * this.#total);
  }

  /** Adds what another sketch has counted. Throws `CountMinError` when shapes or seeds differ. */
  merge(other: DataSketchesCountMin): this {
    checkSame<DataSketchesCountMin>(this, other, ['width', 'depth', 'seed']);
    if (String(seedsOf(this)) !== String(seedsOf(other)) || (this.rows === 'java') !== (other.rows === 'java'))
      throw new CountMinError('different-parameters', 'both sketches must hash their rows alike: compare `rows`');
    if (!Number.isSafeInteger(this.#total + other.#total))
      throw new CountMinError('counter-overflow', `the sum of all counts must stay below 2^53, has ${this.#total}`);
    for (let i = 0; i < this.#cells.length; i++) this.#cells[i]! += other.#cells[i]!;
    this.#total += other.#total;
    return this;
  }

  /** What the libraries read. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const empty = this.#total === 0;
    const byteCount = empty ? 16 : 24 + 8 * this.#cells.length;
    const writer = new ByteWriter({ chunkBytes: byteCount, maxBytes: byteCount });
    writeU8(writer, PREAMBLE_LONGS);
    writeU8(writer, SERIAL_VERSION);
    writeU8(writer, FAMILY);
    writeU8(writer, empty ? EMPTY : 0);
    writeU32(writer, 0);
    writeU32(writer, this.width);
    writeU8(writer, this.depth);
    writeU16(writer, seedHashOf(this.seed));
    writeU8(writer, 0);
    if (!empty) {
      writeU64(writer, BigInt(this.#total));
      for (const cell of this.#cells) writeU64(writer, BigInt.asUintN(64, BigInt(cell)));
    }
    return writer.finish();
  }

  #column(key: Key, row: number): number {
    murmur3_x64_128Lanes(key, hash, this.#seeds[2 * row]!, this.#seeds[2 * row + 1]!);
    // (high · 2^32 + low) mod width, in steps that stay below 2^53: width is at most 2^28.
    const upper = (this.rows === 'java' ? hash[1]! | 0 : hash[1]!) % this.width;
    let column = (upper * 65_536 + (hash[0]! >>> 16)) % this.width;
    column = (column * 65_536 + (hash[0]! & 0xffff)) % this.width;
    return column < 0 ? column + this.width : column;
  }
}

const hash = /* @__PURE__ */ new Uint32Array(4);

function seedsOf({ rows, seed, depth }: Pick<DataSketchesCountMin, 'rows' | 'seed' | 'depth'>): readonly bigint[] {
  if (rows === 'cpp' || rows === 'java') return rowSeeds(rows, seed, depth);
  if (!Array.isArray(rows) || rows.some((row) => typeof row !== 'bigint'))
    throw wrongType('rows', '"cpp", "java" or a list of bigints', rows);
  if (rows.length !== depth) throw outOfRange('rows', `${depth} seeds, one a row`, rows.length);
  return rows;
}

const lanesOf = (seeds: readonly bigint[]): Int32Array =>
  Int32Array.from(seeds.flatMap((seed) => [Number(BigInt.asIntN(32, seed)), Number(BigInt.asIntN(32, seed >> 32n))]));

/** The last 16 bits of MurmurHash3 of the seed. */
function seedHashOf(seed: bigint): number {
  const lanes = new Uint32Array(4);
  murmur3_x64_128Lanes(seed, lanes);
  return lanes[0]! & 0xffff;
}

const isEmpty = (key: Key): boolean =>
  (typeof key === 'string' || typeof key === 'object') && keyBytes(key).length === 0;

function expectZero(reader: ByteReader, field: string, value: number): void {
  if (value !== 0) throw reader.invalid(field, '0', value);
}

/** A signed integer of 64 bits. Counters of another type (float64, in C++) look like huge ones. */
function readSafe(reader: ByteReader, field: string, value: bigint): number {
  const signed = BigInt.asIntN(64, value);
  if (signed > SAFE || signed < -SAFE)
    throw reader.invalid(field, '64-bit integers within ±(2^53 - 1)', signed, 'decode-too-large');
  return Number(signed);
}

/** Those of DataSketches' families that one may take for this one. */
function familyName(family: number): string {
  const names: Readonly<Record<number, string>> = {
    3: 'Theta, compact',
    7: 'HLL',
    10: 'frequent items',
    15: 'KLL',
    16: 'CPC',
  };
  return `${family}${names[family] === undefined ? '' : ` (${names[family]})`}`;
}
