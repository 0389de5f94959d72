/** Processes of one command, each with an id and a folder of its own that outlives it. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How the process of an id is started; `folder` is its own. */
export type Command = (
  id: string,
  folder: string,
) => {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** A TypeScript program on the sources of the packages. */
export const sourceCommand =
  (file: string, more: (id: string, folder: string) => { args?: string[]; env?: Record<string, string> }): Command =>
  (id, folder) => {
    const { args = [], env = {} } = more(id, folder);
    return { program: process.execPath, args: ['--conditions', '@dsys/source', '--import', tsx, file, ...args], env };
  };

export class Processes {
  private readonly root: string;
  private readonly command: Command;
  private readonly running = new Map<string, ChildProcessWithoutNullStreams>();
  /** What they said on stderr, the last of it: shown when a run fails. */
  readonly complaints: string[] = [];

  static async create(command: Command): Promise<Processes> {
    return new Processes(await mkdtemp(join(tmpdir(), 'cluster-')), command);
  }

  private constructor(root: string, command: Command) {
    this.root = root;
    this.command = command;
  }

  /** Starts one that doesn't run. */
  start(id: string): ChildProcessWithoutNullStreams {
    if (this.running.has(id)) throw new Error(`${id} runs already`);
    const { program, args, env } = this.command(id, join(this.root, id));
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
    child.stdin.on('error', () => undefined); // A pipe to one that was killed.
    child.stderr.on('data', (chunk: Buffer) => {
      this.complaints.push(`${id}: ${chunk}`);
      if (this.complaints.length > 100) this.complaints.shift();
    });
    this.running.set(id, child);
    return child;
  }

  isRunning(id: string): boolean {
    return this.running.has(id);
  }

  /** With SIGKILL; resolves once it is gone. One that is stopped dies too. */
  async kill(id: string): Promise<void> {
    const child = this.running.get(id);
    if (child === undefined) return;
    this.running.delete(id);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** As a long pause of the machine, until `resume`. */
  pause(id: string): void {
    this.running.get(id)?.kill('SIGSTOP');
  }

  resume(id: string): void {
    this.running.get(id)?.kill('SIGCONT');
  }

  /** Kills it, and its disk is lost. */
  async wipe(id: string): Promise<void> {
    await this.kill(id);
    await rm(join(this.root, id), { recursive: true, force: true });
  }

  /** Kills all, and removes all folders. */
  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((id) => this.kill(id)));
    await rm(this.root, { recursive: true, force: true });
  }
}
