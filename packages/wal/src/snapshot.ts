import { outOfRange } from '@dsys/codec';

/** A finished snapshot. */
export interface SnapshotInfo {
  readonly name: string;
  readonly bytes: number;
  /** Of its contents, 16 hexadecimal digits: the same in every implementation (see `SnapshotDigest`). */
  readonly checksum: string;
  /** Its end is bad, so that nothing is known of it, `bytes` and `checksum` neither. Other damage shows when it is read. */
  readonly damaged: boolean;
}

/** Takes a snapshot's bytes. Until `finish` has resolved, the snapshot is not there. */
export interface SnapshotWriter {
  /** Bytes taken so far. */
  readonly bytes: number;
  /** Resolves when the next chunk may come: wait for it, or memory fills. The bytes are copied before it returns. */
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves once the snapshot is complete, durable and listed. */
  finish(): Promise<SnapshotInfo>;
  /** Throws away what was written. Does nothing after `finish` or a failure. */
  abort(): Promise<void>;
}

/** Where to begin. */
export interface ReadSnapshotOptions {
  /** The byte to begin at. Default 0; at the end of the snapshot there is nothing to read. */
  readonly from?: number;
}

/**
 * Large states beside the log. The log says in a record which of them counts; the store keeps whatever it was told to
 * keep, so the old one stays until `remove`. A crash leaves finished snapshots and nothing of unfinished ones.
 *
 * Names have 1 to 100 characters out of `A-Z a-z 0-9 . _ -`, and begin with none of the last three.
 */
export interface SnapshotStore {
  /** Begins one. Rejects with `snapshot-exists` when the name is taken, also by one that is being written. */
  create(name: string): Promise<SnapshotWriter>;
  /**
   * Its bytes in chunks, each verified before it is handed out, from any offset. Throws `snapshot-missing`,
   * `snapshot-damaged`, or what the failed read threw: a stream that ends has been read to its end.
   */
  read(name: string, options?: ReadSnapshotOptions): AsyncIterable<Uint8Array>;
  /** All finished ones, by name. Reads a few bytes of each. */
  list(): Promise<SnapshotInfo[]>;
  /** Rejects with `snapshot-missing`. A stream that is reading it goes on to its end. */
  remove(name: string): Promise<void>;
}

/** Refuses a snapshot name that would not be one file's name everywhere. */
export function checkSnapshotName(name: string): void {
  if (typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return;
  throw outOfRange(
    'name',
    '1 to 100 characters out of A-Z a-z 0-9 . _ -, the first a letter or a digit',
    JSON.stringify(name),
  );
}
