/**
 * Is there one order of all operations, in which each takes effect between its call and its answer, and each has the
 * result that it would have if they came one after the other? Herlihy and Wing, *Linearizability* (1990).
 *
 * Objects are independent (their Theorem 1: a history is linearizable if and only if each object's part of it is), so each
 * key is searched alone. The keys take turns, a slice of steps each: a key that is hard to decide doesn't keep another
 * from showing its contradiction.
 */
import { outOfRange } from '@dsys/codec';
import { explain, type Witness } from './explain.js';
import { type HistoryEvent, type Operation, operationsOf } from './history.js';
import type { Model } from './model.js';
import { Search } from './search.js';

/** Limits of a search. */
export interface LinearizableOptions {
  /** Most steps in all, each one operation tried in one state. Default 50 million. */
  readonly steps?: number;
  /** Looked at between slices. */
  readonly signal?: AbortSignal;
}

/** What became of a history. */
export type Verdict =
  /** `order` has one order for each key that explains everything. */
  | { readonly verdict: 'ok'; readonly steps: number; readonly order: ReadonlyMap<string, readonly Operation[]> }
  | { readonly verdict: 'illegal'; readonly steps: number; readonly witness: Witness }
  /** The limit was reached, or the signal fired. */
  | { readonly verdict: 'unknown'; readonly steps: number; readonly undecided: readonly string[] };

/** Decides a history against a model. Throws `HistoryError` and `ModelError`. */
export function linearizable<S>(
  history: readonly HistoryEvent[],
  model: Model<S>,
  { steps = 50_000_000, signal }: LinearizableOptions = {},
): Verdict {
  const search = new LinearizabilitySearch(history, model);
  while (signal?.aborted !== true) {
    const verdict = search.run(Math.min(SLICE, steps - search.steps));
    if (verdict !== null) return verdict;
    if (search.steps >= steps) break;
  }
  return { verdict: 'unknown', steps: search.steps, undecided: search.undecided };
}

const SLICE = 100_000;

/** The same, in slices, for whoever has other things to do meanwhile. */
export class LinearizabilitySearch<S> {
  private readonly model: Model<S>;
  private readonly parts: { key: string; operations: readonly Operation[]; search: Search<S> }[] = [];
  private readonly order = new Map<string, readonly Operation[]>();
  private turn = 256;
  private spent = 0;

  constructor(history: readonly HistoryEvent[], model: Model<S>) {
    this.model = model;
    const byKey = new Map<string, Operation[]>();
    for (const operation of operationsOf(history)) {
      const part = byKey.get(operation.key);
      if (part === undefined) byKey.set(operation.key, [operation]);
      else part.push(operation);
    }
    for (const [key, operations] of byKey) this.parts.push({ key, operations, search: new Search(model, operations) });
  }

  /** Steps so far. */
  get steps(): number {
    return this.spent;
  }

  /** Keys that are neither explained nor contradicted yet. */
  get undecided(): string[] {
    return this.parts.map(({ key }) => key);
  }

  /** Goes on for about so many steps. Null when nothing is decided yet. */
  run(steps: number): Verdict | null {
    if (!(steps >= 1)) throw outOfRange('steps', '1 or more', steps);
    const stopAt = this.spent + steps;
    while (this.parts.length > 0) {
      // Each key gets its turn; then turns get longer, so that a few hard keys aren't visited for ever.
      for (const part of [...this.parts]) {
        const allowed = Math.min(this.turn, stopAt - this.spent);
        if (allowed <= 0) return null;
        const before = part.search.steps;
        const found = part.search.run(allowed);
        this.spent += part.search.steps - before;
        if (found === null) continue;
        if (!found)
          return { verdict: 'illegal', steps: this.spent, witness: explain(this.model, part.key, part.operations) };
        this.order.set(part.key, part.search.order());
        this.parts.splice(this.parts.indexOf(part), 1);
      }
      this.turn *= 2;
    }
    return { verdict: 'ok', steps: this.spent, order: this.order };
  }
}
