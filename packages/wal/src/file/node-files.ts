/**
 * Node's file system. Where the system has `O_DSYNC`, a flush is one call: the write returns when its bytes are durable,
 * just as `write` and `fdatasync` would have it, and the event loop is left and entered once instead of twice (10 to
 * 15 % of a small flush, measured). On macOS only Node's `fdatasync` (`F_FULLFSYNC`) reaches the platter, and Windows
 * has no such flag, so there it is two calls.
 */
import {
  close,
  constants,
  fdatasync,
  fstat,
  fsync,
  link,
  mkdir,
  open,
  read,
  readdir,
  rename,
  unlink,
  write,
} from 'node:fs';
import { promisify } from 'node:util';
import type { DiskFile, FileSystem } from './filesystem.js';

const openFile = promisify(open);
const closeFile = promisify(close);
const readBytes = promisify(read);
const stat = promisify(fstat);
const sync = promisify(fsync);
const readFolder = promisify(readdir);
const makeFolder = promisify(mkdir);
const renameFile = promisify(rename);
const linkFile = promisify(link);
const unlinkFile = promisify(unlink);

/** Whether one write is durable when it returns. */
const SYNC_BY_FLAG = process.platform === 'linux' && typeof constants.O_DSYNC === 'number';

const FLAGS: Readonly<Record<'create' | 'read' | 'write', number>> = {
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
  read: constants.O_RDONLY,
  write: constants.O_RDWR | (SYNC_BY_FLAG ? constants.O_DSYNC : 0),
};

/** The file system of this machine. */
export const nodeFiles: FileSystem = {
  list: (folder) => readFolder(folder),
  async makeFolder(folder) {
    await makeFolder(folder, { recursive: true });
  },
  async open(path, how) {
    return new NodeFile(await openFile(path, FLAGS[how], 0o600), how === 'write' && SYNC_BY_FLAG);
  },
  rename: (from, to) => renameFile(from, to),
  link: (from, to) => linkFile(from, to),
  remove: (path) => unlinkFile(path),
  async syncFolder(folder) {
    if (process.platform === 'win32') return; // it has no such call, and its journal keeps the order
    const descriptor = await openFile(folder, constants.O_RDONLY);
    try {
      await sync(descriptor);
    } finally {
      await closeFile(descriptor);
    }
  },
};

class NodeFile implements DiskFile {
  private readonly descriptor: number;
  private readonly isDurable: boolean;

  constructor(descriptor: number, isDurable: boolean) {
    this.descriptor = descriptor;
    this.isDurable = isDurable;
  }

  async size(): Promise<number> {
    return (await stat(this.descriptor)).size;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    let at = 0;
    while (at < target.length) {
      const { bytesRead } = await readBytes(this.descriptor, target, at, target.length - at, position + at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return at;
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      writeAll(this.descriptor, bytes, 0, position, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  sync(): Promise<void> {
    return sync(this.descriptor);
  }

  writeDurably(bytes: Uint8Array, position: number, done: (error: Error | null) => void): void {
    writeAll(this.descriptor, bytes, 0, position, (error) => {
      if (error !== null || this.isDurable) done(error);
      else fdatasync(this.descriptor, done);
    });
  }

  close(): Promise<void> {
    return closeFile(this.descriptor);
  }
}

/** A write may take less than it was given: then the rest follows. An error ends it. */
function writeAll(
  descriptor: number,
  bytes: Uint8Array,
  at: number,
  position: number,
  done: (error: Error | null) => void,
): void {
  write(descriptor, bytes, at, bytes.length - at, position + at, (error, written) => {
    if (error !== null) done(error);
    else if (at + written === bytes.length) done(null);
    else if (written === 0) done(new Error('the system wrote nothing and gave no error'));
    else writeAll(descriptor, bytes, at + written, position, done);
  });
}
