/**
 * A small world that a seed decides: nodes with disks in memory, messages that take their time, are lost or come twice,
 * and crashes. At last all is well, and what waits is done. Laws look on through a `Watch`. (`@dsys/sim` is a world in
 * earnest.)
 */
import { InvariantViolation } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import { below, between, chance, pick, type Random, seededRandom, split } from '../random.js';
import type { Vocabulary } from '../vocabulary.js';
import type { ProtocolUnderTest } from './protocol-under-test.js';
import { shown } from './shown.js';
import { TrialNode } from './trial-node.js';
import { Broken, type Surroundings, type Watch } from './watch.js';

/** What broke which law. */
export interface Fault {
  readonly law: string;
  readonly what: string;
  readonly cause: unknown;
}

/** Unlike any name that is likely to be part of another. */
const NAMES: readonly NodeId[] = ['Ada', 'Barbara', 'Edsger', 'Grace', 'Leslie', 'Nancy', 'Tony'].map((n) => `~${n}~`);
const TROUBLED_MS = 600;
const CALM_MS = 400;
/** More timeouts than this at one time, and the deadline does not move. */
const MOST_TIMEOUTS = 16;

/** See the top of `trial.ts`. */
export class Trial<V extends Vocabulary> implements Surroundings<V> {
  readonly subject: ProtocolUnderTest<V>;
  readonly watch: Watch<V>;
  readonly nodes: readonly TrialNode<V>[];
  readonly random: Random;
  /** When the clock of every node began. */
  readonly began: number;
  now: number;
  isCalm = false;
  fault: Fault | null = null;
  appliedCount = 0;
  readonly trace: string[] = [];
  private readonly pace: { readonly message: number; readonly disk: number; readonly crash: number };
  private readonly coming: { readonly at: number; readonly act: () => void }[] = [];
  /** What each index was seen to mean. */
  private readonly entries = new Map<number, string>();

  constructor(subject: ProtocolUnderTest<V>, seed: number, watch: Watch<V> = {}, began = 0) {
    this.subject = subject;
    this.watch = watch;
    this.began = began;
    this.now = began;
    this.random = split(seededRandom(seed), 'trial');
    this.pace = {
      message: pick(this.random, [2, 8, 20]),
      disk: pick(this.random, [2, 8, 20]),
      crash: pick(this.random, [20, 60, 300]),
    };
    this.nodes = NAMES.slice(0, subject.nodeCount ?? 3).map((id) => new TrialNode<V>(id, this));
  }

  get ids(): readonly NodeId[] {
    return this.nodes.map(({ id }) => id);
  }

  /** Lets it all happen, up to the first fault. */
  run(): this {
    try {
      for (const node of this.nodes) node.start();
      this.againAndAgain(20, () => this.ask());
      this.againAndAgain(this.pace.crash, () => this.crashOne());
      this.runFor(TROUBLED_MS);
      this.isCalm = true;
      for (const node of this.nodes) if (node.executor === null) node.start();
      this.runFor(CALM_MS);
    } catch (error) {
      const law = error instanceof Broken ? error.law : 'rules';
      const isOurs = error instanceof Broken || error instanceof InvariantViolation;
      this.fault = { law, what: isOurs ? error.message : `it threw: ${String(error)}`, cause: error };
    }
    return this;
  }

  at(ms: number, act: () => void): void {
    const at = this.now + ms;
    const behind = this.coming.findIndex((other) => other.at > at);
    this.coming.splice(behind === -1 ? this.coming.length : behind, 0, { at, act });
  }

  diskMs(): number {
    return this.isCalm ? 1 : between(this.random, 1, this.pace.disk);
  }

  carry(from: NodeId, to: NodeId, message: V['message']): void {
    this.watch.sent?.(message);
    if (!this.isCalm && chance(this.random, 0.05)) return;
    const { protocol } = this.subject;
    const bytes = protocol.encodeMessage(message);
    const arrive = () =>
      this.nodes.find(({ id }) => id === to)?.step({ type: 'receive', from, message: protocol.decodeMessage(bytes) });
    this.at(this.isCalm ? 1 : between(this.random, 1, this.pace.message), arrive);
    if (!this.isCalm && chance(this.random, 0.1)) this.at(between(this.random, 1, 4 * this.pace.message), arrive);
  }

  /** A state machine was given this. */
  decided(index: number, bytes: Uint8Array): void {
    const meant = this.entries.get(index);
    const means = shown(bytes);
    if (meant !== undefined && meant !== means)
      throw new Broken('entries', `index ${index} was ${meant}, and is now ${means}`);
    this.entries.set(index, means);
  }

  answered(outcome: string): void {
    if (outcome === 'applied' && this.isCalm) this.appliedCount++;
  }

  note(line: string): void {
    this.trace.push(`${this.now - this.began} ${line}`);
  }

  private runFor(ms: number): void {
    for (const end = this.now + ms; ; ) {
      const wake = Math.min(...this.nodes.map(({ executor }) => executor?.deadline() ?? Infinity));
      const [next] = this.coming;
      const at = Math.max(this.now, Math.min(wake, next?.at ?? Infinity));
      if (at > end) break;
      this.now = at;
      if (next !== undefined && next.at <= at) this.coming.shift()!.act();
      else for (const node of this.nodes) this.timeOut(node);
      for (const { executor } of this.nodes) executor?.pump();
    }
  }

  private timeOut(node: TrialNode<V>): void {
    for (let count = 0; node.executor?.timeout(this.now) === true; count++)
      if (count === MOST_TIMEOUTS)
        throw new Broken('deadline', `${node.id} wants a timeout at ${this.now - this.began} for ever`);
  }

  private ask(): void {
    const { random, subject } = this;
    // Nobody here knows whom to ask, so everybody is asked.
    for (const node of this.nodes) if (node.executor !== null) node.ask(random, subject);
  }

  private crashOne(): void {
    const node = pick(this.random, this.nodes);
    if (this.isCalm || node.executor === null) return;
    this.note(`${node.id} crashes`);
    node.crash(below(this.random, node.disk.inFlight + 1));
    this.at(between(this.random, 1, 40), () => {
      if (node.executor === null) node.start();
    });
  }

  private againAndAgain(ms: number, act: () => void): void {
    this.at(between(this.random, 1, ms), () => {
      act();
      this.againAndAgain(ms, act);
    });
  }
}
