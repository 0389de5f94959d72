import { outOfRange } from '@dsys/codec';
import { DamagedLog, integerWithin, recordTooLarge, WalError } from '../errors.js';
import { bytesOnDisk } from '../format/record.js';
import type { SnapshotStore } from '../snapshot.js';
import type {
  Appended,
  AppendOptions,
  CloseOptions,
  Position,
  Storage,
  StorageStatus,
  StoredRecord,
  TornTail,
} from '../storage.js';
import { isNoRoom } from './filesystem.js';
import { readRecords } from './load.js';
import type { Site } from './open.js';
import type { OpenSegment, SegmentPool } from './pool.js';
import type { FileSnapshots } from './snapshots.js';
import type { Survey, UsedSegment } from './survey.js';
import type { Flush, LogTail } from './tail.js';

/** One call of `append`. */
interface Batch {
  readonly records: readonly Uint8Array[];
  readonly essential: boolean;
  /** What the records take on disk. */
  readonly bytes: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
  appended: Appended;
}

interface FileLogParts extends Site {
  readonly pool: SegmentPool;
  readonly tail: LogTail;
  /** `null` of a new log. */
  readonly survey: Survey | null;
  readonly snapshots: FileSnapshots;
}

/** A log in files: what `openLog` gives. Its calls are those of `Storage`. */
export class FileLog implements Storage {
  readonly maxRecordBytes: number;
  readonly maxAppendBytes: number;
  readonly snapshots: SnapshotStore;
  private readonly parts: FileLogParts;
  private segments: UsedSegment[];
  private start: Position;
  private durable: Position;
  private recorded: Position;
  private damage: DamagedLog | null;
  private failure: WalError | null = null;
  private isClosed = false;
  private closing: Promise<void> | null = null;
  /** Batches that wait for a segment to be made ready; those behind them wait too. */
  private waiting: Batch[] = [];
  /** Batches in the flush that is being gathered, and in the one under way. */
  private gathered: Batch[] = [];
  private inFlight: { readonly flush: Flush; readonly batches: readonly Batch[]; readonly since: number } | null = null;
  private isScheduled = false;
  private isProviding = false;
  private refuses = false;
  private cancelIdle: (() => void) | null = null;
  private compaction: Promise<unknown> = Promise.resolve();
  private readers = 0;
  private flushes = 0;
  private idleWaiters: (() => void)[] = [];
  /** Files of segments that the log has left, to be closed. */
  private left: OpenSegment[] = [];

  /** Use `openLog`. */
  constructor(parts: FileLogParts) {
    const { settings, survey, tail, snapshots } = parts;
    this.parts = parts;
    this.maxRecordBytes = settings.maxRecordBytes;
    this.maxAppendBytes = settings.maxAppendBytes;
    this.snapshots = snapshots;
    this.segments = survey === null ? [] : [...survey.segments];
    this.start = survey?.end.start ?? 1;
    this.durable = tail.nextPosition - 1;
    this.recorded = survey?.end.frontier ?? 0;
    this.damage = survey?.damage ?? null;
  }

  get boot(): number {
    return this.parts.tail.boot;
  }

  /**
   * Writes the mark of this boot; `openLog` has done so.
   *
   * @internal
   */
  async begin(): Promise<void> {
    await this.submit([], true);
    this.provide();
  }

  async *load(): AsyncGenerator<StoredRecord> {
    this.refuseWhenClosed();
    const { machine, folder, manifest } = this.parts;
    const upTo = this.durable;
    this.readers++;
    try {
      const segments = this.segments.map((segment) => ({ ...segment }));
      const fault = yield* readRecords(machine.files, folder, manifest, segments, {
        start: this.start,
        upTo: this.damage === null ? upTo : this.damage.first - 1,
      });
      if (fault !== null && this.damage === null)
        this.damage = new DamagedLog({ ...fault, resumeAt: this.parts.tail.nextPosition });
      if (this.damage !== null) throw this.damage;
    } finally {
      this.readers--;
    }
  }

  async append(records: readonly Uint8Array[], { essential = false }: AppendOptions = {}): Promise<Appended> {
    this.refuseWhenClosed();
    if (this.failure !== null) throw this.failure;
    if (this.damage !== null) throw this.damage;
    return this.submit(records, essential);
  }

  compact(upTo: Position, carry: readonly Uint8Array[]): Promise<Appended> {
    const done = this.compaction.then(() => this.compactNow(upTo, carry));
    this.compaction = done.catch(() => undefined);
    return done;
  }

  status(): StorageStatus {
    const { machine, manifest, pool, survey, tail } = this.parts;
    const ready = pool.ready;
    return {
      state: this.isClosed ? 'closed' : this.failure !== null ? 'failed' : this.damage !== null ? 'damaged' : 'open',
      full: this.refuses,
      firstPosition: this.start,
      nextPosition: tail.nextPosition,
      durablePosition: this.durable,
      recordedPosition: this.recorded,
      pendingRecords:
        tail.nextPosition - 1 - this.durable + this.waiting.reduce((sum, { records }) => sum + records.length, 0),
      flushingMs: this.inFlight === null ? 0 : machine.now() - this.inFlight.since,
      flushes: this.flushes,
      segments: this.segments.length,
      spareSegments: ready,
      bytes: (this.segments.length + ready) * manifest.segmentBytes,
      tornTail: survey === null ? null : tornTailOf(survey),
      damage: this.damage,
      failure: this.failure,
    };
  }

  close({ abandon = false }: CloseOptions = {}): Promise<void> {
    if (abandon && !this.isClosed) {
      this.isClosed = true;
      this.rejectAll(closed());
      this.closing ??= Promise.resolve();
      void this.letGo();
    }
    this.closing ??= this.closeTidily();
    return abandon ? Promise.resolve() : this.closing;
  }

  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async closeTidily(): Promise<void> {
    this.isClosed = true;
    await this.compaction;
    const { tail } = this.parts;
    const isSettled = this.recorded === tail.nextPosition - 1 && this.waiting.length === 0;
    if (this.failure === null && this.damage === null && !isSettled) {
      await this.submit([], true).catch(() => undefined); // waits for what is pending …
      if (this.failure === null && this.recorded < this.durable && tail.fits(0))
        await this.submit([], true).catch(() => undefined); // … and says so
    }
    await this.letGo();
  }

  /** Closes files and gives the lock back, once nothing is under way any more. */
  private async letGo(): Promise<void> {
    this.cancelIdle?.();
    const { pool, lock, tail } = this.parts;
    while (this.inFlight !== null && this.failure === null)
      await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
    await pool.close();
    for (const { file } of this.left) await file.close();
    this.left = [];
    await tail.end.segment?.file.close();
    await lock.release();
  }

  private async compactNow(upTo: Position, carry: readonly Uint8Array[]): Promise<Appended> {
    this.refuseWhenClosed();
    if (this.failure !== null) throw this.failure;
    const { tail } = this.parts;
    const { damage } = this;
    integerWithin('upTo', upTo, 1, tail.nextPosition);
    if (damage !== null) {
      if (upTo !== damage.resumeAt) throw outOfRange('upTo', `${damage.resumeAt}, to leave the damage behind`, upTo);
      tail.leaveSegment();
    }
    const carried = await this.submit(carry, true);
    // Only now is it true that nothing before `upTo` is needed: a mark never claims what is not yet so.
    if (upTo > this.start) {
      this.start = upTo;
      await this.submit([], true);
    }
    if (damage !== null) this.damage = null;
    try {
      await this.freeSegments();
    } catch (error) {
      throw this.fail(error);
    }
    this.provide();
    return carried;
  }

  /** Oldest first, so that what is left has no gap; none while it is being read. */
  private async freeSegments(): Promise<void> {
    const { pool, machine, folder } = this.parts;
    let freed = 0;
    while (this.readers === 0 && this.segments.length > 1 && this.segments[1]!.first <= this.start) {
      await pool.free(this.segments[0]!);
      this.segments = this.segments.slice(1);
      freed++;
    }
    if (freed > 0) await machine.files.syncFolder(folder);
  }

  private submit(records: readonly Uint8Array[], essential: boolean): Promise<Appended> {
    const bytes = this.measure(records);
    return new Promise((resolve, reject) => {
      const batch: Batch = { records, essential, bytes, resolve, reject, appended: { first: 0, last: -1 } };
      if (this.waiting.length === 0 && this.place(batch)) return;
      // It waits for the disk: so the bytes are copied, as they are when a record is laid out.
      this.waiting.push({ ...batch, records: records.map((record) => record.slice()) });
      this.provide();
    });
  }

  private measure(records: readonly Uint8Array[]): number {
    let bytes = 0;
    let total = 0;
    for (const { length } of records) {
      bytes += bytesOnDisk(length);
      total += length + 32;
      if (length > this.maxRecordBytes) throw recordTooLarge('record', `at most ${this.maxRecordBytes} bytes`, length);
    }
    if (total > this.maxAppendBytes && records.length > 0)
      throw recordTooLarge('records', `at most ${this.maxAppendBytes} bytes together`, total);
    return bytes;
  }

  /** Lays a batch out, if there is room: records that can wait leave a ready segment behind them. */
  private place(batch: Batch): boolean {
    const { tail, pool } = this.parts;
    const needsNext = !tail.fits(batch.bytes);
    if (needsNext && !pool.hasNext) return false;
    const left = pool.ready - (needsNext ? 1 : 0);
    if (!batch.essential && left < 1) return false;
    const before = tail.end.segment;
    const first = tail.nextPosition;
    const entered = tail.place(batch.records, () => pool.take()!);
    if (entered !== null) this.enter(entered, before);
    const current = this.segments.at(-1)!;
    current.end = tail.end.offset;
    batch.appended = { first, last: tail.nextPosition - 1 };
    this.gathered.push(batch);
    if (!batch.essential) this.refuses = false;
    this.schedule();
    return true;
  }

  private enter(segment: OpenSegment, before: OpenSegment | null): void {
    const { name, number } = segment;
    const { images } = this.parts.tail;
    const first = images.at(-1)!.position;
    this.segments = [...this.segments, { name, number, first, end: 0 }];
    if (before !== null) this.left.push(before);
    this.provide();
  }

  /** Gets segments ready, then lays out what waits for them. */
  private provide(): void {
    if (this.isProviding || this.failure !== null) return;
    this.isProviding = true;
    this.parts.pool.provide().then(
      () => {
        this.isProviding = false;
        this.placeWaiting();
      },
      (error: unknown) => {
        this.isProviding = false;
        this.fail(error);
      },
    );
  }

  private placeWaiting(): void {
    const { pool } = this.parts;
    if (!pool.isFull) this.refuses = false;
    while (this.waiting.length > 0 && this.place(this.waiting[0]!)) this.waiting = this.waiting.slice(1);
    if (this.waiting.length === 0) return;
    if (!pool.isFull) return this.provide();
    // Those behind it are refused with it: none may be durable before one that was appended earlier.
    const refused = this.waiting;
    this.waiting = [];
    this.refuses = true;
    const error = new WalError('log-full', 'the disk has no room for another segment: compact the log, or make room');
    for (const { reject } of refused) reject(error);
  }

  /** One flush at a time; what is appended in the same turn of the event loop goes together. */
  private schedule(): void {
    this.cancelIdle?.();
    this.cancelIdle = null;
    if (this.isScheduled || this.inFlight !== null) return;
    this.isScheduled = true;
    queueMicrotask(() => {
      this.isScheduled = false;
      if (this.inFlight === null) this.issue();
    });
  }

  private issue(): void {
    const { tail, machine } = this.parts;
    if (!tail.isGathering || this.failure !== null) return;
    const frontier = this.durable;
    const flush = tail.seal({ frontier, start: this.start });
    const batches = this.gathered;
    this.gathered = [];
    this.inFlight = { flush, batches, since: machine.now() };
    tail.write(flush, (error) => {
      if (error !== null) this.fail(error);
      this.inFlight = null;
      if (error === null) this.completed(flush, frontier, batches);
      for (const resolve of this.idleWaiters.splice(0)) resolve();
    });
  }

  private completed(flush: Flush, frontier: Position, batches: readonly Batch[]): void {
    const { tail, machine, settings } = this.parts;
    this.durable = Math.max(this.durable, flush.last);
    this.recorded = Math.max(this.recorded, frontier);
    this.flushes++;
    const files = this.left.filter(({ number }) => number < flush.images.at(-1)!.segment.number);
    this.left = this.left.filter((segment) => !files.includes(segment));
    for (const { file } of files) file.close().catch((error: unknown) => this.fail(error));
    if (!this.isClosed || this.closing !== null) this.issue();
    for (const { resolve, appended } of batches) resolve(appended);
    if (this.inFlight !== null || this.recorded === this.durable || this.isClosed) return;
    this.cancelIdle = machine.after(settings.idleMs, () => {
      this.cancelIdle = null;
      const isQuiet = this.inFlight === null && !tail.isGathering && this.recorded < this.durable;
      if (isQuiet && tail.fits(0) && this.failure === null && !this.isClosed)
        this.submit([], true).catch(() => undefined);
    });
  }

  /** The end of the log: an error of the disk is never tried again. */
  private fail(error: unknown): WalError {
    const message = error instanceof Error ? error.message : String(error);
    const what = isNoRoom(error) ? 'no room on space that was there' : message;
    this.failure ??= new WalError('log-failed', `the log can't go on: ${what}. Open it again to see what is there`, {
      cause: error,
    });
    this.rejectAll(this.failure);
    return this.failure;
  }

  private rejectAll(error: WalError): void {
    const rejected = [...(this.inFlight?.batches ?? []), ...this.gathered, ...this.waiting];
    this.gathered = [];
    this.waiting = [];
    for (const { reject } of rejected) reject(error);
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  private refuseWhenClosed(): void {
    if (this.isClosed) throw closed();
  }
}

function closed(): WalError {
  return new WalError('log-closed', 'the log is closed');
}

function tornTailOf({ end, segments }: Survey): TornTail | null {
  const last = segments.at(-1);
  return end.torn && last !== undefined ? { position: end.nextPosition, segment: last.name, offset: end.offset } : null;
}
