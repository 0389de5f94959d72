import { outOfRange } from '@dsys/codec';
/**
 * A log's disk as plain data, driven by hand: the twin of the files, for simulations and for tests.
 *
 *     append ─► staged ── flush() ─► in flight ── flushed() ─► durable
 *                  └─ crash: lost       └─ crash: as many of them, from the first, as you say
 *
 * Whatever order the sectors of a flush reach a real disk in, what a log keeps of it is a prefix of its records: what
 * lies behind a hole is cut. So a number says all that a crash can do to one.
 */
import { DamagedLog, integerWithin, recordTooLarge, WalError } from '../errors.js';
import type { Appended, AppendOptions, Position, StorageStatus, StoredRecord, TornTail } from '../storage.js';
import { MemorySnapshots } from './snapshots.js';

/** Limits of a `MemoryDisk`. */
export interface MemoryDiskOptions {
  /** Default 4 MiB, as the files have. */
  readonly maxRecordBytes?: number;
  /** Default: what a 16 MiB segment takes. */
  readonly maxAppendBytes?: number;
}

/** What of the flush in flight a crash leaves. */
export interface CrashOptions {
  /** How many records of the flush in flight reach the disk, from its first on. Default 0, all at most. */
  readonly survivors?: number;
  /** Whether snapshots that were being finished do. Default false. */
  readonly snapshotsSurvive?: boolean;
}

interface PendingCompaction {
  readonly upTo: Position;
  readonly carriedTo: Position;
}

/** What `close` and `crash` leave, and `open` takes up again. Every method is synchronous. */
export class MemoryDisk {
  readonly maxRecordBytes: number;
  readonly maxAppendBytes: number;
  /** Snapshots; what is finished becomes durable with the next flush. */
  snapshots: MemorySnapshots = new MemorySnapshots();
  /** Clones share it: only the one whose `end` is its length may push, any other copies first. */
  private records: StoredRecord[] = [];
  private begin = 0;
  private end = 0;
  /** Position of the record at `begin`, kept or not. */
  private start: Position = 1;
  private durable: Position = 0;
  private recorded: Position = 0;
  /** Last position of the flush in flight; `durable` when there is none. */
  private issued: Position = 0;
  private compactions: readonly PendingCompaction[] = [];
  /** Positions of rotten records, rising. */
  private rotten: readonly Position[] = [];
  private state: StorageStatus['state'] = 'closed';
  private boots = 0;
  private isFull = false;
  private willFail = false;
  private flushing = false;
  private flushes = 0;
  private torn: TornTail | null = null;
  private damaged: DamagedLog | null = null;
  private failed: WalError | null = null;

  constructor({ maxRecordBytes = 4 << 20, maxAppendBytes = 16 * 1024 * 1024 - 8192 }: MemoryDiskOptions = {}) {
    this.maxRecordBytes = integerWithin('maxRecordBytes', maxRecordBytes, 1, 1 << 30);
    this.maxAppendBytes = integerWithin('maxAppendBytes', maxAppendBytes, 32, 1 << 30);
  }

  /** How often it has been opened. */
  get boot(): number {
    return this.boots;
  }

  private get next(): Position {
    return this.start + (this.end - this.begin);
  }

  /** Takes the log up, as a process does when it starts: counts the boot, and cuts what rotted above the frontier. */
  open(): void {
    if (this.state !== 'closed') throw new WalError('log-in-use', 'this memory disk is open already');
    const unrecorded = this.rotten.find((position) => position > this.recorded);
    if (unrecorded !== undefined) {
      this.cut(unrecorded);
      this.torn = { position: unrecorded, segment: null, offset: 0 };
    }
    this.boots++;
    this.flushes = 0;
    this.failed = null;
    this.state = 'open';
    this.damaged = null;
    this.firstDamage();
  }

  /** What `Storage.load` gives before it ends, or throws `damage`. The bytes are shared, not copied. */
  load(): { readonly records: StoredRecord[]; readonly damage: DamagedLog | null } {
    const damage = this.firstDamage();
    const to = damage === null ? this.durable : damage.first - 1;
    return { records: this.records.slice(this.begin, this.begin + Math.max(0, to - this.start + 1)), damage };
  }

  /** Every durable record that is not rotten, also behind damage. */
  inspect(): StoredRecord[] {
    const durable = this.records.slice(this.begin, this.begin + (this.durable - this.start + 1));
    return durable.filter(({ position }) => !this.rotten.includes(position));
  }

  /** Stages records; they are copied. Throws a `WalError` `log-full`, `log-failed`, `log-damaged` or `log-closed`. */
  append(records: readonly Uint8Array[], { essential = false }: AppendOptions = {}): Appended {
    this.refuseUnless('open');
    this.checkSizes(records);
    if (this.isFull && !essential) throw new WalError('log-full', 'the memory disk is full: compact, or free it');
    return this.stage(records);
  }

  /** Stages what is carried; once that is durable, what is before `upTo` is gone. */
  compact(upTo: Position, carry: readonly Uint8Array[]): Appended {
    if (this.damaged === null) this.refuseUnless('open');
    else this.refuseUnless('damaged');
    integerWithin('upTo', upTo, 1, this.next);
    if (this.damaged !== null && upTo !== this.damaged.resumeAt)
      throw outOfRange('upTo', `${this.damaged.resumeAt}, to leave the damage behind`, upTo);
    this.checkSizes(carry);
    const carried = this.stage(carry);
    this.compactions = [...this.compactions, { upTo, carriedTo: carried.last }];
    return carried;
  }

  /** Sends off what is staged. False when there is nothing, or when a flush is in flight already: then call it again later. */
  flush(): boolean {
    if (this.flushing || this.failed !== null) return false;
    const nothing = this.issued === this.next - 1 && this.compactions.length === 0 && !this.snapshots.hasStaged;
    if (nothing) return false;
    this.flushing = true;
    this.issued = this.next - 1;
    this.snapshots.issue();
    return true;
  }

  /** The flush in flight has completed: gives the durable frontier. Throws `log-failed` after `failNextFlush`. */
  flushed(): Position {
    if (!this.flushing) throw outOfRange('flushed', 'called while a flush is in flight', 'none');
    this.flushing = false;
    if (this.willFail) throw this.fail();
    this.recorded = this.durable; // a flush carries the frontier as it was when it was issued
    this.durable = this.issued;
    this.flushes++;
    this.snapshots.complete();
    if (this.compactions.length === 0) return this.durable;
    for (const { upTo, carriedTo } of this.compactions) if (carriedTo <= this.durable) this.drop(upTo);
    this.compactions = this.compactions.filter(({ carriedTo }) => carriedTo > this.durable);
    return this.durable;
  }

  /** The log has been idle for a moment, and records its frontier. */
  settle(): void {
    if (this.state === 'open' && !this.flushing) this.recorded = this.durable;
  }

  /** A tidy end. What is staged or in flight must have been flushed. */
  close(): void {
    this.settle();
    this.crash();
  }

  /** The power fails, or the process is killed. */
  crash({ survivors = 0, snapshotsSurvive = false }: CrashOptions = {}): void {
    const inFlight = this.issued - this.durable;
    integerWithin('survivors', survivors, 0, inFlight);
    if (survivors > 0) this.recorded = this.durable;
    const last = this.durable + survivors;
    this.torn = inFlight > survivors ? { position: last + 1, segment: null, offset: 0 } : null;
    this.cut(last + 1);
    this.snapshots.crash(snapshotsSurvive);
    this.compactions = [];
    this.flushing = false;
    this.willFail = false;
    this.state = 'closed';
  }

  /** Whether a flush is in flight. */
  get isFlushing(): boolean {
    return this.flushing;
  }

  /** Records of the flush in flight: `crash` lets 0 to so many survive. */
  get inFlight(): number {
    return this.issued - this.durable;
  }

  /** A durable record rots. Above the recorded frontier that can't be told from a torn tail, and is cut at the next `open`. */
  damage(position: Position): void {
    integerWithin('position', position, this.start, this.durable);
    this.rotten = [...new Set([...this.rotten, position])].sort((a, b) => a - b);
  }

  /** From now on, or no longer, there is room for essential records only. */
  setFull(full: boolean): void {
    this.isFull = full;
  }

  /** The next flush to complete fails instead, and with it the log. */
  failNextFlush(): void {
    this.willFail = true;
  }

  /** A disk of its own in the same state, sharing the bytes. Costs no more than its snapshots are many. */
  clone(): MemoryDisk {
    // Field by field: an exploration forks disks by the hundred thousand, and `Object.assign` takes six times as long.
    const copy = new MemoryDisk(this);
    copy.snapshots = this.snapshots.clone();
    copy.records = this.records;
    copy.begin = this.begin;
    copy.end = this.end;
    copy.start = this.start;
    copy.durable = this.durable;
    copy.recorded = this.recorded;
    copy.issued = this.issued;
    copy.compactions = this.compactions;
    copy.rotten = this.rotten;
    copy.state = this.state;
    copy.boots = this.boots;
    copy.isFull = this.isFull;
    copy.willFail = this.willFail;
    copy.flushing = this.flushing;
    copy.flushes = this.flushes;
    copy.torn = this.torn;
    copy.damaged = this.damaged;
    copy.failed = this.failed;
    return copy;
  }

  /** As `Storage.status`; there are no segments, and no clock. */
  status(): StorageStatus {
    return {
      state: this.state,
      full: this.isFull,
      firstPosition: this.start,
      nextPosition: this.next,
      durablePosition: this.durable,
      recordedPosition: this.recorded,
      pendingRecords: this.next - 1 - this.durable,
      flushingMs: 0,
      flushes: this.flushes,
      segments: 0,
      spareSegments: 0,
      bytes: 0,
      tornTail: this.torn,
      damage: this.damaged,
      failure: this.failed,
    };
  }

  private stage(records: readonly Uint8Array[]): Appended {
    const first = this.next;
    if (this.end !== this.records.length) {
      this.records = this.records.slice(this.begin, this.end);
      this.end -= this.begin;
      this.begin = 0;
    }
    for (const bytes of records) {
      this.records.push({ position: this.next, bytes: bytes.slice() });
      this.end++;
    }
    return { first, last: first + records.length - 1 };
  }

  /** Forgets every record from `from` on. */
  private cut(from: Position): void {
    this.end = this.begin + Math.max(0, from - this.start);
    this.durable = Math.min(this.next - 1, Math.max(this.durable, from - 1));
    this.issued = this.durable;
    this.recorded = Math.min(this.recorded, this.durable);
    this.rotten = this.rotten.filter((position) => position < from);
  }

  /** Forgets every record before `upTo`. */
  private drop(upTo: Position): void {
    if (upTo <= this.start) return;
    this.begin += upTo - this.start;
    this.start = upTo;
    this.rotten = this.rotten.filter((position) => position >= upTo);
    if (this.damaged !== null) {
      this.damaged = null;
      this.state = 'open';
    }
    if (this.begin > 1024 && this.begin > this.end - this.begin) {
      this.records = this.records.slice(this.begin, this.end);
      this.end -= this.begin;
      this.begin = 0;
    }
  }

  private firstDamage(): DamagedLog | null {
    const [first] = this.rotten;
    if (this.damaged !== null || first === undefined) return this.damaged;
    let last = first;
    while (this.rotten.includes(last + 1)) last++;
    const place = { segment: null, offset: 0, endOffset: 0 };
    this.damaged = new DamagedLog({ ...place, first, last, resumeAt: this.next, reason: 'the record rotted' });
    this.state = 'damaged';
    return this.damaged;
  }

  private fail(): WalError {
    this.failed = new WalError('log-failed', 'the flush failed: open the log again to see what is there');
    this.state = 'failed';
    return this.failed;
  }

  private refuseUnless(wanted: StorageStatus['state']): void {
    if (this.failed !== null) throw this.failed;
    if (this.state === wanted) return;
    if (this.state === 'closed') throw new WalError('log-closed', 'the log is closed');
    throw this.damaged ?? new WalError('log-closed', `the log is ${this.state}`);
  }

  private checkSizes(records: readonly Uint8Array[]): void {
    let total = 0;
    for (const { length } of records) {
      total += length + 32;
      if (length > this.maxRecordBytes) throw recordTooLarge('record', `at most ${this.maxRecordBytes} bytes`, length);
    }
    if (total > this.maxAppendBytes)
      throw recordTooLarge('records', `at most ${this.maxAppendBytes} bytes together`, total);
  }
}
