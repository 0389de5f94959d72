/** A PostgreSQL of the test's own: a cluster in a folder that goes away with it, on a socket there, run by another user when we are root. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export class PostgresCluster {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #bin: string;
  readonly #as: SpawnOptions;

  private constructor(folder: string, process: ChildProcess, bin: string, as: SpawnOptions) {
    this.#folder = folder;
    this.#process = process;
    this.#bin = bin;
    this.#as = as;
  }

  static async start(program: string): Promise<PostgresCluster> {
    const bin = dirname(program);
    const folder = await mkdtemp(join(tmpdir(), 'pg-'));
    const as: SpawnOptions = { cwd: folder, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' } };
    if (process.getuid?.() === 0) {
      // The server refuses to run as root; Debian's package brings a user for it.
      Object.assign(as, { uid: idOf('-u'), gid: idOf('-g') });
      chownSync(folder, as.uid!, as.gid!);
    }
    const data = join(folder, 'data');
    const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'], {
      ...as,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
    const child = spawn(program, ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'], {
      ...as,
      stdio: 'ignore',
    });
    const cluster = new PostgresCluster(folder, child, bin, as);
    for (let tries = 0; ; tries++) {
      if (existsSync(join(folder, '.s.PGSQL.5432')) && cluster.#psql('SELECT 1').status === 0) break;
      if (tries > 600 || child.exitCode !== null) throw new Error('postgres does not start');
      await setTimeout(100);
    }
    return cluster;
  }

  /** Runs SQL, and gives its rows as lines of fields with | between them. */
  query(sql: string): string[] {
    const { status, stdout, stderr } = this.#psql(sql);
    if (status !== 0) throw new Error(stderr);
    return stdout.split('\n').filter((line) => line !== '');
  }

  #psql(sql: string): { status: number | null; stdout: string; stderr: string } {
    const options = [
      '-h',
      this.#folder,
      '-U',
      'postgres',
      '-d',
      'postgres',
      '-At',
      '-q',
      '-v',
      'ON_ERROR_STOP=1',
      '-f',
      '-',
    ];
    return spawnSync(join(this.#bin, 'psql'), options, {
      ...this.#as,
      input: sql,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGQUIT');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function idOf(which: '-u' | '-g'): number {
  const { status, stdout } = spawnSync('id', [which, 'postgres'], { encoding: 'utf8' });
  if (status !== 0) throw new Error('no user "postgres" to run the server as');
  return Number(stdout);
}
