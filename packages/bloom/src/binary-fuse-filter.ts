/**
 * A filter of keys that are all known at the start and never change: 9 bits an item for a rate of 0.4 %, or 18 for 0.0015 %,
 * where a Bloom filter takes 12 and 23 (Graf, Lemire, "Binary Fuse Filters", 2022). Three places hold numbers whose xor is
 * the fingerprint of a key that is in; of another key it is so by chance, one in 2^8 or 2^16.
 *
 * `fuse-hash.ts` says where the three places are, `fuse-build.ts` how the numbers are found.
 */
import {
  outOfRange,
  readFixedBytes,
  readU8,
  readU32,
  readU64Lanes,
  writeFixedBytes,
  writeU8,
  writeU32,
  writeU64Lanes,
  wrongType,
} from '@dsys/codec';
import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { hashBatches, type KeyBatch } from '@dsys/hash/batch';
import { Answers } from './answers.js';
import { moved } from './errors.js';
import { openSketch, sealSketch } from './format.js';
import { buildFuse } from './fuse-build.js';
import { type FuseShape, locate, mixed, places } from './fuse-hash.js';

const KIND = 'bloom-f';
/** Width, log2 of the segments' length, number of segments, number of keys, seed. */
const PARAMETER_BYTES = 18;
const MAX_SEGMENT_BITS = 18;
/** So that all fingerprints fit into 2^32 bits. */
const MAX_FINGERPRINT_BYTES = 2 ** 29;
const MAX_KEYS = 2 ** 28;

/** How a filter is built. */
export interface FuseOptions {
  /** 8: one key in 256 is wrongly found, in 9 bits an item. 16: one in 65,536, in 18. Default 8. */
  readonly fingerprintBits?: 8 | 16;
}

/** A static filter as plain data: `fingerprints` can be posted without a copy. */
export interface FuseParts extends FuseShape {
  /** How many distinct keys are in. */
  readonly keyCount: number;
  /** One for each place of `segmentCount + 2` segments. */
  readonly fingerprints: Uint8Array | Uint16Array;
}

const pair = /* @__PURE__ */ new Uint32Array(2);

/** A small, fast, static set that is never wrong about a key that is in. */
export class BinaryFuseFilter {
  /** How many distinct keys are in. */
  readonly keyCount: number;
  readonly #shape: FuseShape;
  readonly #fingerprints: Uint8Array | Uint16Array;
  /** The bits of a fingerprint. */
  readonly #mask: number;

  /**
   * The filter of these keys; their order and repetitions make no difference, to its bytes neither. Throws `RangeError` for
   * more than 2^28. Takes 0.5 to 0.9 µs and some 40 bytes of passing memory a key.
   */
  static build(keys: KeyBatch, { fingerprintBits = 8 }: FuseOptions = {}): BinaryFuseFilter {
    if (fingerprintBits !== 8 && fingerprintBits !== 16)
      throw outOfRange('fingerprintBits', '8 or 16', fingerprintBits);
    const hashes = new DistinctHashes();
    hashBatches(keys, (lanes, count) => hashes.add(lanes, count));
    return ofDistinct(hashes.finish(), fingerprintBits);
  }

  /**
   * The same, of hashes that are sorted and distinct already: for keys that are 64 random bits themselves, as the authors'
   * own filters take them. Asked by `hasHash`. Throws `RangeError` for hashes in another order.
   */
  static ofHashes(hashes: BigUint64Array, { fingerprintBits = 8 }: FuseOptions = {}): BinaryFuseFilter {
    if (fingerprintBits !== 8 && fingerprintBits !== 16)
      throw outOfRange('fingerprintBits', '8 or 16', fingerprintBits);
    if (hashes.length > MAX_KEYS) throw outOfRange('hashes', 'at most 2^28', hashes.length);
    for (let i = 1; i < hashes.length; i++)
      if (hashes[i]! <= hashes[i - 1]!) throw outOfRange('hashes', 'sorted and distinct', `${hashes[i]} at ${i}`);
    return ofDistinct(hashes, fingerprintBits);
  }

  /** A filter of parts, which it works on from then on. Throws `TypeError` or `RangeError` for what is none. */
  constructor({ keyCount, fingerprints, seedLow, seedHigh, segmentLength, segmentCount }: FuseParts) {
    const kind = Object.prototype.toString.call(fingerprints);
    if (kind !== '[object Uint8Array]' && kind !== '[object Uint16Array]')
      throw wrongType('fingerprints', 'a Uint8Array or Uint16Array', fingerprints);
    const segmentBits = Math.log2(segmentLength);
    if (!(Number.isInteger(segmentBits) && segmentBits >= 0 && segmentBits <= MAX_SEGMENT_BITS))
      throw outOfRange('segmentLength', `a power of two, at most 2^${MAX_SEGMENT_BITS}`, segmentLength);
    if (!(Number.isInteger(segmentCount) && segmentCount >= 1))
      throw outOfRange('segmentCount', 'an integer from 1', segmentCount);
    if (fingerprints.length !== (segmentCount + 2) * segmentLength)
      throw outOfRange('fingerprints', `${(segmentCount + 2) * segmentLength} in number`, fingerprints.length);
    if (!(Number.isInteger(keyCount) && keyCount >= 0 && keyCount <= fingerprints.length))
      throw outOfRange('keyCount', `0..${fingerprints.length}`, keyCount);
    for (const [name, lane] of Object.entries({ seedLow, seedHigh }))
      if (lane >>> 0 !== lane) throw outOfRange(name, '0..2^32-1', lane);
    this.keyCount = keyCount;
    this.#shape = { seedLow, seedHigh, segmentLength, segmentCount };
    this.#fingerprints = fingerprints;
    this.#mask = fingerprints.BYTES_PER_ELEMENT === 1 ? 0xff : 0xffff;
  }

  /** 8 or 16: a key that is not in is found with a chance of one in 2^8 or 2^16. */
  get fingerprintBits(): 8 | 16 {
    return this.#fingerprints.BYTES_PER_ELEMENT === 1 ? 8 : 16;
  }

  /** Bits in all. */
  get bitCount(): number {
    return 8 * this.#fingerprints.byteLength;
  }

  /** False: this key is certainly not among those it was built of. */
  has(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    return this.#isIn(pair[0]! | 0, pair[1]! | 0);
  }

  /** The same for a key that is a hash, of a filter by `ofHashes`. */
  hasHash(hash: bigint): boolean {
    return this.#isIn(Number(hash & 0xffff_ffffn), Number((hash >> 32n) & 0xffff_ffffn));
  }

  /** For each key, in order, a 1 where `has` is true and a 0 where it is false. */
  hasMany(keys: KeyBatch): Uint8Array<ArrayBuffer> {
    const answers = new Answers(keys);
    hashBatches(keys, (lanes, count) => {
      const at = answers.claim(count);
      for (let i = 0; i < count; i++)
        answers.bytes[at + i] = this.#isIn(lanes[2 * i]! | 0, lanes[2 * i + 1]! | 0) ? 1 : 0;
    });
    return answers.finish();
  }

  /** The filter as plain data that shares its fingerprints, to be posted to a worker. */
  toParts(): FuseParts {
    return { keyCount: this.keyCount, ...this.#shape, fingerprints: this.#own() };
  }

  /** Bytes for `fromBytes`. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const { keyCount, seedLow, seedHigh, segmentLength, segmentCount, fingerprints } = this.toParts();
    const { buffer, byteOffset, byteLength } = fingerprints;
    return sealSketch(KIND, PARAMETER_BYTES + byteLength, (writer) => {
      writeU8(writer, this.fingerprintBits);
      writeU8(writer, Math.log2(segmentLength));
      writeU32(writer, segmentCount);
      writeU32(writer, keyCount);
      writeU64Lanes(writer, Uint32Array.of(seedLow, seedHigh));
      writeFixedBytes(writer, new Uint8Array(buffer, byteOffset, byteLength), byteLength);
    });
  }

  /** The filter that these bytes are. Throws `DecodeError` for all others. */
  static fromBytes(bytes: Uint8Array): BinaryFuseFilter {
    const reader = openSketch(bytes, KIND, PARAMETER_BYTES + MAX_FINGERPRINT_BYTES);
    const fingerprintBits = readU8(reader, 'fingerprintBits');
    if (fingerprintBits !== 8 && fingerprintBits !== 16)
      throw reader.invalid('fingerprintBits', '8 or 16', fingerprintBits);
    const segmentBits = readU8(reader, 'segmentBits');
    if (segmentBits > MAX_SEGMENT_BITS) throw reader.invalid('segmentBits', `at most ${MAX_SEGMENT_BITS}`, segmentBits);
    const segmentCount = readU32(reader, 'segmentCount');
    const keyCount = readU32(reader, 'keyCount');
    const seed = new Uint32Array(2);
    readU64Lanes(reader, 'fuseSeed', seed);
    const byteCount = ((segmentCount + 2) * 2 ** segmentBits * fingerprintBits) / 8;
    const copy = new Uint8Array(readFixedBytes(reader, 'fingerprints', byteCount));
    reader.end();
    const fingerprints = fingerprintBits === 8 ? copy : new Uint16Array(copy.buffer);
    const [seedLow, seedHigh] = [seed[0]!, seed[1]!];
    try {
      return new BinaryFuseFilter({
        keyCount,
        seedLow,
        seedHigh,
        segmentLength: 2 ** segmentBits,
        segmentCount,
        fingerprints,
      });
    } catch (error) {
      throw reader.invalid('parameters', 'those of a static filter', (error as Error).message);
    }
  }

  #isIn(low: number, high: number): boolean {
    const fingerprints = this.#own();
    // The places of no keys all hold 0, which is the fingerprint of some.
    if (this.keyCount === 0) return false;
    locate(low, high, this.#shape);
    const found = fingerprints[places[0]!]! ^ fingerprints[places[1]!]! ^ fingerprints[places[2]!]!;
    return ((found ^ mixed[0]! ^ mixed[1]!) & this.#mask) === 0;
  }

  #own(): Uint8Array | Uint16Array {
    if (this.#fingerprints.length === 0) throw moved();
    return this.#fingerprints;
  }
}

function ofDistinct(hashes: BigUint64Array, fingerprintBits: 8 | 16): BinaryFuseFilter {
  const table = buildFuse(new Uint32Array(hashes.buffer, hashes.byteOffset, 2 * hashes.length), fingerprintBits);
  return new BinaryFuseFilter({ ...table, keyCount: hashes.length });
}

/** Hashes, as they come; sorted and each but once, when they have come. */
class DistinctHashes {
  #lanes = new Uint32Array(8192);
  #count = 0;

  add(lanes: Uint32Array, count: number): void {
    if (this.#count + count > MAX_KEYS) throw outOfRange('keys', 'at most 2^28', this.#count + count);
    if (2 * (this.#count + count) > this.#lanes.length) {
      const longer = new Uint32Array(4 * (this.#count + count));
      longer.set(this.#lanes);
      this.#lanes = longer;
    }
    this.#lanes.set(lanes.subarray(0, 2 * count), 2 * this.#count);
    this.#count += count;
  }

  finish(): BigUint64Array {
    const hashes = new BigUint64Array(this.#lanes.buffer, 0, this.#count).sort();
    let distinct = 0;
    for (let i = 0; i < hashes.length; i++) if (i === 0 || hashes[i] !== hashes[i - 1]) hashes[distinct++] = hashes[i]!;
    return hashes.subarray(0, distinct);
  }
}
