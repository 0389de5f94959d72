import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAction, readOptions } from '../demos/hashring/state.js';
import { emptyHistory, goTo, type History, record } from '../demos/kit/history.js';
import { decodeRun, encodeRun, MAX_STEPS, type Run } from '../demos/kit/run.js';

const plain = {
  name: 'plain',
  version: 3,
  readOptions: (value: unknown) => value as { seed: number },
  readAction(value: unknown): string {
    if (typeof value !== 'string') throw new RangeError('an action is a word');
    return value;
  },
};
const runOf = (history: History<string>): Run<{ seed: number }, string> => ({
  demo: 'plain',
  version: 3,
  options: { seed: 7 },
  history,
});
const linkOf = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');

describe('a link', () => {
  test('gives back the very run that it was made from, branches and all', () => {
    const moves = fc.array(fc.tuple(fc.string(), fc.nat(30)), { maxLength: 30 });
    fc.assert(
      fc.property(moves, (list) => {
        let history = emptyHistory<string>();
        for (const [action, to] of list) history = record(goTo(history, (to % (history.steps.length + 1)) - 1), action);
        expect(decodeRun(encodeRun(runOf(history)), plain)).toEqual(runOf(history));
      }),
    );
  });

  test('has no character that a chat would cut it at', () => {
    const link = encodeRun(runOf(record(emptyHistory<string>(), 'ünïcode ?&#/+ "quoted" 你好')));
    expect(link).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('of the longest run is still read', () => {
    let history = emptyHistory<string>();
    for (let i = 0; i < MAX_STEPS; i++) history = record(goTo(history, i - 1), 'x'.repeat(90));
    expect(decodeRun(encodeRun(runOf(history)), plain).history.steps).toHaveLength(MAX_STEPS);
  });

  test('stays short: ten events fit into 400 characters', () => {
    let history = emptyHistory<unknown>();
    for (let i = 0; i < 10; i++) history = record(history, { type: 'remove', id: 'c1' });
    expect(encodeRun({ demo: 'hashring', version: 1, options: {}, history }).length).toBeLessThan(500);
  });
});

describe('a stranger’s link is refused with a sentence', () => {
  const good = { d: 'plain', v: 3, o: { seed: 1 }, s: [['a'], ['b'], ['c', 0]] };

  test.each([
    ['cut short', linkOf(good).slice(0, -7), 'damaged'],
    ['not base64', '%%%', 'damaged'],
    ['not JSON', Buffer.from('hello').toString('base64url'), 'damaged'],
    ['no object', linkOf(5), 'damaged'],
    ['too long', 'A'.repeat(70_000), 'too long'],
    ['of another demo', linkOf({ ...good, d: 'raft' }), 'of another demo (“raft”)'],
    ['of another version', linkOf({ ...good, v: 2 }), 'version 2 of the demo; this is version 3'],
    ['without steps', linkOf({ ...good, s: undefined }), 'at most 200 steps'],
    ['with too many steps', linkOf({ ...good, s: Array(201).fill(['a']) }), 'at most 200 steps'],
    ['with a step that is none', linkOf({ ...good, s: ['a'] }), 'Step 1 of this link is not a step'],
    ['with a step before its parent', linkOf({ ...good, s: [['a', 1], ['b']] }), 'Step 1 of this link follows a step'],
    [
      'with a step that follows itself',
      linkOf({ ...good, s: [['a'], ['b', 1]] }),
      'Step 2 of this link follows a step',
    ],
    ['with a parent that is no number', linkOf({ ...good, s: [['a', '0']] }), 'Step 1 of this link follows a step'],
    ['at a step that is not there', linkOf({ ...good, at: 3 }), 'points at a step that it does not hold'],
    ['with an action that is none', linkOf({ ...good, s: [[5]] }), 'an action is a word'],
  ])('%s', (_, link, message) => {
    expect(() => decodeRun(link, plain)).toThrow(RangeError);
    expect(() => decodeRun(link, plain)).toThrow(message);
  });

  test('whatever the bytes, nothing but a RangeError comes out', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (link) => {
          try {
            decodeRun(link, { ...plain, readOptions, readAction });
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
    );
  });
});

describe('the hash ring reads no nonsense', () => {
  const options = {
    nodes: ['a', 'b'],
    strategy: 'ring',
    pointsPerNode: 32,
    field: 'path',
    unit: 'keys',
    ownKeys: false,
  };

  test('options come back as they are', () => {
    expect(readOptions(options)).toEqual(options);
  });

  test.each([
    [{ ...options, nodes: [] }],
    [{ ...options, nodes: ['a', 'a'] }],
    [{ ...options, nodes: Array.from({ length: 17 }, (_, i) => `n${i}`) }],
    [{ ...options, nodes: ['x'.repeat(41)] }],
    [{ ...options, nodes: ['a\u0000'] }],
    [{ ...options, strategy: 'constructor' }],
    [{ ...options, pointsPerNode: 1e9 }],
    [{ ...options, field: '__proto__' }],
    [{ ...options, unit: 5 }],
    [null],
  ])('options %j are refused', (value) => {
    expect(() => readOptions(value)).toThrow(RangeError);
  });

  test.each([
    [{ type: 'add', id: 'a', weight: 0 }],
    [{ type: 'add', id: 'a', weight: 1.5 }],
    [{ type: 'add', id: '', weight: 1 }],
    [{ type: 'add', id: ' a', weight: 1 }],
    [{ type: 'add', id: 'lone \ud800', weight: 1 }],
    [{ type: 'reweight', id: 'a', weight: 9 }],
    [{ type: 'remove', id: 7 }],
    [{ type: 'strategy', strategy: 'toString' }],
    [{ type: 'points', pointsPerNode: 33 }],
    [{ type: 'drop table' }],
    ['remove'],
  ])('action %j is refused', (value) => {
    expect(() => readAction(value)).toThrow(RangeError);
  });
});
