import { describe, expect, test } from 'vitest';
import {
  HistoryError,
  type HistoryEvent,
  ILLEGAL,
  linearizable,
  type Model,
  ModelError,
  operationsOf,
  parseHistory,
  register,
} from '../src/index.js';

const event = (process: number, type: HistoryEvent['type'], f: string, value?: unknown): HistoryEvent => ({
  process,
  type,
  f,
  value,
});

describe('operations', () => {
  test('a call and its answer are one, in the order of the calls', () => {
    const found = operationsOf([
      event(1, 'invoke', 'write', 3),
      event(2, 'invoke', 'read'),
      event(2, 'ok', 'read', 3),
      event(1, 'ok', 'write', 3),
    ]);
    expect(found.map(({ id, process, start, end }) => [id, process, start, end])).toEqual([
      [0, 1, 0, 3],
      [1, 2, 1, 2],
    ]);
  });

  test('what failed is left out; what nobody knows of stays open, and its process may go on', () => {
    const found = operationsOf([
      event(1, 'invoke', 'write', 1),
      event(1, 'fail', 'write'),
      event(1, 'invoke', 'write', 2),
      event(1, 'info', 'write'),
      event(1, 'invoke', 'read'),
    ]);
    expect(found.map(({ f, input, end }) => [f, input, end])).toEqual([
      ['write', 2, Number.POSITIVE_INFINITY],
      ['read', undefined, Number.POSITIVE_INFINITY],
    ]);
  });
});

describe('what is no history', () => {
  test.each<[string, HistoryEvent[], RegExp]>([
    ['an answer before its call', [event(1, 'ok', 'read', 1)], /event 0: an answer to process 1 precedes its call/],
    [
      'two calls at once',
      [event(1, 'invoke', 'read'), event(1, 'invoke', 'read')],
      /event 1: process 1 calls, but its call of event 0/,
    ],
    [
      'an answer to something else',
      [event(1, 'invoke', 'read'), event(1, 'ok', 'write')],
      /event 1: "write" on "" answers "read" on "" of event 0/,
    ],
    [
      'time that goes back',
      [
        { ...event(1, 'invoke', 'read'), time: 5 },
        { ...event(1, 'ok', 'read'), time: 4 },
      ],
      /event 1: time goes back from 5 to 4/,
    ],
    ['another type', [{ ...event(1, 'ok', 'read'), type: 'done' as 'ok' }], /event 0: "type" is one of/],
    ['no function', [{ process: 1, type: 'invoke' } as HistoryEvent], /event 0: "f" is a string/],
    ['a process that is none', [{ ...event(1, 'ok', 'read'), process: null as never }], /event 0: "process"/],
    ['a key that is none', [{ ...event(1, 'ok', 'read'), key: {} as never }], /event 0: "key"/],
    ['no event at all', [null as never], /event 0: an event is an object/],
  ])('%s is told, with its place', (_what, events, message) => {
    expect(() => operationsOf(events)).toThrow(HistoryError);
    expect(() => operationsOf(events)).toThrow(message);
  });

  test('a line that is no JSON is told with its number', () => {
    expect(() => parseHistory('{"process":1,"type":"invoke","f":"read"}\n\nnonsense\n')).toThrow(/line 3: not JSON/);
  });

  test('lines of ndjson are read, empty ones skipped', () => {
    const text = '{"process":1,"type":"invoke","f":"read"}\n\n{"process":1,"type":"ok","f":"read","value":null}\n';
    expect(linearizable(parseHistory(text), register).verdict).toBe('ok');
  });
});

describe('models that misbehave', () => {
  const history = [event(1, 'invoke', 'add', 1), event(1, 'ok', 'add')];

  test('one that throws is named, with the operation', () => {
    expect(() => linearizable(history, register)).toThrow(ModelError);
    expect(() => linearizable(history, register)).toThrow(
      /model "register" at operation 0 \("add" by process 1\): a register has no "add"/,
    );
  });

  test('one that changes its state in place is found out', () => {
    const model: Model<number[]> = {
      name: 'in place',
      init: [],
      step(state, { input }) {
        state.push(input as number);
        return state;
      },
    };
    expect(() => linearizable(history, model)).toThrow(/model "in place" at operation 0/);
  });

  test('one that is never content makes every history illegal', () => {
    const model: Model<null> = { name: 'never', init: null, step: () => ILLEGAL };
    expect(linearizable(history, model).verdict).toBe('illegal');
  });
});
