/** Explain as the kit sees it: what can be done, what happened, what to try. */
import { xxh64 } from '@dsys/hash';
import type { Demo, Goal } from '../kit/run.js';
import { number, bytes as size } from '../kit/say.js';
import type { RunInPage } from '../kit/use-run.js';
import { explain } from './explain.js';
import type { Explained } from './explained.js';
import { SAMPLES } from './samples.js';
import {
  type Action,
  bytesOf,
  DEFAULTS,
  type Options,
  readAction,
  readOptions,
  type State,
  start,
  step,
} from './state.js';

export type ExplainDemo = Demo<Options, Action, State>;
export type ExplainRun = RunInPage<Options, Action, State>;

export const explainDemo: ExplainDemo = {
  name: 'explain',
  version: 1,
  defaults: DEFAULTS,
  start,
  step,
  label,
  say,
  greet: sayWhat,
  goals: goals(),
  digest: ({ data, asked }) =>
    xxh64(JSON.stringify([data, asked]))
      .toString(16)
      .padStart(16, '0'),
  readOptions,
  readAction,
};

/** What is told of the blob that is open. */
export const explainedOf = ({ data }: State): Explained => explain(bytesOf(data));

function label(action: Action): string {
  switch (action.type) {
    case 'open':
      return SAMPLES.find(({ id }) => id === action.sample)!.title;
    case 'drop':
      return action.name.length > 24 ? `${action.name.slice(0, 23)}…` : action.name;
    case 'turn':
      return `→ ${action.form}`;
    case 'ask':
      return `${action.key.length > 24 ? `${action.key.slice(0, 23)}…` : action.key}?`;
  }
}

function say(before: State, action: Action, after: State): string {
  switch (action.type) {
    case 'open':
    case 'drop':
      return sayWhat(after);
    case 'turn':
      return `${size(bytesOf(before.data).length)} became ${size(bytesOf(after.data).length)}. ${sayWhat(after)}`;
    case 'ask':
      return explainedOf(after).ask(action.key);
  }
}

function sayWhat(state: State): string {
  const explained = explainedOf(state);
  return `${explained.what} It has ${sayCount(explained)}.`;
}

/** `2,000 items or so, between 1,968 and 2,034`. */
export function sayCount({ count: { estimate, lower, upper } }: Explained): string {
  const items = Math.round(estimate);
  if (!Number.isFinite(estimate)) return 'more items than it can tell';
  if (lower === undefined || upper === undefined) return `about ${number(items)} items, by the bits that are set`;
  if (Math.round(lower) === items && Math.round(upper) === items)
    return `${number(items)} ${items === 1 ? 'item' : 'items'}`;
  return `about ${number(items)} items, between ${number(Math.round(lower))} and ${number(Math.round(upper))} with two standard errors`;
}

function goals(): Goal<Action, State>[] {
  return [
    {
      id: 'turned',
      title: 'Turn a blob into another form of the same sketch, and back.',
      hint: 'Redis has two forms, and stores whichever is smaller. A filter of Parquet is one of @dsys/bloom in other clothes.',
      reachedBy: (before, action) => action.type === 'turn' && before.name.includes(', as '),
    },
    {
      id: 'absent',
      title: 'Prove that a key was never added.',
      hint: 'Samples hold key:0, key:1 and so on. Ask for something else.',
      reachedBy: (_before, action, after) =>
        action.type === 'ask' && /never|certainly not/.test(explainedOf(after).ask(action.key)),
    },
    {
      id: 'own',
      title: 'Open a blob of your own.',
      hint: 'redis-cli --raw GET visitors > visitors.hyll, or paste what psql shows for a value of type hll. It stays in this page.',
      reachedBy: (_before, action) => action.type === 'drop',
    },
  ];
}
