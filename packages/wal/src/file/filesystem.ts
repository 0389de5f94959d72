/**
 * What the log needs of a file system, and nothing else, so that tests can put one in its place that loses what was not
 * synced. All paths are absolute or relative to the process; all errors are Node's, with a `code`.
 */
export interface FileSystem {
  /** Names in a folder; rejects with `ENOENT` when there is none. */
  list(folder: string): Promise<string[]>;
  makeFolder(folder: string): Promise<void>;
  /** `create` fails when the file is there, `read` and `write` when it is not. `write` is for `writeDurably`. */
  open(path: string, how: 'create' | 'read' | 'write'): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name; rejects with `EEXIST` when it is taken. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes what was created, renamed and removed in a folder durable. */
  syncFolder(folder: string): Promise<void>;
}

/** An open file. */
export interface DiskFile {
  size(): Promise<number>;
  /** Fills `target` from `position` on, as far as the file goes; gives the count of bytes. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Writes all of it; a power cut may undo it until `sync`. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  sync(): Promise<void>;
  /**
   * Writes all of it and makes it durable, in one call of the system where it has one. Called once at a time and never
   * again after an error: what a second `fdatasync` says after a failed one is worth nothing.
   */
  writeDurably(bytes: Uint8Array, position: number, done: (error: Error | null) => void): void;
  close(): Promise<void>;
}

/** The `code` of a system error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether an error says that there is no room: of the disk, of a quota, or of a file. */
export function isNoRoom(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
}

/** A whole file at once. */
export async function readWhole(files: FileSystem, path: string): Promise<Uint8Array> {
  const file = await files.open(path, 'read');
  try {
    const bytes = new Uint8Array(await file.size());
    const count = await file.read(bytes, 0);
    return count === bytes.length ? bytes : bytes.subarray(0, count);
  } finally {
    await file.close();
  }
}

/** Removes a file, if it is there. */
export async function removeIfThere(files: FileSystem, path: string): Promise<void> {
  try {
    await files.remove(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
