/**
 * Persists on their way to the disk: first come, first written, one flush in flight, and all that waits goes into the
 * next one together. A compaction goes alone, since the log makes what it carries durable before it frees anything.
 */
import { assert } from '@dsys/codec';
import type { Appended, Position } from '@dsys/wal';
import type { Persist } from './output.js';
import { StorageOutOfOrder } from './storage-out-of-order.js';

/** One call for the storage: `append`, or `compact` where `compactTo` is set. */
export interface Flush {
  readonly records: readonly Uint8Array[];
  /** All of them are: one that isn't would take the space kept back for those that are. */
  readonly essential: boolean;
  readonly compactTo: Position | null;
  /** The persists in it, `firstId..lastId`, both included. */
  readonly firstId: number;
  readonly lastId: number;
}

interface Waiting {
  readonly id: number;
  readonly records: readonly Uint8Array[];
  readonly bytes: number;
  readonly essential: boolean;
  readonly compactTo: Position | null;
}

/** What a storage counts beside a record's own bytes (`Storage.maxAppendBytes`): many tiny ones must fit too. */
export const RECORD_OVERHEAD_BYTES = 32;

/** See the top of `persist-queue.ts`. Plain data. */
export class PersistQueue {
  private waiting: Waiting[] = [];
  private inFlight: Flush | null = null;
  private lastId = 0;
  private nextPosition: Position;
  private readonly flushBytes: number;

  constructor(nextPosition: Position, flushBytes: number) {
    this.nextPosition = nextPosition;
    this.flushBytes = flushBytes;
  }

  push(persist: Persist<unknown>, records: readonly Uint8Array[]): void {
    assert(persist.id === this.lastId + 1, 'persists are numbered 1, 2, 3 …');
    this.lastId = persist.id;
    const { id, essential = false, compactTo = null } = persist;
    let bytes = 0;
    for (const record of records) bytes += RECORD_OVERHEAD_BYTES + record.length;
    this.waiting.push({ id, records, bytes, essential, compactTo });
  }

  /** What to write next, when nothing is being written. */
  next(): Flush | null {
    if (this.inFlight !== null || this.waiting.length === 0) return null;
    const count = this.groupSize();
    const { id: firstId, essential, compactTo } = this.waiting[0]!;
    // What is essential doesn't share a flush with what isn't: all are as the first.
    const records = count === 1 ? this.waiting[0]!.records : this.recordsOf(count);
    const lastId = this.waiting[count - 1]!.id;
    if (count === this.waiting.length) this.waiting.length = 0;
    else this.waiting.splice(0, count);
    this.inFlight = { records, essential, compactTo, firstId, lastId };
    return this.inFlight;
  }

  /** The flush in flight is durable. Gives the highest id in it, and the position of its last record. */
  flushed({ first, last }: Appended): { id: number; position: Position } {
    const flush = this.take();
    const expectedLast = this.nextPosition + flush.records.length - 1;
    if (first !== this.nextPosition || last !== expectedLast)
      throw new StorageOutOfOrder({ expectedFirst: this.nextPosition, expectedLast, first, last });
    this.nextPosition = last + 1;
    return { id: flush.lastId, position: last };
  }

  /** There was no room for the flush in flight. Gives its first id: that one and all later ones are forgotten. */
  refused(): number {
    const { firstId } = this.take();
    this.waiting = [];
    return firstId;
  }

  get isIdle(): boolean {
    return this.inFlight === null && this.waiting.length === 0;
  }

  clone(): PersistQueue {
    const copy = new PersistQueue(this.nextPosition, this.flushBytes);
    copy.waiting = [...this.waiting];
    copy.inFlight = this.inFlight;
    copy.lastId = this.lastId;
    return copy;
  }

  /** What is in flight and what waits, by id. What the records say is in the core's fingerprint: it may not forget it yet. */
  fingerprint(): string {
    const shown = (first: number, last: number, { compactTo, essential }: Pick<Waiting, 'compactTo' | 'essential'>) =>
      `${first - this.lastId}..${last - this.lastId}${essential ? 'e' : ''}${compactTo === null ? '' : `c${compactTo - this.nextPosition}`}`;
    const flying = this.inFlight === null ? '' : shown(this.inFlight.firstId, this.inFlight.lastId, this.inFlight);
    return `${flying}<${this.waiting.map((each) => shown(each.id, each.id, each)).join()}`;
  }

  /** How many of those that wait go together: a compaction alone, else all up to one, or to the limit in bytes. */
  private groupSize(): number {
    if (this.waiting[0]!.compactTo !== null) return 1;
    let bytes = this.waiting[0]!.bytes;
    let count = 1;
    while (count < this.waiting.length) {
      const { compactTo, bytes: more, essential } = this.waiting[count]!;
      // What is essential doesn't share a flush with what isn't, or a full disk refuses both.
      if (compactTo !== null || bytes + more > this.flushBytes || essential !== this.waiting[0]!.essential) break;
      bytes += more;
      count++;
    }
    return count;
  }

  /** Of the first so many. */
  private recordsOf(count: number): Uint8Array[] {
    const all: Uint8Array[] = [];
    for (let i = 0; i < count; i++) for (const record of this.waiting[i]!.records) all.push(record);
    return all;
  }

  private take(): Flush {
    const flush = this.inFlight;
    assert(flush !== null, 'a flush that completes was in flight');
    this.inFlight = null;
    return flush;
  }
}
