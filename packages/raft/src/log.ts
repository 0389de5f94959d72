/**
 * The log in memory: what follows a base, which is the last entry that was let go of (or nothing, at 0).
 *
 *     index    7      8  9  10  11
 *            base     └─ entries ─┘       firstIndex 8, lastIndex 11
 *
 * Beside the entries it keeps running sums of their sizes, so that "bytes from here to there" is one subtraction. All
 * budgets (a follower's window, uncommitted bytes) are such differences: nothing is counted up that could fail to be
 * counted down (R22).
 */
import { assert } from '@dsys/codec';
import type { LogEntry } from './entry.js';

/** What an entry costs beside its bytes, so that empty commands are bounded too. */
export const ENTRY_OVERHEAD_BYTES = 32;

/** The size by which all budgets count. */
export const sizeOf = (entry: LogEntry): number => entry.bytes.length + ENTRY_OVERHEAD_BYTES;

/** Where a log begins: an index and term that stand for all that came before. */
export interface LogBase {
  readonly index: number;
  readonly term: number;
  readonly timeMs: number;
}

/** The base of a log that has everything. */
export const NOTHING_BEFORE: LogBase = { index: 0, term: 0, timeMs: 0 };

/** See the top of `log.ts`. Reading costs constant time but for `slice`, `batch` and `findTermAtMost`. */
export class RaftLog {
  base: LogBase;
  /** Entry i is at `base.index + 1 + i`; terms never fall. */
  private entries: LogEntry[] = [];
  /** Bytes of all entries up to entry i, since the log was made. */
  private sums: number[] = [];
  private baseSum = 0;

  constructor(base: LogBase = NOTHING_BEFORE) {
    this.base = base;
  }

  /** Where the log begins: the last index that is not in it, 0 at first. */
  get baseIndex(): number {
    return this.base.index;
  }

  /** Of the first entry, if there is one. */
  get firstIndex(): number {
    return this.base.index + 1;
  }

  /** Of the last entry, or of the base. */
  get lastIndex(): number {
    return this.base.index + this.entries.length;
  }

  /** Of the last entry, or of the base. */
  get lastTerm(): number {
    const { entries } = this;
    return entries.length === 0 ? this.base.term : entries[entries.length - 1]!.term;
  }

  /** Of the last entry, or of the base. */
  get lastTimeMs(): number {
    const { entries } = this;
    return entries.length === 0 ? this.base.timeMs : entries[entries.length - 1]!.timeMs;
  }

  /** Of the entry at `index`, or of the base: `baseIndex..lastIndex`. */
  termAt(index: number): number {
    const i = index - this.base.index - 1;
    if (i === -1) return this.base.term;
    assert(i >= 0 && i < this.entries.length, 'a term is asked of what the log has');
    return this.entries[i]!.term;
  }

  /** `firstIndex..lastIndex`. */
  at(index: number): LogEntry {
    const entry = this.entries[index - this.base.index - 1];
    assert(entry !== undefined, 'an entry is asked of what the log has');
    return entry;
  }

  /** Whether the log has, or had, this very entry: equal index and term say so (Raft §5.3, Log Matching). */
  matches(index: number, term: number): boolean {
    return index >= this.base.index && index <= this.lastIndex && this.termAt(index) === term;
  }

  /** `from..to`, both included. */
  slice(from: number, to: number): LogEntry[] {
    const first = this.base.index + 1;
    return this.entries.slice(from - first, to - first + 1);
  }

  /** The index of the last entry of a batch that begins at `from` and holds at most so much; one entry alone may exceed the bytes. */
  batchEnd(from: number, maxBytes: number, maxEntries: number): number {
    const { sums } = this;
    const begin = from - this.base.index - 1;
    const limit = this.sumAt(from - 1) + maxBytes;
    const most = Math.min(sums.length, begin + maxEntries);
    let end = begin + 1;
    if (most > begin && sums[most - 1]! <= limit) end = most;
    else while (end < most && sums[end]! <= limit) end++;
    return this.base.index + end;
  }

  /** Bytes of the entries `after + 1..upTo`. */
  bytesBetween(after: number, upTo: number): number {
    return this.sumAt(upTo) - this.sumAt(after);
  }

  /** The highest index, at most `from`, whose term is at most `term`; never below the base. Terms never fall, so it is found by halving. */
  findTermAtMost(from: number, term: number): number {
    const { entries } = this;
    let low = 0; // entries before this have such a term
    let high = Math.min(from, this.lastIndex) - this.base.index;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (entries[middle]!.term <= term) low = middle + 1;
      else high = middle;
    }
    return this.base.index + low;
  }

  /** The lowest index such that what follows it, up to `upTo`, has at most so many bytes. */
  keepFrom(upTo: number, bytes: number): number {
    let low = this.base.index;
    let high = upTo;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.bytesBetween(middle, upTo) <= bytes) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The next one. */
  append(entry: LogEntry): void {
    const { sums } = this;
    assert(entry.index === this.lastIndex + 1, 'entries follow one another');
    assert(entry.term >= this.lastTerm, 'terms in a log never fall');
    sums.push((sums.length === 0 ? this.baseSum : sums[sums.length - 1]!) + sizeOf(entry));
    this.entries.push(entry);
  }

  /** The log ends before `index`. */
  truncateFrom(index: number): void {
    const length = index - this.base.index - 1;
    assert(length >= 0, 'what was let go of is not truncated');
    if (length >= this.entries.length) return;
    this.entries.length = length;
    this.sums.length = length;
  }

  /** Lets go of everything up to `index`, which is in the log. */
  trimTo(index: number): void {
    if (index <= this.base.index) return;
    const { term, timeMs } = this.at(index);
    const count = index - this.base.index;
    this.baseSum = this.sums[count - 1]!;
    this.entries.splice(0, count);
    this.sums.splice(0, count);
    this.base = { index, term, timeMs };
  }

  /** Holds nothing, and goes on behind `base`. */
  restart(base: LogBase): void {
    this.baseSum = this.sumAt(this.lastIndex);
    this.base = base;
    this.entries = [];
    this.sums = [];
  }

  /** The same log, to be changed apart; entries are shared. */
  clone(): RaftLog {
    const copy = new RaftLog(this.base);
    copy.entries = this.entries.slice();
    copy.sums = this.sums.slice();
    copy.baseSum = this.baseSum;
    return copy;
  }

  private sumAt(index: number): number {
    const i = index - this.base.index - 1;
    if (i < 0) return this.baseSum;
    const { sums } = this;
    return i < sums.length ? sums[i]! : sums.length === 0 ? this.baseSum : sums[sums.length - 1]!;
  }
}
