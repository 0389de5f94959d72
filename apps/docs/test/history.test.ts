import { expect, test } from 'vitest';
import {
  back,
  branches,
  emptyHistory,
  forward,
  goTo,
  type History,
  line,
  pathTo,
  record,
  START,
} from '../demos/kit/history.js';

const after = (...actions: string[]): History<string> => actions.reduce(record, emptyHistory<string>());

test('a history begins with nothing done', () => {
  const h = emptyHistory<string>();
  expect(h.at).toBe(START);
  expect(pathTo(h)).toEqual([]);
  expect(branches(h)).toEqual([{ from: START, steps: [] }]);
});

test('back and forward walk along one line and stop at its ends', () => {
  const h = after('a', 'b');
  expect(back(h).at).toBe(0);
  expect(back(back(back(h))).at).toBe(START);
  expect(forward(h)).toEqual(h);
  expect(forward(forward(goTo(h, START))).at).toBe(1);
});

test('doing something else after going back keeps the old future as a branch', () => {
  const h = record(back(after('a', 'b', 'c')), 'd');
  expect(h.steps.map(({ action, parent }) => [action, parent])).toEqual([
    ['a', START],
    ['b', 0],
    ['c', 1],
    ['d', 1],
  ]);
  expect(branches(h)).toEqual([
    { from: START, steps: [0, 1, 3] },
    { from: 1, steps: [2] },
  ]);
});

test('going to a step of another branch makes that branch the line that is shown', () => {
  const h = goTo(record(record(back(after('a', 'b', 'c')), 'd'), 'e'), 2);
  expect(line(h)).toEqual([0, 1, 2]);
  expect(branches(h)).toEqual([
    { from: START, steps: [0, 1, 2] },
    { from: 1, steps: [3, 4] },
  ]);
});

test('two things done at the start are two branches from the start', () => {
  const h = record(goTo(after('a'), START), 'b');
  expect(branches(h)).toEqual([
    { from: START, steps: [1] },
    { from: START, steps: [0] },
  ]);
});

test('every step is in exactly one branch', () => {
  let h = emptyHistory<number>();
  for (let i = 0; i < 60; i++)
    h = record(i % 7 === 0 ? goTo(h, ((i * 5) % (i + 1)) - 1) : i % 3 === 0 ? back(h) : h, i);
  const drawn = branches(h).flatMap(({ steps }) => steps);
  expect([...drawn].sort((a, b) => a - b)).toEqual(h.steps.map((_, i) => i));
});

test('there is no step outside the history', () => {
  expect(() => goTo(after('a'), 1)).toThrow('step must be -1..0, got 1');
  expect(() => goTo(after('a'), 0.5)).toThrow(RangeError);
});
