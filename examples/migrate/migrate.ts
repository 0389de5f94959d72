/**
 * A live migration from three nodes to four, by the plan: copied in the background by at most four moves at a time, while clients read and write;
 * resumed after a crash. Nodes are folders, so that a crash can be tried.
 *
 *     npx tsx migrate/migrate.ts                       in a temporary folder
 *     npx tsx migrate/migrate.ts FOLDER                there; press Ctrl-C or kill it, and call it again: it goes on
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
if (plan.before !== before.fingerprint || plan.after !== after.fingerprint)
  throw new Error(`${planFile} is a plan for other rings`);

// The nodes, with 2,000 values from before the migration.
const isNew = !existsSync(join(folder, 'filled'));
const nodes = new Map(after.nodes.map((id) => [id, new FolderNode(join(folder, id))]));
const keys = Array.from({ length: 2_000 }, (_, i) => `user:${i}`);
if (isNew) {
  for (const key of keys) await nodes.get(before.owner(key))!.set(key, `value of ${key}`);
  await writeFile(join(folder, 'filled'), '');
}

// What is there now has to be copied; what clients write from now on goes to both owners by itself.
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
console.log(
  `${(100 * plan.moved).toFixed(1)} % of the keys move: ${plan.matrix.map(({ from, to }) => `${from} → ${to}`).join(', ')}`,
);
if (done.size > 0) console.log(`going on after ${done.size} moves`);

const traffic = new Traffic(new MigratingClient(before, after, plan, nodes), keys);
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
} catch (error) {
  if (!interrupt.signal.aborted) throw error;
  console.log('interrupted: every answer is still right, and the next call goes on from here');
  process.exitCode = 130;
} finally {
  await traffic.stop();
  await done.close();
}
console.log(
  `meanwhile ${traffic.reads > 0 && traffic.writes > 0 ? 'clients read and wrote' : 'no client did anything'}: ${traffic.wrong} wrong answers`,
);

if (!interrupt.signal.aborted) {
  // From here on every client uses `after` alone, and what it does not ask for can go: old copies, and the marks of deleted keys.
  for (const [id, node] of nodes) {
    for (const key of await node.keys()) {
      if (after.owner(key) !== id || (await node.get(key)) === DELETED) await node.delete(key);
    }
  }
  let right = 0;
  for (const key of keys) right += (await nodes.get(after.owner(key))!.get(key)) === `value of ${key}` ? 1 : 0;
  console.log(`after it, ${right} of ${keys.length} values are right where the new ring looks for them`);
  if (process.argv[2] === undefined) await rm(folder, { recursive: true });
}
