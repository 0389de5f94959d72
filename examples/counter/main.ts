/**
 * Starts three processes of `node.ts`, counts, kills the one that leads, counts on, and starts it again.
 *
 *     npx tsx counter/main.ts
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('node.ts', import.meta.url));
const ids = ['n1', 'n2', 'n3'];
const folder = await mkdtemp(join(tmpdir(), 'counter-'));
const http = new Map<string, number>();
const args: string[] = [];
for (const id of ids) {
  http.set(id, await freePort());
  args.push(`${id}=${await freePort()}/${http.get(id)}`);
}

const running = new Map<string, ChildProcess>();
try {
  await Promise.all(ids.map((id) => start('bootstrap', id)));
  console.log('three processes are up');
  const counted = [await add(), await add(), await add()];
  console.log(`counted: ${counted.map(({ count }) => count).join(', ')}`);

  const { leader } = counted.at(-1)!;
  const child = running.get(leader)!;
  running.delete(leader);
  child.kill('SIGKILL');
  await once(child, 'exit');
  console.log(`the leader is killed; counted on: ${(await add()).count}`);

  await start('restart', leader);
  console.log(`it is back, and reads: ${await read(leader)}`);
} finally {
  for (const child of running.values()) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
}

async function start(how: 'bootstrap' | 'restart', id: string): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, PROGRAM, how, id, join(folder, id), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.set(id, child);
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${id} ended`))),
  ]);
}

/** Asks one after the other until it is counted. After a 504 it may have been counted already: then a number is left out. */
async function add(): Promise<{ count: number; leader: string }> {
  for (let i = 0; ; i++) {
    const id = ids[i % ids.length]!;
    const response = await fetch(`http://127.0.0.1:${http.get(id)}/`, { method: 'POST' }).catch(() => null);
    if (response?.ok) {
      const leader = ids.find((each) => response.url.includes(`:${http.get(each)}/`))!;
      return { count: Number(await response.text()), leader };
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** On this node: not before it has all that was counted. */
async function read(id: string): Promise<number> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${http.get(id)}/`).catch(() => null);
    if (response?.ok) return Number(await response.text());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
