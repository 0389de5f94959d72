/** Other programs: run to the end, output kept, so that a check can say what it means. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that these scripts belong to. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

export interface Ended {
  /** Exit code; 124 when time ran out, 127 when the program could not be started. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** SIGKILL after this many milliseconds. */
  readonly timeoutMs?: number;
}

/** Runs a program of `node_modules/.bin` or of PATH, without a shell and without stdin. Never rejects. */
export function program(command: string, args: readonly string[], options: ProgramOptions): Promise<Ended> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    let output = '';
    let late = false;
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...environment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 600_000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += plain(text);
      output += plain(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += plain(text);
      output += plain(text);
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ status: 127, stdout, stderr, output: `${command} could not be started: ${error.message}` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (late) output += `\n${command} was stopped after ${(options.timeoutMs ?? 600_000) / 1000} s`;
      resolve({ status: late ? 124 : (code ?? 1), stdout, stderr, output });
    });
  });
}

/** Without colours, which some programs send whatever they are told. */
function plain(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}

/** As `run.mjs` sets it up, so that a script that is called directly finds the same tools; plain text instead of colours. */
function environment(): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !/^npm_(lifecycle|package)_/.test(name)) clean[name] = value;
  }
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { packageManager: string };
  const pnpm = join(ROOT, '.tools', packageManager.replace('@', '-'), 'node_modules', '.bin');
  clean['PATH'] = [pnpm, join(ROOT, 'node_modules', '.bin'), clean['PATH']].join(delimiter);
  clean['NO_COLOR'] = '1';
  clean['FORCE_COLOR'] = '0';
  clean['TURBO_TELEMETRY_DISABLED'] = '1';
  clean['DO_NOT_TRACK'] = '1';
  return clean;
}

/** At most `width` at a time; results in the order of the items. */
export async function inParallel<T, R>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}
