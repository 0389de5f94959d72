/**
 * The search for an order: Wing and Gong's, with Lowe's memory of where it has been.
 *
 * Calls and answers stand in a list in the order in which they happened. From its head on, any call may be the next to
 * take effect that comes before the first answer: an operation whose answer has been seen can't be put off any longer.
 *
 *     call A   call B   answer A   call C   answer C   answer B
 *     └─ may be next ─┘  └ stop: A or B must come first
 *
 * A choice takes the operation out of the list and the search goes on from the head; when it meets an answer it undoes
 * its last choice and tries the one behind it. Two ways to the same set of done operations and the same state have the
 * same future, so the second is not followed. Open operations have no answer in the list: they need not be chosen, and
 * of two ways that differ only in them the one that has spent fewer can do all that the other can.
 *
 * Sources: Wing and Gong, *Testing and Verifying Concurrent Objects* (1993); Lowe, *Testing for Linearizability* (2017).
 */
import type { Operation } from './history.js';
import { frozen, ILLEGAL, type Model, stepModel, textOf } from './model.js';

interface Choice<S> {
  /** The entry of its call, and the state before it. */
  readonly call: number;
  readonly before: S;
}

/** One object's search, to be run in slices. */
export class Search<S> {
  /** Choices tried so far. */
  steps = 0;
  private readonly model: Model<S>;
  private readonly operations: readonly Operation[];
  private readonly isRead: readonly boolean[];
  private readonly isOverwrite: readonly boolean[];
  private readonly list: EntryList;
  private readonly choices: Choice<S>[] = [];
  private readonly done: DoneSet;
  /** Bits of the open operations that have been chosen. */
  private spent = 0n;
  /** By answered operations that are done and state: what had been spent there, none of them more than another. */
  private readonly seen = new Map<string, bigint[]>();
  private state: S;
  private at: number;
  private answersLeft: number;
  /** The order so far that explains most answers, kept only where it is asked for. */
  private deepest: { readonly order: number[]; readonly answersLeft: number } | null;

  constructor(
    model: Model<S>,
    operations: readonly Operation[],
    { keepDeepest = false }: { readonly keepDeepest?: boolean } = {},
  ) {
    this.model = model;
    this.operations = operations;
    this.isRead = operations.map((each) => model.isRead?.(each) === true);
    this.isOverwrite = operations.map((each) => model.isOverwrite?.(each) === true);
    this.list = new EntryList(operations);
    this.done = new DoneSet(operations.length);
    this.state = frozen(model.init);
    this.at = this.list.first;
    this.answersLeft = operations.filter(({ end }) => end !== Number.POSITIVE_INFINITY).length;
    this.deepest = keepDeepest ? { order: [], answersLeft: this.answersLeft } : null;
  }

  /** Goes on for so many steps: true when there is an order, false when there is none, null when it isn't known yet. */
  run(steps: number): boolean | null {
    const { list, choices, operations } = this;
    const stopAt = this.steps + steps;
    while (this.answersLeft > 0) {
      if (list.isAnswer(this.at)) {
        const last = choices.pop();
        if (last === undefined) return false;
        this.undo(last);
        continue;
      }
      if (this.steps >= stopAt) return null;
      this.steps++;
      const index = list.operationAt(this.at);
      const next = this.isIdle(index) ? ILLEGAL : stepModel(this.model, this.state, operations[index]!);
      if (next === ILLEGAL || this.wasSeen(index, next)) {
        this.at = list.next(this.at);
        continue;
      }
      choices.push({ call: this.at, before: this.state });
      this.mark(index);
      list.lift(this.at, index);
      this.state = next;
      this.at = list.first;
      if (this.deepest !== null && this.answersLeft < this.deepest.answersLeft)
        this.deepest = { order: this.chosen(), answersLeft: this.answersLeft };
    }
    return true;
  }

  /** The operations chosen, in order: a linearization when `run` gave true. */
  order(): Operation[] {
    return this.chosen().map((index) => this.operations[index]!);
  }

  /** The order that explained most answers, once `run` has given false, and how many it left unexplained. */
  longest(): { readonly order: Operation[]; readonly answersLeft: number } {
    const { order = [], answersLeft = this.answersLeft } = this.deepest ?? {};
    return { order: order.map((index) => this.operations[index]!), answersLeft };
  }

  private chosen(): number[] {
    return this.choices.map(({ call }) => this.list.operationAt(call));
  }

  private undo({ call, before }: Choice<S>): void {
    const index = this.list.operationAt(call);
    this.state = before;
    this.unmark(index);
    this.list.unlift(call, index);
    this.at = this.list.next(call);
  }

  private mark(index: number): void {
    if (this.isOpen(index)) {
      this.spent |= 1n << BigInt(index);
    } else {
      this.done.add(index);
      this.answersLeft--;
    }
  }

  private unmark(index: number): void {
    if (this.isOpen(index)) {
      this.spent &= ~(1n << BigInt(index));
    } else {
      this.done.remove(index);
      this.answersLeft++;
    }
  }

  private isOpen(index: number): boolean {
    return this.operations[index]!.end === Number.POSITIVE_INFINITY;
  }

  /** Whether choosing it now could help nobody: some other order does as well without it, or with it later. */
  private isIdle(index: number): boolean {
    if (this.isOpen(index) && this.isRead[index]!) return true;
    const last = this.choices.at(-1);
    if (last === undefined) return false;
    // An open overwrite was chosen for the sake of whoever sees it, and that must be the next one.
    const before = this.list.operationAt(last.call);
    return this.isOpen(before) && this.isOverwrite[before]! && this.isOverwrite[index]!;
  }

  /** Whether the search has been where this choice leads, or somewhere better; if not, it has now. */
  private wasSeen(index: number, next: S): boolean {
    this.mark(index);
    const owes = this.isOpen(index) && this.isOverwrite[index]! ? '!' : '';
    const place = `${owes}${this.done.text()}${this.model.stateText?.(next) ?? textOf(next)}`;
    const { spent } = this;
    this.unmark(index);
    const before = this.seen.get(place);
    if (before === undefined) {
      this.seen.set(place, [spent]);
      return false;
    }
    if (before.some((less) => (less & spent) === less)) return true;
    this.seen.set(place, [...before.filter((more) => (more & spent) !== spent), spent]);
    return false;
  }
}

/** Calls and answers as a doubly linked list in arrays: entry 0 is the head, the last one the end. */
class EntryList {
  private readonly nextOf: Int32Array;
  private readonly previousOf: Int32Array;
  /** Of a call its operation; of an answer −1. */
  private readonly operationOf: Int32Array;
  private readonly answerOf: Int32Array;

  constructor(operations: readonly Operation[]) {
    const events: { at: number; index: number; isAnswer: boolean }[] = [];
    for (const [index, { start, end }] of operations.entries()) {
      events.push({ at: start, index, isAnswer: false });
      if (end !== Number.POSITIVE_INFINITY) events.push({ at: end, index, isAnswer: true });
    }
    events.sort((a, b) => a.at - b.at);
    const count = events.length + 2;
    this.nextOf = new Int32Array(count);
    this.previousOf = new Int32Array(count);
    this.operationOf = new Int32Array(count).fill(-1);
    this.answerOf = new Int32Array(operations.length).fill(-1);
    for (let entry = 0; entry < count; entry++) {
      this.nextOf[entry] = entry + 1;
      this.previousOf[entry] = entry - 1;
    }
    for (const [i, { index, isAnswer }] of events.entries()) {
      if (isAnswer) this.answerOf[index] = i + 1;
      else this.operationOf[i + 1] = index;
    }
  }

  get first(): number {
    return this.nextOf[0]!;
  }

  next(entry: number): number {
    return this.nextOf[entry]!;
  }

  /** True of the end too: there is nothing behind it to choose. */
  isAnswer(entry: number): boolean {
    return this.operationOf[entry] === -1;
  }

  operationAt(call: number): number {
    return this.operationOf[call]!;
  }

  lift(call: number, index: number): void {
    this.unlink(call);
    const answer = this.answerOf[index]!;
    if (answer !== -1) this.unlink(answer);
  }

  unlift(call: number, index: number): void {
    const answer = this.answerOf[index]!;
    if (answer !== -1) this.relink(answer);
    this.relink(call);
  }

  private unlink(entry: number): void {
    this.nextOf[this.previousOf[entry]!] = this.nextOf[entry]!;
    this.previousOf[this.nextOf[entry]!] = this.previousOf[entry]!;
  }

  private relink(entry: number): void {
    this.nextOf[this.previousOf[entry]!] = entry;
    this.previousOf[this.nextOf[entry]!] = entry;
  }
}

/** Which operations are done. Most are those before some point, so that their text is short. */
class DoneSet {
  private readonly words: Uint32Array;
  /** All words before this one are full. */
  private full = 0;
  /** No word from this one on has a bit. */
  private end = 0;

  constructor(count: number) {
    this.words = new Uint32Array(Math.ceil(count / 32) + 1);
  }

  add(index: number): void {
    const word = index >>> 5;
    this.words[word]! |= 1 << (index & 31);
    while (this.words[this.full] === 0xffffffff) this.full++;
    if (word >= this.end) this.end = word + 1;
  }

  remove(index: number): void {
    const word = index >>> 5;
    this.words[word]! &= ~(1 << (index & 31));
    if (word < this.full) this.full = word;
    while (this.end > 0 && this.words[this.end - 1] === 0) this.end--;
  }

  text(): string {
    let text = `${this.full}`;
    for (let word = this.full; word < this.end; word++) text += `.${this.words[word]!.toString(36)}`;
    return `${text}:`;
  }
}
