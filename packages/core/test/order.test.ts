/** What leaves when: sends, answers and events at once, persists in order and together, `persisted` after the disk. */
import { describe, expect, test } from 'vitest';
import { StorageOutOfOrder } from '../src/index.js';
import { apply, compaction, essential, persist, ScriptedNode, send } from './scripted.js';

describe('outputs of a step', () => {
  test('sends, answers, events and peers are performed at once and in the order in which the core gave them', () => {
    const node = new ScriptedNode();
    const lines = node.does(
      send('n2', 'first'),
      { type: 'answer', ref: 7, answer: { outcome: 'no' } },
      { type: 'send', to: ['n2', 'n3'], message: 'second', lane: 'bulk' },
      { type: 'event', event: { type: 'noted', what: 'it' } },
      { type: 'peers', peers: [{ id: 'n9', address: '' }] },
      send('n3', 'third'),
    );
    expect(lines).toEqual([
      'send n2 first',
      'answer 7 no',
      'send n2+n3 second',
      'event it',
      'peers n9',
      'send n3 third',
    ]);
  });

  test('they are performed before the next step, while the disk works', () => {
    const node = new ScriptedNode();
    expect(node.does(persist(1, 'a'), send('n2', 'beside the write'))).toEqual(['send n2 beside the write']);
    node.pump();
    expect(node.does(send('n2', 'during the flush'))).toEqual(['send n2 during the flush']);
  });

  test('a send without a lane goes by control', () => {
    const node = new ScriptedNode();
    const lanes: string[] = [];
    node.host.send = (_to, _message, lane?: string) => void lanes.push(lane!);
    node.does(send('n2', 'a'), { ...send('n2', 'b'), lane: 'bulk' });
    expect(lanes).toEqual(['control', 'bulk']);
  });

  test('the host sees each step, and its outputs, before they are performed', () => {
    const node = new ScriptedNode();
    node.on('persisted', send('n2', 'it is durable'));
    node.does(persist(1, 'a'));
    node.pump();
    expect(node.flushed()).toEqual(['→ persisted 1 at 1', 'send n2 it is durable']);
  });

  test('what recover gave is performed by start, without a step', () => {
    const node = new ScriptedNode();
    expect(node.run(() => node.executor.start([send('n2', 'I am back'), persist(1, 'a')], 0))).toEqual([
      'send n2 I am back',
    ]);
    expect(node.core.stepCount).toBe(0);
    expect(node.pump()).toEqual(['flush 1..1 a']);
  });
});

describe('persists', () => {
  test('nothing goes to disk or state machine before pump', () => {
    const node = new ScriptedNode();
    expect(node.does(persist(1, 'a'), apply(1))).toEqual([]);
    expect(node.pump()).toEqual(['flush 1..1 a', 'apply 1 reaching 1']);
  });

  test('one flush is in flight; all that gathered meanwhile goes into the next one together (group commit)', () => {
    const node = new ScriptedNode();
    node.does(persist(1, 'a'), persist(2, 'b', 'c'));
    expect(node.pump()).toEqual(['flush 1..2 a b c']);
    node.does(persist(3, 'd'));
    node.does(persist(4, 'e'));
    expect(node.pump()).toEqual([]);
    expect(node.flushed()).toEqual(['→ persisted 2 at 3']);
    expect(node.pump()).toEqual(['flush 3..4 d e']);
    expect(node.flushed()).toEqual(['→ persisted 4 at 5']);
    expect(node.executor.isIdle).toBe(true);
  });

  test('persisted comes after the flush has completed, once, with its highest id', () => {
    const node = new ScriptedNode();
    node.does(persist(1, 'a'), persist(2, 'b'), persist(3, 'c'));
    expect(node.pump()).toEqual(['flush 1..3 a b c']);
    expect(node.does(send('n2', 'x'))).toEqual(['send n2 x']);
    expect(node.flushed()).toEqual(['→ persisted 3 at 3']);
  });

  test('records reach the disk in the order of their ids (R18), whatever asks for them', () => {
    const node = new ScriptedNode();
    node.on('persisted', persist(4, 'd'));
    node.does(persist(1, 'a'), persist(2, 'b'));
    const lines = [...node.pump()];
    node.does(persist(3, 'c'));
    lines.push(...node.flushed(), ...node.pump(), ...node.flushed());
    expect(lines).toEqual(['flush 1..2 a b', '→ persisted 2 at 2', 'flush 3..4 c d', '→ persisted 4 at 4']);
  });

  test('a core that skips or repeats an id is dead at once', () => {
    for (const id of [0, 2, 3]) {
      const node = new ScriptedNode();
      expect(() => node.does(persist(id, 'a'))).toThrow('persists are numbered 1, 2, 3');
      expect(() => node.pump()).toThrow('a node that has failed is not called again');
    }
  });

  test('a flush takes no more than its limit, counted as a storage counts; one persist alone may exceed it', () => {
    const node = new ScriptedNode({ limits: { flushBytes: 70 } });
    node.does(persist(1, 'a'), persist(2, 'b'), persist(3, 'c'), persist(4, 'x'.repeat(100)), persist(5, 'e'));
    // A record of one byte counts as 33: two fit.
    expect(node.pump()).toEqual(['flush 1..2 a b']);
    node.flushed();
    expect(node.pump()).toEqual(['flush 3..3 c']);
    node.flushed();
    expect(node.pump()).toEqual([`flush 4..4 ${'x'.repeat(100)}`]);
    node.flushed();
    expect(node.pump()).toEqual(['flush 5..5 e']);
  });

  test('a persist without records is durable when all before it is', () => {
    const node = new ScriptedNode({ nextPosition: 8 });
    node.does(persist(1));
    expect(node.pump()).toEqual(['flush 1..1 ']);
    expect(node.flushed()).toEqual(['→ persisted 1 at 7']);
  });

  test('a compaction goes alone, in its place in the order', () => {
    const node = new ScriptedNode();
    node.does(persist(1, 'a'), compaction(2, 2, 'carried'), persist(3, 'b'), persist(4, 'c'));
    const lines: string[] = [];
    for (let i = 0; i < 3; i++) lines.push(...node.pump(), ...node.flushed());
    expect(lines).toEqual([
      'flush 1..1 a',
      '→ persisted 1 at 1',
      'flush 2..2 carried compact to 2',
      '→ persisted 2 at 2',
      'flush 3..4 b c',
      '→ persisted 4 at 4',
    ]);
  });

  test('what is essential does not share a flush with what is not, and does not overtake it', () => {
    const node = new ScriptedNode();
    node.does(persist(1, 'a'), essential(2, 'vote'), essential(3, 'term'), persist(4, 'b'));
    const lines: string[] = [];
    for (let i = 0; i < 3; i++) {
      lines.push(...node.pump());
      node.flushed();
    }
    expect(lines).toEqual(['flush 1..1 a', 'flush 2..3 vote term essential', 'flush 4..4 b']);
  });
});

describe('a full disk', () => {
  test('a refused flush is forgotten with all that waits behind it, and the core is told the first id of them', () => {
    const node = new ScriptedNode();
    node.does(persist(1, 'a'), persist(2, 'b'));
    node.pump();
    node.does(persist(3, 'c'), essential(4, 'vote'));
    expect(node.refused()).toEqual(['→ refused 1']);
    expect(node.pump()).toEqual([]);
    expect(node.executor.isIdle).toBe(true);
  });

  test('what the core issues anew goes on in ids and positions as if what was refused had never been written', () => {
    const node = new ScriptedNode();
    node.does(persist(1, 'a'));
    node.pump();
    node.flushed();
    node.does(persist(2, 'b'), persist(3, 'c'));
    node.pump();
    node.on('refused', essential(4, 'vote'));
    expect(node.refused()).toEqual(['→ refused 2']);
    expect(node.pump()).toEqual(['flush 4..4 vote essential']);
    expect(node.flushed()).toEqual(['→ persisted 4 at 2']);
  });
});

describe('positions', () => {
  test('persisted says where the last record of its flush is, from the position that the log began at', () => {
    const node = new ScriptedNode({ nextPosition: 41 });
    node.does(persist(1, 'a', 'b'), persist(2, 'c'));
    node.pump();
    expect(node.flushed()).toEqual(['→ persisted 2 at 43']);
  });

  test.each([
    ['a gap before them', { first: 3, last: 4 }],
    ['a place that is taken', { first: 0, last: 1 }],
    ['fewer than there were', { first: 1, last: 1 }],
    ['more than there were', { first: 1, last: 3 }],
  ])('a storage that answers with %s stops the node', (_what, appended) => {
    const node = new ScriptedNode();
    node.does(persist(1, 'a', 'b'));
    node.pump();
    node.host.take();
    expect(() => node.executor.flushed(0, appended)).toThrow(StorageOutOfOrder);
    expect(node.host.take(), 'nothing is said to be durable').toEqual([]);
    expect(() => node.does()).toThrow('a node that has failed is not called again');
  });

  test('the error says which records belong where, and has a code', () => {
    const error = new StorageOutOfOrder({ expectedFirst: 5, expectedLast: 6, first: 7, last: 8 });
    expect(error.code).toBe('storage-out-of-order');
    expect(error.message).toContain('put records at 7..8 that belong at 5..6');
  });

  test('a flush that completes without having been asked for is refused', () => {
    const node = new ScriptedNode();
    expect(() => node.executor.flushed(0, { first: 1, last: 0 })).toThrow('a flush that completes was in flight');
  });
});
