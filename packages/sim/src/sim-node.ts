/**
 * One node of a world: core's executor with a memory disk, a state machine and a clock of its own. What the executor
 * asks for is noted here and happens when the world says so.
 */
import {
  type Answer,
  type ApplyWork,
  Executor,
  type Flush,
  type Host,
  type Input,
  type Output,
  type Peer,
  type Recovered,
  type Ref,
  type Rename,
  type Vocabulary,
} from '@dsys/core';
import type { Lane, NodeId } from '@dsys/transport';
import { type Appended, MemoryDisk } from '@dsys/wal';
import { type DiskHarm, harmDisk } from './disk-harm.js';
import { garbled } from './garble.js';
import { type Machine, noMachine } from './machine.js';
import type { Owed, ScheduledNode } from './scheduled.js';
import { firstUsAt, localMs } from './skew.js';
import { doJob, type SnapshotJob } from './snapshot-jobs.js';
import type { System } from './system.js';

/** What a node tells its world at once. */
export interface Surroundings<V extends Vocabulary> {
  /** A frame for each receiver, in order. */
  sent(node: SimNode<V>, to: NodeId, bytes: Uint8Array, lane: Lane): void;
  /** Who waits under this ref has an answer. */
  answered(node: SimNode<V>, ref: Ref, answer: Answer<V>): void;
  /** The core was stepped; `input` is null for what `recover` gave. */
  stepped(node: SimNode<V>, input: Input<V> | null, outputs: readonly Output<V>[]): void;
  /** A flush has begun. */
  flushing(node: SimNode<V>): void;
  /** The state machine has something to do. */
  applying(node: SimNode<V>): void;
  /** Something about a snapshot has begun. */
  owing(node: SimNode<V>): void;
}

/** See the top of `sim-node.ts`. */
export class SimNode<V extends Vocabulary> implements ScheduledNode {
  readonly id: NodeId;
  state: 'up' | 'down' | 'failed' | 'paused' = 'down';
  /** Why it failed; and whether its disk did, which is no fault of its own. */
  failure: string | null = null;
  diskFailed = false;
  executor: Executor<V> | null = null;
  disk: MemoryDisk;
  machine: Machine;
  /** How far its clock is off: see `skew.ts`. */
  offsetUs = 0;
  ppm = 0;
  /** The flush in flight, and where its records went: null when there was no room. */
  flush: { readonly flush: Flush; readonly appended: Appended | null } | null = null;
  work: ApplyWork | null = null;
  jobs: readonly SnapshotJob[] = [];
  nextRef: Ref = 1;
  private isFull = false;
  private willFail = false;
  /** Its fingerprints, under its own names and others, until something happens to it. */
  private known: { readonly nowUs: number; readonly texts: Map<Rename | undefined, string> } | null = null;
  private readonly system: System<V>;
  private readonly around: Surroundings<V>;

  /** With an empty disk and machine, or those of another node. */
  constructor(id: NodeId, system: System<V>, around: Surroundings<V>, from?: SimNode<V>) {
    this.id = id;
    this.system = system;
    this.around = around;
    this.disk = from?.disk.clone() ?? new MemoryDisk();
    this.machine = from?.machine.clone() ?? machineOf(system, id);
  }

  /** What its clock shows, in whole milliseconds. */
  nowMs(nowUs: number): number {
    return localMs(this, nowUs);
  }

  /** The first microsecond of the world at which its clock shows so many milliseconds. */
  whenUs(ms: number): number {
    return firstUsAt(this, ms);
  }

  /** Starts it from what its disk holds. */
  start(nowUs: number): void {
    this.state = 'up';
    this.changed();
    try {
      this.recover(this.nowMs(nowUs));
      this.executor!.pump();
    } catch (error) {
      this.failed(error);
    }
  }

  private recover(now: number): void {
    const { protocol } = this.system;
    this.disk.open();
    const { records, damage } = this.disk.load();
    const nextPosition = this.disk.status().nextPosition;
    this.machine = machineOf(this.system, this.id);
    const { core, outputs }: Recovered<V> = protocol.recover(
      this.system.options(this.id),
      {
        id: this.id,
        boot: this.disk.boot,
        appliedIndex: 0,
        nextPosition,
        snapshots: this.disk.snapshots.list().map(({ name }) => name),
        damage: damage === null ? null : { resumeAt: damage.resumeAt },
      },
      records,
      now,
    );
    this.executor = new Executor<V>({ protocol, core, host: this.host(), nextPosition });
    this.executor.start(outputs, now);
  }

  /** The process ends: all that is not on its disk is gone, and of the flush in flight all but `survivors` records. */
  crash(survivors: number, snapshotsSurvive: boolean): void {
    this.changed();
    this.disk.crash({ survivors, snapshotsSurvive });
    this.executor = null;
    this.flush = null;
    this.work = null;
    this.jobs = [];
    this.state = 'down';
    this.failure = null;
    this.diskFailed = false;
    this.willFail = false;
  }

  /** Its disk is lost. Only while it is down. */
  wipe(): void {
    this.changed();
    this.disk = new MemoryDisk();
    this.isFull = false;
  }

  /** A frame arrives. Bytes that a peer sent and this node can't read end it, as any fault of its own. */
  receive(from: NodeId, bytes: Uint8Array, nowUs: number): void {
    this.changed();
    try {
      const message = this.system.protocol.decodeMessage(bytes);
      this.executor!.step({ type: 'receive', from, message }, this.nowMs(nowUs));
      this.executor!.pump();
    } catch (error) {
      this.failed(error);
    }
  }

  /**
   * A frame arrives with its bytes spoiled. Whoever decodes must throw a `DecodeError`, else the node fails; what can be
   * read all the same goes no further, since a transport hands over only what is unaltered. Whether it was refused.
   */
  receiveGarbled(bytes: Uint8Array, variant: number): boolean {
    this.changed();
    try {
      this.system.protocol.decodeMessage(garbled(bytes, variant));
    } catch (error) {
      if (String((error as { code?: unknown }).code).startsWith('decode-')) return true;
      this.failed(unreadable(error));
    }
    return false;
  }

  /** One input, at this time of the world. A throw ends the node. */
  step(input: Input<V>, nowUs: number): void {
    this.changed();
    try {
      this.executor!.step(input, this.nowMs(nowUs));
      this.executor!.pump();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Steps `timeout` when its clock says that it is due. Whether it did. */
  timeout(nowUs: number): boolean {
    this.changed();
    let fired = false;
    try {
      fired = this.executor!.timeout(this.nowMs(nowUs));
      this.executor!.pump();
    } catch (error) {
      this.failed(error);
    }
    return fired;
  }

  /** The flush in flight completes. */
  completeFlush(nowUs: number): void {
    const { appended } = this.flush!;
    this.flush = null;
    this.changed();
    const now = this.nowMs(nowUs);
    try {
      if (appended === null) this.executor!.refused(now);
      else {
        this.disk.flushed();
        this.executor!.flushed(now, appended);
      }
      this.executor!.pump();
    } catch (error) {
      this.failed(error);
    }
  }

  /** The state machine does what it was given. */
  completeApply(nowUs: number): void {
    const work = this.work!;
    this.work = null;
    this.changed();
    try {
      this.doWork(work, this.nowMs(nowUs));
      this.executor!.pump();
    } catch (error) {
      this.failed(error);
    }
  }

  private doWork(work: ApplyWork, now: number): void {
    switch (work.type) {
      case 'entries':
        this.executor!.appliedDone(now, this.machine.apply(work.entries));
        break;
      case 'install':
        this.machine.restore(readWhole(this.disk, work.name));
        this.executor!.appliedDone(now);
        break;
      case 'snapshot':
        this.owe({ type: 'take', name: work.name, index: work.index, bytes: this.machine.snapshot() });
        this.executor!.appliedDone(now);
        break;
    }
  }

  /** The first thing that is under way about snapshots is done. Only while no flush is in flight. */
  completeJob(nowUs: number): void {
    const [job, ...rest] = this.jobs;
    this.jobs = rest;
    this.changed();
    try {
      doJob(job!, this.disk, this.executor!, this.nowMs(nowUs));
      this.executor!.pump();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Whether it runs: it is neither down nor failed nor paused. */
  get isUp(): boolean {
    return this.state === 'up';
  }

  /** As `isUp`: a core answers as soon as it runs. */
  get isReady(): boolean {
    return this.isUp;
  }

  /** The core's own. */
  deadline(): number | null {
    return this.executor === null ? null : this.executor.deadline();
  }

  /** As `ScheduledNode.owes`. */
  owes(what: Owed): boolean {
    if (what === 'applied') return this.work !== null;
    return what === 'flushed' ? this.flush !== null : this.jobs.length > 0 && this.flush === null;
  }

  /** The same node in other surroundings. Cheap: what is immutable is shared. */
  clone(around: Surroundings<V>): SimNode<V> {
    // Field by field: an exploration forks nodes by the hundred thousand, and `Object.assign` takes six times as long.
    const copy = new SimNode<V>(this.id, this.system, around, this);
    copy.state = this.state;
    copy.failure = this.failure;
    copy.diskFailed = this.diskFailed;
    copy.offsetUs = this.offsetUs;
    copy.ppm = this.ppm;
    copy.flush = this.flush;
    copy.work = this.work;
    copy.jobs = this.jobs;
    copy.nextRef = this.nextRef;
    copy.isFull = this.isFull;
    copy.willFail = this.willFail;
    copy.known = this.known;
    copy.executor = this.executor?.clone(copy.host()) ?? null;
    return copy;
  }

  /** Something about its disk goes wrong, or right again. False when it can't: a record rots only where there is one. */
  harmDisk(harm: DiskHarm): boolean {
    if (harm.type === 'ioError' && !this.isUp && this.state !== 'paused') return false;
    if (!harmDisk(this.disk, harm)) return false;
    if (harm.type === 'ioError') this.willFail = true;
    else if (harm.type !== 'rot') this.isFull = harm.type === 'full';
    return true;
  }

  /** Something was changed from outside: its clock, its disk, its state. */
  changed(): void {
    this.known = null;
  }

  /** All that can affect what it does, as text; kept until something happens to it. */
  fingerprint(nowUs: number, rename?: Rename): string {
    if (this.known === null || this.known.nowUs !== nowUs) this.known = { nowUs, texts: new Map() };
    const { texts } = this.known;
    let text = texts.get(rename);
    if (text === undefined) {
      text = this.describe(nowUs, rename);
      texts.set(rename, text);
    }
    return text;
  }

  private describe(nowUs: number, rename?: Rename): string {
    const { protocol } = this.system;
    // Not `load`, which finds damage, as a disk does only when it is opened.
    const stored = protocol.fingerprintRecords(this.disk.inspect(), rename);
    const disk = `${stored}${this.isFull ? ' full' : ''}${this.willFail ? ' failing' : ''}`;
    // A core that cares for its boot has it in its own text; of one that is down nobody else would tell.
    if (this.state === 'down') return `d|${disk}|${this.disk.boot}`;
    const core = this.executor === null ? '' : this.executor.fingerprint(this.nowMs(nowUs), rename);
    const flying = this.flush === null ? '' : `f${this.flush.appended === null ? '!' : this.disk.inFlight}`;
    const work = this.work === null ? '' : `w${this.work.type}${this.work.index}`;
    const jobs = this.jobs.map((job) => `${job.type}${job.type === 'write' ? job.chunk.name : job.name}`).join();
    return `${this.state[0]}${core}|${disk}|${flying}${work}${jobs}|${this.machine.fingerprint()}`;
  }

  /** A throw ends the node as it would end a process. */
  private failed(error: unknown): void {
    this.state = 'failed';
    this.diskFailed = (error as { code?: unknown }).code === 'log-failed';
    this.failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.executor?.failed(String(error));
  }

  private host(): Host<V> {
    const { around } = this;
    const { protocol } = this.system;
    return {
      send: (to, message, lane) => {
        const bytes = protocol.encodeMessage(message);
        if (typeof to === 'string') around.sent(this, to, bytes, lane);
        else for (const each of to) around.sent(this, each, bytes, lane);
      },
      flush: (flush) => {
        this.flush = { flush, appended: this.append(flush) };
        around.flushing(this);
      },
      apply: (work) => {
        this.work = work;
        around.applying(this);
      },
      answer: (ref, answer) => around.answered(this, ref, answer),
      readSnapshot: ({ name, offset, maxBytes }) => this.owe({ type: 'read', name, offset, maxBytes }),
      writeSnapshot: (chunk) => this.owe({ type: 'write', chunk }),
      removeSnapshot: (name) => {
        if (this.disk.snapshots.list().some((each) => each.name === name)) this.disk.snapshots.remove(name);
      },
      setPeers: (_peers: readonly Peer[]) => undefined, // Everyone reaches everyone; cuts are the world's.
      emit: () => undefined,
      stepped: (input, outputs) => around.stepped(this, input, outputs),
    };
  }

  private append({ records, essential, compactTo }: Flush): Appended | null {
    try {
      const appended =
        compactTo === null ? this.disk.append(records, { essential }) : this.disk.compact(compactTo, records);
      this.disk.flush();
      return appended;
    } catch (error) {
      if ((error as { code?: string }).code === 'log-full') return null;
      throw error;
    }
  }

  private owe(job: SnapshotJob): void {
    this.jobs = [...this.jobs, job];
    this.around.owing(this);
  }
}

/** With the place where it was thrown, and not the way there: a replay has another. */
function unreadable(error: unknown): Error {
  const place = error instanceof Error ? (/\n\s+(at .*)/.exec(error.stack ?? '')?.[1] ?? '') : '';
  const made = new Error(`decodeMessage must throw a DecodeError for bad bytes, and threw ${error} ${place}`);
  made.stack = made.message;
  return made;
}

const machineOf = <V extends Vocabulary>(system: System<V>, id: NodeId): Machine =>
  system.machine === undefined ? noMachine() : system.machine(id);

function readWhole(disk: MemoryDisk, name: string): Uint8Array {
  return disk.snapshots.read(name, 0, Number.MAX_SAFE_INTEGER);
}
