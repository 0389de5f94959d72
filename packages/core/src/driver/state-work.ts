/** What the state machine is asked to do, one piece at a time: entries, a snapshot to restore, a point to capture. */
import type { SnapshotInfo, SnapshotStore } from '@dsys/wal';
import type { ApplyWork } from '../apply-queue.js';
import type { Entry } from '../output.js';
import type { StateMachine } from '../state-machine.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Completion } from './loop.js';

/** Where it says what became of it. */
export interface StateWorkOptions<V extends Vocabulary> {
  readonly stateMachine: StateMachine;
  readonly snapshots: SnapshotStore;
  readonly post: (completion: Completion<V>) => void;
  /** The state machine threw or gave nonsense: the node stops. */
  readonly onFailed: (error: unknown) => void;
  /** The disk had no place for a snapshot, or lost it: the node goes on. */
  readonly onSnapshotFailed: (name: string, error: unknown) => void;
  /** A batch of so many entries took so long. */
  readonly onApplied: (entries: number, tookMs: number) => void;
  readonly now: () => number;
}

/** See the top of `state-work.ts`. */
export class StateWork<V extends Vocabulary> {
  private readonly options: StateWorkOptions<V>;
  private readonly streams = new Set<Promise<void>>();
  private working: Promise<unknown> = Promise.resolve();
  private isStopped = false;

  constructor(options: StateWorkOptions<V>) {
    this.options = options;
  }

  /** Begins it; what comes of it is posted. */
  begin(work: ApplyWork): void {
    try {
      if (work.type === 'entries') this.apply(work.index, work.entries);
      else if (work.type === 'install') this.install(work.index, work.name);
      else this.capture(work.index, work.name);
    } catch (error) {
      this.options.onFailed(error);
    }
  }

  /** Begins nothing any more; snapshots that are being written are given up. */
  stop(): void {
    this.isStopped = true;
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.working, ...this.streams]);
  }

  private apply(index: number, entries: readonly Entry[]): void {
    const { stateMachine, post, now, onApplied } = this.options;
    const since = now();
    const finish = (results: readonly Uint8Array[]) => {
      checkResults(results, entries);
      onApplied(entries.length, now() - since);
      post({ completes: { type: 'applied', index }, tell: (executor, at) => executor.appliedDone(at, results) });
    };
    if (entries.length === 0) return finish([]);
    const results = stateMachine.apply(entries);
    if (results instanceof Promise || isThenable(results)) this.follow(results.then(finish));
    else finish(results);
  }

  private install(index: number, name: string): void {
    const { stateMachine, snapshots, post } = this.options;
    const restored = stateMachine.restore(snapshots.read(name));
    const done = () =>
      post({ completes: { type: 'applied', index }, tell: (executor, at) => executor.appliedDone(at) });
    this.follow(Promise.resolve(restored).then(done));
  }

  /** The point is captured now; the bytes follow on their own. */
  private capture(index: number, name: string): void {
    const chunks = this.options.stateMachine.snapshot()[Symbol.asyncIterator]();
    // A generator runs up to its first chunk in here, so that one which captures at its head does so in time.
    const first = chunks.next();
    first.catch(() => undefined); // It is looked at once the disk has made room.
    this.options.post({ completes: null, tell: (executor, at) => executor.appliedDone(at) });
    const stream = this.stream(index, name, chunks, first).finally(() => this.streams.delete(stream));
    this.streams.add(stream);
  }

  private async stream(
    index: number,
    name: string,
    chunks: AsyncIterator<Uint8Array>,
    first: Promise<IteratorResult<Uint8Array>>,
  ): Promise<void> {
    const { post, onFailed, onSnapshotFailed } = this.options;
    const settle = (info: SnapshotInfo | null) =>
      post({
        completes: { type: 'snapshotted', name, index, info },
        tell: (executor, at) => executor.snapshotted(at, name, index, info),
      });
    let faultOfDisk: unknown = null;
    const onDisk = async <T>(work: () => Promise<T>): Promise<T | null> => {
      try {
        return await work();
      } catch (error) {
        faultOfDisk = error;
        return null;
      }
    };
    const writer = await onDisk(() => this.options.snapshots.create(name));
    const goesOn = () => writer !== null && faultOfDisk === null && !this.isStopped;
    try {
      let chunk = await first;
      while (goesOn() && !chunk.done) {
        const { value } = chunk;
        await onDisk(() => writer!.write(value));
        chunk = await chunks.next();
      }
      if (!chunk.done) await chunks.return?.();
    } catch (error) {
      // Reading the state failed, and so perhaps did the state.
      await onDisk(async () => writer?.abort());
      return onFailed(error);
    }
    const info = goesOn() ? await onDisk(() => writer!.finish()) : null;
    if (info === null) {
      const fault = faultOfDisk;
      await onDisk(async () => writer?.abort());
      if (this.isStopped) return;
      onSnapshotFailed(name, fault);
    }
    settle(info);
  }

  private follow(work: Promise<void>): void {
    this.working = work.catch(this.options.onFailed);
  }
}

function checkResults(results: readonly Uint8Array[], entries: readonly Entry[]): void {
  const isRight =
    Array.isArray(results) && results.length === entries.length && results.every((each) => each instanceof Uint8Array);
  if (isRight) return;
  const got = Array.isArray(results) ? `${results.length} results` : typeof results;
  throw new TypeError(`apply must give one Uint8Array for each of its ${entries.length} entries, got ${got}`);
}

const isThenable = (value: unknown): value is Promise<readonly Uint8Array[]> =>
  typeof (value as { then?: unknown } | null)?.then === 'function';
