import { linearizable, operationsOf, parseHistory } from '@dsys/check';
import { describe, expect, test } from 'vitest';
import { testOf } from '../demos/check/code.js';
import { type Action, checkDemo } from '../demos/check/demo.js';
import { EXAMPLES } from '../demos/check/examples.js';
import { bring } from '../demos/check/import.js';
import { judge, lines, timeLineOf } from '../demos/check/judge.js';
import { kindOf } from '../demos/check/models.js';
import { ndjsonOf, type Packed, packed } from '../demos/check/operation.js';
import { emptyHistory, record } from '../demos/kit/history.js';
import { digestOf, Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';

function play(...actions: Action[]) {
  const history = actions.reduce(record<Action>, emptyHistory<Action>());
  const replay = new Replay(checkDemo, {});
  return { history, replay, state: replay.stateAt(history), said: replay.sayAt(history) };
}

const reached = (...actions: Action[]): string[] => {
  const { replay, history } = play(...actions);
  return [...replay.reached(history).keys()].map(({ id }) => id);
};

const load = (example: string): Action => ({ type: 'load', example });

/** The operation of this number in what was loaded, with these fields. */
function change(example: string, id: number, fields: object): Action {
  const was = play(load(example)).state.drawn.find((each) => each.id === id)!;
  return { type: 'change', id, operation: packed({ ...was, ...fields }) };
}

const verdictsOf = (example: string): (boolean | null)[] => lines(play(load(example)).state).map(({ holds }) => holds);

describe('check a history', () => {
  test('the examples are what they say', () => {
    expect(Object.fromEntries(EXAMPLES.map(({ id }) => [id, verdictsOf(id)]))).toEqual({
      overlap: [true, true, true, true],
      stale: [false, false, true, false],
      sequential: [false, true, true, true],
      'lost-update': [false, false, null, null],
      open: [true, true, true, true],
      keys: [false, true, true, true],
      twice: [false, false, null, null],
      holders: [false, true, null, null],
    });
  });

  test('moving one edge makes the late read legal', () => {
    expect(reached(load('sequential'), change('sequential', 1, { start: 7 }))).toEqual(['edge']);
    expect(reached(load('sequential'), change('sequential', 1, { start: 7, end: 9 }))).toEqual([]);
  });

  test('another answer breaks what was right', () => {
    expect(reached(change('overlap', 2, { output: 3 }))).toEqual(['break']);
  });

  test('a write that was read must have happened, answered or not', () => {
    expect(() => play(change('overlap', 0, { answer: 'info' }))).toThrow('Client 1 still waits');
    const alone = change('sequential', 0, { answer: 'info' });
    expect(reached(load('sequential'), alone)).toContain('open');
  });

  test('a client has one operation at a time, and none after one without an answer', () => {
    const busy: Packed = [0, 'read', null, null, 1, 'ok', 9, 12];
    expect(() => play({ type: 'add', operation: busy })).toThrow('Client 1 is busy then');
    const after: Packed = [0, 'read', null, null, 1, 'ok', 20, 22];
    expect(() => play(load('open'), { type: 'add', operation: after })).toThrow('Client 1 still waits for an answer');
  });

  test('bars that touch overlap', () => {
    const { state } = play(load('sequential'), change('sequential', 1, { start: 8 }));
    expect(judge(state).linear.verdict).toBe('ok');
  });

  test('what failed is drawn, and plays no part', () => {
    const { state } = play(change('overlap', 1, { answer: 'fail' }));
    expect(judge(state).linear.verdict).toBe('illegal');
    expect(timeLineOf(state, 12).bars[1]).toMatchObject({ tone: 'aside', note: 'failed: did not happen' });
  });

  test('another object begins with an example of its own, unless it knows all that is drawn', () => {
    expect(play({ type: 'kind', kind: 'cas-register' }).state.drawn).toHaveLength(5);
    expect(play({ type: 'kind', kind: 'lock' }).state.example).toBe('holders');
  });

  test('a link means the same again', () => {
    const { history } = play(load('twice'), { type: 'delete', id: 2 });
    const run = { demo: checkDemo.name, version: checkDemo.version, options: {}, history };
    expect(digestOf(checkDemo, decodeRun(encodeRun(run), checkDemo))).toBe(digestOf(checkDemo, run));
  });

  test.each([
    [{ type: 'add', operation: [0, 'write', null, 1, null, 'ok', 1] }, /no operation/],
    [{ type: 'add', operation: [0, 'write', null, {}, null, 'ok', 1, 2] }, /A value is/],
    [{ type: 'bring', kind: 'stack', operations: [] }, /An object is one of/],
    [{ type: 'load', example: 'nothing' }, /An example is one of/],
  ])('a stranger’s link can’t hold %j', (action, message) => {
    expect(() => checkDemo.readAction(action)).toThrow(message);
  });
});

describe('histories in and out', () => {
  test('what is saved as ndjson is read again as the same verdict', () => {
    for (const { id, kind } of EXAMPLES) {
      const { state } = play(load(id));
      const text = ndjsonOf(state.drawn);
      const verdict = judge(state).linear.verdict;
      expect(linearizable(parseHistory(text), kindOf(kind).model).verdict).toBe(verdict);
      const { operations } = bring(text, kindOf(kind));
      expect(judge(play({ type: 'bring', kind, operations }).state).linear.verdict).toBe(verdict);
    }
  });

  test('of a long history the contradiction alone is drawn', () => {
    const events = Array.from({ length: 100 }, (_, i) => [
      { process: i % 5, type: 'invoke', f: 'write', value: i },
      { process: i % 5, type: 'ok', f: 'write', value: i },
    ]).flat();
    const wrong = ['invoke', 'ok'].map((type) => ({ process: 9, type, f: 'read', value: type === 'ok' ? 3 : null }));
    const text = [...events, ...wrong].map((event) => JSON.stringify(event)).join('\n');
    const { operations, note } = bring(text, kindOf('register'));
    expect(note).toBe(`101 operations: not linearizable. Drawn are the ${operations.length} that can’t all be true.`);
    expect(operations.length).toBeLessThan(10);
    expect(() => bring(events.map((event) => JSON.stringify(event)).join('\n'), kindOf('register'))).toThrow(
      /^100 operations: linearizable\./,
    );
  });

  test('who goes on without an answer is drawn in another lane', () => {
    const text = ['invoke', 'info', 'invoke', 'ok']
      .map((type, i) => JSON.stringify({ process: 1, type, f: 'write', value: i }))
      .join('\n');
    expect(bring(text, kindOf('register')).operations.map(([client]) => client)).toEqual([0, 1]);
  });

  test('the test that is given has the same events', () => {
    const { state } = play(load('open'));
    const program = testOf(state);
    expect(program.match(/process:/g)).toHaveLength(7);
    expect(operationsOf(parseHistory(ndjsonOf(state.drawn)))).toHaveLength(4);
    expect(program).toContain("toBe('ok')");
  });
});
