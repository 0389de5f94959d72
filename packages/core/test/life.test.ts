/** Time, re-entrancy, death, copies. */
import { describe, expect, test } from 'vitest';
import { Executor } from '../src/index.js';
import {
  apply,
  compaction,
  essential,
  install,
  persist,
  read,
  remove,
  ScriptedCore,
  ScriptedNode,
  type ScriptOutput,
  scripted,
  send,
  Transcript,
} from './scripted.js';

describe('time', () => {
  test('now never goes back; it may stand still and jump ahead', () => {
    const node = new ScriptedNode();
    node.now = 100;
    node.does();
    node.does();
    node.now = 1e12;
    node.does();
    node.now = 1e12 - 1;
    expect(() => node.does()).toThrow('now is a safe integer, and never goes back');
  });

  test('now is a safe integer', () => {
    for (const now of [0.5, Number.NaN, 2 ** 53]) {
      const node = new ScriptedNode();
      node.now = now;
      expect(() => node.does()).toThrow('now is a safe integer');
    }
  });

  test('timeout is stepped once the deadline is reached, and never before', () => {
    const node = new ScriptedNode();
    node.core.wakeAt = 50;
    expect(node.executor.deadline()).toBe(50);
    expect(node.executor.timeout(49)).toBe(false);
    expect(node.core.stepCount).toBe(0);
    expect(node.executor.timeout(50)).toBe(true);
    expect(node.host.take()).toEqual(['→ timeout']);
    node.core.wakeAt = null;
    expect(node.executor.timeout(1_000)).toBe(false);
  });

  test('a timeout that comes early, or that nobody wants, stops the node', () => {
    for (const wakeAt of [50, null]) {
      const node = new ScriptedNode();
      node.core.wakeAt = wakeAt;
      node.now = 49;
      expect(() => node.step({ type: 'timeout' })).toThrow('a timeout is never early');
    }
  });
});

describe('one thing at a time', () => {
  const chunk = { type: 'writeSnapshot', name: 's', offset: 0, bytes: new Uint8Array(), isLast: true } as const;
  const calls: [string, ScriptOutput[]][] = [
    ['send', [send('n2', 'x')]],
    ['answer', [{ type: 'answer', ref: 1, answer: { outcome: 'no' } }]],
    ['flush', [persist(1, 'a')]],
    ['apply', [apply(1)]],
    ['event', [{ type: 'event', event: { type: 'noted', what: 'it' } }]],
    ['read', [read('s')]],
    ['write', [chunk]],
    ['remove', [remove('s')]],
    ['peers', [{ type: 'peers', peers: [] }]],
  ];
  test.each(calls)('the executor is not called from inside the host’s %s', (call, outputs) => {
    const node = new ScriptedNode();
    const refused: string[] = [];
    node.host.within = (line) => {
      expect(line.startsWith(call)).toBe(true);
      const { executor } = node;
      const attempts = [
        () => executor.step({ type: 'do', outputs: [] }, 0),
        () => executor.start([], 0),
        () => executor.pump(),
        () => executor.flushed(0, { first: 1, last: 1 }),
        () => executor.refused(0),
        () => executor.appliedDone(0, [new Uint8Array()]),
        () => executor.snapshotRead(0, 's', 0, null, true),
        () => executor.snapshotWritten(0, 's', 0, null),
        () => executor.snapshotted(0, 's', 0, null),
        () => executor.clone(new Transcript()),
      ];
      for (const attempt of attempts) {
        try {
          attempt();
        } catch (error) {
          refused.push((error as Error).message);
        }
      }
    };
    node.does(...outputs);
    node.pump();
    expect(refused).toHaveLength(10);
    expect(new Set(refused)).toEqual(new Set(['the executor is not called from inside a step or a call of its host']));
    // What was refused has done no harm.
    node.host.within = () => undefined;
    expect(node.does(send('n2', 'on'))).toContain('send n2 on');
  });
});

describe('death', () => {
  const dead = 'a node that has failed is not called again';

  test('a core that threw is not stepped again', () => {
    const node = new ScriptedNode();
    expect(() => node.step({ type: 'explode' })).toThrow('a core that throws');
    for (const act of [() => node.does(), () => node.pump(), () => node.executor.refused(0)]) expect(act).toThrow(dead);
    expect(node.core.stepCount).toBe(1);
  });

  test('a host that throws, in a step or in pump, ends it too: half of the outputs may have been performed', () => {
    for (const outputs of [[send('n2', 'x')], [persist(1, 'a')], [apply(1)]]) {
      const node = new ScriptedNode();
      node.host.within = () => {
        throw new Error('the host is broken');
      };
      expect(() => {
        node.does(...outputs);
        node.pump();
      }).toThrow('the host is broken');
      node.host.within = () => undefined;
      expect(() => node.does()).toThrow(dead);
    }
  });

  test('a disk or a state machine that failed for good ends it', () => {
    const node = new ScriptedNode();
    node.executor.failed('EIO');
    expect(() => node.does()).toThrow(dead);
    expect(() => node.pump()).toThrow(dead);
  });

  test('what is dead can be copied and told apart, and the copy is dead', () => {
    const node = new ScriptedNode();
    const alive = node.executor.fingerprint(0);
    node.executor.failed('EIO');
    expect(node.executor.fingerprint(0)).not.toBe(alive);
    expect(() => node.fork().does()).toThrow(dead);
  });
});

describe('a copy', () => {
  /** A node with something everywhere. */
  function busy(): ScriptedNode {
    const node = new ScriptedNode();
    node.does(persist(1, 'a'), apply(1), read('s0'), remove('s0'));
    node.pump();
    node.does(persist(2, 'b'), essential(3, 'vote'), apply(2, 3));
    node.on('persisted', send('n2', 'durable'));
    return node;
  }
  const run = (node: ScriptedNode): string[] => [
    ...node.flushed(),
    ...node.pump(),
    ...node.flushed(),
    ...node.done(),
    ...node.pump(),
    ...node.run(() => node.executor.snapshotRead(0, 's0', 0, null, true)),
    ...node.does(persist(4, 'c'), apply(4), install(5)),
  ];

  test('has in flight what its original has in flight, and goes on as it would', () => {
    const node = busy();
    const copy = node.fork();
    expect(run(copy)).toEqual(run(node));
  });

  test('is apart: neither notices what the other does', () => {
    const node = busy();
    const copy = node.fork();
    const before = copy.executor.fingerprint(0);
    const lines = run(node);
    expect(copy.executor.fingerprint(0)).toBe(before);
    expect(copy.host.take()).toEqual([]);
    expect(run(copy)).toEqual(lines);
  });

  test('keeps the limits and the clock of its original', () => {
    const node = new ScriptedNode({ limits: { applyEntries: 1, flushBytes: 40 } });
    node.now = 10;
    node.does(apply(1, 2), persist(1, 'a'), persist(2, 'b'));
    const copy = node.fork();
    expect(copy.pump()).toEqual(['flush 1..1 a', 'apply 1 reaching 1']);
    copy.now = 9;
    expect(() => copy.does()).toThrow('never goes back');
  });

  test('has the fingerprint of its original', () => {
    const node = busy();
    expect(node.fork().executor.fingerprint(7)).toBe(node.executor.fingerprint(7));
  });
});

describe('a fingerprint', () => {
  const of = (...steps: ScriptOutput[][]) => {
    const node = new ScriptedNode();
    for (const outputs of steps) {
      node.does(...outputs);
      node.pump();
    }
    return node.executor.fingerprint(0);
  };

  test('differs where the future does', () => {
    const texts = [
      of(),
      of([persist(1, 'a')]),
      of([persist(1, 'a')], [persist(2, 'b')]),
      of([persist(1, 'a'), persist(2, 'b')]),
      of([persist(1, 'a')], [essential(2, 'b')]),
      of([persist(1, 'a')], [compaction(2, 1, 'b')]),
      of([persist(1, 'a')], [compaction(2, 2, 'b')]),
      of([apply(1)]),
      of([apply(1)], [apply(2)]),
      of([apply(2)]),
      of([apply(1, 2)]),
      of([{ ...apply(1), refs: [8] }]),
      of([{ ...apply(1), refs: [null] }]),
      of([{ ...apply(1), index: 2 }]),
      of([{ ...apply(1), entries: [{ index: 1, bytes: Uint8Array.of(9) }] }]),
      of([install(1)]),
      of([install(1, 'other')]),
      of([read('s1')]),
      of([read('s1'), read('s1', 9)]),
      of([read('s1'), remove('s1')]),
    ];
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('does not know how it came about: ids and positions are relative, what is done is forgotten', () => {
    const young = new ScriptedNode();
    const old = new ScriptedNode({ nextPosition: 77 });
    for (const id of [1, 2, 3]) {
      old.does(persist(id, 'a'));
      old.pump();
      old.flushed();
    }
    old.does(read('s1'));
    old.executor.snapshotRead(0, 's1', 0, null, true);
    expect(old.executor.fingerprint(0)).toBe(young.executor.fingerprint(0));
    old.does(persist(4, 'b'), compaction(5, 80, 'c'));
    young.does(persist(1, 'b'), compaction(2, 1, 'c'));
    expect(old.executor.fingerprint(0)).toBe(young.executor.fingerprint(0));
  });

  test('is relative to now, and in other names where the core’s is', () => {
    const node = new ScriptedNode();
    node.core.wakeAt = 50;
    const early = node.executor.fingerprint(20);
    node.core.wakeAt = 90;
    expect(node.executor.fingerprint(60)).toBe(early);
    expect(node.executor.fingerprint(60, () => 'zed')).toBe(early.replace('n1', 'zed'));
  });
});

test.each([
  ['flushBytes', { limits: { flushBytes: 0 } }],
  ['applyEntries', { limits: { applyEntries: 0 } }],
  ['applyBytes', { limits: { applyBytes: 1.5 } }],
  ['appliedIndex', { appliedIndex: -1 }],
  ['nextPosition', { nextPosition: 0 }],
])('%s out of its range is a RangeError that names it', (option, options) => {
  const make = () =>
    new Executor({ protocol: scripted, core: new ScriptedCore(), host: new Transcript(), nextPosition: 1, ...options });
  expect(make).toThrow(RangeError);
  expect(make).toThrow(new RegExp(`^${option} must be an integer from`));
});

test.each([Number.NaN, undefined as never, '7' as never])(
  'a deadline of %s is refused: it would never be reached',
  (wakeAt) => {
    const node = new ScriptedNode();
    node.core.wakeAt = wakeAt;
    expect(() => node.executor.deadline()).toThrow('a deadline is milliseconds, or null');
    expect(() => node.executor.timeout(0)).toThrow('a deadline is milliseconds, or null');
  },
);
