import type { Lane, NodeId } from '@dsys/transport';
import { MemoryDisk, SnapshotDigest, type SnapshotInfo } from '@dsys/wal';
import type { ApplyWork } from '../apply-queue.js';
import type { CoreOf, Rename } from '../core.js';
import { Executor } from '../executor.js';
import type { Host } from '../host.js';
import type { Input, Ref } from '../input.js';
import type { Answer, Output, ReadSnapshot, WriteSnapshot } from '../output.js';
import type { Flush } from '../persist-queue.js';
import { below, chance, nextUint32, type Random } from '../random.js';
import type { Vocabulary } from '../vocabulary.js';
import type { ProtocolUnderTest } from './protocol-under-test.js';
import { shown } from './shown.js';
import { Broken, type Surroundings, type Watch } from './watch.js';

/** A core that a law looks at while it is stepped. */
class WatchedCore<V extends Vocabulary> implements CoreOf<V> {
  readonly inner: CoreOf<V>;
  private readonly watch: Watch<V>;

  constructor(inner: CoreOf<V>, watch: Watch<V>) {
    this.inner = inner;
    this.watch = watch;
  }

  step(input: Input<V>, now: number): Output<V>[] {
    return this.watch.step?.(this.inner, input, now) ?? this.inner.step(input, now);
  }

  deadline(): number | null {
    return this.inner.deadline();
  }

  clone(): this {
    return new WatchedCore(this.inner.clone(), this.watch) as this;
  }

  fingerprint(now: number, rename?: Rename): string {
    return this.inner.fingerprint(now, rename);
  }
}

/** One node of a trial: a disk, snapshots and, while it runs, an executor and a state machine that is a list. */
export class TrialNode<V extends Vocabulary> implements Host<V> {
  readonly id: NodeId;
  readonly disk: MemoryDisk = new MemoryDisk();
  executor: Executor<V> | null = null;
  private readonly trial: Surroundings<V>;
  /** Raised by each crash: what was begun before comes to nothing. */
  private life = 0;
  private state: (readonly [index: number, bytes: readonly number[]])[] = [];
  private readonly snapshots = new Map<string, Uint8Array>();
  private readonly unfinished = new Map<string, number[]>();
  private readonly open = new Set<Ref>();
  private lastRef = 0;

  constructor(id: NodeId, trial: Surroundings<V>) {
    this.id = id;
    this.trial = trial;
  }

  start(): void {
    const { trial, id, disk } = this;
    const { protocol } = trial.subject;
    disk.open();
    const { records } = disk.load();
    const { nextPosition } = disk.status();
    const options = trial.subject.options(trial.ids, id);
    const snapshots = [...this.snapshots.keys()].sort();
    const recovery = { id, boot: disk.boot, appliedIndex: 0, nextPosition, snapshots, damage: null };
    const recover = ({ boot, now } = { boot: disk.boot, now: trial.now }) =>
      protocol.recover(options, { ...recovery, boot }, records, now);
    const { core, outputs } = trial.watch.recover?.(recover, recovery, records) ?? recover();
    this.executor = new Executor<V>({ protocol, core: new WatchedCore(core, trial.watch), host: this, nextPosition });
    this.executor.start(outputs, trial.now);
    this.executor.pump();
  }

  crash(survivors: number): void {
    this.disk.crash({ survivors });
    this.executor = null;
    this.life++;
    this.state = [];
    this.unfinished.clear();
    this.open.clear();
    this.lastRef = 0;
  }

  step(input: Input<V>): void {
    this.executor?.step(input, this.trial.now);
  }

  /** Proposes something, or asks for something else. */
  ask(random: Random, subject: ProtocolUnderTest<V>): void {
    const other = chance(random, 0.3) ? (subject.input?.(random, this.lastRef + 1) ?? null) : null;
    if (other !== null) {
      this.open.add(++this.lastRef);
      return this.step(other);
    }
    const commands = Array.from({ length: 1 + below(random, 3) }, () => {
      const bytes =
        subject.command?.(random) ?? Uint8Array.from({ length: below(random, 9) }, () => nextUint32(random));
      return { ref: ++this.lastRef, bytes };
    });
    for (const { ref } of commands) this.open.add(ref);
    this.step({ type: 'propose', commands });
  }

  stepped(input: Input<V> | null, outputs: readonly Output<V>[]): void {
    this.trial.note(`${this.id} ${shown(input)} ${shown(outputs)}`);
  }

  send(to: NodeId | readonly NodeId[], message: V['message'], _lane: Lane): void {
    for (const node of [to].flat() as NodeId[]) this.trial.carry(this.id, node, message);
  }

  flush({ records, compactTo, essential }: Flush): void {
    const { disk } = this;
    const before = disk.load().records;
    const { nextPosition } = disk.status();
    if (compactTo === null) disk.append(records, { essential });
    else disk.compact(compactTo, records);
    disk.flush();
    this.later(this.trial.diskMs(), (executor) => {
      const last = nextPosition + records.length - 1;
      disk.flushed();
      const carried = records.map((bytes, i) => ({ position: nextPosition + i, bytes }));
      if (compactTo !== null) this.trial.watch.compacted?.([...before, ...carried], disk.load().records);
      executor.flushed(this.trial.now, { first: nextPosition, last });
    });
  }

  apply(work: ApplyWork): void {
    this.later(1, (executor) => {
      const { now } = this.trial;
      if (work.type === 'entries') {
        for (const { index, bytes } of work.entries) this.trial.decided(index, bytes);
        this.state.push(...work.entries.map(({ index, bytes }) => [index, [...bytes]] as const));
        return executor.appliedDone(
          now,
          work.entries.map(({ bytes }) => bytes),
        );
      }
      if (work.type === 'install') {
        const bytes = this.snapshots.get(work.name);
        if (bytes === undefined) throw new Broken('rules', `${work.name} is installed, and there is no such snapshot`);
        this.state = JSON.parse(String.fromCharCode(...bytes)) as typeof this.state;
        return executor.appliedDone(now);
      }
      const { name, index } = work;
      const captured = Uint8Array.from(JSON.stringify(this.state), (letter) => letter.charCodeAt(0));
      executor.appliedDone(now);
      this.later(this.trial.diskMs(), (later) =>
        later.snapshotted(this.trial.now, name, index, this.finish(name, captured)),
      );
    });
  }

  answer(ref: Ref, answer: Answer<V>): void {
    if (!this.open.delete(ref)) throw new Broken('refs', `${this.id} answers ${ref}, for which nobody waits`);
    this.trial.answered(answer.outcome);
  }

  readSnapshot({ name, offset, maxBytes }: ReadSnapshot): void {
    this.later(1, (executor) => {
      const all = this.snapshots.get(name);
      const bytes = all?.slice(offset, offset + maxBytes) ?? null;
      executor.snapshotRead(this.trial.now, name, offset, bytes, all === undefined || offset + maxBytes >= all.length);
    });
  }

  writeSnapshot({ name, offset, bytes, isLast }: WriteSnapshot): void {
    this.later(this.trial.diskMs(), (executor) => {
      const written = offset === 0 ? [] : (this.unfinished.get(name) ?? []);
      if (written.length !== offset) return executor.snapshotWritten(this.trial.now, name, null, null);
      for (const byte of bytes) written.push(byte);
      this.unfinished.set(name, written);
      const info = isLast ? this.finish(name, Uint8Array.from(written)) : null;
      executor.snapshotWritten(this.trial.now, name, written.length, info);
    });
  }

  removeSnapshot(name: string): void {
    this.snapshots.delete(name);
  }
  setPeers(): void {
    // Everybody reaches everybody here.
  }
  emit(): void {
    // Nobody listens.
  }

  private finish(name: string, bytes: Uint8Array): SnapshotInfo {
    this.unfinished.delete(name);
    this.snapshots.set(name, bytes);
    const digest = new SnapshotDigest();
    digest.update(bytes);
    return { name, bytes: bytes.length, checksum: digest.finish(), damaged: false };
  }

  private later(ms: number, act: (executor: Executor<V>) => void): void {
    const { life } = this;
    this.trial.at(ms, () => {
      if (this.life === life) act(this.executor!);
    });
  }
}
