/**
 * The JSON of npm `bloom-filters` 2 and 3 (`saveAsJSON`), so that filters that were made there can be asked, filled and saved
 * here. Its keys are hashed by its own rules, and are gone: such a filter can't become one of ours, it goes on as it is.
 *
 *     first, second    lower 32 bits of XXH64 of the UTF-8 bytes, with the lower 32 bits of seed + 1 and seed + 2
 *     i-th place       |(first + i * second + ⌊(i³ − i) / 6⌋) % size|, a bit of byte place / 8
 *
 * A `PartitionedBloomFilter` has an array of bits for each i. (npm `bloom-filters` 3.0.4, `hashing.js` and `bit-set.js`.)
 */
import { mustBe, wrongType } from '@dsys/codec';
import { xxh64Lanes } from '@dsys/hash';
import { MAX_BITS } from '../sizing.js';
import { decodeBase64, encodeBase64 } from './base64.js';

/** What `saveAsJSON` of npm `bloom-filters` gives for the two kinds that are understood. */
export type NpmBloomFilterJson =
  | {
      readonly type: 'BloomFilter';
      readonly _size: number;
      readonly _nbHashes: number;
      readonly _filter: NpmBitSetJson;
      readonly _seed?: number;
    }
  | {
      readonly type: 'PartitionedBloomFilter';
      readonly _size: number;
      readonly _nbHashes: number;
      readonly _loadFactor: number;
      readonly _m: number;
      readonly _filter: readonly NpmBitSetJson[];
      readonly _capacity: number;
      readonly _seed?: number;
    };

/** Bits, the lowest of a byte first, in base64. */
export interface NpmBitSetJson {
  /** A multiple of 8. */
  readonly size: number;
  readonly content: string;
}

/** JSON that is no filter of npm `bloom-filters`, or one of another kind. */
export class NpmFormatError extends Error {
  override readonly name: string = 'NpmFormatError';
  readonly code = 'npm-format';
  /** The field that is wrong, such as `_nbHashes`. */
  readonly field: string;

  constructor(field: string, expected: string, found: unknown) {
    super(mustBe(field, expected, found));
    this.field = field;
  }
}

/** What that package takes when none is set. */
const DEFAULT_SEED = 0x1234567890;
const MAX_HASHES = 1024;

const lanes = /* @__PURE__ */ new Uint32Array(2);

/** A filter of npm `bloom-filters`. */
export class NpmBloomFilter {
  readonly #json: NpmBloomFilterJson;
  readonly #rows: readonly Uint8Array[];
  /** How many places there are in a row. */
  readonly #size: number;
  readonly #seed: number;

  /** The filter of what `saveAsJSON` gave, as it is or parsed. Throws `NpmFormatError` for all else. */
  static fromJSON(json: NpmBloomFilterJson): NpmBloomFilter {
    return new NpmBloomFilter(json);
  }

  private constructor(json: NpmBloomFilterJson) {
    expect(typeof json === 'object' && json !== null, 'json', 'an object', json);
    const { type } = json;
    expect(
      type === 'BloomFilter' || type === 'PartitionedBloomFilter',
      'type',
      "'BloomFilter' or 'PartitionedBloomFilter'",
      type,
    );
    const { _size, _nbHashes, _seed = DEFAULT_SEED } = json;
    expect(Number.isSafeInteger(_size) && _size >= 1 && _size <= MAX_BITS, '_size', '1..2^32', _size);
    const hashesFit = Number.isInteger(_nbHashes) && _nbHashes >= 1 && _nbHashes <= MAX_HASHES;
    expect(hashesFit, '_nbHashes', `1..${MAX_HASHES}`, _nbHashes);
    expect(Number.isSafeInteger(_seed), '_seed', 'an integer', _seed);
    this.#size = type === 'BloomFilter' ? _size : Math.ceil(_size / _nbHashes);
    const sets = type === 'BloomFilter' ? [json._filter] : json._filter;
    const rowCount = type === 'BloomFilter' ? 1 : _nbHashes;
    expect(Array.isArray(sets) && sets.length === rowCount, '_filter', `${rowCount} arrays of bits`, sets);
    this.#rows = sets.map((set) => rowOf(set, this.#size));
    this.#seed = _seed;
    this.#json = json;
  }

  /** How many bits a key has. */
  get hashCount(): number {
    return this.#json._nbHashes;
  }

  /** Bits in all, those that fill up a byte left out. */
  get bitCount(): number {
    return this.#size * this.#rows.length;
  }

  /** Puts a key in, by that package's rules. */
  add(key: string | Uint8Array): void {
    this.#eachBit(key, (row, place) => {
      row[Math.floor(place / 8)]! |= 1 << (place & 7);
      return true;
    });
  }

  /** False: this key was certainly never added, here or there. */
  has(key: string | Uint8Array): boolean {
    return this.#eachBit(key, (row, place) => ((row[Math.floor(place / 8)]! >>> (place & 7)) & 1) === 1);
  }

  /** What `fromJSON` of that package reads. */
  toJSON(): NpmBloomFilterJson {
    const sets = this.#rows.map((row) => ({ size: 8 * row.length, content: encodeBase64(row) }));
    const json = this.#json;
    return json.type === 'BloomFilter' ? { ...json, _filter: sets[0]! } : { ...json, _filter: sets };
  }

  #eachBit(key: string | Uint8Array, visit: (row: Uint8Array, place: number) => boolean): boolean {
    if (typeof key === 'number' || typeof key === 'bigint') throw wrongType('key', 'a string or Uint8Array', key);
    const first = this.#hash(key, 1);
    const second = this.#hash(key, 2);
    for (let i = 0; i < this.hashCount; i++) {
      const place = Math.abs((first + i * second + Math.floor((i ** 3 - i) / 6)) % this.#size);
      if (!visit(this.#rows[i % this.#rows.length]!, place)) return false;
    }
    return true;
  }

  #hash(key: string | Uint8Array, more: number): number {
    // A seed that comes to 0 is replaced there, as one that is missing is.
    const seed = this.#seed + more === 0 ? DEFAULT_SEED : this.#seed + more;
    xxh64Lanes(key, lanes, seed >>> 0, 0);
    return lanes[0]!;
  }
}

function rowOf(set: NpmBitSetJson, size: number): Uint8Array {
  expect(typeof set === 'object' && set !== null, '_filter', 'an array of bits', set);
  const byteCount = Math.ceil(size / 8);
  expect(set.size === 8 * byteCount, '_filter.size', `${8 * byteCount}`, set.size);
  expect(typeof set.content === 'string', '_filter.content', 'base64', set.content);
  const bytes = decodeBase64(set.content);
  expect(bytes !== null && bytes.length === byteCount, '_filter.content', `${byteCount} bytes in base64`, set.content);
  return bytes!;
}

function expect(holds: boolean, field: string, expected: string, found: unknown): asserts holds {
  if (!holds) throw new NpmFormatError(field, expected, found);
}
