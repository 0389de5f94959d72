import {
  type ByteReader,
  type ByteWriter,
  outOfRange,
  readFixedBytes,
  readU8,
  readU32,
  writeU8,
  writeU32,
} from '@dsys/codec';
import type { HashedKey, Key } from '@dsys/hash';
import { hashBatches, type KeyBatch, settleKeys, waits } from '@dsys/hash/batch';
import { Answers } from './answers.js';
import { insertAll, searchAll } from './bits.js';
import { type BloomFilterParts, CoreBloomFilter } from './core-bloom-filter.js';
import { openSketch, readWords, sealSketch, writeWords } from './format.js';
import { insertBySimd } from './kernel.js';
import { type BloomLayout, checkParameters, MAX_BITS } from './sizing.js';

const KIND = 'bloom';
const LAYOUTS: readonly BloomLayout[] = ['split-block', 'classic'];
/** Layout, hashes and the number of words. With the head, the words begin at a multiple of 32 in the envelope. */
const PARAMETER_BYTES = 6;

/** Largest filter whose keys wait, since the one that was added to last stays in memory for as long as they do: 16 MiB. */
const MOST_BITS = 2 ** 27;

/** How bytes become a filter. */
export interface FromBytesOptions {
  /**
   * True: the filter works on the bytes it was given, which must begin at a multiple of 4 in their buffer; `add` then
   * changes them, and their checksum no longer holds. Default false: it has a copy.
   */
  readonly view?: boolean;
}

/**
 * A Bloom filter: a set that answers "certainly not" or "probably", in a few bits an item. `BloomFilter.forItems` makes
 * one for so many items at such a rate, `BloomFilter.create` one by its numbers, `BloomFilter.fromBytes` and `new
 * BloomFilter(parts)` one that was there before.
 */
export class BloomFilter extends CoreBloomFilter {
  /**
   * Puts a key in. A short string may wait, to be hashed together with those that follow, until the filter is read in any
   * way; but not once its words are known outside (`words`, `toParts`, `new BloomFilter(parts)`, a view), where whoever
   * looks must find it.
   */
  override add(key: Key | HashedKey): void {
    if (typeof key === 'string' && this.isAlone && this.bitCount <= MOST_BITS && waits(this, key)) return;
    super.add(key);
  }

  /**
   * Puts many keys in, and says how many it read; up to three times as fast as one by one. After an error on the way (what
   * is no key) some of those before it may be in.
   */
  addMany(keys: KeyBatch): number {
    const bySimd = this.layout === 'split-block' ? insertBySimd(this.own(), keys) : null;
    return bySimd ?? hashBatches(keys, (lanes, count) => insertAll(this.own(), this, lanes, count));
  }

  /** For each key, in order, a 1 where `has` is true and a 0 where it is false. */
  hasMany(keys: KeyBatch): Uint8Array<ArrayBuffer> {
    const answers = new Answers(keys);
    hashBatches(keys, (lanes, count) => {
      const at = answers.claim(count);
      searchAll(this.own(), this, lanes, count, answers.bytes, at);
    });
    return answers.finish();
  }

  /** Bytes for `fromBytes`, here and everywhere: the README has their format. One filter has one spelling. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const parts = { layout: this.layout, hashCount: this.hashCount, words: this.own() };
    return sealSketch(KIND, filterBytes(parts), (writer) => writeFilter(writer, parts));
  }

  /** @internal */
  takeHashes(lanes: Uint32Array, count: number): void {
    insertAll(this.own(), this, lanes, count);
  }

  /** @internal */
  protected override settle(): void {
    settleKeys(this);
  }

  /** The filter that these bytes are. Throws `DecodeError` for all others, `RangeError` for a view that can't be. */
  static fromBytes(bytes: Uint8Array, { view = false }: FromBytesOptions = {}): BloomFilter {
    const reader = openSketch(bytes, KIND, PARAMETER_BYTES + MAX_BITS / 8);
    const parts = readFilter(reader, view);
    reader.end();
    return new BloomFilter(parts);
  }
}

/** Bytes that `writeFilter` takes. */
export const filterBytes = ({ words }: BloomFilterParts): number => PARAMETER_BYTES + words.byteLength;

/** Layout, hashes, number of words, words. */
export function writeFilter(writer: ByteWriter, { layout, hashCount, words }: BloomFilterParts): void {
  writeU8(writer, LAYOUTS.indexOf(layout));
  writeU8(writer, hashCount);
  writeU32(writer, words.length);
  writeWords(writer, words);
}

/** The other way, with every number checked before memory is given for it. */
export function readFilter(reader: ByteReader, view = false): BloomFilterParts {
  const layout = LAYOUTS[readU8(reader, 'layout')];
  if (layout === undefined) throw reader.invalid('layout', '0 (split-block) or 1 (classic)', 'another');
  const hashCount = readU8(reader, 'hashCount');
  const wordCount = readU32(reader, 'wordCount');
  try {
    checkParameters({ layout, hashCount, bitCount: 32 * wordCount } as BloomFilter);
  } catch (error) {
    throw reader.invalid('parameters', 'those of a filter', (error as Error).message);
  }
  if (!view) return { layout, hashCount, words: readWords(reader, 'words', wordCount) };
  const { buffer, byteOffset } = readFixedBytes(reader, 'words', 4 * wordCount);
  if (byteOffset % 4 !== 0) throw outOfRange('bytes', 'at a multiple of 4 in their buffer for a view', byteOffset % 4);
  return { layout, hashCount, words: new Uint32Array(buffer, byteOffset, wordCount) };
}
