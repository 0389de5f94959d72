import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diff, MigrationPlan, Ring } from '@dsys/hashring';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { FolderNode } from '../migrate/folder-node.js';
import { MigratingClient } from '../migrate/migrating-client.js';
import { ProgressFile } from '../migrate/progress-file.js';
import { type DoneMoves, type Move, movesOf, runPlan } from '../migrate/run-plan.js';
import { ended, run, start } from './example.js';

const root = mkdtempSync(join(tmpdir(), 'dsys-example-'));
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'migrate-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const before = Ring.of(['a', 'b', 'c']);
const plan = diff(before, before.with('d'));
const moves = movesOf(plan);

const NO_WRONG = '0 wrong answers meanwhile';
const RIGHT = '2000 of 2000 values are right where the new ring looks for them';

/** What is done, kept for as long as a test. */
function doneMoves(...done: number[]): DoneMoves & { readonly all: Set<number> } {
  const all = new Set(done);
  return { all, has: (move) => all.has(move), add: async (move) => void all.add(move) };
}

test('a migration in one go: every answer right meanwhile, every value in its place after it', async () => {
  const lines = await run('migrate/migrate.ts', folder);
  expect(lines.at(-2)).toBe(NO_WRONG);
  expect(lines.at(-1)).toBe(RIGHT);
  // Nothing is left where the new ring does not look for it, not even the marks of deleted keys.
  const after = before.with('d');
  const held = after.nodes.map((id) => readdirSync(join(folder, id)).map(decodeURIComponent));
  expect(held.flat()).toHaveLength(2_000);
  for (const [i, keys] of held.entries()) for (const key of keys) expect(after.owner(key)).toBe(after.nodes[i]);
});

test('killed in the middle, it goes on where it was', async () => {
  const killed = start('migrate/migrate.ts', folder);
  const end = ended(killed);
  let out = '';
  while (!/^100 of/m.test(out)) out += (await once(killed.stdout, 'data'))[0];
  killed.kill('SIGKILL');
  await end;
  const lines = await run('migrate/migrate.ts', folder);
  const [, resumed] = /going on after (\d+) moves/.exec(lines.join('\n'))!;
  expect(Number(resumed)).toBeGreaterThanOrEqual(99);
  expect(Number(resumed)).toBeLessThan(moves.length);
  expect(lines.at(-2)).toBe(NO_WRONG);
  expect(lines.at(-1)).toBe(RIGHT);
});

test('Ctrl-C stops it with 130, with every answer right so far, and the next call ends it', async () => {
  const child = start('migrate/migrate.ts', folder);
  const end = ended(child);
  let out = '';
  while (!/^100 of/m.test(out)) out += (await once(child.stdout, 'data'))[0];
  child.kill('SIGINT');
  const { code, lines } = await end;
  expect(code).toBe(130);
  expect(lines.at(-1)).toBe(NO_WRONG);
  expect((await run('migrate/migrate.ts', folder)).at(-1)).toBe(RIGHT);
});

test('a plan from a file is carried out, and one for other rings is refused', async () => {
  const path = join(folder, 'plan.json');
  writeFileSync(path, JSON.stringify(plan));
  expect((await run('migrate/migrate.ts', join(folder, 'data'), path)).at(-1)).toBe(RIGHT);
  writeFileSync(path, JSON.stringify(diff(before, before.with('e'))));
  await expect(run('migrate/migrate.ts', join(folder, 'other'), path)).rejects.toThrow('is a plan for other rings');
});

/** A key that moves, on real nodes, with two clients that take turns. */
async function aMovingKey(): Promise<{
  readonly key: string;
  readonly old: FolderNode;
  readonly owner: FolderNode;
  readonly clients: readonly [MigratingClient, MigratingClient];
}> {
  const after = before.with('d');
  const nodes = new Map(after.nodes.map((id) => [id, new FolderNode(join(folder, id))]));
  const key = Array.from({ length: 100 }, (_, i) => `user:${i}`).find((one) => plan.moves(one) !== undefined)!;
  const old = nodes.get(before.owner(key))!;
  await old.set(key, 'old');
  const client = (): MigratingClient => new MigratingClient(before, after, plan, nodes);
  return { key, old, owner: nodes.get('d')!, clients: [client(), client()] };
}

test('a key that has not been copied yet is found', async () => {
  const { key, owner, clients } = await aMovingKey();
  expect(await owner.get(key)).toBeUndefined();
  expect(await clients[0].get(key)).toBe('old');
});

test('a copy that was read before a write arrives too late to do harm', async () => {
  const { key, old, owner, clients } = await aMovingKey();
  const copied = (await old.get(key))!;
  await clients[0].set(key, 'new');
  await owner.setIfAbsent(key, copied);
  expect(await clients[1].get(key)).toBe('new');
});

test('a copy that was read before a delete does not bring the value back', async () => {
  const { key, old, owner, clients } = await aMovingKey();
  const copied = (await old.get(key))!;
  await clients[0].delete(key);
  await owner.setIfAbsent(key, copied);
  expect(await clients[1].get(key)).toBeUndefined();
});

test('clients of neighbouring stages see what each other writes and deletes', async () => {
  for (const [earlier, later] of [
    ['copying', 'copied'],
    ['copied', 'moved'],
  ] as const) {
    const { key, old, owner, clients } = await aMovingKey();
    await owner.setIfAbsent(key, (await old.get(key))!);
    clients[0].stage = earlier;
    clients[1].stage = later;
    for (const [writer, reader] of [
      [0, 1],
      [1, 0],
    ] as const) {
      await clients[writer].set(key, `by ${writer}`);
      expect(await clients[reader].get(key)).toBe(`by ${writer}`);
      await clients[writer].delete(key);
      expect(await clients[reader].get(key)).toBeUndefined();
    }
  }
});

test('the migration can be given up while clients are copying: the old owner has all that was written', async () => {
  const { key, old, clients } = await aMovingKey();
  await clients[0].set(key, 'new');
  expect(await old.get(key)).toBe('new');
  await clients[1].delete(key);
  expect(await old.get(key)).toBeUndefined();
});

test('runPlan makes every move once, and never more at a time than it may', async () => {
  const made: number[] = [];
  let underWay = 0;
  let most = 0;
  const done = doneMoves();
  const progress: number[] = [];
  await runPlan(plan, {
    concurrency: 3,
    done,
    onProgress: (at) => progress.push(at.done),
    copy: async ({ number }) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      made.push(number);
    },
  });
  expect(made.sort((a, b) => a - b)).toEqual(moves.map(({ number }) => number));
  expect(most).toBe(3);
  expect(done.all.size).toBe(moves.length);
  expect(progress).toEqual(Array.from({ length: moves.length + 1 }, (_, i) => i));
});

test('runPlan passes over what is done, and its moves keep their numbers through JSON', async () => {
  const restored = MigrationPlan.from(JSON.parse(JSON.stringify(plan)));
  expect(movesOf(restored)).toEqual(moves);
  const made: Move[] = [];
  await runPlan(restored, { concurrency: 2, done: doneMoves(0, 1, 2), copy: async (move) => void made.push(move) });
  expect(made).toEqual(moves.slice(3));
});

test('a copy that fails ends the run with its error, and is not noted as done', async () => {
  const done = doneMoves();
  const copy = async ({ number }: Move): Promise<void> => {
    if (number === 5) throw new Error('the disk of d is full');
  };
  await expect(runPlan(plan, { concurrency: 4, done, copy })).rejects.toThrow('the disk of d is full');
  expect(done.all.has(5)).toBe(false);
  expect(done.all.size).toBeLessThan(20);
});

test('a note that cannot be kept ends the run: nothing counts as done that a crash would forget', async () => {
  const done = { has: () => false, add: () => Promise.reject(new Error('ENOSPC')) };
  await expect(runPlan(plan, { concurrency: 2, done, copy: async () => undefined })).rejects.toThrow('ENOSPC');
});

test('an aborted run begins nothing new', async () => {
  const stop = new AbortController();
  const done = doneMoves();
  const copy = async ({ number }: Move): Promise<void> => {
    if (number === 10) stop.abort(new Error('enough'));
  };
  await expect(runPlan(plan, { concurrency: 2, done, copy, signal: stop.signal })).rejects.toThrow('enough');
  expect(done.all.size).toBeLessThan(14);
  const never = async (): Promise<void> => {
    throw new Error('a move was made');
  };
  await expect(runPlan(plan, { concurrency: 2, done, copy: never, signal: stop.signal })).rejects.toThrow('enough');
});

test('a progress file remembers through restarts, and a line cut short counts for nothing', async () => {
  const path = join(folder, 'progress');
  const first = await ProgressFile.open(path, plan);
  await first.add(7);
  await first.add(123);
  await first.close();
  appendFileSync(path, '12');
  const second = await ProgressFile.open(path, plan);
  expect([7, 123, 12].map((move) => second.has(move))).toEqual([true, true, false]);
  await second.add(45);
  await second.close();
  const third = await ProgressFile.open(path, plan);
  expect([7, 123, 45, 12].map((move) => third.has(move))).toEqual([true, true, true, false]);
  expect(third.size).toBe(3);
  await third.close();
});

test('a progress file whose first line was cut short begins again; that of another plan is refused', async () => {
  const path = join(folder, 'progress');
  writeFileSync(path, plan.before.slice(0, 5));
  const file = await ProgressFile.open(path, plan);
  await file.add(1);
  await file.close();
  expect(readFileSync(path, 'utf8')).toBe(`${plan.before} ${plan.after} 1\n1\n`);
  await expect(ProgressFile.open(path, diff(before, before.with('e')))).rejects.toThrow(
    'is the progress of another plan',
  );
});
