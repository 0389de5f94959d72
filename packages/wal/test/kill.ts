import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { openLog } from '../src/file/index.js';
import { numbered } from './child.js';

/** Starts `child.ts` on a folder. */
export function startChild(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const program = fileURLToPath(new URL('child.ts', import.meta.url));
  const flags = ['--conditions=@dsys/source', '--import', tsx];
  const child = spawn(process.execPath, [...flags, program, folder, ...args], { env: { ...process.env, ...env } });
  return new Child(child);
}

/** A child and what it has said. */
export class Child {
  readonly lines: string[] = [];
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<void>;
  private errors = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.process = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(line));
    child.stderr.on('data', (data: Buffer) => (this.errors += data.toString()));
    child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => child.on('close', () => resolve()));
  }

  say(command: string): void {
    this.process.stdin.write(`${command}\n`);
  }

  /** Waits for a line that begins so. */
  async hears(start: string, after = 0): Promise<string> {
    for (;;) {
      const found = this.lines.slice(after).find((line) => line.startsWith(start));
      if (found !== undefined) return found;
      if (this.process.exitCode !== null) throw new Error(`the child ended: ${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

/** Kills a writing child `times` times, at moments drawn from `seed`, and checks after each that nothing it said is lost. */
export async function killAgainAndAgain(folder: string, times: number, seed: number): Promise<{ durable: number }> {
  let state = seed;
  const draw = (): number => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
  let durable = 0;
  let compactedTo = 1;
  for (let time = 0; time < times; time++) {
    const child = startChild(folder, ['65536']);
    await child.hears('open');
    await new Promise((resolve) => setTimeout(resolve, draw() * 150));
    child.process.kill('SIGKILL');
    await child.ended;
    const said = child.lines.filter((line) => /^durable \d+$/.test(line)).map((line) => Number(line.slice(8)));
    for (const line of child.lines) {
      const [word, from, last] = line.split(' ');
      if (word !== 'compacted') continue;
      compactedTo = Number(from);
      said.push(Number(last));
    }
    durable = Math.max(durable, ...said);
    const log = await openLog(folder);
    const found = new Map<number, Uint8Array>();
    for await (const { position, bytes } of log.load()) found.set(position, bytes);
    const { firstPosition, damage } = log.status();
    expect(damage, `kill ${time} of seed ${seed}`).toBeNull();
    expect(firstPosition).toBeGreaterThanOrEqual(compactedTo);
    for (let position = firstPosition; position <= durable; position++)
      expect(found.get(position), `record ${position} after kill ${time} of seed ${seed}`).toBeDefined();
    for (const bytes of found.values())
      expect(bytes).toEqual(numbered(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)));
    await log.close();
  }
  return { durable };
}
