import { readFileSync } from 'node:fs';
import { CountMinSketch } from '@dsys/cms';
import { describe, expect, test } from 'vitest';
import { codeFor } from '../demos/cms/code.js';
import { cmsDemo } from '../demos/cms/demo.js';
import { Report } from '../demos/cms/report.js';
import { type Action, ALL_LINES, DEFAULTS, type State, start, step, WIDTHS } from '../demos/cms/state.js';
import { FILE } from '../demos/hashring/data/make-access-log.js';
import { emptyHistory, type History, record } from '../demos/kit/history.js';
import { Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';

const report = new Report(readFileSync(FILE, 'utf8'));
const demo = cmsDemo(report);
const all: Action = { type: 'read', lines: ALL_LINES - DEFAULTS.lines };
const shape = (width: number, depth: number): Action => ({ type: 'shape', width, depth });
const ask = (key: string): Action => ({ type: 'ask', key });
const conservative: Action = { type: 'update', update: 'conservative' };

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

describe('the table', () => {
  test('shows the package’s own counters: each row adds up to all that was counted', () => {
    const { state } = play(all, shape(128, 5));
    const cells = report.cells(state);
    for (let row = 0; row < 5; row++)
      expect(cells.subarray(row * 128, (row + 1) * 128).reduce((sum, count) => sum + count, 0)).toBe(ALL_LINES);
  });

  test('marks the cells of a key: the least of them is its estimate', () => {
    const { state } = play(all);
    const cells = report.cells(state);
    for (const key of ['/', '/cart', '/never/there']) {
      const marked = report.columns(state, key).map((column, row) => cells[row * state.width + column]!);
      expect(Math.min(...marked)).toBe(report.sketch(state).count(key).estimate);
    }
  });
});

describe('errors', () => {
  test('nothing is counted too low, and conservative is never above plain', () => {
    const { state } = play(all);
    for (const [key, count] of report.exact(state)) {
      const [plain, careful] = (['plain', 'conservative'] as const).map(
        (update) => report.sketch(state, update).count(key).estimate,
      );
      expect(careful).toBeGreaterThanOrEqual(count);
      expect(plain).toBeGreaterThanOrEqual(careful!);
    }
  });

  test('shrink with the width, and stay below the promise for all but δ of the keys', () => {
    const { state } = play(all);
    const { mean } = report.byWidth(state, 'plain');
    for (let i = 1; i < WIDTHS.length; i++) expect(mean[i]).toBeLessThan(mean[i - 1]!);
    for (const width of WIDTHS) {
      const one = { ...state, width };
      expect(report.errors(one).beyond).toBeLessThanOrEqual(report.sketch(one).delta);
    }
  });

  test('the exact list is the log’s', () => {
    const { state } = play(all);
    const lines = readFileSync(FILE, 'utf8').trim().split('\n');
    expect(report.exact(state)[0]).toEqual(['/', lines.filter((line) => line.split(' ')[6] === '/').length]);
    expect(report.exact(state).reduce((sum, [, count]) => sum + count, 0)).toBe(lines.length);
  });
});

describe('a run', () => {
  test('says what a key was counted, and how often it came', () => {
    const { state, sentence } = play(all, ask('/cart'));
    const { estimate } = report.sketch(state).count('/cart');
    expect(sentence).toContain(`the least of its 4 cells is ${estimate}`);
    expect(sentence).toContain(`in truth ${report.exactOf(state, '/cart')}.`);
  });

  test('every goal can be reached, and none by looking on', () => {
    expect(play(ask('/'), { type: 'field', field: 'client' }, { type: 'field', field: 'path' }).reached).toEqual([]);
    expect(play(all, ask('/never/there')).reached).toContain('ghost');
    expect(play(all, shape(256, 1)).reached).toContain('row');
    expect(play(all, shape(128, 4)).reached).not.toContain('top-ten');
    expect(play(all, shape(128, 4), conservative).reached).toContain('top-ten');
    expect(play(all, shape(1024, 4), conservative).reached).toContain('halved');
  });

  test('the log has an end', () => {
    const ended = step(start(DEFAULTS), all);
    expect(() => step(ended, { type: 'read', lines: 1 })).toThrow('The log has 4,000 lines, and 0 are left.');
  });

  test('a link replays it, and what is no run of this demo is refused in words', () => {
    const history = [all, shape(256, 3), conservative, ask('/cart')].reduce<History<Action>>(record, emptyHistory());
    const link = encodeRun({ demo: 'cms', version: 1, options: DEFAULTS, history });
    expect(decodeRun(link, demo).history).toEqual(history);
    for (const action of [
      shape(100, 3),
      { type: 'update', update: 'brave' },
      { type: 'ask', key: '' },
      { type: 'read', lines: 0 },
      'x',
    ])
      expect(() => demo.readAction(action)).toThrow(RangeError);
    expect(() => demo.readOptions({ ...DEFAULTS, lines: -1 })).toThrow(RangeError);
  });
});

test('the code makes the sketch that the page shows', () => {
  const { state } = play(all, shape(128, 4), conservative, ask('/cart'));
  const code = codeFor(state, '/');
  expect(code).toContain("CountMinSketch.create({ width: 128, depth: 4, update: 'conservative' })");
  expect(code).toContain("counts.count('/cart')");
  const same = CountMinSketch.create({ width: 128, depth: 4, update: 'conservative' });
  same.addMany(
    readFileSync(FILE, 'utf8')
      .split('\n')
      .slice(0, 4_000)
      .map((line) => line.split(' ')[6]!),
  );
  expect(same.toBytes()).toEqual(report.sketch(state).toBytes());
});
