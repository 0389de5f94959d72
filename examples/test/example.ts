/** Runs an example as its first lines say, in a process of its own, on the sources of the packages. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const folder = dirname(dirname(fileURLToPath(import.meta.url)));

export type Running = ChildProcessByStdio<null, Readable, Readable>;

export function start(file: string, ...args: string[]): Running {
  const options = ['--conditions', '@dsys/source', '--import', tsx];
  return spawn(process.execPath, [...options, file, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Resolves with the lines of the output once the example has ended well; rejects with its errors otherwise. */
export async function run(file: string, ...args: string[]): Promise<string[]> {
  const { code, lines, errors } = await ended(start(file, ...args));
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${errors}`);
  return lines;
}

export async function ended(child: Running): Promise<{ code: number | null; lines: string[]; errors: string }> {
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: out.trimEnd().split('\n'), errors };
}
