/**
 * Segments before they are needed. A flush that had to grow a file would wait for the file system's journal too (1.4
 * times as long at one record a flush, measured), so files are made beforehand, full of zeros, and used again once
 * compaction has freed them:
 *
 *     zeros written and synced ──► spare ──► header written, renamed: the next segment ──► in use ──► freed: spare again
 *
 * Two are kept ready. Records that can wait may use the last but one; the last is for essential records, so that a term
 * and a vote find room on a disk that is full.
 */
import { join } from 'node:path';
import { BLOCK_BYTES, encodeSegmentHeader, RECORDS_OFFSET, type Seed, segmentSeed } from '../format/segment.js';
import type { SegmentFile } from '../format/walk.js';
import { type DiskFile, type FileSystem, isNoRoom, removeIfThere } from './filesystem.js';
import { segmentName } from './folder.js';

/** A segment that can be written to. */
export interface OpenSegment extends SegmentFile {
  readonly file: DiskFile;
  readonly seed: Seed;
}

export interface PoolOptions {
  readonly files: FileSystem;
  readonly folder: string;
  readonly logId: Uint8Array;
  readonly segmentBytes: number;
  /** Freed files that are kept for later; more are removed. */
  readonly maxSpares: number;
  /** The number of the next segment. */
  readonly nextNumber: number;
  readonly spares: readonly string[];
}

const READY = 2;
const ZEROS_BYTES = 256 * 1024;

export class SegmentPool {
  private readonly options: PoolOptions;
  private next: OpenSegment | null = null;
  private spares: string[];
  private nextNumber: number;
  private spareCount: number;
  private work: Promise<void> | null = null;
  /** One is on its way from spare to next. */
  private isActivating = false;
  /** The disk had no room for another file when one was last made. */
  isFull = false;

  constructor(options: PoolOptions) {
    this.options = options;
    this.spares = [...options.spares];
    this.nextNumber = options.nextNumber;
    this.spareCount = Math.max(0, ...this.spares.map((name) => Number(/\d+/.exec(name)![0]))) + 1;
  }

  /** Segments that are ready to be used, the next one included. */
  get ready(): number {
    return this.spares.length + (this.next === null ? 0 : 1) + (this.isActivating ? 1 : 0);
  }

  /** Whether `take` would give one right now. */
  get hasNext(): boolean {
    return this.next !== null;
  }

  /** The next segment, for the log to go on in. Call `provide` soon after. */
  take(): OpenSegment | null {
    const { next } = this;
    this.next = null;
    return next;
  }

  /** Makes ready what is missing; resolves when it is, or when the disk is full. Rejects on any other error, for good. */
  provide(wanted: number = READY): Promise<void> {
    this.work ??= this.makeReady(wanted).finally(() => {
      this.work = null;
    });
    return this.work;
  }

  /** Takes a segment that is no longer needed. Durable once the folder has been synced. */
  async free({ name }: SegmentFile): Promise<void> {
    const { files, folder, maxSpares } = this.options;
    if (this.spares.length >= maxSpares) return files.remove(join(folder, name));
    const spare = `spare-${this.spareCount++}.wal`;
    await files.rename(join(folder, name), join(folder, spare));
    this.spares.push(spare);
  }

  async close(): Promise<void> {
    await this.work?.catch(() => undefined);
    await this.next?.file.close();
    this.next = null;
  }

  private async makeReady(wanted: number): Promise<void> {
    for (;;) {
      if (this.next === null && this.spares.length > 0) {
        this.isActivating = true;
        await this.activate(this.spares.shift()!);
      } else if (this.ready >= wanted) break;
      else if (!(await this.preallocate())) return;
    }
    this.isFull = false;
  }

  /** A spare file becomes the next segment: its header says so before its name does. */
  private async activate(spare: string): Promise<void> {
    const { files, folder, logId, segmentBytes } = this.options;
    const path = join(folder, spare);
    const file = await files.open(path, 'write');
    if ((await file.size()) !== segmentBytes) {
      await file.close();
      this.isActivating = false;
      return files.remove(path); // not one of ours after all; another will be made
    }
    const number = this.nextNumber;
    const head = new Uint8Array(RECORDS_OFFSET + BLOCK_BYTES); // the header, and zeros where the first record will be
    head.set(encodeSegmentHeader({ logId, number, segmentBytes }));
    await durably(file, head, 0);
    await files.rename(path, join(folder, segmentName(number)));
    await files.syncFolder(folder);
    this.nextNumber++;
    this.isActivating = false;
    this.next = { name: segmentName(number), number, file, seed: segmentSeed(logId, number) };
  }

  private async preallocate(): Promise<boolean> {
    const { files, folder, segmentBytes } = this.options;
    const name = `spare-${this.spareCount++}`;
    const draft = join(folder, `${name}.tmp`);
    try {
      const file = await files.open(draft, 'create');
      try {
        const zeros = new Uint8Array(Math.min(ZEROS_BYTES, segmentBytes));
        for (let at = 0; at < segmentBytes; at += zeros.length)
          await file.write(zeros.subarray(0, Math.min(zeros.length, segmentBytes - at)), at);
        await file.sync();
      } finally {
        await file.close();
      }
      await files.rename(draft, join(folder, `${name}.wal`));
      await files.syncFolder(folder);
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      await removeIfThere(files, draft);
      this.isFull = true;
      return false;
    }
    this.spares.push(`${name}.wal`);
    return true;
  }
}

/** `writeDurably` as a promise. */
export function durably(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    file.writeDurably(bytes, position, (error) => (error === null ? resolve() : reject(error)));
  });
}
