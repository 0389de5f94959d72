import { murmur2 } from '@dsys/hash';
import { CountMinError, checkSame, outOfRange, wrongType } from '../errors.js';
import { type Count, checkCount, countOf, MAX_CELLS, shapeFor } from '../shape.js';
import {
  beginDump,
  closeDump,
  finishDump,
  LEAST_RDB_VERSION,
  openDump,
  readBlob,
  readUnsigned,
  writeBlob,
  writeUnsigned,
} from './dump.js';

/** Columns and rows, as CMS.INITBYDIM takes them. */
export interface RedisBloomShape {
  /** 1..2^28 / depth. */
  readonly width: number;
  /** 1..65,535. */
  readonly depth: number;
}

/** How RESTORE will read it. */
export interface DumpOptions {
  /** RDB version in the footer, 8..65,535; a server refuses those above its own. Default 10, that of Redis 7.0. */
  readonly rdbVersion?: number;
}

const TYPE = 'CMSk-TYPE';
const TYPE_VERSION = 0;
const MAX_DEPTH = 65_535;
const MOST = 0xffff_ffff;

/**
 * A count-min sketch of RedisBloom, bit for bit: what CMS.INCRBY, CMS.QUERY and CMS.MERGE would have done, on the bytes
 * that DUMP gives and RESTORE takes. Row i hashes a key by MurmurHash2 with seed i, modulo the width. A counter that would
 * pass 2^32 − 1 stays there.
 *
 * Keys are strings or bytes, as in Redis; the number 42 would be the text "42". It can't become a `CountMinSketch`, nor
 * the other way: they hash keys differently, and a sketch keeps no keys.
 */
export class RedisBloomCountMin {
  readonly width: number;
  readonly depth: number;
  #cells: Uint32Array;
  #total: number;

  private constructor(width: number, depth: number, cells: Uint32Array, total: number) {
    this.width = width;
    this.depth = depth;
    this.#cells = cells;
    this.#total = total;
  }

  /** CMS.INITBYDIM. Throws `RangeError` that names the option. */
  static byDim({ width, depth }: RedisBloomShape): RedisBloomCountMin {
    if (!(Number.isInteger(depth) && depth >= 1 && depth <= MAX_DEPTH))
      throw outOfRange('depth', `an integer 1..${MAX_DEPTH}`, depth);
    if (!(Number.isInteger(width) && width >= 1 && width * depth <= MAX_CELLS))
      throw outOfRange('width', 'an integer 1..2^28 / depth', width);
    return new RedisBloomCountMin(width, depth, new Uint32Array(width * depth), 0);
  }

  /** CMS.INITBYPROB: width ⌈2/error⌉, depth ⌈log₂ 1/probability⌉. Throws `RangeError`. */
  static byProb({ error, probability }: { readonly error: number; readonly probability: number }): RedisBloomCountMin {
    return RedisBloomCountMin.byDim(shapeFor(error, probability, 'redisbloom'));
  }

  /** From what DUMP gave. Throws `DecodeError` for anything else: other types, other modules, damage. */
  static fromDump(bytes: Uint8Array): RedisBloomCountMin {
    const { reader, end } = openDump(bytes, TYPE, TYPE_VERSION);
    const width = readUnsigned(reader, 'width');
    const depth = readUnsigned(reader, 'depth');
    if (depth < 1 || depth > MAX_DEPTH) throw reader.invalid('depth', `1..${MAX_DEPTH}`, depth);
    if (width < 1 || width * depth > MAX_CELLS) throw reader.invalid('width', 'at least 1, and 2^28 counters', width);
    const total = readUnsigned(reader, 'counter');
    const blob = readBlob(reader, 'counters', 4 * width * depth);
    closeDump(reader, end);
    const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
    const cells = new Uint32Array(width * depth);
    for (let i = 0; i < cells.length; i++) cells[i] = view.getUint32(4 * i, true);
    return new RedisBloomCountMin(width, depth, cells, total);
  }

  /** Sum of all counts: `count` of CMS.INFO. */
  get total(): number {
    return this.#total;
  }

  /** 2 / width: an estimate is above the truth by at most epsilon · total … */
  get epsilon(): number {
    return 2 / this.width;
  }

  /** … with probability 1 − delta, 2^−depth. */
  get delta(): number {
    return 2 ** -this.depth;
  }

  /** CMS.INCRBY: counts a key n times, default once, and returns its estimate. Throws `RangeError` unless n is an integer from 0. */
  add(key: string | Uint8Array, n = 1): number {
    checkCount('n', n);
    checkKey(key);
    if (!Number.isSafeInteger(this.#total + n))
      throw new CountMinError('counter-overflow', `the sum of all counts must stay below 2^53, has ${this.#total}`);
    let least = MOST;
    for (let row = 0; row < this.depth; row++) {
      const at = row * this.width + (murmur2(key, row) % this.width);
      const raised = Math.min(this.#cells[at]! + n, MOST);
      this.#cells[at] = raised;
      if (raised < least) least = raised;
    }
    this.#total += n;
    return least;
  }

  /** CMS.QUERY, with bounds. A counter that is full knows no upper one: then it is `Infinity`. */
  count(key: string | Uint8Array): Count {
    checkKey(key);
    let least = MOST;
    for (let row = 0; row < this.depth; row++)
      least = Math.min(least, this.#cells[row * this.width + (murmur2(key, row) % this.width)]!);
    const count = countOf(least, this.epsilon * this.#total);
    return least === MOST ? { ...count, upper: Infinity } : count;
  }

  /**
   * CMS.MERGE of this one, with weight 1, and the other: an integer `weight`, default 1. Throws `CountMinError` and changes
   * nothing when shapes differ or a counter would pass 0..2^32−1, as Redis refuses it.
   */
  merge(other: RedisBloomCountMin, { weight = 1 }: { readonly weight?: number } = {}): this {
    if (!Number.isSafeInteger(weight) || weight === 0) throw outOfRange('weight', 'an integer other than 0', weight);
    checkSame<RedisBloomShape>(this, other, ['width', 'depth']);
    const cells = new Uint32Array(this.#cells.length);
    for (let i = 0; i < cells.length; i++) cells[i] = within(this.#cells[i]! + weight * other.#cells[i]!, MOST);
    this.#total = within(this.#total + weight * other.#total, Number.MAX_SAFE_INTEGER);
    this.#cells = cells;
    return this;
  }

  /** What RESTORE takes. */
  toDump({ rdbVersion = 10 }: DumpOptions = {}): Uint8Array<ArrayBuffer> {
    if (!(Number.isInteger(rdbVersion) && rdbVersion >= LEAST_RDB_VERSION && rdbVersion <= 65_535))
      throw outOfRange('rdbVersion', `an integer ${LEAST_RDB_VERSION}..65535`, rdbVersion);
    const blob = new Uint8Array(4 * this.#cells.length);
    const view = new DataView(blob.buffer);
    for (let i = 0; i < this.#cells.length; i++) view.setUint32(4 * i, this.#cells[i]!, true);
    const writer = beginDump(blob.length, TYPE, TYPE_VERSION);
    writeUnsigned(writer, this.width);
    writeUnsigned(writer, this.depth);
    writeUnsigned(writer, this.#total);
    writeBlob(writer, blob);
    return finishDump(writer, rdbVersion);
  }
}

function checkKey(key: unknown): void {
  if (typeof key !== 'string' && !ArrayBuffer.isView(key))
    throw wrongType('key', 'a string or Uint8Array, as in Redis', key);
}

function within(sum: number, most: number): number {
  if (sum >= 0 && sum <= most) return sum;
  throw new CountMinError(
    sum < 0 ? 'negative-count' : 'counter-overflow',
    `counters must be 0..${most} after the merge, one would be ${sum}`,
  );
}
