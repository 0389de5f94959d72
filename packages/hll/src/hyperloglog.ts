import type { HashedKey, Key } from '@dsys/hash';
import { hashBatches, type KeyBatch, settleKeys, waits } from '@dsys/hash/batch';
import { CoreHyperLogLog, checkPrecision, foreign } from './core-hyperloglog.js';
import { outOfRange } from './errors.js';
import { decodeParts, encodeParts } from './hll-bytes.js';
import { IMPROVED_ERROR } from './improved.js';
import { copyParts, insert, insertAll, lower, type Parts, registersOf } from './parts.js';
import { LEAST_PRECISION, MOST_PRECISION } from './small.js';

/**
 * Counts distinct items in a few kilobytes, however many there are. It keeps the hashes of up to 32 items, and is exact;
 * then 32 bits of each, and is off by one in 100,000 at most; then registers of six bits, and its standard error is
 * 0.83 / √(2^precision) for a stream, 1.04 / √(2^precision) once it has been merged. Memory grows up to
 * 0.75 · 2^precision bytes. The same items give the same state in any order.
 */
export class HyperLogLog extends CoreHyperLogLog {
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

  /** Whether keys are hashed here. */
  readonly #hashes: boolean = super.parts.hash === 'xxh64';

  /** @internal With the keys in it that wait. */
  override get parts(): Parts {
    settleKeys(this);
    return super.parts;
  }

  /**
   * Counts a key. A short string may wait, to be hashed together with those that follow, until the sketch is read in any
   * way. O(1).
   */
  override add(key: Key | HashedKey): void {
    if (typeof key === 'string' && this.#hashes && waits(this, key)) return;
    this.addIfNew(key);
  }

  /** @internal */
  takeHashes(lanes: Uint32Array, count: number): void {
    insertAll(super.parts, lanes, count);
  }

  /**
   * Counts many keys: an iterable, a 64-bit column, or packed keys; up to four times as fast as one by one. Returns how many
   * keys there were, repeated ones included.
   */
  addMany(keys: KeyBatch): number {
    const { parts } = this;
    if (parts.hash !== 'xxh64') throw foreign('keys', 'addHash');
    return hashBatches(keys, (lanes, count) => insertAll(parts, lanes, count));
  }

  /** Counts an item by a 64-bit hash of yours, in two halves. For sketches made with `hash: 'other'`. */
  addHash(low: number, high: number): boolean {
    if (this.parts.hash !== 'other') throw foreign('hashes', 'add');
    return insert(this.parts, low, high);
  }

  /** Bytes that the state takes now. */
  get memoryBytes(): number {
    const { hashes, tokens, registers } = this.parts;
    return (hashes?.lanes ?? tokens?.table ?? registers!.bytes).byteLength;
  }

  /** A smaller copy: as if it had been made with this precision, without a martingale. 4..precision. */
  fold(precision: number): HyperLogLog {
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

  /** The stored form: equal for equal states. Its layout is in the README, and stays. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return encodeParts(this.parts);
  }
}
