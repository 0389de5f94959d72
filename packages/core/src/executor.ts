/**
 * Every rule of order between a core and the world, in one synchronous class of plain data. A driver and a simulated
 * world are shells round it: they lend it a host, tell it what has completed, and call `pump` when they are done stepping.
 *
 *                        ┌──────────── Executor ────────────┐
 *     step(input, now) ─►│ core.step ─► send, answer: at once and in order
 *                        │          ─► persists ─► one flush in flight, all that waits goes into the next
 *                        │          ─► apply queue: entries, install, snapshot; one item at a time
 *                        └──────────────────────────────────┘
 *     flushed(now)      ─► persisted { id: the highest of that flush }
 *     appliedDone(now)  ─► answers to the refs, applied { index }
 *
 * Completions come back through its methods, never from inside a call of the host.
 */
import { assert, outOfRange, unreachable } from '@dsys/codec';
import type { Appended, Position, SnapshotInfo } from '@dsys/wal';
import { ApplyQueue } from './apply-queue.js';
import type { CoreOf, Rename } from './core.js';
import type { ExecutorLimits, Host } from './host.js';
import type { Input } from './input.js';
import type { Output } from './output.js';
import { PersistQueue } from './persist-queue.js';
import type { Protocol } from './protocol.js';
import { SnapshotPins } from './snapshot-pins.js';
import type { Vocabulary } from './vocabulary.js';

/** How a node is started. */
export interface ExecutorOptions<V extends Vocabulary> {
  readonly protocol: Protocol<V>;
  readonly core: CoreOf<V>;
  readonly host: Host<V>;
  /** The position that the first record will get. */
  readonly nextPosition: Position;
  /** What the state machine has already: a durable one's own, as in `Recovery`. Default 0. */
  readonly appliedIndex?: number;
  readonly limits?: ExecutorLimits;
}

/** See the top of `executor.ts`. */
export class Executor<V extends Vocabulary> {
  readonly core: CoreOf<V>;
  private readonly protocol: Protocol<V>;
  private readonly host: Host<V>;
  private persists: PersistQueue;
  private applies: ApplyQueue;
  private pins: SnapshotPins;
  /** What has become of dropped work, to be stepped when the step under way is done. */
  private owed: Input<V>[] = [];
  private lastNow: number = Number.MIN_SAFE_INTEGER;
  private isBusy = false;
  private dead: string | null = null;

  /** Throws `RangeError` for a limit or an index that is none. */
  constructor({ protocol, core, host, nextPosition, appliedIndex = 0, limits = {} }: ExecutorOptions<V>) {
    const { flushBytes = 4 << 20, applyEntries = 1024, applyBytes = 1 << 20 } = limits;
    checkInteger('appliedIndex', appliedIndex, 0);
    checkInteger('nextPosition', nextPosition, 1);
    for (const [name, limit] of Object.entries({ flushBytes, applyEntries, applyBytes })) checkInteger(name, limit, 1);
    this.protocol = protocol;
    this.core = core;
    this.host = host;
    this.persists = new PersistQueue(nextPosition, flushBytes);
    this.applies = new ApplyQueue({ maxEntries: applyEntries, maxBytes: applyBytes }, appliedIndex);
    this.pins = new SnapshotPins();
  }

  /** Performs what `recover` gave. Once, before the first step. */
  start(outputs: readonly Output<V>[], now: number): void {
    this.begin(now);
    try {
      this.perform(null, outputs, now);
      this.stepOwed(now);
    } catch (error) {
      throw this.dying(error);
    } finally {
      this.isBusy = false;
    }
  }

  /** One input: what it gives is performed in order before this returns, but for disk and state machine, which wait for `pump`. */
  step(input: Input<V>, now: number): void {
    this.begin(now);
    try {
      if (input.type === 'timeout') assert(isReached(this.deadline(), now), 'a timeout is never early');
      this.perform(input, this.core.step(input, now), now);
      this.stepOwed(now);
    } catch (error) {
      throw this.dying(error);
    } finally {
      this.isBusy = false;
    }
  }

  /** When `timeout` is due, or null. */
  deadline(): number | null {
    const deadline = this.core.deadline();
    // One that is no number is never reached, and never due: a node that looks alive and does nothing.
    assert(deadline === null || isNumber(deadline), 'a deadline is milliseconds, or null');
    return deadline;
  }

  /** Steps `timeout` if it is due. Whether it was. */
  timeout(now: number): boolean {
    if (!isReached(this.deadline(), now)) return false;
    this.step({ type: 'timeout' }, now);
    return true;
  }

  /** Sends off what has gathered for the disk and for the state machine, where they are idle. */
  pump(): void {
    this.begin(this.lastNow);
    try {
      const flush = this.persists.next();
      if (flush !== null) this.host.flush(flush);
      const work = this.applies.next();
      if (work !== null) this.host.apply(work);
    } catch (error) {
      throw this.dying(error);
    } finally {
      this.isBusy = false;
    }
  }

  /** The flush in flight is durable; its records went where `appended` says. Throws `StorageOutOfOrder` when that is not where they belong. */
  flushed(now: number, appended: Appended): void {
    this.begin(now);
    try {
      const { id, position } = this.persists.flushed(appended);
      this.stepCore({ type: 'persisted', id, position }, now);
    } catch (error) {
      throw this.dying(error);
    } finally {
      this.isBusy = false;
    }
  }

  /** The flush in flight found no room: nothing of it was written. It is forgotten, with all that waits behind it. */
  refused(now: number): void {
    this.guarded(now, () => this.stepCore({ type: 'refused', id: this.persists.refused() }, now));
  }

  /** The work in flight is done. `results` has one for each entry; nothing after an install or a snapshot. */
  appliedDone(now: number, results: readonly Uint8Array[] = []): void {
    this.guarded(now, () => {
      const work = this.applies.done();
      switch (work.type) {
        case 'entries':
          assert(results.length === work.entries.length, 'a state machine gives one result for each entry');
          for (let i = 0; i < results.length; i++) {
            const ref = work.refs[i]!;
            if (ref === null) continue;
            this.host.answer(ref, { outcome: 'applied', index: work.entries[i]!.index, result: results[i]! });
          }
          this.stepCore({ type: 'applied', index: work.index }, now);
          break;
        case 'install':
          this.unpin(work.name);
          this.stepCore({ type: 'applied', index: work.index }, now);
          break;
        case 'snapshot': // Its point has been captured; `snapshotted` comes when it is written.
          break;
        default:
          unreachable(work);
      }
    });
  }

  /** A snapshot whose point was captured is durable, or has failed (`info` is null). */
  snapshotted(now: number, name: string, index: number, info: SnapshotInfo | null): void {
    this.guarded(now, () => {
      // One that was received meanwhile is newer: this one must not take its place.
      const isOvertaken = index <= this.applies.installedIndex;
      if (isOvertaken && info !== null) this.removeSnapshot(name);
      this.stepCore({ type: 'snapshotted', name, index, info: isOvertaken ? null : info }, now);
    });
  }

  /** What a `readSnapshot` found; `bytes` is null when it could not be read. */
  snapshotRead(now: number, name: string, offset: number, bytes: Uint8Array | null, isLast: boolean): void {
    this.guarded(now, () => {
      this.unpin(name);
      this.stepCore({ type: 'snapshotRead', name, offset, bytes, isLast }, now);
    });
  }

  /** What became of a `writeSnapshot`: where the next chunk begins, null when it failed. */
  snapshotWritten(now: number, name: string, offset: number | null, info: SnapshotInfo | null): void {
    this.guarded(now, () => {
      this.stepCore({ type: 'snapshotWritten', name, offset, info }, now);
    });
  }

  /** The disk or the state machine has failed for good. Nothing may be called any more but `clone` and `fingerprint`. */
  failed(reason: string): void {
    this.dead ??= reason;
  }

  /** How far the state machine is behind: entries and their bytes that it has not done, those in its hands included. */
  get lag(): { readonly entries: number; readonly bytes: number } {
    return this.applies.lag();
  }

  /** Whether neither disk nor state machine has, or is about to get, anything to do. */
  get isIdle(): boolean {
    return this.persists.isIdle && this.applies.isIdle;
  }

  /** The same node with another host. What is in flight is in flight there too. */
  clone(host: Host<V>): Executor<V> {
    assert(!this.isBusy, INSIDE);
    const copy = new Executor<V>({ protocol: this.protocol, core: this.core.clone(), host, nextPosition: 1 });
    copy.persists = this.persists.clone();
    copy.applies = this.applies.clone();
    copy.pins = this.pins.clone();
    copy.lastNow = this.lastNow;
    copy.dead = this.dead;
    return copy;
  }

  /** As the core's, with what waits for the disk and the state machine; not what is on the disk and in the machine. */
  fingerprint(now: number, rename?: Rename): string {
    const core = this.core.fingerprint(now, rename);
    const dead = this.dead === null ? '' : 'dead';
    // Only the core's text may contain a bar, and it comes first: so each text is made of one state's parts only.
    return `${core}|${this.persists.fingerprint()}|${this.applies.fingerprint()}|${this.pins.fingerprint()}|${dead}`;
  }

  private stepCore(input: Input<V>, now: number): void {
    this.perform(input, this.core.step(input, now), now);
    this.stepOwed(now);
  }

  private stepOwed(now: number): void {
    while (this.owed.length > 0) {
      const next = this.owed.shift()!;
      this.perform(next, this.core.step(next, now), now);
    }
  }

  private perform(input: Input<V> | null, outputs: readonly Output<V>[], now: number): void {
    this.host.stepped?.(input, outputs, now);
    for (let i = 0; i < outputs.length; i++) this.performOne(outputs[i]!);
  }

  private performOne(output: Output<V>): void {
    const { host } = this;
    switch (output.type) {
      case 'send':
        host.send(output.to, output.message, output.lane ?? 'control');
        break;
      case 'answer':
        host.answer(output.ref, output.answer);
        break;
      case 'persist':
        this.persists.push(output, this.protocol.encodeRecords(output.writes));
        break;
      case 'apply':
        this.applies.push({ type: 'entries', index: output.index, entries: output.entries, refs: output.refs });
        break;
      case 'snapshot':
        this.applies.push(output);
        break;
      case 'install':
        this.install(output.index, output.name);
        break;
      case 'readSnapshot':
        this.pins.pin(output.name);
        host.readSnapshot(output);
        break;
      case 'writeSnapshot':
        host.writeSnapshot(output);
        break;
      case 'removeSnapshot':
        this.removeSnapshot(output.name);
        break;
      case 'peers':
        host.setPeers(output.peers);
        break;
      case 'event':
        host.emit(output.event);
        break;
      default:
        unreachable(output);
    }
  }

  private install(index: number, name: string): void {
    const dropped = this.applies.install(index, name);
    for (const ref of dropped.refs) this.host.answer(ref, { outcome: 'unknown' });
    for (const snapshot of dropped.snapshots) this.owed.push({ type: 'snapshotted', ...snapshot, info: null });
    for (const waiting of dropped.installs) this.unpin(waiting);
    this.pins.pin(name);
  }

  private removeSnapshot(name: string): void {
    if (this.pins.maybeRemove(name)) this.host.removeSnapshot(name);
  }

  private unpin(name: string): void {
    if (this.pins.unpin(name)) this.host.removeSnapshot(name);
  }

  /** Runs it as the one thing that happens; if it throws, nothing happens any more. What happens most says so itself, without a closure. */
  private guarded(now: number, run: () => void): void {
    this.begin(now);
    try {
      run();
    } catch (error) {
      throw this.dying(error);
    } finally {
      this.isBusy = false;
    }
  }

  private begin(now: number): void {
    assert(this.dead === null, 'a node that has failed is not called again');
    assert(!this.isBusy, INSIDE);
    assert(Number.isSafeInteger(now) && now >= this.lastNow, 'now is a safe integer, and never goes back');
    this.lastNow = now;
    this.isBusy = true;
  }

  /** Nothing happens any more; gives what was thrown. */
  private dying(error: unknown): unknown {
    this.failed(String(error));
    return error;
  }
}

const INSIDE = 'the executor is not called from inside a step or a call of its host';

const isNumber = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value);

const isReached = (deadline: number | null, now: number): boolean => deadline !== null && now >= deadline;

function checkInteger(option: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min) throw outOfRange(option, `an integer from ${min}`, value);
}
