/** Snapshots a chunk at a time: read for a peer that is behind, written as they come from one that is ahead. */
import { assert } from '@dsys/codec';
import type { SnapshotInfo, SnapshotStore, SnapshotWriter } from '@dsys/wal';
import type { ReadSnapshot, WriteSnapshot } from '../output.js';
import type { Vocabulary } from '../vocabulary.js';
import { codeOf } from './load.js';
import type { Completion } from './loop.js';

/** Where it says what became of it. */
export interface SnapshotChunksOptions<V extends Vocabulary> {
  readonly snapshots: SnapshotStore;
  readonly post: (completion: Completion<V>) => void;
  readonly onFailed: (name: string, error: unknown) => void;
}

/** A stream that was read up to `offset`, and what of it is at hand. */
interface OpenRead {
  readonly name: string;
  readonly chunks: AsyncIterator<Uint8Array>;
  offset: number;
  rest: Uint8Array;
}

/** So many peers are brought up to date at once without opening the snapshot anew for each chunk. */
const MOST_READS = 8;

/** See the top of `snapshot-chunks.ts`. */
export class SnapshotChunks<V extends Vocabulary> {
  private readonly options: SnapshotChunksOptions<V>;
  /** Streams that wait for their next chunk to be asked for, the oldest first. */
  private reads: OpenRead[] = [];
  private readonly writers = new Map<string, SnapshotWriter>();
  /** What is being done to a name; the next waits for it. */
  private readonly busy = new Map<string, Promise<void>>();
  private readonly reading = new Set<Promise<void>>();
  private isStopped = false;

  constructor(options: SnapshotChunksOptions<V>) {
    this.options = options;
  }

  read(request: ReadSnapshot): void {
    const reading = this.readChunk(request).finally(() => this.reading.delete(reading));
    this.reading.add(reading);
  }

  write(chunk: WriteSnapshot): void {
    this.inTurn(chunk.name, () => this.writeChunk(chunk));
  }

  remove(name: string): void {
    this.inTurn(name, async () => {
      this.forgetReads(({ name: other }) => other === name);
      const writer = this.writers.get(name);
      this.writers.delete(name);
      await (writer === undefined ? this.options.snapshots.remove(name) : writer.abort());
    });
  }

  /** Gives up what is half read or half written. Resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.forgetReads(() => true);
    await Promise.allSettled([...this.busy.values(), ...this.reading]);
    await Promise.allSettled([...this.writers.values()].map((writer) => writer.abort()));
    this.writers.clear();
  }

  private async readChunk({ name, offset, maxBytes }: ReadSnapshot): Promise<void> {
    let bytes: Uint8Array | null = null;
    let isLast = false;
    try {
      const reading = this.takeRead(name, offset);
      const parts = [reading.rest];
      let length = reading.rest.length;
      // One byte more than asked for tells whether anything is behind.
      while (length <= maxBytes) {
        const next = await reading.chunks.next();
        if (next.done) {
          isLast = true;
          break;
        }
        parts.push(next.value);
        length += next.value.length;
      }
      const all = joined(parts, length);
      bytes = all.subarray(0, maxBytes);
      if (!isLast) this.keepRead({ ...reading, offset: offset + bytes.length, rest: all.subarray(maxBytes) });
    } catch (error) {
      bytes = null;
      this.options.onFailed(name, error);
    }
    this.options.post({
      completes: { type: 'snapshotRead', name, offset, bytes, isLast },
      tell: (executor, now) => executor.snapshotRead(now, name, offset, bytes, isLast),
    });
  }

  /** The stream that has come just so far, or a new one. */
  private takeRead(name: string, offset: number): OpenRead {
    const at = this.reads.findIndex((read) => read.name === name && read.offset === offset);
    if (at !== -1) return this.reads.splice(at, 1)[0]!;
    const chunks = this.options.snapshots.read(name, { from: offset })[Symbol.asyncIterator]();
    return { name, chunks, offset, rest: new Uint8Array(0) };
  }

  private keepRead(read: OpenRead): void {
    this.reads.push(read);
    const [oldest] = this.reads;
    if (this.isStopped || this.reads.length > MOST_READS) this.forgetReads((each) => this.isStopped || each === oldest);
  }

  private forgetReads(which: (read: OpenRead) => boolean): void {
    for (const read of this.reads) if (which(read)) read.chunks.return?.().catch(() => undefined);
    this.reads = this.reads.filter((read) => !which(read));
  }

  private async writeChunk({ name, offset, bytes, isLast }: WriteSnapshot): Promise<void> {
    let next: number | null = null;
    let info: SnapshotInfo | null = null;
    try {
      const writer = await this.writerAt(name, offset);
      if (bytes.length > 0) await writer.write(bytes);
      if (isLast) {
        info = await writer.finish();
        this.writers.delete(name);
      }
      next = offset + bytes.length;
    } catch (error) {
      info = null;
      const writer = this.writers.get(name);
      this.writers.delete(name);
      await writer?.abort().catch(() => undefined);
      this.options.onFailed(name, error);
    }
    this.options.post({
      completes: { type: 'snapshotWritten', name, offset: next, info },
      tell: (executor, now) => executor.snapshotWritten(now, name, next, info),
    });
  }

  /** A chunk at 0 begins anew; any other must fit to what is there. */
  private async writerAt(name: string, offset: number): Promise<SnapshotWriter> {
    let writer = this.writers.get(name);
    if (offset === 0) {
      this.writers.delete(name);
      await writer?.abort();
      writer = await this.createAnew(name);
      this.writers.set(name, writer);
    }
    if (writer === undefined) throw new RangeError(`snapshot "${name}" begins at 0, not at ${offset}`);
    if (writer.bytes !== offset)
      throw new RangeError(`snapshot "${name}" goes on at ${writer.bytes}, not at ${offset}`);
    return writer;
  }

  /** One that was finished makes room: a crash may have come before the record that was to name it. */
  private async createAnew(name: string): Promise<SnapshotWriter> {
    const { snapshots } = this.options;
    try {
      return await snapshots.create(name);
    } catch (error) {
      if (codeOf(error) !== 'snapshot-exists') throw error;
      this.forgetReads((read) => read.name === name);
      await snapshots.remove(name);
      return snapshots.create(name);
    }
  }

  /** One thing at a time for each name. */
  private inTurn(name: string, run: () => Promise<void>): void {
    const done = (this.busy.get(name) ?? Promise.resolve())
      .then(run)
      .catch((error: unknown) => this.options.onFailed(name, error))
      .finally(() => {
        if (this.busy.get(name) === done) this.busy.delete(name);
      });
    this.busy.set(name, done);
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  assert(at === length, 'the parts make up the whole');
  return all;
}
