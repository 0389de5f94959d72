import type { Output, StateMachine } from '@dsys/core';
import { openMemory } from '@dsys/wal';
import { describe, expect, test } from 'vitest';
import { bytes, failuresOf, logged, Notebook, type PuppetWords, type Stage, settled, stage, text } from './puppet.js';

const perform = async ({ driver, clock }: Stage, outputs: readonly Output<PuppetWords>[]) => {
  driver.tell({ type: 'do', outputs });
  await clock.settle();
};

const entries = (...indices: number[]): Output<PuppetWords> => ({
  type: 'apply',
  index: indices.at(-1)!,
  entries: indices.map((index) => ({ index, bytes: bytes(`e${index}`) })),
  refs: indices.map(() => null),
});

const last = ({ puppet }: Stage) => puppet.steps.at(-1)!.input;

describe('the state machine', () => {
  test('that answers at once goes through many batches in few turns, and lets others have theirs', async () => {
    const one = await stage({ limits: { applyEntries: 2 } });
    one.driver.tell({ type: 'do', outputs: [entries(...Array.from({ length: 40 }, (_, i) => i + 1))] });
    one.clock.turn();
    expect(one.notebook.batches).toEqual(Array(8).fill(2));
    expect(one.clock.pending.turns).toBe(1);
    await one.clock.settle();
    expect(one.notebook.batches).toEqual(Array(20).fill(2));
    expect(last(one)).toEqual({ type: 'applied', index: 40 });
  });

  test('with a promise is given one batch at a time; what gathers goes into the next', async () => {
    const one = await stage();
    one.notebook.holds = true;
    await perform(one, [entries(1)]);
    await perform(one, [entries(2)]);
    await perform(one, [entries(3, 4)]);
    expect(one.notebook.batches).toEqual([1]);
    one.notebook.release();
    await one.clock.settle();
    expect(one.notebook.batches).toEqual([1, 3]);
    one.notebook.release();
    await one.clock.settle();
    expect(one.notebook.notes).toEqual(['e1', 'e2', 'e3', 'e4']);
  });

  test('that is too far behind makes proposals busy, not asks', async () => {
    const one = await stage({ limits: { lagEntries: 2 } });
    one.puppet.play = (input) =>
      input.type === 'read' ? [{ type: 'answer', ref: input.ref, answer: { outcome: 'said', what: 'hi' } }] : [];
    one.notebook.holds = true;
    await perform(one, [entries(1, 2, 3)]);
    expect(await settled(one.clock, [one.driver.propose(bytes('x'))])).toEqual([{ outcome: 'busy' }]);
    const asked = one.driver.ask((ref) => ({ type: 'read', ref }));
    await one.clock.settle();
    expect(await asked).toEqual({ outcome: 'said', what: 'hi' });
    expect(one.driver.health()).toMatchObject({
      ready: false,
      reasons: [{ code: 'lagging', detail: 'the state machine is 3 entries, 6 bytes behind' }],
    });
    const room = one.driver.room();
    one.notebook.release();
    await one.clock.settle();
    await room;
    expect(one.driver.health().ready).toBe(true);
    expect(one.driver.status().lag).toEqual({ entries: 0, bytes: 0 });
  });

  for (const [how, fault] of [
    [
      'throws',
      () => {
        throw new Error('no such account');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no such account'))],
  ] as const)
    test(`that ${how} ends the node, and nobody is told that anything was applied`, async () => {
      const stateMachine: StateMachine = Object.assign(new Notebook(), { apply: fault });
      const one = await stage({ stateMachine });
      one.puppet.play = logged();
      const failures = failuresOf(one);
      expect(await settled(one.clock, [one.driver.propose(bytes('x'))])).toEqual([{ outcome: 'unknown' }]);
      const error = failures[0]!;
      expect(error).toMatchObject({ part: 'state-machine', cause: { message: 'no such account' } });
      expect(error.message).toContain('Mend the state machine');
      expect(one.puppet.seen).toEqual(['propose x', 'persisted 1']);
      await one.driver.close();
    });

  test.each([
    ['too few', () => []],
    ['no bytes', () => ['done']],
    ['nothing', () => undefined],
  ])('that gives %s for results ends the node', async (_what, apply) => {
    const one = await stage({ stateMachine: Object.assign(new Notebook(), { apply }) as never });
    const failures = failuresOf(one);
    await perform(one, [entries(1)]);
    expect(failures[0]!.message).toContain('apply must give one Uint8Array for each of its 1 entries');
  });
});

describe('snapshots', () => {
  test('are captured between two batches and written later; the core learns when they are durable', async () => {
    const one = await stage();
    await perform(one, [entries(1, 2), { type: 'snapshot', index: 2, name: 's2' }, entries(3)]);
    expect(one.notebook.notes).toEqual(['e1', 'e2', 'e3']);
    expect(one.puppet.steps.map(({ input }) => input)).toContainEqual({
      type: 'snapshotted',
      name: 's2',
      index: 2,
      info: expect.objectContaining({ name: 's2', bytes: 6, damaged: false }),
    });
    expect(text(one.disk.snapshots.read('s2', 0))).toBe('e1;e2;');
  });

  test('that the disk has no place for fail, and the node goes on', async () => {
    const one = await stage();
    await perform(one, [entries(1), { type: 'snapshot', index: 1, name: 's' }]);
    await perform(one, [{ type: 'snapshot', index: 1, name: 's' }]); // there is one already
    expect(last(one)).toEqual({ type: 'snapshotted', name: 's', index: 1, info: null });
    for (const broken of ['write', 'finish'] as const) {
      const { create } = one.storage.snapshots;
      one.storage.snapshots.create = async (name) =>
        Object.assign(await create.call(one.storage.snapshots, name), {
          [broken]: () => Promise.reject(new Error('EIO')),
        });
      await perform(one, [{ type: 'snapshot', index: 1, name: broken }]);
      expect(last(one)).toEqual({ type: 'snapshotted', name: broken, index: 1, info: null });
      one.storage.snapshots.create = create;
      await perform(one, [{ type: 'snapshot', index: 1, name: broken }]); // nothing of it is left
      expect(last(one)).toMatchObject({ type: 'snapshotted', info: { name: broken } });
    }
    expect(one.lines.filter(({ level }) => level === 'warn')).toHaveLength(3);
    expect(one.driver.status().state).toBe('running');
  });

  test('that the state machine can’t give end the node, and nothing of them is left', async () => {
    for (const at of ['first', 'second']) {
      const stateMachine = Object.assign(new Notebook(), {
        async *snapshot(): AsyncGenerator<Uint8Array> {
          if (at === 'second') yield bytes('half');
          throw new Error('a page is gone');
        },
      });
      const one = await stage({ stateMachine });
      const failures = failuresOf(one);
      await perform(one, [entries(1), { type: 'snapshot', index: 1, name: 's' }]);
      expect(failures).toMatchObject([{ part: 'state-machine', cause: { message: 'a page is gone' } }]);
      expect(one.disk.snapshots.list()).toEqual([]);
    }
  });

  test('that are being written when the node closes are given up', async () => {
    let goOn = (): void => undefined;
    let wasReturned = false;
    const stateMachine = Object.assign(new Notebook(), {
      async *snapshot(): AsyncGenerator<Uint8Array> {
        try {
          yield bytes('half');
          await new Promise<void>((resolve) => (goOn = resolve));
          yield bytes('whole');
        } finally {
          wasReturned = true;
        }
      },
    });
    const one = await stage({ stateMachine });
    await perform(one, [entries(1), { type: 'snapshot', index: 1, name: 's' }]);
    const closing = one.driver.close();
    goOn();
    await closing;
    expect(wasReturned).toBe(true);
    const again = await openMemory(one.disk).snapshots.list();
    expect(again).toEqual([]);
  });

  test('are installed from the storage: the state is replaced, and what they contain is not applied', async () => {
    const one = await stage();
    await perform(one, [entries(1, 2), { type: 'snapshot', index: 2, name: 's2' }]);
    await one.driver.close();
    const again = await stage({ disk: one.disk });
    await perform(again, [{ type: 'install', index: 2, name: 's2' }, entries(3)]);
    expect(again.notebook.notes).toEqual(['e1', 'e2', 'e3']);
    expect(again.puppet.seen.slice(1)).toEqual(['applied 2', 'applied 3']);
  });

  test('that can’t be restored end the node', async () => {
    const one = await stage();
    const failures = failuresOf(one);
    await perform(one, [{ type: 'install', index: 2, name: 'none' }]);
    expect(failures).toMatchObject([{ part: 'storage', cause: { code: 'snapshot-missing' } }]);
  });

  test('are read in chunks of any size, by several at once, without opening them anew', async () => {
    const one = await stage();
    const writer = await one.storage.snapshots.create('big');
    const big = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
    await writer.write(big);
    await writer.finish();
    let opened = 0;
    const { read } = one.storage.snapshots;
    one.storage.snapshots.read = (...given) => {
      opened++;
      return read.apply(one.storage.snapshots, given);
    };
    for (const maxBytes of [10_000, 65_536, 70_000, 200_000, 1 << 20]) {
      const got = new Uint8Array(big.length);
      let offset = 0;
      for (let isLast = false; !isLast; ) {
        await perform(one, [{ type: 'readSnapshot', name: 'big', offset, maxBytes }]);
        const chunk = last(one);
        if (chunk.type !== 'snapshotRead') throw new Error(`not a chunk: ${chunk.type}`);
        expect(chunk).toMatchObject({ name: 'big', offset });
        expect(chunk.bytes!.length).toBe(Math.min(maxBytes, big.length - offset));
        got.set(chunk.bytes!, offset);
        offset += chunk.bytes!.length;
        isLast = chunk.isLast;
        expect(isLast).toBe(offset === big.length);
      }
      expect(Buffer.compare(got, big)).toBe(0);
    }
    expect(opened).toBe(5);
    await perform(one, [{ type: 'readSnapshot', name: 'gone', offset: 0, maxBytes: 10 }]);
    expect(last(one)).toEqual({ type: 'snapshotRead', name: 'gone', offset: 0, bytes: null, isLast: false });
    expect(one.driver.status().state).toBe('running');
  });

  test('come from elsewhere in chunks, and begin anew at 0', async () => {
    const one = await stage();
    const write = (offset: number, chunk: string, isLast = false) =>
      perform(one, [{ type: 'writeSnapshot', name: 'r', offset, bytes: bytes(chunk), isLast }]);
    await write(0, 'lost');
    await write(0, 'one,');
    expect(last(one)).toEqual({ type: 'snapshotWritten', name: 'r', offset: 4, info: null });
    await write(4, 'two', true);
    expect(last(one)).toMatchObject({ type: 'snapshotWritten', offset: 7, info: { name: 'r', bytes: 7 } });
    expect(text(one.disk.snapshots.read('r', 0))).toBe('one,two');
    await perform(one, [{ type: 'removeSnapshot', name: 'r' }]);
    expect(one.disk.snapshots.list()).toEqual([]);
  });

  test('from elsewhere that don’t fit together fail, and leave nothing', async () => {
    const one = await stage();
    const write = (offset: number) =>
      perform(one, [{ type: 'writeSnapshot', name: 'r', offset, bytes: bytes('four'), isLast: false }]);
    await write(4);
    expect(last(one)).toEqual({ type: 'snapshotWritten', name: 'r', offset: null, info: null });
    await write(0);
    await write(8);
    expect(last(one)).toEqual({ type: 'snapshotWritten', name: 'r', offset: null, info: null });
    await write(0);
    expect(last(one)).toEqual({ type: 'snapshotWritten', name: 'r', offset: 4, info: null });
    await perform(one, [{ type: 'removeSnapshot', name: 'r' }]); // half written: it is given up
    await write(0);
    expect(last(one)).toMatchObject({ offset: 4 });
    await one.driver.close();
    expect(await openMemory(one.disk).snapshots.list()).toEqual([]);
  });
});

test('a snapshot that was finished once is begun anew at 0, as one that was not', async () => {
  const one = await stage();
  const write = (what: string): Promise<void> =>
    perform(one, [{ type: 'writeSnapshot', name: 's7', offset: 0, bytes: bytes(what), isLast: true }]);
  await write('whole'); // and a crash: the record that was to name it is not on disk
  await write('again');
  expect(last(one)).toMatchObject({ type: 'snapshotWritten', name: 's7', offset: 5, info: { bytes: 5 } });
  expect(text(one.disk.snapshots.read('s7', 0))).toBe('again');
});
