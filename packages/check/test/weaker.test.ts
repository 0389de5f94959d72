import { describe, expect, test } from 'vitest';
import { type HistoryEvent, linearizable, register, sequentiallyConsistent, sessionGuarantees } from '../src/index.js';

let at = 0;
const did = (process: number, f: 'read' | 'write', value: unknown, key = 'x'): HistoryEvent[] => [
  { process, type: 'invoke', f, key, value: f === 'write' ? value : undefined, time: at++ },
  { process, type: 'ok', f, key, value, time: at++ },
];

describe('sequential consistency', () => {
  test('a stale read by another process is sequentially consistent, and not linearizable', () => {
    const history = [...did(1, 'write', 1), ...did(2, 'read', null)];
    expect(sequentiallyConsistent(history, register).verdict).toBe('ok');
    expect(linearizable(history, register).verdict).toBe('illegal');
  });

  test('a process that does not see its own write is neither', () => {
    const history = [...did(1, 'write', 1), ...did(1, 'read', null)];
    expect(sequentiallyConsistent(history, register)).toMatchObject({ verdict: 'illegal', furthest: [{ f: 'write' }] });
  });

  test('it is not local: each key alone is in order, both together are not', () => {
    const one = (process: number, mine: string, other: string) => [
      ...did(process, 'write', 1, mine),
      ...did(process, 'read', null, other),
    ];
    const history = [...one(1, 'x', 'y'), ...one(2, 'y', 'x')];
    for (const key of ['x', 'y'])
      expect(
        sequentiallyConsistent(
          history.filter((event) => event.key === key),
          register,
        ).verdict,
      ).toBe('ok');
    expect(sequentiallyConsistent(history, register).verdict).toBe('illegal');
  });

  test('what had no answer may have happened, or not', () => {
    const open: HistoryEvent = { process: 1, type: 'invoke', f: 'write', key: 'x', value: 1 };
    for (const seen of [null, 1])
      expect(sequentiallyConsistent([open, ...did(2, 'read', seen)], register).verdict).toBe('ok');
  });

  test('a limit that is reached says unknown', () => {
    const history = Array.from({ length: 6 }, (_, process) => [
      ...did(process, 'write', process),
      ...did(process, 'read', 99),
    ]).flat();
    expect(sequentiallyConsistent(history, register, { steps: 10 }).verdict).toBe('unknown');
    expect(sequentiallyConsistent(history, register).verdict).toBe('illegal');
  });
});

describe('sessions', () => {
  test('a session that reads less than it wrote, or than it has read, is told', () => {
    const history = [...did(1, 'write', 5), ...did(1, 'read', 4), ...did(2, 'read', 5), ...did(2, 'read', 4)];
    expect(
      sessionGuarantees(history).map(({ guarantee, earlier, later }) => [guarantee, earlier.id, later.id]),
    ).toEqual([
      ['read-your-writes', 0, 1],
      ['monotonic-reads', 2, 3],
    ]);
  });

  test('what another session has seen obliges nobody; nor does another key', () => {
    const history = [...did(1, 'write', 5), ...did(2, 'read', 4), ...did(1, 'read', 0, 'y')];
    expect(sessionGuarantees(history)).toEqual([]);
  });

  test('versions may be told by the caller', () => {
    const order = ['draft', 'final'];
    const history = [...did(1, 'write', 'final'), ...did(1, 'read', 'draft')];
    const version = ({ f, input, output }: { f: string; input: unknown; output: unknown }) =>
      order.indexOf((f === 'read' ? output : input) as string);
    expect(sessionGuarantees(history)).toEqual([]);
    expect(sessionGuarantees(history, { version })).toHaveLength(1);
  });
});
