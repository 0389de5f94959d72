/**
 * A live migration from three nodes to four, by the plan: copied in the background by at most four moves at a time,
 * while clients read, write and delete; it can be killed while it copies, and goes on where it was. Nodes are folders,
 * so that this can be tried.
 *
 *     npx tsx migrate/migrate.ts                       in a temporary folder
 *     npx tsx migrate/migrate.ts FOLDER                there; press Ctrl-C or kill it, and call it again
 *     npx tsx migrate/migrate.ts FOLDER plan.json      by a plan from `dsys ring plan --nodes a,b,c --add d --json`
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diff, MigrationPlan, type PlanRange, Ring } from '@dsys/hashring';
import { DELETED, FolderNode } from './folder-node.js';
import { MigratingClient } from './migrating-client.js';
import { ProgressFile } from './progress-file.js';
import { type Move, runPlan } from './run-plan.js';
import { Traffic } from './traffic.js';

const [folder = await mkdtemp(join(tmpdir(), 'dsys-migrate-')), planFile] = process.argv.slice(2);
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));

const before = Ring.of(['a', 'b', 'c']);
const after = before.with('d');
const plan =
  planFile === undefined ? diff(before, after) : MigrationPlan.from(JSON.parse(await readFile(planFile, 'utf8')));
if (plan.before !== before.fingerprint || plan.after !== after.fingerprint) {
  throw new Error(`${planFile} is a plan for other rings`);
}

// The nodes, with what is on them from before the migration.
const nodes = new Map(after.nodes.map((id) => [id, new FolderNode(join(folder, id))]));
const users = Array.from({ length: 2_000 }, (_, i) => `user:${i}`);
const sessions = Array.from({ length: 200 }, (_, i) => `session:${i}`);
if (!existsSync(join(folder, 'filled'))) {
  for (const key of [...users, ...sessions]) await nodes.get(before.owner(key))!.set(key, `value of ${key}`);
  await writeFile(join(folder, 'filled'), '');
}

// Clients first: from here on, whatever they write goes to both owners. So what has to be copied is what is there now.
const clients = [0, 1].map(() => new MigratingClient(before, after, plan, nodes)) as [MigratingClient, MigratingClient];
const traffic = new Traffic(clients, users, sessions);
const keysOf = new Map<PlanRange, string[]>(plan.ranges.map((range) => [range, []]));
for (const id of before.nodes) {
  for (const key of await nodes.get(id)!.keys()) {
    const range = plan.moves(key);
    if (range?.from[0] === id) keysOf.get(range)!.push(key);
  }
}
const rangeAt = new Map(plan.ranges.map((range) => [range.start, range]));

async function copy({ start, from, to }: Move, signal: AbortSignal): Promise<void> {
  for (const key of keysOf.get(rangeAt.get(start)!)!) {
    signal.throwIfAborted();
    const value = await nodes.get(from)!.get(key);
    if (value !== undefined) await nodes.get(to)!.setIfAbsent(key, value);
  }
}

const done = await ProgressFile.open(join(folder, 'progress'), plan);
const flows = plan.matrix.map(({ from, to }) => `${from} → ${to}`).join(', ');
console.log(`${(100 * plan.moved).toFixed(1)} % of the keys move: ${flows}`);
if (done.size > 0) console.log(`going on after ${done.size} moves`);

let finished = false;
try {
  await runPlan(plan, {
    concurrency: 4,
    done,
    copy,
    signal: interrupt.signal,
    onProgress({ done, total }) {
      if (done % 100 === 0 || done === total) console.log(`${done} of ${total} moves done`);
    },
  });
  // The clients follow, one after the other and in no hurry; all are in one stage before the first is in the next.
  // From here on there is no way back, and Ctrl-C waits.
  for (const stage of ['copied', 'moved'] as const) {
    for (const client of clients) {
      client.stage = stage;
      await traffic.proceed(50);
    }
  }
  finished = true;
} catch (error) {
  if (!interrupt.signal.aborted) throw error;
  console.log('interrupted: every answer is still right, and the next call goes on from here');
  process.exitCode = 130;
} finally {
  await traffic.stop();
  await done.close();
}
console.log(
  `${traffic.wrong} wrong answers meanwhile${traffic.reads > 0 && traffic.writes > 0 ? '' : ', but nobody asked'}`,
);

if (finished) {
  // Nobody asks for old copies and marks any more. (Where clients go on working, marks are left to expire: a client
  // might be writing over one just now.)
  for (const [id, node] of nodes) {
    for (const key of await node.keys()) {
      if (after.owner(key) !== id || (await node.get(key)) === DELETED) await node.delete(key);
    }
  }
  let right = 0;
  for (const key of users)
    right += (await nodes.get(after.owner(key))!.get(key))?.startsWith(`value of ${key}`) ? 1 : 0;
  console.log(`${right} of ${users.length} values are right where the new ring looks for them`);
  if (process.argv[2] === undefined) await rm(folder, { recursive: true });
}
