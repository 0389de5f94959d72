/** The HyperLogLog as the kit sees it: what can be done, what happened, what to try. */
import { xxh64 } from '@dsys/hash';
import type { Demo, Goal } from '../kit/run.js';
import { counted, number, percent } from '../kit/say.js';
import type { RunInPage } from '../kit/use-run.js';
import { landingOf, type Row, risen, rowsOf, sketchOf } from './sketches.js';
import {
  type Action,
  DEFAULTS,
  type Options,
  type Part,
  readAction,
  readOptions,
  type State,
  start,
  step,
} from './state.js';

export type HllDemo = Demo<Options, Action, State>;
export type HllRun = RunInPage<Options, Action, State>;

export const PART_TITLES: Readonly<Record<Part, string>> = { a: 'A only', b: 'B only', both: 'both days' };

export const hllDemo: HllDemo = {
  name: 'hll',
  version: 1,
  defaults: DEFAULTS,
  start,
  step,
  label,
  say,
  greet: (state) =>
    `${counted(state.counts.a + state.counts.both, 'visitor')} came on the first day. ${number(2 ** state.precision)} registers remember, for each, the longest run of zeros in the hashes that fell to it.`,
  goals: goals(),
  digest,
  readOptions,
  readAction,
};

function label(action: Action): string {
  switch (action.type) {
    case 'add':
      return `+ ${number(action.count)} ${PART_TITLES[action.part]}`;
    case 'word':
      return `+ ${action.word}`;
    case 'again':
      return 'all again';
    case 'precision':
      return `precision ${action.precision}`;
    case 'seed':
      return `seed ${action.seed}`;
    case 'estimator':
      return action.estimator === 'best' ? 'martingale' : 'improved';
  }
}

function say(before: State, action: Action, after: State): string {
  switch (action.type) {
    case 'add': {
      const day = action.part === 'b' ? 'b' : 'a';
      const rose = risen(sketchOf(before, day).registers(), sketchOf(after, day).registers());
      const row = rowOf(after, day);
      return `${counted(action.count, 'new visitor')} (${PART_TITLES[action.part]}): ${rose === 0 ? 'no register' : counted(rose, 'register')} of ${day.toUpperCase()} rose. It says ${sayRow(row)}.`;
    }
    case 'word': {
      const { index, rank } = landingOf(action.word, after.precision);
      const was = sketchOf(before, 'a').registers()[index]!;
      const what =
        was >= rank ? `which had seen ${was} already` : `which had seen ${was === 0 ? 'nothing' : `${was} at most`}`;
      return `The hash of “${action.word}” begins with register ${index}, and its first 1 after that is at place ${rank}: rank ${rank} for register ${index}, ${what}.`;
    }
    case 'again':
      return 'Everybody came again: no register rose, and the estimate is what it was. Items are counted once, however often they come and in whatever order.';
    case 'precision':
      return `${number(2 ** after.precision)} registers, ${number(Math.ceil(0.75 * 2 ** after.precision))} bytes at most: a standard error of ${percent(1.04 / Math.sqrt(2 ** after.precision))}, ${percent(1.04 / Math.sqrt(2 ** before.precision))} before. It says ${sayRow(rowOf(after, 'a'))}.`;
    case 'seed':
      return `Other visitors, as many as before (seed ${after.seed}). It says ${sayRow(rowOf(after, 'a'))}.`;
    case 'estimator':
      return after.estimator === 'best'
        ? 'The martingale watches every change of a register as it happens: 0.83 / √m, until the first merge.'
        : 'Ertl’s improved estimate reads the registers alone, so that it serves after a merge too: 1.04 / √m.';
  }
}

const rowOf = (state: State, name: string): Row => rowsOf(state).find((row) => row.name === name)!;

function sayRow({ estimate, truth, lower, upper }: Row): string {
  const off = truth === 0 ? 0 : estimate / truth - 1;
  const band =
    Math.round(lower) === Math.round(upper)
      ? 'to the last one'
      : `${number(Math.round(lower))} to ${number(Math.round(upper))} with two standard errors`;
  return `${number(Math.round(estimate))} (${band}); ${number(truth)} is right${Math.abs(off) < 0.00005 ? '' : `, so it is off by ${percent(Math.abs(off))}`}`;
}

function goals(): Goal<Action, State>[] {
  const a = (state: State): Row => rowOf(state, 'a');
  return [
    {
      id: 'again',
      title: 'Have a hundred visitors or more come twice, and see that nothing changes.',
      hint: '“All of them again”.',
      reachedBy: (before, action) => action.type === 'again' && a(before).truth >= 100,
    },
    {
      id: 'rank',
      title: 'Raise a register to 14 or more.',
      hint: 'One hash in 8,192 has its first 1 so late. That is the whole trick: who has seen rank r has met about 2^r items.',
      reachedBy: (_before, _action, after) =>
        sketchOf(after, 'a')
          .registers()
          .some((rank) => rank >= 14),
    },
    {
      id: 'precise',
      title: 'Count 10,000 visitors or more to within 1 % in 3,072 bytes.',
      hint: 'Precision 12 has a standard error of 1.3 to 1.6 %: try other visitors, by the seed, until you are lucky.',
      reachedBy: (_before, _action, after) => {
        const { truth, estimate } = a(after);
        return after.precision <= 12 && truth >= 10_000 && Math.abs(estimate / truth - 1) < 0.01;
      },
    },
    {
      id: 'below-zero',
      title: 'Make |A| + |B| − |A ∪ B| come out below zero.',
      hint: 'It subtracts estimates with errors of the size of the sets. Give both days thousands of visitors and little in common.',
      reachedBy: (_before, _action, after) =>
        after.counts.a > 0 && after.counts.b > 0 && rowOf(after, 'naive').estimate < -0.5,
    },
  ];
}

/** A hash of both stored sketches and of what else is shown. */
export function digest(state: State): string {
  const stored = (['a', 'b'] as const).map((day) => xxh64(sketchOf(state, day).toBytes()).toString(16));
  return xxh64(JSON.stringify([stored, state.seed, state.estimator]))
    .toString(16)
    .padStart(16, '0');
}
