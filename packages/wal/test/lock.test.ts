import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { acquireLock, type Holder, isAlive, parseHolder } from '../src/file/lock.js';
import { nodeFiles } from '../src/file/node-files.js';

const root = mkdtempSync(join(tmpdir(), 'dsys-lock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const own: Holder = { token: '0'.repeat(16), pid: 10, bootId: 'boot', started: '500', namespace: 'pid:[1]' };
const ticks = new Map([
  [10, '500'],
  [11, '700'],
]);
const startOf = (pid: number): string | null => ticks.get(pid) ?? null;

test.each<[string, Partial<Holder>, boolean]>([
  ['a process that runs is alive', { pid: 11, started: '700' }, true],
  ['one that has ended is dead', { pid: 12, started: '700' }, false],
  ['one whose pid another process has since is dead', { pid: 11, started: '600' }, false],
  ['one of an earlier boot is dead, whatever runs under its pid', { pid: 11, started: '700', bootId: 'before' }, false],
  ['one in another pid namespace can’t be seen, and is taken for alive', { pid: 12, namespace: 'pid:[2]' }, true],
  ['one of which only the pid is known is alive while that runs', { pid: 11, started: '' }, true],
])('%s', (_name, holder, alive) => {
  expect(isAlive({ ...own, ...holder }, own, startOf)).toBe(alive);
});

test('a dead holder’s lock is taken over by exactly one of many', async () => {
  const folder = mkdtempSync(join(root, 'race-'));
  writeFileSync(join(folder, 'lock'), JSON.stringify({ ...own, pid: 999_999_999 }));
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => acquireLock(nodeFiles, folder, { takeOver: false })),
  );
  const won = outcomes.filter(({ status }) => status === 'fulfilled');
  expect(won.length).toBe(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'log-in-use' });
  const [winner] = won as PromiseFulfilledResult<{ release(): Promise<void> }>[];
  await winner!.value.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a holder in another container gives way only when told to', async () => {
  const folder = mkdtempSync(join(root, 'container-'));
  const first = await acquireLock(nodeFiles, folder, { takeOver: false });
  const holder = parseHolder(readFileSync(join(folder, 'lock'), 'utf8'))!;
  writeFileSync(join(folder, 'lock'), JSON.stringify({ ...holder, token: 'f'.repeat(16), namespace: 'pid:[2]' }));
  await expect(acquireLock(nodeFiles, folder, { takeOver: false })).rejects.toThrow('takeOverLock');
  const second = await acquireLock(nodeFiles, folder, { takeOver: true });
  await first.release(); // no longer its own
  expect(readdirSync(folder)).toEqual(['lock']);
  await second.release();
});

test('what is not a lock file of ours is left alone, and named', async () => {
  const folder = mkdtempSync(join(root, 'strange-'));
  writeFileSync(join(folder, 'lock'), 'mine!');
  await expect(acquireLock(nodeFiles, folder, { takeOver: true })).rejects.toMatchObject({
    code: 'log-in-use',
    message: expect.stringContaining('remove it'),
  });
});
