/**
 * Sequential consistency (Lamport, *How to Make a Multiprocessor Computer*, 1979): one order of all operations, in which
 * those of each process keep theirs. Answers may be as stale as they like, as long as everybody could be stale alike.
 *
 * Objects are not independent here, so all keys are searched together: it is exponential in the number of processes.
 */
import type { HistoryEvent, Operation } from './history.js';
import { operationsOf } from './history.js';
import type { LinearizableOptions } from './linearizable.js';
import { frozen, ILLEGAL, type Model, stepModel, textOf } from './model.js';

/** What became of it. `order` explains everything; `furthest` is the longest order that was found. */
export type SequentialVerdict =
  | { readonly verdict: 'ok'; readonly steps: number; readonly order: readonly Operation[] }
  | { readonly verdict: 'illegal'; readonly steps: number; readonly furthest: readonly Operation[] }
  | { readonly verdict: 'unknown'; readonly steps: number };

interface Place<S> {
  /** How many operations of each process have been passed. */
  readonly passed: readonly number[];
  readonly states: ReadonlyMap<string, S>;
  /** Which operation led here, and from where. */
  readonly last: { readonly operation: Operation | null; readonly from: Place<S> } | null;
}

/** Decides a history against a model. Throws `HistoryError` and `ModelError`. */
export function sequentiallyConsistent<S>(
  history: readonly HistoryEvent[],
  model: Model<S>,
  { steps: limit = 5_000_000, signal }: LinearizableOptions = {},
): SequentialVerdict {
  const byProcess = new Map<string | number, Operation[]>();
  for (const operation of operationsOf(history)) {
    const own = byProcess.get(operation.process);
    if (own === undefined) byProcess.set(operation.process, [operation]);
    else own.push(operation);
  }
  const queues = [...byProcess.values()];
  const start: Place<S> = { passed: queues.map(() => 0), states: new Map(), last: null };
  const seen = new Set<string>();
  const stack = [start];
  let furthest = start;
  let steps = 0;
  while (stack.length > 0) {
    const place = stack.pop()!;
    if (count(place) > count(furthest)) furthest = place;
    if (place.passed.every((passed, i) => passed === queues[i]!.length))
      return { verdict: 'ok', steps, order: orderOf(place) };
    for (const next of follow(place, queues, model)) {
      steps++;
      const text = `${next.passed.join()}:${textOf([...next.states].sort(([a], [b]) => (a < b ? -1 : 1)))}`;
      if (seen.has(text)) continue;
      seen.add(text);
      stack.push(next);
    }
    if (steps >= limit || signal?.aborted === true) return { verdict: 'unknown', steps };
  }
  return { verdict: 'illegal', steps, furthest: orderOf(furthest) };
}

function* follow<S>(place: Place<S>, queues: readonly Operation[][], model: Model<S>): Iterable<Place<S>> {
  for (const [i, queue] of queues.entries()) {
    const operation = queue[place.passed[i]!];
    if (operation === undefined) continue;
    const passed = place.passed.with(i, place.passed[i]! + 1);
    // What has no answer may not have happened.
    if (operation.end === Number.POSITIVE_INFINITY)
      yield { passed, states: place.states, last: { operation: null, from: place } };
    const next = stepModel(model, place.states.get(operation.key) ?? frozen(model.init), operation);
    if (next === ILLEGAL) continue;
    yield { passed, states: new Map(place.states).set(operation.key, next), last: { operation, from: place } };
  }
}

const count = (place: Place<unknown>): number => place.passed.reduce((sum, each) => sum + each, 0);

function orderOf(place: Place<unknown>): Operation[] {
  const order: Operation[] = [];
  for (let at = place.last; at !== null; at = at.from.last) if (at.operation !== null) order.push(at.operation);
  return order.reverse();
}
