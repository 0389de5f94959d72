/**
 * What was done, as a tree. Going back and doing something else starts a branch; nothing is thrown away.
 *
 *     add ── remove ── reweight        steps 0, 1, 2
 *        └── add ── points             steps 3, 4: their parents are 0 and 3
 *
 * Plain data: a history can be put into a link, and is what a link is read into.
 */
export interface History<Action> {
  /** In the order in which they were done; a step's parent is always earlier in the list. */
  readonly steps: readonly Step<Action>[];
  /** The step that is shown, -1 for the start. */
  readonly at: number;
}

/** One action and the step it followed, -1 for the start. */
export interface Step<Action> {
  readonly action: Action;
  readonly parent: number;
}

/** Nothing done yet. */
export const START = -1;

/** A history with nothing in it. */
export const emptyHistory = <A>(): History<A> => ({ steps: [], at: START });

/** Does `action` after the step that is shown. */
export function record<A>(history: History<A>, action: A): History<A> {
  return { steps: [...history.steps, { action, parent: history.at }], at: history.steps.length };
}

/** One step back; at the start, the same. */
export function back<A>(history: History<A>): History<A> {
  return history.at === START ? history : { ...history, at: history.steps[history.at]!.parent };
}

/** One step on, along the branch that was made last; at its end, the same. */
export function forward<A>(history: History<A>): History<A> {
  const next = followers(history, history.at).at(-1);
  return next === undefined ? history : { ...history, at: next };
}

/** Shows step `at`. Throws `RangeError` unless there is one. */
export function goTo<A>(history: History<A>, at: number): History<A> {
  if (!Number.isInteger(at) || at < START || at >= history.steps.length)
    throw new RangeError(`step must be ${START}..${history.steps.length - 1}, got ${at}`);
  return { ...history, at };
}

/** Steps from the start to step `at`, both included. */
export function pathTo<A>(history: History<A>, at: number = history.at): number[] {
  const path: number[] = [];
  for (let i = at; i !== START; i = history.steps[i]!.parent) path.push(i);
  return path.reverse();
}

/** The line that is shown: the path to the current step, and on along the newest branch to its end. */
export function line<A>(history: History<A>): number[] {
  const whole = pathTo(history);
  for (let next = followers(history, history.at).at(-1); next !== undefined; next = followers(history, next).at(-1))
    whole.push(next);
  return whole;
}

/** Steps done right after step `at`, the oldest first. More than one is a fork. */
export function followers<A>(history: History<A>, at: number): number[] {
  return history.steps.flatMap((step, i) => (step.parent === at ? [i] : []));
}

/** A row for each branch: the first row is the line that is shown, the others hang from the step where they leave it. */
export interface Branch {
  /** The step that it leaves from; `START` also for the first row. */
  readonly from: number;
  readonly steps: readonly number[];
}

/** All branches, the one that is shown first. */
export function branches<A>(history: History<A>): Branch[] {
  const rows: Branch[] = [{ from: START, steps: line(history) }];
  const drawn = new Set(rows[0]!.steps);
  history.steps.forEach((step, i) => {
    if (drawn.has(i)) return;
    const steps = [i];
    for (let next = followers(history, i)[0]; next !== undefined; next = followers(history, next)[0]) steps.push(next);
    for (const one of steps) drawn.add(one);
    rows.push({ from: step.parent, steps });
  });
  return rows;
}
