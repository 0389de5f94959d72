import type { Key } from '@dsys/hash';
import { type ErrorOptions, type ShapeOptions, tableFor } from '../base.js';
import { checkSame } from '../errors.js';
import { type Count, countOf } from '../shape.js';
import { addPlain, clearTable, copyTable, leastOf, mergeTable, type Table } from '../table.js';
import { BaseTopK } from './base.js';
import { type Candidate, Candidates, checkCapacity } from './candidates.js';
import { storedKey } from './stored-key.js';
import { encodeTopK } from './top-k-bytes.js';

/** How many keys are kept. */
export interface KOption {
  /** 1..4,194,304. */
  readonly k: number;
}

/**
 * The keys that came most, by a count-min sketch and a heap of the k keys with the highest estimates. Beside `SpaceSaving`
 * it also knows about all other keys, within the sketch's error, and takes more memory for it.
 */
export class CountMinTopK extends BaseTopK {
  readonly algorithm = 'count-min';
  /** @internal `extra` is what was counted while the key was watched: it came at least so often. */
  candidates: Candidates;
  /** @internal */
  readonly table: Table;

  /** @internal */
  constructor(candidates: Candidates, table: Table) {
    super();
    this.candidates = candidates;
    this.table = table;
  }

  /** Keeps k keys beside a sketch for a wanted error. Throws `RangeError` that names the option. */
  static forError(options: ErrorOptions & KOption): CountMinTopK {
    checkCapacity('k', options.k);
    return new CountMinTopK(new Candidates(options.k), tableFor(options));
  }

  /** Keeps k keys beside a sketch of this shape. Throws `RangeError` that names the option. */
  static create(options: ShapeOptions & KOption): CountMinTopK {
    checkCapacity('k', options.k);
    return new CountMinTopK(new Candidates(options.k), tableFor(options));
  }

  get total(): number {
    return this.table.total;
  }

  /** How many keys it keeps. */
  get k(): number {
    return this.candidates.capacity;
  }

  /** An estimate is above the truth by at most epsilon · total … */
  get epsilon(): number {
    return Math.E / this.table.width;
  }

  /** … with probability 1 − delta, for each key. */
  get delta(): number {
    return Math.exp(-this.table.depth);
  }

  /** @internal */
  protected addHashed(low: number, high: number, key: () => Key, n: number): void {
    const { candidates, table } = this;
    const slot = candidates.find(low, high);
    const stored = slot < 0 ? storedKey(key()) : undefined;
    addPlain(table, low | 0, high | 0, n);
    if (slot >= 0) {
      candidates.extras[slot]! += n;
      // Its own count so far was an upper bound; n more keep it one, and the sketch may know less by now.
      candidates.raise(slot, Math.min(candidates.counts[slot]! + n, leastOf(table, low | 0, high | 0)));
      return;
    }
    if (n === 0) return;
    const estimate = leastOf(table, low | 0, high | 0);
    if (!candidates.isFull) candidates.insert(low, high, stored!, estimate, n);
    else if (estimate > candidates.floor) candidates.replaceRoot(low, high, stored!, estimate, n);
  }

  /** @internal */
  protected boundsOf({ count, extra }: Candidate): Count {
    const bounds = countOf(count, this.epsilon * this.total);
    return { ...bounds, lower: Math.max(bounds.lower, extra) };
  }

  /** @internal */
  protected boundsOfOther(low: number, high: number): Count {
    return countOf(leastOf(this.table, low | 0, high | 0), this.epsilon * this.total);
  }

  /**
   * Adds what another one has counted: sketches add up, and of the keys of both the k highest stay. Throws `CountMinError`
   * and changes nothing when k or the shapes differ.
   */
  merge(other: CountMinTopK): this {
    checkSame<CountMinTopK>(this, other, ['algorithm', 'k']);
    const [mine, theirs] = [this.candidates, other.candidates];
    const merged: Candidate[] = [];
    for (const candidate of mine.sorted())
      merged.push({
        key: candidate.key,
        count: candidate.count + other.count(candidate.key).upper,
        extra: candidate.extra + theirs.extraOf(candidate.key),
      });
    for (const candidate of theirs.sorted())
      if (!mine.has(candidate.key))
        merged.push({ ...candidate, count: candidate.count + this.count(candidate.key).upper });
    mergeTable(this.table, other.table, 1);
    this.candidates = Candidates.of(this.k, merged);
    return this;
  }

  /** The same counts, apart from what happens to this one. */
  copy(): CountMinTopK {
    return new CountMinTopK(Candidates.of(this.k, this.candidates.sorted()), copyTable(this.table));
  }

  /** The stored form, which `TopK.fromBytes` reads. Its layout is in the README, and stays. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return encodeTopK(this);
  }

  /** Forgets everything. */
  clear(): void {
    this.candidates = new Candidates(this.k);
    clearTable(this.table);
  }
}
