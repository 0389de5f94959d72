/**
 * Turns. Whatever happens between two of them (frames, completions of disk and state machine, proposals) waits in the
 * inbox; a turn steps it all, and only then lets disk and state machine go:
 *
 *     what arrived, in order ──► all proposals as one input ──► asks ──► timeout, if due ──► pump
 *
 * So what came in during one poll phase shares one flush, and nobody waits for a timer. More proposals than one append of
 * the storage takes are several inputs.
 */
import { assert } from '@dsys/codec';
import type { Executor } from '../executor.js';
import type { Command, Input } from '../input.js';
import type { Output } from '../output.js';
import { RECORD_OVERHEAD_BYTES } from '../persist-queue.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Clock } from './clock.js';
import { LastInputs, type TimedInput } from './failure.js';
import { Wake } from './wake.js';

/** Something that has completed: what the core will learn of it, and how the executor is told. */
export interface Completion<V extends Vocabulary> {
  readonly completes: Input<V> | null;
  readonly tell: (executor: Executor<V>, now: number) => void;
}

/** What a loop runs with. */
export interface LoopOptions<V extends Vocabulary> {
  readonly clock: Clock;
  readonly lastInputs: number;
  /** Most bytes of one `propose`, counted as a flush is: a core may ask for all of it in one persist, which has to fit an append. */
  readonly proposalBytes: number;
  /** Which of these nobody waits for any more. */
  readonly isWithdrawn: (ref: number) => boolean;
  /** The inbox is about to be stepped: it is empty for whoever counts. */
  readonly onTaken: () => void;
  readonly beforeTurn: () => void;
  readonly afterTurn: (executor: Executor<V>) => void;
  readonly onThrow: (error: unknown) => void;
}

/** A state machine that answers at once is pumped again in the same turn, so many times; then others have their turn. */
const ROUNDS = 8;

/** See the top of `loop.ts`. */
export class Loop<V extends Vocabulary> {
  private readonly options: LoopOptions<V>;
  private readonly wake: Wake;
  private readonly last: LastInputs<V>;
  private executor: Executor<V> | null = null;
  private inbox: (Input<V> | Completion<V>)[] = [];
  private commands: Command[] = [];
  private asks: { readonly ref: number; readonly input: Input<V> }[] = [];
  private cancelTurn: (() => void) | null = null;
  private isInTurn = false;
  private isStopped = false;
  private lastNow = 0;

  constructor(options: LoopOptions<V>) {
    this.options = options;
    this.wake = new Wake(options.clock, () => this.schedule());
    this.last = new LastInputs(options.lastInputs);
  }

  /** Whole milliseconds that never go back. */
  now(): number {
    const now = Math.floor(this.options.clock.now());
    if (now > this.lastNow) this.lastNow = now;
    return this.lastNow;
  }

  /** Performs what `recover` gave; disk and state machine are let go in the first turn. */
  begin(executor: Executor<V>, outputs: readonly Output<V>[], now: number): void {
    executor.start(outputs, now);
    this.executor = executor;
    this.schedule();
  }

  /** Something arrived. It is stepped in the next turn, or in this one if it is under way. */
  post(item: Input<V> | Completion<V>): void {
    if (this.isStopped) return;
    this.inbox.push(item);
    this.schedule();
  }

  propose(command: Command): void {
    this.commands.push(command);
    this.schedule();
  }

  ask(ref: number, input: Input<V>): void {
    this.asks.push({ ref, input });
    this.schedule();
  }

  /** No turn and no timer is left, and none comes. What waits is forgotten. */
  stop(): void {
    this.isStopped = true;
    this.cancelTurn?.();
    this.cancelTurn = null;
    this.wake.stop();
    this.inbox = [];
    this.commands = [];
    this.asks = [];
  }

  /** The last inputs, oldest first. */
  inputs(): TimedInput<V>[] {
    return this.last.list();
  }

  private schedule(): void {
    if (this.cancelTurn !== null || this.isInTurn || this.isStopped || this.executor === null) return;
    this.cancelTurn = this.options.clock.nextTurn(() => this.turn());
  }

  private turn(): void {
    this.cancelTurn = null;
    const { executor } = this;
    assert(executor !== null && !this.isInTurn, 'a turn begins when none is under way');
    this.isInTurn = true;
    try {
      this.options.beforeTurn();
      const isAgain = this.rounds(executor);
      if (this.isStopped) return;
      this.options.afterTurn(executor);
      this.isInTurn = false;
      if (isAgain || this.hasWork) this.schedule();
      this.wake.arm(executor.deadline(), this.now());
    } catch (error) {
      this.options.onThrow(error);
    } finally {
      this.isInTurn = false;
    }
  }

  private get hasWork(): boolean {
    return this.inbox.length + this.commands.length + this.asks.length > 0;
  }

  /** Whether another turn is wanted. */
  private rounds(executor: Executor<V>): boolean {
    let isAgain = false;
    for (let round = 0; round < ROUNDS; round++) {
      this.stepInbox(executor);
      this.stepProposals(executor);
      this.stepAsks(executor);
      if (this.isStopped) return false;
      isAgain ||= this.stepTimeout(executor);
      if (this.isStopped) return false;
      executor.pump();
      if (this.inbox.length === 0) break;
    }
    return isAgain;
  }

  /** Steps `timeout` where it is due. Whether a poll phase is to pass first. */
  private stepTimeout(executor: Executor<V>): boolean {
    const now = this.now();
    const verdict = this.wake.verdict(executor.deadline(), now);
    if (verdict !== 'timeout') return verdict === 'turn';
    this.last.note({ type: 'timeout' }, now);
    executor.timeout(now);
    return false;
  }

  private stepInbox(executor: Executor<V>): void {
    const { inbox } = this;
    if (inbox.length === 0) return;
    this.inbox = [];
    this.options.onTaken();
    for (const item of inbox) {
      if (this.isStopped) return;
      if (!('tell' in item)) {
        this.step(executor, item);
        continue;
      }
      const now = this.now();
      if (item.completes !== null) this.last.note(item.completes, now);
      item.tell(executor, now);
    }
  }

  private stepProposals(executor: Executor<V>): void {
    if (this.commands.length === 0 || this.isStopped) return;
    const commands = this.commands.filter(({ ref }) => !this.options.isWithdrawn(ref));
    this.commands = [];
    for (let from = 0; from < commands.length && !this.isStopped; ) {
      const to = endOfGroup(commands, from, this.options.proposalBytes);
      this.step(executor, { type: 'propose', commands: commands.slice(from, to) });
      from = to;
    }
  }

  private stepAsks(executor: Executor<V>): void {
    const { asks } = this;
    if (asks.length === 0) return;
    this.asks = [];
    for (const { ref, input } of asks) {
      if (this.isStopped) return;
      if (!this.options.isWithdrawn(ref)) this.step(executor, input);
    }
  }

  private step(executor: Executor<V>, input: Input<V>): void {
    const now = this.now();
    this.last.note(input, now);
    executor.step(input, now);
  }
}

/** As many as fit into so many bytes, one at least. */
function endOfGroup(commands: readonly Command[], from: number, maxBytes: number): number {
  let bytes = 0;
  for (let at = from; at < commands.length; at++) {
    bytes += RECORD_OVERHEAD_BYTES + commands[at]!.bytes.length;
    if (bytes > maxBytes && at > from) return at;
  }
  return commands.length;
}
