import { keyValue, lock, queue, register } from '@dsys/check';
import { describe, expect, test } from 'vitest';
import { callText, moments, valueText, verdictSentence } from '../src/index.js';
import { drawn, event, pictured } from './history.js';

const stale = [
  event(1, 'invoke', 'write', 1),
  event(1, 'ok', 'write'),
  event(2, 'invoke', 'read'),
  event(2, 'ok', 'read', 1),
  event(2, 'invoke', 'read'),
  event(2, 'ok', 'read', null),
];

describe('a history that one copy could have made', () => {
  const overlapping = [
    event(1, 'invoke', 'write', 1),
    event(2, 'invoke', 'read'),
    event(2, 'ok', 'read', 1),
    event(1, 'ok', 'write'),
  ];

  test('has a point in each bar, in the order of the copy', () => {
    const { bars, copies } = drawn(overlapping, register);
    const points = bars.map(({ point }) => point!);
    expect(points.map(({ nth }) => nth)).toEqual([1, 2]);
    for (const { start, end, point } of bars) {
      expect(point!.at).toBeGreaterThan(start);
      expect(point!.at).toBeLessThan(end!);
    }
    expect(points[0]!.at).toBeLessThan(points[1]!.at);
    expect(copies).toMatchObject([{ name: 'one copy', initial: 'null', states: [{ text: '1' }, { text: '1' }] }]);
  });

  test('keeps each key apart', () => {
    const { copies } = drawn(
      [event(1, 'invoke', 'put', 1, 'x'), event(2, 'invoke', 'put', 2, 'y'), event(1, 'ok', 'put', 1, 'x')],
      keyValue,
    );
    expect(copies.map(({ name }) => name)).toEqual(['copy of x', 'copy of y']);
  });

  test('says of an open operation whether it must have happened', () => {
    const open = event(1, 'invoke', 'enqueue', 7);
    const { bars } = drawn([open, event(2, 'invoke', 'dequeue'), event(2, 'ok', 'dequeue', 7)], queue);
    expect(bars[0]).toMatchObject({ end: null, point: { nth: 1 }, note: 'no answer' });
    expect(drawn([open], queue).bars[0]).toMatchObject({ point: null, note: 'need not have happened' });
  });
});

describe('a contradiction', () => {
  test('shows what is part of it, and what can’t come next', () => {
    const { bars, copies } = drawn([event(3, 'invoke', 'read'), event(3, 'ok', 'read', null), ...stale], register);
    expect(bars.map(({ tone }) => tone)).toEqual(['aside', 'involved', 'involved', 'refused']);
    expect(copies[0]).toMatchObject({ isStuck: true, states: [{ text: '1' }, { text: '1' }] });
  });

  test('is said in one sentence', () => {
    const { verdict } = pictured(stale, register);
    expect(verdictSentence(verdict, register, (process) => `client ${process}`)).toBe(
      'After “write 1” and “read → 1” one copy is 1; that is not what “read → null” of client 2 got, so it can’t come next, and by its time nothing else can.',
    );
  });

  test('of a lock names who holds it', () => {
    const { verdict } = pictured(
      [1, 2].flatMap((who) => [event(who, 'invoke', 'acquire'), event(who, 'ok', 'acquire', true)]),
      lock,
    );
    expect(verdictSentence(verdict, lock)).toContain('After “acquire” one copy is held by');
  });
});

test('moments rise, each inside its bar, however bars overlap', () => {
  let seed = 1;
  const draw = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let trial = 0; trial < 300; trial++) {
    const times = Array.from({ length: 8 }, () => 1 + draw(1_000)).sort((a, b) => a - b);
    const order = times.map((time) => {
      const from = time - 1 - draw(40);
      return { from, to: draw(5) === 0 ? null : time + draw(40) };
    });
    const found = moments(order, 2_000);
    for (const [i, at] of found.entries()) {
      expect(at).toBeGreaterThanOrEqual(order[i]!.from);
      expect(at).toBeLessThanOrEqual(order[i]!.to ?? 2_000);
      if (i > 0) expect(at).toBeGreaterThanOrEqual(found[i - 1]!);
    }
  }
});

test('operations in words', () => {
  const call = { key: '', input: undefined, output: undefined, end: 1 };
  expect(callText({ ...call, f: 'write', input: 3, output: 3 })).toBe('write 3');
  expect(callText({ ...call, f: 'read', output: 'a b' })).toBe('read → "a b"');
  expect(callText({ ...call, f: 'get', key: 'x', output: null })).toBe('get x → null');
  expect(callText({ ...call, f: 'cas', input: [1, 2], output: false })).toBe('cas 1⇒2 → false');
  expect(callText({ ...call, f: 'enqueue', input: 1, end: Number.POSITIVE_INFINITY })).toBe('enqueue 1');
  expect(valueText('null')).toBe('"null"');
});
