import { MemoryDisk, openMemory } from '@dsys/wal';
import { describe, expect, test } from 'vitest';
import { bytes, failuresOf, logged, type PuppetWords, type Stage, settled, stage, text, uncaught } from './puppet.js';

const perform = async ({ driver, clock }: Stage, outputs: Extract<PuppetWords['input'], { type: 'do' }>['outputs']) => {
  driver.tell({ type: 'do', outputs });
  await clock.settle();
};

describe('a full disk', () => {
  test('refuses: the core is told which persist, the users that it is full, and that it has room again', async () => {
    const one = await stage();
    const told: unknown[] = [];
    one.driver.on('disk', (event) => told.push(event.state));
    one.disk.setFull(true);
    await perform(one, [
      { type: 'persist', id: 1, writes: ['x'] },
      { type: 'persist', id: 2, writes: ['y'] },
    ]);
    expect(one.puppet.seen).toEqual(['do', 'refused 1']);
    expect(one.driver.health()).toMatchObject({ live: true, ready: false, reasons: [{ code: 'disk-full' }] });
    await perform(one, [{ type: 'persist', id: 3, writes: ['vote'], essential: true }]);
    expect(one.puppet.seen.at(-1)).toBe('persisted 3');
    one.disk.setFull(false);
    await perform(one, [{ type: 'persist', id: 4, writes: ['x'] }]);
    expect(one.disk.inspect().map((record) => text(record.bytes))).toEqual(['vote', 'x']);
    expect(told).toEqual(['full', 'ok']);
    expect(one.driver.status()).toMatchObject({ state: 'running', counts: { flushes: 2, refusedFlushes: 1 } });
  });
});

describe('a disk that fails', () => {
  test('ends the node: all are answered unknown, nothing is acknowledged or sent, nothing is tried again', async () => {
    const one = await stage({ arrange: (puppet) => (puppet.wakeAt = 9000) });
    const { puppet, clock, driver, disk, storage, network } = one;
    const b = network.join('b');
    const got: string[] = [];
    b.receive((_from, frame) => got.push(text(frame)));
    const play = logged();
    puppet.play = (input, now) =>
      input.type === 'persisted' ? [{ type: 'send', to: 'b', message: 'ack' }, ...play(input, now)] : play(input, now);
    const failures = failuresOf(one);
    disk.failNextFlush();
    let appends = 0;
    const { append } = storage;
    storage.append = (...given) => {
      appends++;
      return append.apply(storage, given);
    };
    const answers = [driver.propose(bytes('x')), driver.ask((ref) => ({ type: 'read', ref }))];
    expect(await settled(clock, answers)).toEqual([{ outcome: 'unknown' }, { outcome: 'unknown' }]);
    expect(failures).toHaveLength(1);
    const error = failures[0]!;
    expect(clock.pending).toEqual({ wakers: 0, turns: 0 });
    expect(error).toMatchObject({ code: 'node-failed', node: 'a', part: 'storage', cause: { code: 'log-failed' } });
    expect(error.message).toMatch(/^node a has stopped, its storage failed for good: .*Start the node again/);
    expect(error.inputs.map(({ input }) => input.type)).toEqual(['propose', 'read']);
    await expect(driver.propose(bytes('y'))).rejects.toBe(error);
    clock.advance(10_000);
    await clock.settle();
    network.deliver();
    expect(got).toEqual([]);
    expect(puppet.seen).toEqual(['propose x', 'read']);
    expect(appends).toBe(1);
    expect(clock.pending).toEqual({ wakers: 0, turns: 0 });
    expect(network.ids).toEqual(['b']);
    expect(driver.health()).toMatchObject({ live: false, reasons: [{ code: 'failed' }] });
    await driver.close();
    expect(driver.status().state).toBe('failed');
  });

  test('is thrown where nobody listens', async () => {
    const one = await stage();
    one.disk.failNextFlush();
    const thrown = await uncaught(() => perform(one, [{ type: 'persist', id: 1, writes: ['x'] }]));
    expect(thrown).toMatchObject([{ code: 'node-failed', part: 'storage' }]);
  });

  test('is none where a record is larger than it said that it takes: that is a fault of the core', async () => {
    const storage = openMemory(new MemoryDisk({ maxRecordBytes: 100 }));
    const one = await stage({ storage });
    const failures = failuresOf(one);
    await perform(one, [{ type: 'persist', id: 1, writes: ['x'.repeat(101)] }]);
    expect(failures).toMatchObject([{ part: 'core', cause: { code: 'record-too-large' } }]);
  });
});

test('a storage that was closed under the node ends it', async () => {
  const one = await stage();
  const failures = failuresOf(one);
  await one.storage.close();
  await perform(one, [{ type: 'persist', id: 1, writes: ['x'] }]);
  expect(failures).toMatchObject([{ part: 'storage', cause: { code: 'log-closed' } }]);
});

test('a disk that hangs shows: first not ready, then not live; stepping goes on meanwhile', async () => {
  const one = await stage();
  one.storage.hang();
  await perform(one, [{ type: 'persist', id: 1, writes: ['x'] }]);
  one.clock.advance(999);
  expect(one.driver.health()).toEqual({ live: true, ready: true, reasons: [] });
  one.clock.advance(1);
  expect(one.driver.health()).toMatchObject({ live: true, ready: false, reasons: [{ code: 'disk-slow' }] });
  expect(one.driver.status().flushingMs).toBe(1000);
  one.clock.advance(29_000);
  expect(one.driver.health()).toMatchObject({
    live: false,
    reasons: [{ code: 'disk-hangs', detail: 'a flush has taken 30000 ms so far' }],
  });
  await perform(one, []);
  expect(one.puppet.seen).toEqual(['do', 'do']);
  one.storage.unhang();
  await one.clock.settle();
  expect(one.puppet.seen.at(-1)).toBe('persisted 1');
  expect(one.driver.health().ready).toBe(true);
});

test('a storage that answers out of order ends the node with an error that says so', async () => {
  const storage = openMemory();
  const { append } = storage;
  storage.append = async (records) => {
    const { first, last } = await append.call(storage, records);
    return { first: first + 1, last: last + 1 };
  };
  const one = await stage({ storage });
  one.puppet.play = logged();
  const failures = failuresOf(one);
  expect(await settled(one.clock, [one.driver.propose(bytes('x'))])).toEqual([{ outcome: 'unknown' }]);
  const error = failures[0]!;
  expect(error).toMatchObject({ part: 'storage', cause: { code: 'storage-out-of-order' } });
  expect(error.message).toContain('the storage put records at 2..2 that belong at 1..1');
  expect(error.inputs.at(-1)).toEqual({ now: 1000, input: { type: 'persisted', id: 1, position: 2 } });
});

test('one flush is in flight, and a compaction goes alone', async () => {
  const one = await stage();
  let under = 0;
  let most = 0;
  const calls: string[] = [];
  for (const name of ['append', 'compact'] as const) {
    const real = one.storage[name] as (...given: unknown[]) => Promise<{ first: number; last: number }>;
    one.storage[name] = (async (...given: unknown[]) => {
      calls.push(name);
      most = Math.max(most, ++under);
      const appended = await real.apply(one.storage, given);
      under--;
      return appended;
    }) as never;
  }
  for (let id = 1; id <= 6; id++)
    one.driver.tell({
      type: 'do',
      outputs: [{ type: 'persist', id, writes: [`w${id}`], ...(id === 4 ? { compactTo: 3 } : {}) }],
    });
  await one.clock.settle();
  expect(calls).toEqual(['append', 'compact', 'append']);
  expect(most).toBe(1);
  expect(one.disk.inspect().map((record) => text(record.bytes))).toEqual(['w3', 'w4', 'w5', 'w6']);
});

test('after damage the node comes back by compacting to where the damage ends', async () => {
  const first = await stage();
  for (const id of [1, 2, 3]) await perform(first, [{ type: 'persist', id, writes: [`w${id}`] }]);
  await first.driver.close();
  first.disk.damage(1);
  const one = await stage({ disk: first.disk });
  await perform(one, [{ type: 'persist', id: 1, writes: ['anew'], compactTo: one.puppet.recovery!.damage!.resumeAt }]);
  expect(one.puppet.seen.at(-1)).toBe('persisted 1');
  expect(one.driver.health().ready).toBe(true);
});

test('a core that throws ends the node, and the error has the last inputs, the fatal one last', async () => {
  const one = await stage({ limits: { lastInputs: 3 } });
  const failures = failuresOf(one);
  one.puppet.play = (input) => {
    if (input.type === 'propose') throw new Error('a rule of the protocol does not hold');
    return [];
  };
  const b = one.network.join('b');
  for (const message of ['1', '2', '3']) b.send('a', bytes(message));
  one.network.deliver();
  expect(await settled(one.clock, [one.driver.propose(bytes('x'))])).toEqual([{ outcome: 'unknown' }]);
  const error = failures[0]!;
  expect(error).toMatchObject({
    part: 'core',
    message: expect.stringContaining('a rule of the protocol does not hold'),
  });
  expect(structuredClone(error.inputs)).toEqual([
    { now: 1000, input: { type: 'receive', from: 'b', message: '2' } },
    { now: 1000, input: { type: 'receive', from: 'b', message: '3' } },
    { now: 1000, input: { type: 'propose', commands: [{ ref: 1, bytes: bytes('x') }] } },
  ]);
  await one.driver.close();
});
