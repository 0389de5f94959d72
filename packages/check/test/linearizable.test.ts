import { below, pick, type Random, seededRandom, split } from '@dsys/core';
import { describe, expect, test } from 'vitest';
import {
  casRegister,
  type HistoryEvent,
  linearizable,
  lock,
  type Model,
  operationsOf,
  queue,
  register,
  set,
} from '../src/index.js';
import { hasOrder } from './brute-force.js';
import { randomHistory } from './random-history.js';

const call = (process: number, f: string, value?: unknown, key?: string): HistoryEvent => ({
  process,
  type: 'invoke',
  f,
  ...(value !== undefined && { value }),
  ...(key !== undefined && { key }),
});
const ok = (process: number, f: string, value?: unknown, key?: string): HistoryEvent => ({
  ...call(process, f, value, key),
  type: 'ok',
});

describe('a register', () => {
  test('a read that overlaps a write may see it or not', () => {
    for (const seen of [null, 1])
      expect(
        linearizable([call(1, 'write', 1), call(2, 'read'), ok(2, 'read', seen), ok(1, 'write')], register).verdict,
      ).toBe('ok');
  });

  test('a read after a write is answered must see it', () => {
    const verdict = linearizable([call(1, 'write', 1), ok(1, 'write'), call(2, 'read'), ok(2, 'read', null)], register);
    expect(verdict).toMatchObject({
      verdict: 'illegal',
      witness: { key: '', operations: [{ f: 'write' }, { f: 'read' }], isMinimal: true },
    });
  });

  test('two reads do not see one write and then miss it (no new-old inversion)', () => {
    const history = [
      call(1, 'write', 1),
      call(2, 'read'),
      ok(2, 'read', 1),
      call(3, 'read'),
      ok(3, 'read', null),
      ok(1, 'write'),
    ];
    expect(linearizable(history, register).verdict).toBe('illegal');
  });

  test('a write without an answer may take effect long after, or never', () => {
    const late = [call(1, 'write', 1), call(2, 'read'), ok(2, 'read', null), call(2, 'read'), ok(2, 'read', 1)];
    expect(linearizable(late, register).verdict).toBe('ok');
    expect(linearizable(late.slice(0, 3), register).verdict).toBe('ok');
  });

  test('a write that failed is never seen', () => {
    const history: HistoryEvent[] = [
      call(1, 'write', 1),
      { process: 1, type: 'fail', f: 'write' },
      call(2, 'read'),
      ok(2, 'read', 1),
    ];
    expect(linearizable(history, register).verdict).toBe('illegal');
  });

  test('the explanation leaves out what plays no part', () => {
    const noise = Array.from({ length: 50 }, (_, i) => [call(9, 'write', i), ok(9, 'write')]).flat();
    const history = [
      ...noise,
      call(1, 'write', 'a'),
      ok(1, 'write'),
      call(1, 'write', 'b'),
      ok(1, 'write'),
      call(2, 'read'),
      ok(2, 'read', 'a'),
      ...noise,
    ];
    const verdict = linearizable(history, register);
    if (verdict.verdict !== 'illegal') throw new Error(verdict.verdict);
    expect(verdict.witness.operations.map(({ f, input, output }) => [f, input ?? output])).toEqual([
      ['write', 'a'],
      ['write', 'b'],
      ['read', 'a'],
    ]);
    expect(verdict.witness.refused.map(({ f }) => f)).toEqual(['read']);
  });
});

describe('keys', () => {
  test('each is an object of its own, and the first contradiction ends it all', () => {
    const good = Array.from({ length: 100 }, (_, i) => [
      call(1, 'write', i, `k${i}`),
      ok(1, 'write', i, `k${i}`),
    ]).flat();
    const bad = [call(2, 'read', undefined, 'k7'), ok(2, 'read', 'never', 'k7')];
    const verdict = linearizable([...good, ...bad], register);
    expect(verdict).toMatchObject({ verdict: 'illegal', witness: { key: 'k7' } });
  });

  test('a limit that is reached says unknown, and which keys', () => {
    const history = [
      call(1, 'write', 1, 'x'),
      ok(1, 'write', 1, 'x'),
      call(1, 'read', undefined, 'x'),
      ok(1, 'read', 1, 'x'),
    ];
    expect(linearizable(history, register, { steps: 1 })).toEqual({ verdict: 'unknown', steps: 1, undecided: ['x'] });
  });
});

const value = (random: Random) => below(random, 3);
const KINDS: readonly {
  model: Model<unknown>;
  draw: (random: Random) => { f: string; input?: unknown; output: unknown };
}[] = [
  {
    model: register,
    draw: (r) =>
      below(r, 2) === 0
        ? { f: 'write', input: value(r), output: null }
        : { f: 'read', output: pick(r, [null, 0, 1, 2]) },
  },
  {
    model: casRegister,
    draw: (r) =>
      pick(r, [
        { f: 'write', input: value(r), output: null },
        { f: 'read', output: pick(r, [null, 0, 1, 2]) },
        { f: 'cas', input: [value(r), value(r)], output: pick(r, [true, false]) },
      ]),
  },
  {
    model: queue as Model<unknown>,
    draw: (r) =>
      below(r, 2) === 0
        ? { f: 'enqueue', input: value(r), output: null }
        : { f: 'dequeue', output: pick(r, [null, 0, 1, 2]) },
  },
  {
    model: set as Model<unknown>,
    draw: (r) =>
      pick(r, [
        { f: 'add', input: value(r), output: null },
        { f: 'remove', input: value(r), output: null },
        { f: 'contains', input: value(r), output: pick(r, [true, false]) },
      ]),
  },
  {
    model: lock as Model<unknown>,
    draw: (r) =>
      pick(r, [
        { f: 'acquire', output: true },
        { f: 'release', output: true },
        { f: 'acquire', output: false },
      ]),
  },
];

describe('against the definition, on random small histories', () => {
  test.each(KINDS)('$model.name: 400 histories have the same verdict', ({ model, draw }) => {
    let legal = 0;
    for (let seed = 0; seed < 400; seed++) {
      const random = split(seededRandom(seed), model.name);
      const history = randomHistory(random, { processes: 3, operations: 6, draw });
      const expected = hasOrder(model, operationsOf(history));
      if (expected) legal++;
      expect({ seed, verdict: linearizable(history, model).verdict }).toEqual({
        seed,
        verdict: expected ? 'ok' : 'illegal',
      });
    }
    // Neither answer is always right.
    expect(legal).toBeGreaterThan(20);
    expect(legal).toBeLessThan(380);
  });
});
