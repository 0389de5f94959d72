import { outOfRange, wrongType } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import type { CloseOptions, Storage } from '@dsys/wal';
import type { CoreOf } from '../core.js';
import { Executor } from '../executor.js';
import type { Host } from '../host.js';
import type { Ref } from '../input.js';
import type { Answer } from '../output.js';
import type { Vocabulary } from '../vocabulary.js';
import { Admission, type AskOptions, BUSY, type Busy, checkSignal } from './admission.js';
import { type Clock, systemClock } from './clock.js';
import { Ending } from './ending.js';
import type { DriverEvents } from './events.js';
import { type FailedPart, NodeClosed, NodeFailed, type TimedInput } from './failure.js';
import { Flushes } from './flushes.js';
import { FrameGate } from './frames.js';
import { type Health, healthOf } from './health.js';
import { hostOf } from './host.js';
import { type CheckedLimits, checkedLimits } from './limits.js';
import { codeOf, loadStorage, recoveryOf } from './load.js';
import { Loop } from './loop.js';
import type { Gauges } from './metrics.js';
import { Observer } from './observer.js';
import { checkOptions, type DriverOptions } from './options.js';
import { Outstanding, UNKNOWN } from './outstanding.js';
import { Sender } from './sender.js';
import { SnapshotChunks } from './snapshot-chunks.js';
import { StateWork } from './state-work.js';
import type { DriverStatus } from './status.js';

/**
 * Runs one node of any protocol: a core, with a transport, a storage, a state machine and a clock round it.
 *
 *     frames ──► verify, decode ──┐                     ┌──► encode ──► transport
 *     propose, ask ───────────────┼──► turn: step … ────┼──► one flush ──► storage ──► turn
 *     timer ──────────────────────┘                     └──► one batch ──► state machine ──► turn
 *
 * All rules of order are the `Executor`'s; here is when it is called. `Driver.start` gives one that runs.
 */
export class Driver<V extends Vocabulary> {
  readonly id: NodeId;
  private readonly storage: Storage;
  private readonly limits: CheckedLimits;
  private readonly observer: Observer<V>;
  private readonly outstanding: Outstanding<V>;
  private readonly admission: Admission;
  private readonly loop: Loop<V>;
  private readonly gate: FrameGate<V['message']>;
  private readonly flushes: Flushes<V>;
  private readonly work: StateWork<V>;
  private readonly ending: Ending;
  private readonly host: Host<V>;
  private executor: Executor<V> | null = null;
  private stopReceiving: () => void = () => undefined;
  private state: DriverStatus['state'] = 'running';
  private failure: NodeFailed | null = null;
  private isTransportClosed = false;

  /**
   * Reads what the storage remembers, brings the core back and begins. Rejects with `RangeError` or `TypeError` for bad
   * options, with what the storage or `recover` threw, or with the signal's reason; transport and storage are then as they
   * were handed in, and the caller's to close.
   */
  static async start<V extends Vocabulary>(given: DriverOptions<V>): Promise<Driver<V>> {
    checkOptions(given);
    given.signal?.throwIfAborted();
    const clock = given.clock ?? systemClock();
    const driver = new Driver<V>(given, clock);
    try {
      await driver.recover(given);
    } catch (error) {
      driver.halt();
      if (given.clock === undefined) clock.close?.();
      throw error;
    }
    return driver;
  }

  private constructor(given: DriverOptions<V>, clock: Clock) {
    const { id, protocol, transport, storage, stateMachine, guard = null } = given;
    this.id = id;
    this.storage = storage;
    this.limits = checkedLimits(given.limits ?? {}, storage);
    const now = () => clock.now();
    const observer = new Observer<V>(given, storage.boot, now, () => this.gauges());
    this.observer = observer;
    this.outstanding = new Outstanding<V>(now, (outcome, tookMs) => observer.answered(outcome, tookMs));
    this.admission = new Admission(this.outstanding, this.limits);
    this.loop = new Loop<V>({
      clock,
      lastInputs: this.limits.lastInputs,
      proposalBytes: Math.min(this.limits.flushBytes, Math.ceil(storage.maxAppendBytes / 2)),
      isWithdrawn: (ref) => this.outstanding.withdrawn(ref),
      onTaken: () => this.gate.taken(),
      beforeTurn: () => observer.tellEarly(),
      afterTurn: ({ lag }) => this.admission.afterTurn(lag),
      onThrow: (error) => this.fail(codeOf(error) === 'storage-out-of-order' ? 'storage' : 'core', error),
    });
    const post: Loop<V>['post'] = (item) => this.loop.post(item);
    this.gate = new FrameGate<V['message']>({
      decode: (bytes) => protocol.decodeMessage(bytes),
      guard,
      maxFrames: this.limits.inboxFrames,
      maxBytes: this.limits.inboxBytes,
      onMessage: (from, message) => post({ type: 'receive', from, message }),
      onFault: (from, fault, error) => observer.frameFault(from, fault, error),
    });
    this.flushes = new Flushes<V>({
      storage,
      now,
      post,
      onFlushed: (records, tookMs) => observer.flushed(records, tookMs),
      onFull: () => observer.full(),
      // Asked for more than the storage said that it takes: that is no fault of the disk.
      onFailed: (error) => this.fail(codeOf(error) === 'record-too-large' ? 'core' : 'storage', error),
    });
    const { snapshots } = storage;
    const onSnapshotFailed = (name: string, error: unknown) => observer.snapshotFailed(name, error);
    this.work = new StateWork<V>({
      stateMachine,
      snapshots,
      now,
      post,
      onApplied: (entries, tookMs) => observer.applied(entries, tookMs),
      onFailed: (error) => this.fail(isOfSnapshot(error) ? 'storage' : 'state-machine', error),
      onSnapshotFailed,
    });
    const chunks = new SnapshotChunks<V>({ snapshots, post, onFailed: onSnapshotFailed });
    const sender = new Sender<V['message']>({
      transport,
      encode: (message) => protocol.encodeMessage(message),
      guard,
      counts: observer.counts,
      onRefused: (to, result, detail) => {
        this.isTransportClosed ||= result === 'closed';
        observer.sendRefused(to, result, detail);
      },
    });
    const { flushes, work, outstanding } = this;
    this.host = hostOf({ id, transport, sender, flushes, work, chunks, outstanding, observer });
    this.ending = new Ending({
      transport,
      storage,
      busy: [() => work.idle(), () => chunks.stop()],
      onEnded: () => {
        if (this.state === 'closing') this.state = 'closed';
        if (given.clock === undefined) clock.close?.();
      },
    });
  }

  /**
   * Proposes a command; the bytes must not change any more. Resolves with the protocol's answer, `applied` with the state
   * machine's result where all went well, or at once with `busy`: nothing waits here, so that a slow disk is felt where
   * load can be shed. Rejects with a `RangeError` for a command above `limits.commandBytes`, with `NodeClosed` or
   * `NodeFailed` when the node has ended before.
   */
  async propose(command: Uint8Array, { signal }: AskOptions = {}): Promise<Answer<V> | Busy> {
    this.refuseUnlessRunning();
    if (!(command instanceof Uint8Array)) throw wrongType('command', 'a Uint8Array', command);
    const { commandBytes } = this.limits;
    if (command.length > commandBytes) throw outOfRange('command', `at most ${commandBytes} bytes`, command.length);
    checkSignal(signal);
    if (signal?.aborted) return UNKNOWN;
    if (this.admission.isOverloaded || this.admission.isLagging) return BUSY;
    const { ref, answer } = this.outstanding.open(command.length, signal);
    this.loop.propose({ ref, bytes: command });
    return answer;
  }

  /** Steps an input of the protocol that is answered under `ref`: a read, a change of members. As `propose` in all else. */
  async ask(make: (ref: Ref) => V['input'], { signal }: AskOptions = {}): Promise<Answer<V> | Busy> {
    this.refuseUnlessRunning();
    checkSignal(signal);
    if (signal?.aborted) return UNKNOWN;
    if (this.admission.isOverloaded) return BUSY;
    const { ref, answer } = this.outstanding.open(0, signal);
    try {
      this.loop.ask(ref, make(ref));
    } catch (error) {
      this.outstanding.answer(ref, UNKNOWN);
      throw error;
    }
    return answer;
  }

  /** Steps an input of the protocol that has no answer. */
  tell(input: V['input']): void {
    this.refuseUnlessRunning();
    this.loop.post(input);
  }

  /** Resolves once half of every limit that makes `propose` busy is free, or when the node has ended. */
  room(): Promise<void> {
    return this.state === 'running' ? this.admission.room() : Promise.resolve();
  }

  /** Calls `listener` at each event of this name, and returns the way to stop. What it throws is thrown in a microtask of its own. */
  on<K extends keyof DriverEvents<V>>(name: K, listener: (event: DriverEvents<V>[K]) => void): () => void {
    return this.observer.listening.on(name, listener);
  }

  /** The core, to be looked at: its state as of now. Never step it. */
  get core(): CoreOf<V> {
    return this.executor!.core;
  }

  /** Figures as of now. */
  status(): DriverStatus {
    const deadline = this.state === 'running' ? this.executor!.deadline() : null;
    return {
      id: this.id,
      state: this.state,
      boot: this.storage.boot,
      outstanding: { count: this.outstanding.count, bytes: this.outstanding.bytes },
      lag: this.admission.lag,
      timeoutInMs: deadline === null ? null : deadline - this.loop.now(),
      flushingMs: this.flushes.flushingMs,
      waitingFrames: this.gate.waitingFrames,
      counts: this.observer.counts,
      storage: this.storage.status(),
    };
  }

  /** Whether the node is of use, and if not, why. */
  health(): Health {
    return healthOf({
      state: this.state,
      failure: this.failure?.message ?? null,
      storage: this.storage.status(),
      flushingMs: this.flushes.flushingMs,
      lag: this.admission.lag,
      isLagging: this.admission.isLagging,
      isOverloaded: this.admission.isOverloaded,
      isTransportClosed: this.isTransportClosed,
      limits: this.limits,
    });
  }

  /**
   * Ends the node: all outstanding are answered `unknown`, transport and storage are closed, no timer is left. Waits for
   * what the disk and the state machine are doing; `abandon` doesn't, for a disk that hangs. May be called again, and
   * `abandon` may follow a call that waits. Rejects when transport or storage could not be closed; the rest is all the same.
   */
  close({ abandon = false }: CloseOptions = {}): Promise<void> {
    if (this.state === 'running') {
      this.state = 'closing';
      this.halt();
      this.observer.log('info', 'the node is closing', { abandon });
      this.observer.listening.tell('closing', { abandon });
    }
    return this.ending.begin(abandon);
  }

  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async recover(given: DriverOptions<V>): Promise<void> {
    const { protocol, options, id, stateMachine, storage, transport, signal } = given;
    const { observer, loop, limits, host } = this;
    const onProgress = (records: number) => observer.log('info', 'reading the log', { records });
    const loaded = await loadStorage(storage, { signal, now: () => loop.now(), onProgress });
    const { damage } = loaded;
    if (damage !== null) {
      const { first, last, reason } = damage;
      observer.log('error', 'durable records are lost, and peers have to fill them in', { first, last, reason });
    }
    const recovery = recoveryOf(id, storage, stateMachine, loaded);
    const now = loop.now();
    const { core, outputs } = protocol.recover(options, recovery, loaded.records, now);
    const { nextPosition, appliedIndex } = recovery;
    this.executor = new Executor<V>({ protocol, core, host, nextPosition, appliedIndex, limits });
    this.stopReceiving = transport.receive((from, frame) => {
      observer.counts.framesReceived++;
      this.gate.arrive(from, frame);
    });
    loop.begin(this.executor, outputs, now);
    observer.log('info', 'the node has started', { boot: storage.boot, records: loaded.records.length });
  }

  private fail(part: FailedPart, cause: unknown): void {
    if (this.state !== 'running') {
      // What is abandoned is rejected as closed: that is no news.
      if (codeOf(cause) !== 'log-closed')
        this.observer.log('error', 'a part failed after the end', { part, error: String(cause) });
      return;
    }
    this.state = 'failed';
    this.executor?.failed(String(cause));
    const inputs: readonly TimedInput<Vocabulary>[] = this.loop.inputs();
    const failure = new NodeFailed({ node: this.id, part, cause, inputs });
    this.failure = failure;
    this.halt();
    void this.ending.begin(true);
    this.observer.log('error', 'the node has stopped', { part, error: failure.message });
    if (this.observer.listening.tell('failed', failure)) return;
    queueMicrotask(() => {
      throw failure;
    });
  }

  /** Nothing is stepped, sent or acknowledged from here on. */
  private halt(): void {
    this.observer.tellEarly();
    this.stopReceiving();
    this.gate.close();
    this.loop.stop();
    this.work.stop();
    this.outstanding.answerAll();
    this.admission.wakeAll();
    this.observer.close();
  }

  private refuseUnlessRunning(): void {
    if (this.state === 'running') return;
    throw this.failure ?? new NodeClosed(this.id);
  }

  private gauges(): Gauges {
    const { outstanding, admission, flushes } = this;
    return { outstanding: outstanding.count, lagEntries: admission.lag.entries, flushingMs: flushes.flushingMs };
  }
}

/** A snapshot that can't be read is for whoever keeps the disk: the state machine that was to restore it has no fault. */
const isOfSnapshot = (error: unknown): boolean => String(codeOf(error)).startsWith('snapshot-');
