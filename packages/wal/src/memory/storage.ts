import { WalError } from '../errors.js';
import { SNAPSHOT_BLOCK_BYTES } from '../format/snapshot-blocks.js';
import type { ReadSnapshotOptions, SnapshotInfo, SnapshotStore, SnapshotWriter } from '../snapshot.js';
import type {
  Appended,
  AppendOptions,
  CloseOptions,
  Position,
  Storage,
  StorageStatus,
  StoredRecord,
} from '../storage.js';
import { type CrashOptions, MemoryDisk } from './disk.js';

/** How a `MemoryStorage` takes its time. */
export interface MemoryStorageOptions {
  /** Called when a flush begins: it completes some microtasks after this has resolved. Default: at once. */
  readonly flushTakes?: () => Promise<void>;
}

/** Opens a memory disk as a `Storage`. The disk outlives it: open it again, as after a restart. */
export function openMemory(disk: MemoryDisk = new MemoryDisk(), options: MemoryStorageOptions = {}): MemoryStorage {
  disk.open();
  return new MemoryStorage(disk, options);
}

interface Waiter {
  readonly appended: Appended;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** The promises round a `MemoryDisk`: flushes by itself, one at a time, each completed some microtasks after it began. */
export class MemoryStorage implements Storage {
  readonly disk: MemoryDisk;
  readonly snapshots: SnapshotStore;
  private waiters: Waiter[] = [];
  private pumping = false;
  private hangsAt = Number.POSITIVE_INFINITY;
  private resume: (() => void) | null = null;
  private isClosed = false;
  private readonly flushTakes: (() => Promise<void>) | null;

  /** Takes a disk that is open: `openMemory` opens it. */
  constructor(disk: MemoryDisk, { flushTakes }: MemoryStorageOptions = {}) {
    this.disk = disk;
    this.flushTakes = flushTakes ?? null;
    this.snapshots = new MemorySnapshotStore(disk, () => this.flushed());
  }

  get maxRecordBytes(): number {
    return this.disk.maxRecordBytes;
  }

  get maxAppendBytes(): number {
    return this.disk.maxAppendBytes;
  }

  get boot(): number {
    return this.disk.boot;
  }

  async *load(): AsyncGenerator<StoredRecord> {
    this.refuseWhenClosed();
    const { records, damage } = this.disk.load();
    yield* records;
    if (damage !== null) throw damage;
  }

  async append(records: readonly Uint8Array[], options?: AppendOptions): Promise<Appended> {
    this.refuseWhenClosed();
    const appended = this.disk.append(records, options);
    return this.flushed(appended);
  }

  async compact(upTo: Position, carry: readonly Uint8Array[]): Promise<Appended> {
    this.refuseWhenClosed();
    const carried = this.disk.compact(upTo, carry);
    return this.flushed(carried);
  }

  status(): StorageStatus {
    return this.isClosed ? { ...this.disk.status(), state: 'closed' } : this.disk.status();
  }

  async close({ abandon = false }: CloseOptions = {}): Promise<void> {
    if (this.isClosed) return;
    if (!abandon && this.disk.status().state !== 'failed') await this.flushed();
    if (this.isClosed) return;
    if (abandon) this.crash();
    else this.end(() => this.disk.close());
  }

  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Ends as a killed process does. What was not acknowledged is rejected with `log-closed`. */
  crash(options?: CrashOptions): void {
    if (!this.isClosed) this.end(() => this.disk.crash(options));
  }

  /** Once so many more flushes have completed, they begin and don't complete, until `unhang`. */
  hang(afterFlushes = 0): void {
    this.hangsAt = this.disk.status().flushes + afterFlushes;
  }

  /** The disk goes on: the flush under way completes. */
  unhang(): void {
    this.hangsAt = Number.POSITIVE_INFINITY;
    this.resume?.();
  }

  private end(how: () => void): void {
    this.isClosed = true;
    how();
    this.resume?.();
    this.rejectAll(new WalError('log-closed', 'the log was closed before this was durable'));
  }

  /** Resolves once all that is staged now is durable. */
  private flushed(appended: Appended = { first: 1, last: 0 }): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ appended, resolve, reject });
      if (!this.pumping) void this.pump();
    });
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    await null; // whatever else is appended in this turn joins the flush
    while (this.waiters.length > 0 && !this.isClosed) {
      const going = this.waiters;
      this.waiters = [];
      this.disk.flush();
      await (this.flushTakes?.() ?? null);
      if (this.disk.status().flushes >= this.hangsAt) await new Promise<void>((resolve) => (this.resume = resolve));
      if (this.isClosed) {
        this.waiters = [...going, ...this.waiters];
        break;
      }
      try {
        if (this.disk.isFlushing) this.disk.flushed();
        for (const { resolve, appended } of going) resolve(appended);
      } catch (error) {
        this.waiters = [...going, ...this.waiters];
        this.rejectAll(error);
      }
    }
    this.pumping = false;
    if (this.isClosed) this.rejectAll(new WalError('log-closed', 'the log was closed before this was durable'));
    else if (this.waiters.length === 0) this.disk.settle();
  }

  private rejectAll(error: unknown): void {
    const rejected = this.waiters;
    this.waiters = [];
    for (const { reject } of rejected) reject(error);
  }

  private refuseWhenClosed(): void {
    if (this.isClosed) throw new WalError('log-closed', 'the log is closed');
  }
}

/** The promises round `MemorySnapshots`. */
class MemorySnapshotStore implements SnapshotStore {
  private readonly disk: MemoryDisk;
  private readonly flushed: () => Promise<unknown>;

  constructor(disk: MemoryDisk, flushed: () => Promise<unknown>) {
    this.disk = disk;
    this.flushed = flushed;
  }

  async create(name: string): Promise<SnapshotWriter> {
    const { disk, flushed } = this;
    disk.snapshots.begin(name);
    let bytes = 0;
    return {
      get bytes() {
        return bytes;
      },
      async write(chunk) {
        disk.snapshots.write(name, chunk);
        bytes += chunk.length;
      },
      async finish() {
        const info = disk.snapshots.finish(name);
        await flushed();
        return info;
      },
      async abort() {
        disk.snapshots.abort(name);
      },
    };
  }

  async *read(name: string, { from = 0 }: ReadSnapshotOptions = {}): AsyncGenerator<Uint8Array> {
    // A value: what happens to the name from now on does not concern this stream.
    const snapshots = this.disk.snapshots.clone();
    for (let at = from; ; at += SNAPSHOT_BLOCK_BYTES) {
      const chunk = snapshots.read(name, at);
      if (chunk.length === 0) return;
      yield chunk;
      if (chunk.length < SNAPSHOT_BLOCK_BYTES) return;
    }
  }

  async list(): Promise<SnapshotInfo[]> {
    return this.disk.snapshots.list();
  }

  async remove(name: string): Promise<void> {
    this.disk.snapshots.remove(name);
  }
}
