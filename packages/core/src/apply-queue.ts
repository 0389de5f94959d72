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
  private lastIndex = 0;
  /** The index of the last snapshot that was, or will be, installed. */
  installedIndex = 0;
  private readonly limits: BatchLimits;

  constructor(limits: BatchLimits) {
    this.limits = limits;
  }

  push(work: Exclude<ApplyWork, { type: 'install' }>): void {
    if (work.type === 'entries') {
      assert(work.refs.length === work.entries.length, 'each entry has its ref, or null');
      assert(work.index > this.lastIndex, 'what is applied rises by index');
      assertRising(work, this.lastIndex);
      this.lastIndex = work.index;
    } else {
      assert(work.index === this.lastIndex, 'a snapshot is taken at the last index that was given out');
    }
    this.waiting.push(work);
  }

  /** Queues a snapshot to be installed, and drops all that it contains. */
  install(index: number, name: string): Dropped {
    assert(index > this.installedIndex, 'a snapshot that is installed is newer than the last one');
    const refs: Ref[] = [];
    const snapshots: { name: string; index: number }[] = [];
    const installs: string[] = [];
    const kept: ApplyWork[] = [];
    for (const work of this.waiting) {
      if (work.type === 'entries') {
        for (const [i, ref] of work.refs.entries()) if (ref !== null && work.entries[i]!.index <= index) refs.push(ref);
        if (work.index > index) kept.push(entriesAbove(work, index));
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
    return this.inFlight;
  }

  /** The work in flight is done. */
  done(): ApplyWork {
    const work = this.inFlight;
    assert(work !== null, 'work that is done was in flight');
    this.inFlight = null;
    return work;
  }

  get isIdle(): boolean {
    return this.inFlight === null && this.waiting.length === 0;
  }

  get lag(): { entries: number; bytes: number } {
    let entries = 0;
    let bytes = 0;
    for (const work of this.waiting) {
      if (work.type !== 'entries') continue;
      entries += work.entries.length;
      bytes += byteCount(work.entries);
    }
    return { entries, bytes };
  }

  clone(): ApplyQueue {
    const copy = new ApplyQueue(this.limits);
    copy.waiting = [...this.waiting];
    copy.inFlight = this.inFlight;
    copy.lastIndex = this.lastIndex;
    copy.installedIndex = this.installedIndex;
    return copy;
  }

  /** Indices, names and refs; what the entries hold is decided by their index. */
  fingerprint(): string {
    const shown = (work: ApplyWork) =>
      work.type === 'entries' ? `${work.index}:${work.refs.join(' ')}` : `${work.type}${work.index}:${work.name}`;
    const flying = this.inFlight === null ? '' : shown(this.inFlight);
    return `${flying}<${this.waiting.map(shown).join()}<${this.lastIndex},${this.installedIndex}`;
  }

  /** As many of the entries at the head as one batch takes. */
  private batch(): Entries {
    const { maxEntries, maxBytes } = this.limits;
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
