/**
 * What waits for the state machine, in order: decided entries, a snapshot to install, a point at which to take one. One
 * item is with the state machine at a time; entries that wait are handed over in one batch.
 */
import { assert } from '@dsys/codec';
import type { Ref } from './input.js';
import type { Entry } from './output.js';

/** One piece of work for the state machine. */
export type ApplyWork =
  | {
      readonly type: 'entries';
      readonly index: number;
      readonly entries: readonly Entry[];
      readonly refs: readonly (Ref | null)[];
    }
  | { readonly type: 'install'; readonly index: number; readonly name: string }
  | { readonly type: 'snapshot'; readonly index: number; readonly name: string };

type Entries = Extract<ApplyWork, { type: 'entries' }>;

/** How large a batch of entries may get; one entry alone may exceed the bytes. */
export interface BatchLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** What an install put aside. */
export interface Dropped {
  readonly refs: readonly Ref[];
  readonly snapshots: readonly { readonly name: string; readonly index: number }[];
  /** Names of older snapshots that waited to be installed. */
  readonly installs: readonly string[];
}

/** See the top of `apply-queue.ts`. Plain data: work is immutable. */
export class ApplyQueue {
  private waiting: ApplyWork[] = [];
  private inFlight: ApplyWork | null = null;
  /** Up to here everything has come in; up to there it has gone on to the state machine. */
  private lastIndex: number;
  private handedIndex: number;
  /** The index of the last snapshot that was, or will be, installed; −1 before the first. */
  installedIndex = -1;
  /** Of all entries that wait or are in flight: how many, and their bytes. */
  private lagEntries = 0;
  private lagBytes = 0;
  private readonly limits: BatchLimits;

  /** `appliedIndex` is what the state machine has already. */
  constructor(limits: BatchLimits, appliedIndex: number) {
    this.limits = limits;
    this.lastIndex = appliedIndex;
    this.handedIndex = appliedIndex;
  }

  push(work: Exclude<ApplyWork, { type: 'install' }>): void {
    if (work.type === 'entries') {
      assert(work.refs.length === work.entries.length, 'each entry has its ref, or null');
      assert(work.index > this.lastIndex, 'what is applied rises by index');
      assertRising(work, this.lastIndex);
      this.lastIndex = work.index;
      this.lagEntries += work.entries.length;
      this.lagBytes += byteCount(work.entries);
    } else {
      assert(work.index === this.lastIndex, 'a snapshot is taken at the last index that was given out');
    }
    this.waiting.push(work);
  }

  /** Queues a snapshot to be installed, and drops all that it contains. */
  install(index: number, name: string): Dropped {
    assert(index > this.installedIndex, 'a snapshot that is installed is newer than the last one');
    assert(index >= this.handedIndex, 'a snapshot that is installed takes nothing back from the state machine');
    const refs: Ref[] = [];
    const snapshots: { name: string; index: number }[] = [];
    const installs: string[] = [];
    const kept: ApplyWork[] = [];
    for (const work of this.waiting) {
      if (work.type === 'entries') {
        const above = entriesAbove(work, index);
        const droppedCount = work.entries.length - above.entries.length;
        for (const ref of work.refs.slice(0, droppedCount)) if (ref !== null) refs.push(ref);
        this.lagEntries -= droppedCount;
        this.lagBytes -= byteCount(work.entries.slice(0, droppedCount));
        if (work.index > index) kept.push(above);
      } else if (work.index > index) kept.push(work);
      else if (work.type === 'install') installs.push(work.name);
      else snapshots.push({ name: work.name, index: work.index });
    }
    this.waiting = [{ type: 'install', index, name }, ...kept];
    this.lastIndex = Math.max(this.lastIndex, index);
    this.installedIndex = index;
    return { refs, snapshots, installs };
  }

  /** What to do next, when nothing is being done. */
  next(): ApplyWork | null {
    if (this.inFlight !== null || this.waiting.length === 0) return null;
    this.inFlight = this.waiting[0]!.type === 'entries' ? this.batch() : this.waiting.shift()!;
    this.handedIndex = this.inFlight.index;
    return this.inFlight;
  }

  /** The work in flight is done. */
  done(): ApplyWork {
    const work = this.inFlight;
    assert(work !== null, 'work that is done was in flight');
    this.inFlight = null;
    if (work.type === 'entries') {
      this.lagEntries -= work.entries.length;
      this.lagBytes -= byteCount(work.entries);
    }
    return work;
  }

  get isIdle(): boolean {
    return this.inFlight === null && this.waiting.length === 0;
  }

  lag(): { entries: number; bytes: number } {
    return { entries: this.lagEntries, bytes: this.lagBytes };
  }

  clone(): ApplyQueue {
    const copy = new ApplyQueue(this.limits, this.handedIndex);
    copy.waiting = [...this.waiting];
    copy.inFlight = this.inFlight;
    copy.lastIndex = this.lastIndex;
    copy.installedIndex = this.installedIndex;
    copy.lagEntries = this.lagEntries;
    copy.lagBytes = this.lagBytes;
    return copy;
  }

  /** All of it, bytes too: the core that gave an entry out need not hold it any more. */
  fingerprint(): string {
    const flying = this.inFlight === null ? '' : shown(this.inFlight);
    return `${flying}<${this.waiting.map(shown).join()}<${this.lastIndex},${this.handedIndex},${this.installedIndex}`;
  }

  /** As many of the entries at the head as one batch takes. */
  private batch(): Entries {
    const { maxEntries, maxBytes } = this.limits;
    const first = this.waiting[0] as Entries;
    // Mostly one waits, and all that is about goes with it.
    if (this.waiting.length === 1 && this.lagEntries <= maxEntries && this.lagBytes <= maxBytes) {
      this.waiting.length = 0;
      return first;
    }
    const entries: Entry[] = [];
    const refs: (Ref | null)[] = [];
    let bytes = 0;
    let index = 0;
    while (this.waiting[0]?.type === 'entries') {
      const work = this.waiting[0];
      let taken = 0;
      for (; taken < work.entries.length; taken++) {
        const more = work.entries[taken]!.bytes.length;
        if (entries.length === maxEntries || (entries.length > 0 && bytes + more > maxBytes)) break;
        bytes += more;
        entries.push(work.entries[taken]!);
        refs.push(work.refs[taken]!);
      }
      if (taken < work.entries.length) {
        if (taken > 0) this.waiting[0] = entriesAbove(work, work.entries[taken - 1]!.index);
        return { type: 'entries', index: Math.max(index, entries.at(-1)!.index), entries, refs };
      }
      index = work.index;
      this.waiting.shift();
    }
    return { type: 'entries', index, entries, refs };
  }
}

function entriesAbove(work: Entries, index: number): Entries {
  const from = work.entries.findIndex((entry) => entry.index > index);
  if (from === -1) return { ...work, entries: [], refs: [] };
  return { ...work, entries: work.entries.slice(from), refs: work.refs.slice(from) };
}

function shown(work: ApplyWork): string {
  if (work.type !== 'entries') return `${work.type}${work.index}:${work.name}`;
  const entries = work.entries.map(({ index, bytes }, i) => `${index}@${work.refs[i] ?? ''}=${bytes.join('.')}`);
  return `${work.index}:${entries.join(' ')}`;
}

function assertRising({ entries, index }: Entries, above: number): void {
  let last = above;
  for (const entry of entries) {
    assert(entry.index > last, 'entries rise by index');
    last = entry.index;
  }
  assert(last <= index, 'entries are at or below the index that is reached with them');
}

function byteCount(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entry.bytes.length;
  return bytes;
}
