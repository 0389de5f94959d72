import { join } from 'node:path';
import { integerWithin, WalError } from '../errors.js';
import {
  decodeSnapshotTrailer,
  encodeSnapshotHeader,
  encodeSnapshotTrailer,
  openSnapshotBlock,
  SNAPSHOT_BLOCK_BYTES,
  SNAPSHOT_HEADER_BYTES,
  SNAPSHOT_TRAILER_BYTES,
  SnapshotDigest,
  snapshotBlockAt,
  snapshotHeaderFault,
} from '../format/snapshot-blocks.js';
import {
  checkSnapshotName,
  type ReadSnapshotOptions,
  type SnapshotInfo,
  type SnapshotStore,
  type SnapshotWriter,
} from '../snapshot.js';
import { type DiskFile, errorCode, type FileSystem, isNoRoom, removeIfThere } from './filesystem.js';

const SUFFIX = '.snap';
const UNFINISHED = '.snap.tmp';

/** Snapshots as files of a folder: written aside, synced, then given their name. */
export class FileSnapshots implements SnapshotStore {
  private readonly files: FileSystem;
  private readonly folder: string;
  private readonly writing = new Set<string>();

  private constructor(files: FileSystem, folder: string) {
    this.files = files;
    this.folder = folder;
  }

  /** Takes a folder up, and removes what was never finished in it. */
  static async open(files: FileSystem, folder: string): Promise<FileSnapshots> {
    const unfinished = (await files.list(folder)).filter((name) => name.endsWith(UNFINISHED));
    for (const name of unfinished) await removeIfThere(files, join(folder, name));
    return new FileSnapshots(files, folder);
  }

  /** The same without removing anything. */
  static inspect(files: FileSystem, folder: string): FileSnapshots {
    return new FileSnapshots(files, folder);
  }

  async create(name: string): Promise<SnapshotWriter> {
    checkSnapshotName(name);
    const { files, folder, writing } = this;
    if (writing.has(name) || (await files.list(folder)).includes(`${name}${SUFFIX}`))
      throw new WalError('snapshot-exists', `there is a snapshot "${name}" already`);
    writing.add(name);
    const path = join(folder, `${name}${UNFINISHED}`);
    try {
      const file = await files.open(path, 'create');
      return new FileSnapshotWriter({ files, folder, name, file, path, release: () => void writing.delete(name) });
    } catch (error) {
      writing.delete(name);
      throw failed(name, error);
    }
  }

  async *read(name: string, { from = 0 }: ReadSnapshotOptions = {}): AsyncGenerator<Uint8Array> {
    checkSnapshotName(name);
    const file = await this.openSnapshot(name);
    try {
      const trailer = await readTrailer(file);
      const head = new Uint8Array(SNAPSHOT_HEADER_BYTES);
      await file.read(head, 0);
      const fault = trailer === null ? 'its end is missing or bad' : snapshotHeaderFault(head);
      if (fault !== null) throw damaged(name, fault);
      const { bytes } = trailer!;
      integerWithin('from', from, 0, bytes);
      for (let index = Math.floor(from / SNAPSHOT_BLOCK_BYTES); index * SNAPSHOT_BLOCK_BYTES < bytes; index++) {
        const { offset, length } = snapshotBlockAt(index, bytes);
        const sealed = new Uint8Array(length);
        const count = await file.read(sealed, offset);
        const block = count === length ? openSnapshotBlock(sealed, index) : null;
        if (block === null) throw damaged(name, `its bytes ${offset}..${offset + length - 1} are bad`);
        const skipped = Math.max(0, from - index * SNAPSHOT_BLOCK_BYTES);
        if (skipped < block.length) yield block.subarray(skipped);
      }
    } finally {
      await file.close();
    }
  }

  async list(): Promise<SnapshotInfo[]> {
    const names = (await this.files.list(this.folder)).filter((name) => name.endsWith(SUFFIX)).sort();
    const infos: SnapshotInfo[] = [];
    for (const fileName of names) {
      const name = fileName.slice(0, -SUFFIX.length);
      const file = await this.openSnapshot(name);
      try {
        const trailer = await readTrailer(file);
        infos.push(
          trailer === null ? { name, bytes: 0, checksum: '', damaged: true } : { name, ...trailer, damaged: false },
        );
      } finally {
        await file.close();
      }
    }
    return infos;
  }

  async remove(name: string): Promise<void> {
    checkSnapshotName(name);
    try {
      await this.files.remove(join(this.folder, `${name}${SUFFIX}`));
    } catch (error) {
      throw errorCode(error) === 'ENOENT' ? missing(name) : error;
    }
    await this.files.syncFolder(this.folder);
  }

  private async openSnapshot(name: string): Promise<DiskFile> {
    try {
      return await this.files.open(join(this.folder, `${name}${SUFFIX}`), 'read');
    } catch (error) {
      throw errorCode(error) === 'ENOENT' ? missing(name) : error;
    }
  }
}

interface WriterParts {
  readonly files: FileSystem;
  readonly folder: string;
  readonly name: string;
  readonly file: DiskFile;
  readonly path: string;
  readonly release: () => void;
}

class FileSnapshotWriter implements SnapshotWriter {
  private readonly parts: WriterParts;
  private readonly digest = new SnapshotDigest();
  private offset = 0;
  private state: 'open' | 'finished' | 'ended' = 'open';
  /** Calls are carried out one after the other. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(parts: WriterParts) {
    this.parts = parts;
  }

  get bytes(): number {
    return this.digest.bytes;
  }

  write(chunk: Uint8Array): Promise<void> {
    const pieces: Uint8Array[] = this.bytes === 0 && this.offset === 0 ? [encodeSnapshotHeader()] : [];
    this.digest.update(chunk, (sealed) => pieces.push(sealed.slice()));
    return this.inTurn(() => this.put(pieces));
  }

  finish(): Promise<SnapshotInfo> {
    return this.inTurn(async () => {
      const { files, folder, name, file, path, release } = this.parts;
      const pieces: Uint8Array[] = this.offset === 0 ? [encodeSnapshotHeader()] : [];
      const checksum = this.digest.finish((sealed) => pieces.push(sealed.slice()));
      await this.put([...pieces, encodeSnapshotTrailer(this.bytes, checksum)]);
      await file.sync();
      await file.close();
      await files.rename(path, join(folder, `${name}${SUFFIX}`));
      await files.syncFolder(folder);
      this.state = 'finished';
      release();
      return { name, bytes: this.bytes, checksum, damaged: false };
    });
  }

  async abort(): Promise<void> {
    if (this.state !== 'open') return;
    await this.queue.catch(() => undefined);
    await this.discard();
  }

  private async put(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      await this.parts.file.write(piece, this.offset);
      this.offset += piece.length;
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(async () => {
      if (this.state !== 'open') throw new WalError('snapshot-failed', `writing "${this.parts.name}" has ended`);
      try {
        return await work();
      } catch (error) {
        await this.discard();
        throw failed(this.parts.name, error);
      }
    });
    this.queue = done.catch(() => undefined);
    return done;
  }

  /** A file that could not be written or synced is not tried again: it goes. */
  private async discard(): Promise<void> {
    if (this.state !== 'open') return;
    this.state = 'ended';
    const { files, file, path, release } = this.parts;
    await file.close().catch(() => undefined);
    await removeIfThere(files, path).catch(() => undefined);
    release();
  }
}

async function readTrailer(file: DiskFile): Promise<{ readonly bytes: number; readonly checksum: string } | null> {
  const size = await file.size();
  if (size < SNAPSHOT_HEADER_BYTES + SNAPSHOT_TRAILER_BYTES) return null;
  const bytes = new Uint8Array(SNAPSHOT_TRAILER_BYTES);
  await file.read(bytes, size - bytes.length);
  return decodeSnapshotTrailer(bytes, size);
}

const missing = (name: string): WalError => new WalError('snapshot-missing', `there is no such snapshot: "${name}"`);

const damaged = (name: string, what: string): WalError =>
  new WalError('snapshot-damaged', `snapshot "${name}" is damaged: ${what}. Take another, or get one from a peer`);

function failed(name: string, error: unknown): WalError {
  const message = error instanceof Error ? error.message : String(error);
  const code = isNoRoom(error) ? 'log-full' : 'snapshot-failed';
  return new WalError(code, `snapshot "${name}" could not be written: ${message}. Nothing of it is left`, {
    cause: error,
  });
}
