import { MemoryDisk, openMemory } from '@dsys/wal';
import { describe, expect, test } from 'vitest';
import { bytes, failuresOf, logged, settled, stage } from './puppet.js';

describe('what a caller may get wrong ends no node', () => {
  test.each([
    ['a controller in place of its signal', new AbortController()],
    ['null', null],
  ])('%s is refused', async (_what, wrong) => {
    const one = await stage();
    one.puppet.play = logged();
    const failures = failuresOf(one);
    const options = { signal: wrong as never };
    const asked = [one.driver.propose(bytes('x'), options), one.driver.ask((ref) => ({ type: 'read', ref }), options)];
    const refusal = expect.stringMatching(/^TypeError: signal must be an AbortSignal/);
    expect((await settled(one.clock, asked)).map(String)).toEqual([refusal, refusal]);
    expect(failures).toEqual([]);
    expect(one.driver.status().outstanding).toEqual({ count: 0, bytes: 0 });
  });

  test('more in one turn than an append of this storage takes goes in several', async () => {
    const storage = openMemory(new MemoryDisk({ maxRecordBytes: 500, maxAppendBytes: 1000 }));
    const one = await stage({ storage });
    one.puppet.play = logged();
    const failures = failuresOf(one);
    const answers = await settled(
      one.clock,
      Array.from({ length: 10 }, () => one.driver.propose(bytes('x'.repeat(100)))),
    );
    expect(failures).toEqual([]);
    expect(answers).toEqual(Array(10).fill(expect.objectContaining({ outcome: 'applied' })));
    expect(one.puppet.seen.filter((each) => each.startsWith('propose'))).toHaveLength(4);
  });

  test('a command that leaves no room in a record for what a protocol puts round it is refused', async () => {
    const one = await stage({ storage: openMemory(new MemoryDisk({ maxRecordBytes: 100 })) });
    const failures = failuresOf(one);
    one.puppet.play = (input) =>
      input.type === 'propose' ? [{ type: 'persist', id: 1, writes: [`term 1: ${'x'.repeat(99)}`] }] : [];
    const refusal = expect.stringContaining('command must be at most 50 bytes, got 99');
    expect(String((await settled(one.clock, [one.driver.propose(bytes('x'.repeat(99)))]))[0])).toEqual(refusal);
    expect(failures).toEqual([]);
  });
});

test.each([
  ['limits.lastInputs', { limits: { lastInputs: 2 ** 33 } }],
  [
    'storage.snapshots',
    { storage: { ...openMemory(), load: () => [], append() {}, compact() {}, status() {}, close() {}, snapshots: {} } },
  ],
  ['guard', { guard: {} }],
  ['clock', { clock: { now: () => 0 } }],
  ['metrics', { metrics: {} }],
  ['log', { log: console }],
  ['trace', { trace: true }],
  ['signal', { signal: new AbortController() }],
])('a bad %s is refused by its name', async (option, changes) => {
  await expect(stage(changes as never)).rejects.toMatchObject({ code: 'bad-option', option });
});
