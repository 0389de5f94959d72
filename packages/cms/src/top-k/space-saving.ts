import type { Key } from '@dsys/hash';
import { checkSame } from '../errors.js';
import type { Count } from '../shape.js';
import { BaseTopK, checkTotal } from './base.js';
import { type Candidate, Candidates, checkCapacity } from './candidates.js';
import { storedKey } from './stored-key.js';
import { encodeTopK } from './top-k-bytes.js';

/** How many keys are watched. */
export interface SpaceSavingOptions {
  /**
   * 1..4,194,304: a count is off by at most total / capacity, and a key that came more often is always among them. Ten
   * times as many as you want to know is a good start. About 40 bytes each, and the key.
   */
  readonly capacity: number;
}

/**
 * The keys that came most, by SpaceSaving (Metwally, Agrawal, El Abbadi 2005). It watches `capacity` keys; one that is not
 * among them takes the place of the least, and its count with it, which may be too high by just that:
 *
 *     a 9, b 7, c 2    + d    a 9, b 7, d 3 (1..3)
 *
 * Its bounds are certain, there is no bad luck with hashes.
 */
export class SpaceSaving extends BaseTopK {
  readonly algorithm = 'space-saving';
  /** @internal `extra` is by how much a count may be too high. */
  candidates: Candidates;
  #total = 0;

  /** @internal */
  constructor(candidates: Candidates, total: number) {
    super();
    this.candidates = candidates;
    this.#total = total;
  }

  /** Watches nothing yet. Throws `RangeError` that names the option. */
  static create({ capacity }: SpaceSavingOptions): SpaceSaving {
    checkCapacity('capacity', capacity);
    return new SpaceSaving(new Candidates(capacity), 0);
  }

  get total(): number {
    return this.#total;
  }

  /** How many keys it keeps counters for. */
  get capacity(): number {
    return this.candidates.capacity;
  }

  /** Most that any count is too high by, and most that a key came which is not watched: at most total / capacity. */
  get maxError(): number {
    return this.candidates.floor;
  }

  /** @internal */
  protected addHashed(low: number, high: number, key: () => Key, n: number): void {
    checkTotal(this.#total, n);
    const { candidates } = this;
    const slot = candidates.find(low, high);
    if (slot >= 0) candidates.raise(slot, candidates.counts[slot]! + n);
    else if (n > 0) {
      const { floor } = candidates;
      const stored = storedKey(key());
      if (candidates.isFull) candidates.replaceRoot(low, high, stored, floor + n, floor);
      else candidates.insert(low, high, stored, n, 0);
    }
    this.#total += n;
  }

  /** @internal */
  protected boundsOf({ count, extra }: Candidate): Count {
    return { estimate: count, lower: count - extra, upper: count };
  }

  /** @internal */
  protected boundsOfOther(): Count {
    const { floor } = this.candidates;
    return { estimate: floor, lower: 0, upper: floor };
  }

  /**
   * Adds what another one has counted; a key that only one watches may have come to the other as often as its least
   * (Agarwal et al. 2012). Bounds stay certain, errors at most total / capacity. Throws `CountMinError` for another capacity.
   */
  merge(other: SpaceSaving): this {
    checkSame<SpaceSaving>(this, other, ['algorithm', 'capacity']);
    checkTotal(this.#total, other.total);
    const [mine, theirs] = [this.candidates, other.candidates];
    const merged: Candidate[] = [];
    for (const candidate of mine.sorted()) merged.push(joined(candidate, other.count(candidate.key)));
    for (const candidate of theirs.sorted())
      if (!mine.has(candidate.key)) merged.push(joined(candidate, this.count(candidate.key)));
    this.#total += other.total;
    this.candidates = Candidates.of(this.capacity, merged);
    return this;
  }

  /** The same counts, apart from what happens to this one. */
  copy(): SpaceSaving {
    return new SpaceSaving(Candidates.of(this.capacity, this.candidates.sorted()), this.#total);
  }

  /** The stored form, which `TopK.fromBytes` reads. Its layout is in the README, and stays. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return encodeTopK(this);
  }

  /** Forgets everything. */
  clear(): void {
    this.candidates = new Candidates(this.capacity);
    this.#total = 0;
  }
}

/** The same key in two summaries: both counts, and both ways in which they may be too high. */
const joined = ({ key, count, extra }: Candidate, other: Count): Candidate => ({
  key,
  count: count + other.upper,
  extra: extra + other.upper - other.lower,
});
