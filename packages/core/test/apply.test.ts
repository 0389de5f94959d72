/** The way to the state machine: batches, refs, snapshots to install and to take. */
import { describe, expect, test } from 'vitest';
import { apply, install, read, remove, ScriptedNode, send, snapshot } from './scripted.js';

const info = (name: string) => ({ name, bytes: 3, checksum: '0'.repeat(16), damaged: false });

describe('entries', () => {
  test('go to the state machine in order, one batch at a time, and are answered with its results before applied', () => {
    const node = new ScriptedNode();
    node.does(apply(1, 2));
    expect(node.pump()).toEqual(['apply 1 2 reaching 2']);
    node.does(apply(3));
    expect(node.pump(), 'one at a time').toEqual([]);
    expect(node.done()).toEqual(['answer 100 applied 1 =1', 'answer 200 applied 2 =2', '→ applied 2']);
    expect(node.pump()).toEqual(['apply 3 reaching 3']);
    expect(node.done()).toEqual(['answer 300 applied 3 =3', '→ applied 3']);
    expect(node.executor.isIdle).toBe(true);
  });

  test('that waited are handed over in one batch', () => {
    const node = new ScriptedNode();
    node.does(apply(1), apply(2));
    node.does(apply(3, 4));
    expect(node.pump()).toEqual(['apply 1 2 3 4 reaching 4']);
  });

  test('a batch takes at most so many entries, and a long list is cut', () => {
    const node = new ScriptedNode({ limits: { applyEntries: 2 } });
    node.does(apply(1, 2, 3), apply(4));
    const lines: string[] = [];
    for (let i = 0; i < 2; i++) lines.push(...node.pump(), ...node.done().filter((line) => line.startsWith('→')));
    expect(lines).toEqual(['apply 1 2 reaching 2', '→ applied 2', 'apply 3 4 reaching 4', '→ applied 4']);
  });

  test('a batch takes at most so many bytes; one entry alone may exceed them', () => {
    const node = new ScriptedNode({ limits: { applyBytes: 7 } });
    node.does(apply(1, 2, 3)); // of three bytes each
    expect(node.pump()).toEqual(['apply 1 2 reaching 2']);
    const small = new ScriptedNode({ limits: { applyBytes: 1 } });
    small.does(apply(1, 2));
    expect(small.pump()).toEqual(['apply 1 reaching 1']);
  });

  test('may leave indices out: applied says which index is reached, also by no entry at all', () => {
    const node = new ScriptedNode();
    node.does({ ...apply(2, 5), index: 9 });
    expect(node.pump()).toEqual(['apply 2 5 reaching 9']);
    expect(node.done().at(-1)).toBe('→ applied 9');
    node.does({ type: 'apply', index: 12, entries: [], refs: [] });
    expect(node.pump()).toEqual(['apply  reaching 12']);
    expect(node.done()).toEqual(['→ applied 12']);
  });

  test('a batch that was cut reaches its last entry and not what lies behind it', () => {
    const node = new ScriptedNode({ limits: { applyEntries: 1 } });
    node.does({ ...apply(2, 5), index: 9 });
    const lines: string[] = [];
    for (let i = 0; i < 2; i++) lines.push(...node.pump(), node.done().at(-1)!);
    expect(lines).toEqual(['apply 2 reaching 2', '→ applied 2', 'apply 5 reaching 9', '→ applied 9']);
  });

  test('an entry without a ref is applied and answered to nobody', () => {
    const node = new ScriptedNode();
    node.does({ ...apply(1, 2), refs: [null, 7] });
    node.pump();
    expect(node.done()).toEqual(['answer 7 applied 2 =2', '→ applied 2']);
  });

  test.each([
    ['an index that was given out already', [apply(3), apply(3)], 'what is applied rises by index'],
    ['entries that do not rise', [{ ...apply(2, 1), index: 5 }], 'entries rise by index'],
    ['an entry twice', [{ ...apply(2, 2), index: 5 }], 'entries rise by index'],
    ['an entry above the index', [{ ...apply(1, 6), index: 5 }], 'entries are at or below the index'],
    ['too few refs', [{ ...apply(1, 2), refs: [1] }], 'each entry has its ref, or null'],
  ])('%s stops the node', (_what, outputs, claim) => {
    const node = new ScriptedNode();
    expect(() => node.does(...outputs)).toThrow(claim);
  });

  test('a state machine that gives too few results stops the node, and nobody is answered', () => {
    const node = new ScriptedNode();
    node.does(apply(1, 2));
    node.pump();
    expect(() => node.executor.appliedDone(0, [new Uint8Array()])).toThrow('one result for each entry');
    expect(node.host.take()).toEqual([]);
  });

  test('work that is done without having been asked for is refused', () => {
    expect(() => new ScriptedNode().done()).toThrow('work that is done was in flight');
  });

  test('a durable state machine goes on above what it has', () => {
    expect(() => new ScriptedNode({ appliedIndex: 5 }).does(apply(5))).toThrow('rises by index');
    const node = new ScriptedNode({ appliedIndex: 5 });
    node.does(snapshot(5), apply(6));
    expect(node.pump()).toEqual(['snapshot 5 s5']);
  });

  test('lag counts what the state machine has not done: in entries and bytes, the batch in its hands included', () => {
    const node = new ScriptedNode({ limits: { applyEntries: 2 } });
    node.does(apply(1, 2, 3), apply(4));
    expect(node.executor.lag).toEqual({ entries: 4, bytes: 12 });
    node.pump();
    expect(node.executor.lag).toEqual({ entries: 4, bytes: 12 });
    node.done();
    expect(node.executor.lag).toEqual({ entries: 2, bytes: 6 });
    node.does(install(3));
    expect(node.executor.lag).toEqual({ entries: 1, bytes: 3 });
    node.does(install(4));
    expect(node.executor.lag).toEqual({ entries: 0, bytes: 0 });
  });
});

describe('installing a snapshot', () => {
  test('drops what waits at or below its index, and answers the refs that it drops: unknown', () => {
    const node = new ScriptedNode();
    node.does(apply(1));
    node.pump();
    node.does(apply(2, 3), apply(4, 5));
    expect(node.does(install(4), send('n2', 'then'))).toEqual([
      'answer 200 unknown',
      'answer 300 unknown',
      'answer 400 unknown',
      'send n2 then',
    ]);
    // The batch in flight is finished first, and what lies above goes on after it.
    expect(node.pump()).toEqual([]);
    expect(node.done()).toEqual(['answer 100 applied 1 =1', '→ applied 1']);
    expect(node.pump()).toEqual(['install 4 s4']);
    expect(node.done()).toEqual(['→ applied 4']);
    expect(node.pump()).toEqual(['apply 5 reaching 5']);
  });

  test('keeps the index that was to be reached above it, though no entry is left', () => {
    const node = new ScriptedNode();
    node.does({ ...apply(2), index: 6 }, install(4));
    node.pump();
    node.done();
    expect(node.pump()).toEqual(['apply  reaching 6']);
  });

  test('takes the place of an older one that waits', () => {
    const node = new ScriptedNode();
    node.does(apply(1));
    node.pump();
    node.does(install(4), remove('s4'));
    expect(node.does(install(7)), 'what waited for it to be installed may go now').toEqual(['remove s4']);
    node.done();
    expect(node.pump()).toEqual(['install 7 s7']);
    node.done();
    expect(node.executor.isIdle).toBe(true);
  });

  test('waits for an older one that is being restored', () => {
    const node = new ScriptedNode();
    node.does(install(4));
    expect(node.pump()).toEqual(['install 4 s4']);
    node.does(install(7));
    expect(node.pump()).toEqual([]);
    expect(node.done()).toEqual(['→ applied 4']);
    expect(node.pump()).toEqual(['install 7 s7']);
  });

  test('at the index that was reached is allowed; below it would take entries back from the state machine, and stops the node', () => {
    const node = new ScriptedNode();
    node.does(apply(1, 2, 3));
    node.pump();
    node.does(install(3));
    const other = new ScriptedNode();
    other.does(apply(1, 2, 3));
    other.pump();
    expect(() => other.does(install(2))).toThrow('takes nothing back from the state machine');
    const durable = new ScriptedNode({ appliedIndex: 5 });
    expect(() => durable.does(install(4))).toThrow('takes nothing back from the state machine');
  });

  test('an older one, or the same again, stops the node', () => {
    for (const index of [3, 4]) {
      const node = new ScriptedNode();
      node.does(install(4));
      expect(() => node.does(install(index))).toThrow('newer than the last one');
    }
  });

  test('entries at or below it are not taken after it', () => {
    const node = new ScriptedNode();
    node.does(install(4));
    expect(() => node.does(apply(4))).toThrow('rises by index');
  });

  test('may be the first thing that a recovered core wants', () => {
    const node = new ScriptedNode();
    node.executor.start([install(9), apply(10)], 0);
    expect(node.pump()).toEqual(['install 9 s9']);
    node.done();
    expect(node.pump()).toEqual(['apply 10 reaching 10']);
  });
});

describe('taking a snapshot', () => {
  test('captures its point between batches: all up to its index is applied, and nothing more', () => {
    const node = new ScriptedNode();
    node.does(apply(1, 2), snapshot(2), apply(3));
    expect(node.pump()).toEqual(['apply 1 2 reaching 2']);
    node.done();
    expect(node.pump()).toEqual(['snapshot 2 s2']);
    expect(node.done(), 'only its point is captured').toEqual([]);
    // It is streamed while entries go on.
    expect(node.pump()).toEqual(['apply 3 reaching 3']);
    expect(node.run(() => node.executor.snapshotted(0, 's2', 2, info('s2')))).toEqual(['→ snapshotted s2 durable']);
  });

  test('at another index than the last one given out stops the node', () => {
    const node = new ScriptedNode();
    node.does(apply(1, 2));
    expect(() => node.does(snapshot(1))).toThrow('a snapshot is taken at the last index that was given out');
  });

  test('that an install drops, it has failed: the core is told after the step that installs', () => {
    const node = new ScriptedNode();
    node.does(apply(1));
    node.pump();
    node.does(apply(2), snapshot(2));
    node.on('snapshotted', send('n2', 'noted'));
    expect(node.does(install(5), send('n2', 'installing'))).toEqual([
      'answer 200 unknown',
      'send n2 installing',
      '→ snapshotted s2 failed',
      'send n2 noted',
    ]);
  });

  test('that an install drops among what recover gave, it has failed too', () => {
    const node = new ScriptedNode();
    const outputs = [apply(1), snapshot(1), install(5)];
    expect(node.run(() => node.executor.start(outputs, 0))).toEqual(['answer 100 unknown', '→ snapshotted s1 failed']);
  });

  test('that finishes after a newer one was received does not take its place: it is removed, and has failed', () => {
    for (const installed of [5, 8]) {
      const node = new ScriptedNode();
      node.does(apply(5), snapshot(5));
      node.pump();
      node.done();
      node.pump();
      node.done();
      node.does(install(installed, 'received'));
      expect(node.run(() => node.executor.snapshotted(0, 'local', 5, info('local')))).toEqual([
        'remove local',
        '→ snapshotted local failed',
      ]);
    }
  });

  test('at index 0 is one like any other', () => {
    const node = new ScriptedNode();
    node.does(snapshot(0));
    node.pump();
    node.done();
    expect(node.run(() => node.executor.snapshotted(0, 's0', 0, info('s0')))).toEqual(['→ snapshotted s0 durable']);
  });

  test('that failed is reported as it is', () => {
    const node = new ScriptedNode();
    node.does(snapshot(0));
    expect(node.run(() => node.executor.snapshotted(0, 's0', 0, null))).toEqual(['→ snapshotted s0 failed']);
  });
});

describe('removing a snapshot', () => {
  test('is done at once when nobody needs it', () => {
    expect(new ScriptedNode().does(remove('s1'))).toEqual(['remove s1']);
  });

  test('waits for the last of those who read it', () => {
    const node = new ScriptedNode();
    const readAll = (offset: number) => node.run(() => node.executor.snapshotRead(0, 's1', offset, null, true));
    expect(node.does(read('s1', 0), read('s1', 10), remove('s1'))).toEqual(['read s1 from 0', 'read s1 from 10']);
    expect(readAll(0)).toEqual(['→ snapshotRead s1 0']);
    expect(readAll(10)).toEqual(['remove s1', '→ snapshotRead s1 10']);
    // Pins are gone with the snapshot.
    expect(node.does(remove('s1'))).toEqual(['remove s1']);
  });

  test('waits until it is installed, and concerns no other', () => {
    const node = new ScriptedNode();
    expect(node.does(install(4), remove('s4'), remove('s3'))).toEqual(['remove s3']);
    node.pump();
    expect(node.done()).toEqual(['remove s4', '→ applied 4']);
  });

  test('is done once, however often it is asked for meanwhile', () => {
    const node = new ScriptedNode();
    node.does(read('s1'), remove('s1'), remove('s1'));
    const lines = node.run(() => node.executor.snapshotRead(0, 's1', 0, null, true));
    expect(lines).toEqual(['remove s1', '→ snapshotRead s1 0']);
  });

  test('a snapshot that was read and is not removed stays', () => {
    const node = new ScriptedNode();
    node.does(read('s1'));
    expect(node.run(() => node.executor.snapshotRead(0, 's1', 0, null, true))).toEqual(['→ snapshotRead s1 0']);
  });
});

test('chunks are written at once, beside the flush in flight, and what became of them is an input', () => {
  const node = new ScriptedNode();
  const chunk = { type: 'writeSnapshot', name: 's9', offset: 0, bytes: new Uint8Array(4), isLast: false } as const;
  expect(node.does(chunk)).toEqual(['write s9 at 0']);
  expect(node.run(() => node.executor.snapshotWritten(0, 's9', 4, null))).toEqual(['→ snapshotWritten s9 4']);
});
