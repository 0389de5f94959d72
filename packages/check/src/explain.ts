/**
 * Why a history is illegal, in as few operations as will do.
 *
 * Three things weaken a history, so that if the weaker one is illegal the whole one is: cutting it off after some answer;
 * leaving out an operation that changes nothing; forgetting when another operation was answered, so that it may take
 * effect later or never. Each is done wherever the rest stays illegal. What remains is what the contradiction needs.
 */
import type { Operation } from './history.js';
import type { Model } from './model.js';
import { Search } from './search.js';

/** A contradiction. */
export interface Witness {
  /** The object that it is about. */
  readonly key: string;
  /** The operations that can't all be true, in the order of their calls. One whose answer plays no part has `end: Infinity`. */
  readonly operations: readonly Operation[];
  /** The order of some of them that explains most answers; whatever comes next is impossible. */
  readonly prefix: readonly Operation[];
  /** The operations that could come next by their times, each of them refused by the model. */
  readonly refused: readonly Operation[];
  /** Whether each operation is needed. False when looking for less took too long. */
  readonly isMinimal: boolean;
}

/** Steps that all the trials of one explanation may take. */
const STEPS = 2_000_000;

/** Explains one object's operations, which are known to have no order. */
export function explain<S>(model: Model<S>, key: string, operations: readonly Operation[]): Witness {
  const trial = new Trial(model);
  const cut = trial.shortestCut(operations);
  const needed = trial.weakened(cut);
  const shown = trial.withoutIdle(needed);
  const prefix = trial.longest(shown).order;
  const left = shown.filter((each) => !prefix.includes(each) && each.end !== Number.POSITIVE_INFINITY);
  const firstAnswer = Math.min(...left.map(({ end }) => end));
  return {
    key,
    operations: shown,
    prefix,
    refused: left.filter(({ start }) => start < firstAnswer),
    isMinimal: !trial.isExhausted,
  };
}

class Trial<S> {
  private readonly model: Model<S>;
  private left = STEPS;

  constructor(model: Model<S>) {
    this.model = model;
  }

  get isExhausted(): boolean {
    return this.left <= 0;
  }

  /** The history up to the first answer that makes it illegal. */
  shortestCut(operations: readonly Operation[]): readonly Operation[] {
    const answers = operations
      .map(({ end }) => end)
      .filter((end) => end !== Number.POSITIVE_INFINITY)
      .sort((a, b) => a - b);
    // Illegal stays illegal when more is added: so the first one is found by halves.
    let low = 0;
    let high = answers.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isIllegal(cutAfter(operations, answers[middle]!))) high = middle;
      else low = middle + 1;
    }
    return cutAfter(operations, answers[high]!);
  }

  /** Weakened until every operation that is left with its answer is needed: first many at a time, then one by one. */
  weakened(operations: readonly Operation[]): readonly Operation[] {
    let current = operations;
    for (let size = Math.ceil(current.length / 2); size >= 1 && !this.isExhausted; size = Math.floor(size / 2)) {
      for (let end = current.length; end > 0 && !this.isExhausted; end -= size) {
        const from = Math.max(0, end - size);
        const weaker = [...current.slice(0, from), ...this.without(current.slice(from, end)), ...current.slice(end)];
        if (this.isIllegal(weaker)) current = weaker;
      }
    }
    return current;
  }

  /** Without open operations that help to explain nothing: with or without them the same answers stay unexplained. */
  withoutIdle(operations: readonly Operation[]): readonly Operation[] {
    const { order, answersLeft } = this.longest(operations);
    let current = operations.filter((each) => each.end !== Number.POSITIVE_INFINITY || order.includes(each));
    for (const each of current.filter(({ end }) => end === Number.POSITIVE_INFINITY)) {
      const fewer = current.filter((other) => other !== each);
      if (this.longest(fewer).answersLeft === answersLeft) current = fewer;
    }
    return current;
  }

  /** The order of them that explains most answers. */
  longest(operations: readonly Operation[]): { readonly order: readonly Operation[]; readonly answersLeft: number } {
    const search = new Search(this.model, operations, { keepDeepest: true });
    search.run(STEPS);
    return search.longest();
  }

  private without(operations: readonly Operation[]): Operation[] {
    return operations.filter((each) => this.model.isRead?.(each) !== true).map(opened);
  }

  private isIllegal(operations: readonly Operation[]): boolean {
    if (this.isExhausted) return false;
    const search = new Search(this.model, operations);
    const found = search.run(this.left);
    this.left -= search.steps;
    return found === false;
  }
}

const opened = (operation: Operation): Operation => ({
  ...operation,
  output: undefined,
  end: Number.POSITIVE_INFINITY,
});

const cutAfter = (operations: readonly Operation[], answer: number): Operation[] =>
  operations.filter(({ start }) => start < answer).map((each) => (each.end <= answer ? each : opened(each)));
