/** Runs a history through a demo's pure functions, remembering the state after every step. */
import { type History, pathTo, START } from './history.js';
import type { Demo, Goal, Run } from './run.js';

/** States of one run, computed when asked for. Steps never change, so what is known stays known. */
export class Replay<O, A, S> {
  readonly #demo: Demo<O, A, S>;
  readonly #start: S;
  readonly #states = new Map<number, S>();
  readonly #reached = new Map<Goal<A, S>, number>();
  /** Steps that the goals have seen; a history only ever grows. */
  #judged = 0;

  constructor(demo: Demo<O, A, S>, options: O) {
    this.#demo = demo;
    this.#start = demo.start(options);
  }

  /** The state after step `at`. Throws what the demo's `step` throws. */
  stateAt(history: History<A>, at: number = history.at): S {
    let state = this.#start;
    for (const i of pathTo(history, at)) {
      const known = this.#states.get(i);
      if (known === undefined) this.#states.set(i, (state = this.#demo.step(state, history.steps[i]!.action)));
      else state = known;
    }
    return state;
  }

  /** What step `at` did, in one sentence. */
  sayAt(history: History<A>, at: number = history.at): string {
    if (at === START) return this.#demo.greet(this.#start);
    const { action, parent } = history.steps[at]!;
    return this.#demo.say(this.stateAt(history, parent), action, this.stateAt(history, at));
  }

  /** For each goal the first step, on any branch, that reached it; absent when none did. */
  reached(history: History<A>): Map<Goal<A, S>, number> {
    for (; this.#judged < history.steps.length; this.#judged++) {
      const { action, parent } = history.steps[this.#judged]!;
      const before = this.stateAt(history, parent);
      const after = this.stateAt(history, this.#judged);
      for (const goal of this.#demo.goals)
        if (!this.#reached.has(goal) && goal.reachedBy(before, action, after)) this.#reached.set(goal, this.#judged);
    }
    return new Map(this.#reached);
  }
}

/** A run from beginning to end without a page: the digest that the page shows for the same link. */
export function digestOf<O, A, S>(demo: Demo<O, A, S>, run: Run<O, A>): string {
  return demo.digest(new Replay(demo, run.options).stateAt(run.history));
}
