import * as hll from '@dsys/hll';
import { HyperLogLog } from '@dsys/hll';
import { describe, expect, test } from 'vitest';
import { codeFor } from '../demos/hll/code.js';
import { hllDemo as demo } from '../demos/hll/demo.js';
import { landingOf, rowsOf, sketchOf } from '../demos/hll/sketches.js';
import { type Action, DEFAULTS, MAX_COUNT, type State, start, step } from '../demos/hll/state.js';
import { type Measured, pointsOf, predictedError, trials } from '../demos/hll/trials.js';
import { emptyHistory, type History, record } from '../demos/kit/history.js';
import { Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';

const add = (part: 'a' | 'b' | 'both', count: number): Action => ({ type: 'add', part, count });
const precision = (value: number): Action => ({ type: 'precision', precision: value });

interface Played {
  readonly state: State;
  readonly sentence: string;
  readonly reached: string[];
}

function play(...actions: Action[]): Played {
  const replay = new Replay(demo, DEFAULTS);
  const history = actions.reduce<History<Action>>(record, emptyHistory());
  return {
    state: replay.stateAt(history),
    sentence: replay.sayAt(history),
    reached: [...replay.reached(history).keys()].map(({ id }) => id),
  };
}

const row = (state: State, name: string): ReturnType<typeof rowsOf>[number] =>
  rowsOf(state).find((one) => one.name === name)!;

describe('the sketches', () => {
  test('of both days share the visitors of both, and their union has everybody', () => {
    const { state } = play(precision(12), add('a', 1_000), add('b', 1_000), add('both', 1_000), {
      type: 'word',
      word: 'ada',
    });
    expect(rowsOf(state).map(({ truth }) => truth)).toEqual([2_013, 2_000, 3_013, 1_000, 1_000]);
    for (const { truth, lower, upper } of rowsOf(state).slice(0, 4)) {
      // Four standard errors rather than the two that are shown: this is one case with a fixed seed, not luck.
      expect(truth).toBeGreaterThan(lower - (upper - lower) / 2);
      expect(truth).toBeLessThan(upper + (upper - lower) / 2);
    }
  });

  test('few visitors are counted to the last one', () => {
    const { state, sentence } = play(precision(8), add('a', 10));
    expect(row(state, 'a').estimate).toBeCloseTo(22, 4);
    expect(sentence).toContain('It says 22 (to the last one); 22 is right');
  });

  test('a word lands where its hash says: the first bits are the register, then zeros up to a 1', () => {
    for (const word of ['ada', 'grace', 'barbara']) {
      const { bits, index, rank } = landingOf(word, 6);
      expect(Number.parseInt(bits.slice(0, 6), 2)).toBe(index);
      expect(bits.slice(6, 6 + rank)).toBe(`${'0'.repeat(rank - 1)}1`);
    }
  });
});

describe('a run', () => {
  test('says how many registers rose, and that nothing does when everybody comes again', () => {
    const first = play(add('a', 1_000));
    const rose = sketchOf(first.state, 'a')
      .registers()
      .filter((rank, i) => rank > sketchOf(start(DEFAULTS), 'a').registers()[i]!).length;
    expect(first.sentence).toContain(`${rose} registers of A rose`);
    const again = play(add('a', 1_000), { type: 'again' });
    expect(again.state).toEqual(first.state);
    expect(again.reached).toContain('again');
  });

  test('every goal can be reached, and none by looking on', () => {
    expect(play(add('a', 10), { type: 'again' }, precision(12)).reached).toEqual([]);
    const many = [precision(12), add('a', 10_000)];
    expect(
      play(...many, ...Array.from({ length: 8 }, (_, i): Action => ({ type: 'seed', seed: i + 1 }))).reached,
    ).toEqual(expect.arrayContaining(['precise', 'rank']));
    const apart = [add('a', 10_000), add('b', 10_000), add('both', 1)];
    expect(
      play(...apart, ...Array.from({ length: 8 }, (_, i): Action => ({ type: 'seed', seed: i + 1 }))).reached,
    ).toContain('below-zero');
  });

  test('a link replays it, and what is no run of this demo is refused in words', () => {
    const history = [add('a', 100), precision(8), { type: 'word', word: 'ada' } as const].reduce<History<Action>>(
      record,
      emptyHistory(),
    );
    const link = encodeRun({ demo: 'hll', version: 1, options: DEFAULTS, history });
    expect(decodeRun(link, demo).history).toEqual(history);
    for (const action of [
      { type: 'add', part: 'c', count: 1 },
      { type: 'add', part: 'a', count: 7 },
      { type: 'precision', precision: 18 },
      { type: 'word', word: ' ' },
      7,
    ])
      expect(() => demo.readAction(action)).toThrow(RangeError);
    expect(() => demo.readOptions({ ...DEFAULTS, a: 1e9 })).toThrow(RangeError);
    const full = step(start({ ...DEFAULTS, a: MAX_COUNT - 1 }), add('a', 1));
    expect(() => step(full, add('a', 1))).toThrow('enough for a page');
  });
});

describe('the trials', () => {
  const after = (wanted: number, ...of: Parameters<typeof trials>): Measured => {
    for (const measured of trials(...of)) if (measured.trials >= wanted) return measured;
    throw new Error('too few trials');
  };

  test.each(['improved', 'best'] as const)('of the %s estimator err as much as theory says', (estimator) => {
    const { rmse, band } = after(400, 8, estimator, 1);
    // The root mean square of 400 errors is itself known to 1 / √800, or 3.5 %: four of these.
    expect(Math.abs(rmse / predictedError(8, estimator) - 1)).toBeLessThan(0.14);
    const points = pointsOf(8);
    // The hashes themselves are kept as long as they take less than registers would.
    for (let i = 0; points[i]! <= 20; i++) expect(Math.max(-band.low[i]!, band.high[i]!)).toBeLessThan(1e-6);
    expect(band.low.at(-1)).toBeLessThan(0);
    expect(band.high.at(-1)).toBeGreaterThan(0);
  });
});

test('the code does what the page shows', () => {
  const { state } = play(add('a', 1_000), add('both', 100), add('b', 10), { type: 'word', word: 'ada' });
  const printed: unknown[] = [];
  const body = codeFor(state).replace(/^import .*\n/, '');
  new Function('HyperLogLog', 'intersection', 'console', body)(HyperLogLog, hll.intersection, {
    log: (value: unknown) => printed.push(value),
  });
  expect(printed).toEqual([
    sketchOf(state, 'a').bounds(2),
    row(state, 'union').estimate,
    hll.intersection(sketchOf(state, 'a'), sketchOf(state, 'b')),
  ]);
});
