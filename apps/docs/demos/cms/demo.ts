/** Count-min as the kit sees it: what can be done, what happened, what to try. */
import { xxh64 } from '@dsys/hash';
import type { Demo, Goal } from '../kit/run.js';
import { bytes, counted, number, percent } from '../kit/say.js';
import type { RunInPage } from '../kit/use-run.js';
import type { Report } from './report.js';
import {
  type Action,
  ALL_LINES,
  DEFAULTS,
  type Options,
  readAction,
  readOptions,
  type State,
  start,
  step,
} from './state.js';

export type CmsDemo = Demo<Options, Action, State>;
export type CmsRun = RunInPage<Options, Action, State>;

export const FIELD_TITLES = { path: 'pages', client: 'addresses' } as const;

/** The demo on this log. */
export function cmsDemo(report: Report): CmsDemo {
  return {
    name: 'cms',
    version: 1,
    defaults: DEFAULTS,
    start,
    step,
    label,
    say: (before, action, after) => say(report, before, action, after),
    greet: (state) =>
      `${counted(state.lines, 'request')} were counted in ${number(state.width * state.depth)} counters, ${bytes(4 * state.width * state.depth)}. ${errorsOf(report, state)}`,
    goals: goals(report),
    digest: (state) => digest(report, state),
    readOptions,
    readAction,
  };
}

function label(action: Action): string {
  switch (action.type) {
    case 'read':
      return `+ ${number(action.lines)} lines`;
    case 'shape':
      return `${number(action.width)} × ${action.depth}`;
    case 'update':
      return action.update;
    case 'field':
      return FIELD_TITLES[action.field];
    case 'ask':
      return `${action.key.length > 24 ? `${action.key.slice(0, 23)}…` : action.key}?`;
  }
}

function say(report: Report, before: State, action: Action, after: State): string {
  switch (action.type) {
    case 'read':
      return `${number(after.lines)} of ${number(ALL_LINES)} requests are counted now. ${errorsOf(report, after)}`;
    case 'shape':
      return `${number(after.width)} columns, ${counted(after.depth, 'row')}, ${bytes(4 * after.width * after.depth)}: on average a count is ${figure(report.errors(after).mean)} too high, ${figure(report.errors(before).mean)} before. ${boundOf(report, after)}`;
    case 'update': {
      const [is, was] = [report.errors(after).mean, report.errors(before).mean];
      return after.update === 'conservative'
        ? `Conservative: an add raises only those of the key’s cells that have to be. On average a count is ${figure(is)} too high, ${figure(was)} before; in return nothing can be taken back, and two such sketches do not add up.`
        : `Plain: an add raises all of the key’s cells. On average a count is ${figure(is)} too high, ${figure(was)} before; in return sketches of two machines add up to the sketch of both.`;
    }
    case 'field':
      return `Now ${FIELD_TITLES[after.field]} are counted: ${number(report.exact(after).length)} different ones. ${errorsOf(report, after)}`;
    case 'ask': {
      const { estimate, lower } = report.sketch(after).count(action.key);
      const exact = report.exactOf(after, action.key);
      const truth = exact === 0 ? 'it never came' : exact === estimate ? 'which is right' : `in truth ${number(exact)}`;
      return `${action.key}: the least of its ${counted(after.depth, 'cell')} is ${number(estimate)}, so it came at most so often, and with ${percent(1 - report.sketch(after).delta)} certainty at least ${number(lower)} times; ${truth}.`;
    }
  }
}

/** A mean error: a decimal, two when it is small. */
export const figure = (value: number): string => value.toFixed(value < 1 ? 2 : 1);

function errorsOf(report: Report, state: State): string {
  const { mean, max } = report.errors(state);
  return `On average a count is ${figure(mean)} too high, at worst ${number(max)}. ${boundOf(report, state)}`;
}

function boundOf(report: Report, state: State): string {
  const sketch = report.sketch(state);
  const { beyond } = report.errors(state);
  return `Promised: at most ε · N = ${(sketch.epsilon * sketch.total).toFixed(1)}, but for ${percent(sketch.delta)} of the keys; it is ${percent(beyond)}.`;
}

function goals(report: Report): Goal<Action, State>[] {
  return [
    {
      id: 'ghost',
      title: 'Ask for something that never came, and see it counted.',
      hint: 'Any name will do when the table is small: its cells are others’ too.',
      reachedBy: (_before, action, after) =>
        action.type === 'ask' &&
        report.exactOf(after, action.key) === 0 &&
        report.sketch(after).count(action.key).estimate > 0,
    },
    {
      id: 'row',
      title: 'Break the bound for more than 1 % of the keys.',
      hint: 'The second promise, δ, comes from the rows: with a single one there is no least of several.',
      reachedBy: (_before, _action, after) => after.lines > 0 && report.errors(after).beyond > 0.01,
    },
    {
      id: 'top-ten',
      title: 'Find the ten most frequent of the whole log, and no others, in at most 2,048 bytes.',
      hint: '512 counters. Wide or deep? And is there need to raise all of a key’s cells?',
      reachedBy: (_before, _action, after) =>
        after.lines === ALL_LINES &&
        4 * after.width * after.depth <= 2_048 &&
        report.top(after, 10).every(({ exact }) => exact >= report.exact(after)[9]![1]),
    },
    {
      id: 'halved',
      title: 'Bring the mean error of the whole log below one request.',
      hint: 'Twice the width is half the error.',
      reachedBy: (_before, _action, after) => after.lines === ALL_LINES && report.errors(after).mean < 1,
    },
  ];
}

/** A hash of the stored sketch and of what was asked. */
function digest(report: Report, state: State): string {
  const stored = xxh64(report.sketch(state).toBytes()).toString(16);
  return xxh64(JSON.stringify([stored, state.field, state.asked]))
    .toString(16)
    .padStart(16, '0');
}
