/** From operations and a verdict to a time line, and to one sentence that says the same. */
import type { Model, Operation, Verdict } from '@dsys/check';
import type { Bar, Copy, Point, TimeLine, Tone } from './time-line.js';
import { callText, listed, valueText } from './words.js';

/** An operation with its place in the picture. */
export interface Placed {
  readonly operation: Operation;
  /** What the bar is called; any text that no other has. */
  readonly id: string;
  readonly lane: number;
  /** Where it is drawn; `to` is null without an answer. */
  readonly from: number;
  readonly to: number | null;
}

/** What is to be drawn. Without a verdict nothing but the bars is. */
export interface Pictured {
  readonly placed: readonly Placed[];
  readonly lanes: readonly string[];
  readonly horizon: number;
  readonly verdict: Verdict | null;
  readonly model: Model<unknown>;
}

/** The time line of a history with its verdict. */
export function pictureOf({ placed, lanes, horizon, verdict, model }: Pictured): TimeLine {
  const orders = ordersOf(verdict);
  const points = new Map<number, Point>();
  const copies: Copy[] = [];
  const of = new Map(placed.map((each) => [each.operation.id, each]));
  for (const [key, order] of orders) {
    const shown = order.flatMap((operation) => of.get(operation.id) ?? []);
    const times = moments(shown, horizon);
    const states = statesOf(
      model,
      shown.map(({ operation }) => operation),
    );
    for (const [i, { operation }] of shown.entries()) points.set(operation.id, { at: times[i]!, nth: i + 1 });
    copies.push({
      name: key === '' ? 'one copy' : `copy of ${key.length > 7 ? `${key.slice(0, 6)}…` : key}`,
      initial: stateText(model, model.init),
      states: shown.map((_, i) => ({ at: times[i]!, nth: i + 1, text: states[i]! })),
      isStuck: verdict?.verdict === 'illegal',
    });
  }
  return {
    lanes,
    horizon,
    copies,
    bars: placed.map((each) => barOf(each, lanes[each.lane] ?? '', verdict, points.get(each.operation.id) ?? null)),
  };
}

/** One sentence for a verdict. `who` names a process. */
export function verdictSentence(
  verdict: Verdict,
  model: Model<unknown>,
  who: (process: string | number) => string = (process) => `process ${process}`,
): string {
  switch (verdict.verdict) {
    case 'ok': {
      const count = [...verdict.order.values()].reduce((sum, order) => sum + order.length, 0);
      if (count === 0) return 'Nothing was done, which one copy could have done too.';
      return 'One copy could have given all of these answers, each operation taking effect between its call and its answer.';
    }
    case 'unknown':
      return 'Undecided: the search was given up before it had tried every order.';
    case 'illegal': {
      const { prefix, refused, key, operations } = verdict.witness;
      const said = (each: Operation): string => `“${callText({ ...each, key: '' })}” of ${who(each.process)}`;
      const held = statesOf(model, prefix).at(-1) ?? stateText(model, model.init);
      const object = key === '' ? 'one copy' : `one copy of ${key}`;
      const before =
        prefix.length === 0
          ? `At the beginning ${object} is ${held}`
          : `After ${listed(prefix.map((each) => `“${callText({ ...each, key: '' })}”`))} ${object} is ${held}`;
      const next =
        refused.length === 1
          ? 'so it can’t come next, and by its time nothing else can'
          : 'so none of them can come next, and by their times nothing else can';
      if (refused.length === 0)
        return `These ${operations.length} operations have no order that gives all their answers.`;
      return `${before}; that is not what ${listed(refused.map(said))} got, ${next}.`;
    }
  }
}

function ordersOf(verdict: Verdict | null): readonly (readonly [string, readonly Operation[]])[] {
  if (verdict?.verdict === 'ok') return [...verdict.order].sort(([a], [b]) => (a < b ? -1 : 1));
  if (verdict?.verdict === 'illegal') return [[verdict.witness.key, verdict.witness.prefix]];
  return [];
}

function barOf(
  { operation, id, lane, from, to }: Placed,
  who: string,
  verdict: Verdict | null,
  point: Point | null,
): Bar {
  const [tone, note] = roleOf(operation, verdict, point);
  const label = callText(operation);
  const answered = to === null ? 'without an answer' : `from ${from} to ${to}`;
  const effect = point === null ? '' : `, takes effect as number ${point.nth}`;
  return {
    id,
    lane,
    label,
    start: from,
    end: to,
    tone,
    point,
    note,
    title: `${label}, ${who}, ${answered}${effect}${note === null ? '' : `, ${note}`}`,
  };
}

function roleOf({ id, end }: Operation, verdict: Verdict | null, point: Point | null): readonly [Tone, string | null] {
  if (verdict?.verdict === 'illegal') {
    const { operations, refused } = verdict.witness;
    if (refused.some((each) => each.id === id)) return ['refused', 'can’t come next'];
    return [operations.some((each) => each.id === id) ? 'involved' : 'aside', null];
  }
  if (verdict?.verdict === 'ok' && !Number.isFinite(end))
    return ['plain', point === null ? 'need not have happened' : 'no answer'];
  return ['plain', Number.isFinite(end) ? null : 'no answer'];
}

/** What a model's state is to a person. */
function stateText(model: Model<unknown>, state: unknown): string {
  if (model.name === 'lock') return state === null ? 'free' : `held by ${String(state)}`;
  if (model.name === 'queue' && Array.isArray(state) && state.length === 0) return 'empty';
  return valueText(state);
}

/** What the object holds after each of them. */
function statesOf(model: Model<unknown>, order: readonly Operation[]): string[] {
  let state = model.init;
  return order.map((operation) => {
    const next = model.step(state, operation);
    if (typeof next !== 'symbol') state = next;
    return stateText(model, state);
  });
}

/**
 * A moment for each of an order, inside its bar, later than the one before it. Each could be as early as `max` of the calls
 * up to it, and as late as `min` of the answers from it on; the middle is where one sees it best.
 */
export function moments(order: readonly Pick<Placed, 'from' | 'to'>[], horizon: number): number[] {
  const early: number[] = [];
  const late: number[] = new Array<number>(order.length);
  let bound = 0;
  for (const { from } of order) early.push((bound = Math.max(bound, from)));
  bound = horizon;
  for (let i = order.length - 1; i >= 0; i--) late[i] = bound = Math.min(bound, order[i]!.to ?? horizon);
  const found: number[] = [];
  for (let i = 0; i < order.length; ) {
    let end = i + 1;
    // Those that share their limits share the room between them.
    while (end < order.length && early[end] === early[i] && late[end] === late[i]) end++;
    for (let j = i; j < end; j++) found.push(early[i]! + ((j - i + 1) / (end - i + 1)) * (late[i]! - early[i]!));
    i = end;
  }
  // Groups may still reach into each other: then what is later moves on, within its limits.
  for (let i = 1; i < found.length; i++)
    if (found[i]! <= found[i - 1]!)
      found[i] = found[i - 1]! + Math.max(0, late[i]! - found[i - 1]!) / (found.length - i + 1);
  return found;
}
