import type { Appended, Storage } from '@dsys/wal';
import type { Flush } from '../persist-queue.js';
import type { Vocabulary } from '../vocabulary.js';
import { codeOf } from './load.js';
import type { Completion } from './loop.js';

/** Where it says what became of them. */
export interface FlushesOptions<V extends Vocabulary> {
  readonly storage: Storage;
  readonly now: () => number;
  readonly post: (completion: Completion<V>) => void;
  readonly onFlushed: (records: number, tookMs: number) => void;
  /** There was no room. */
  readonly onFull: () => void;
  /** The disk has failed for good: there is no second try. */
  readonly onFailed: (error: unknown) => void;
}

/** Carries flushes to the storage, one at a time, as the executor asks for them. */
export class Flushes<V extends Vocabulary> {
  private readonly options: FlushesOptions<V>;
  private since: number | null = null;

  constructor(options: FlushesOptions<V>) {
    this.options = options;
  }

  /** How long the flush under way has taken so far; 0 when there is none. This is how a hung disk looks. */
  get flushingMs(): number {
    return this.since === null ? 0 : this.options.now() - this.since;
  }

  begin(flush: Flush): void {
    this.since = this.options.now();
    this.write(flush).then(
      (appended) => this.flushed(flush, appended),
      (error: unknown) => this.refused(flush, error),
    );
  }

  private async write({ records, essential, compactTo }: Flush): Promise<Appended> {
    const { storage } = this.options;
    return compactTo === null ? storage.append(records, { essential }) : storage.compact(compactTo, records);
  }

  private flushed(flush: Flush, appended: Appended): void {
    const { post, onFlushed } = this.options;
    onFlushed(flush.records.length, this.flushingMs);
    this.since = null;
    post({
      completes: { type: 'persisted', id: flush.lastId, position: appended.last },
      tell: (executor, now) => executor.flushed(now, appended),
    });
  }

  private refused(flush: Flush, error: unknown): void {
    const { post, onFull, onFailed } = this.options;
    this.since = null;
    if (codeOf(error) !== 'log-full') return onFailed(error);
    onFull();
    post({
      completes: { type: 'refused', id: flush.firstId },
      tell: (executor, now) => executor.refused(now),
    });
  }
}
