import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './museum.js';

/** What became of one mutant. */
export interface Verdict {
  /** Names of the tests that failed with it. */
  readonly killedBy: readonly string[];
  /** Why nothing can be said: its text is gone from the source, or the tests never loaded that file. */
  readonly fault: string | null;
}

/** What the runner reports. */
export interface Exhibited {
  readonly id: string;
  readonly isLoaded: boolean;
  readonly ran: number;
  readonly failed: readonly string[];
  /** Tests that only ran out of time. On a busy machine anything does, so that proves nothing. */
  readonly late: readonly string[];
  /** Errors outside of any test: a mutant that can't even be loaded is a bad mutant. */
  readonly errors: readonly string[];
}

/** With a search that a mutant makes endless, no time limit of a test can end it: its thread never gets to look. */
const LIMIT_MS = 220_000;

/** Runs the tests of a package once a mutant, all in one child process. */
export async function visit(folder: string, mutants: readonly Mutant[]): Promise<Map<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const sound: Mutant[] = [];
  for (const mutant of mutants) {
    if (verdicts.has(mutant.id) || sound.some(({ id }) => id === mutant.id))
      throw new TypeError(`two mutants are called ${mutant.id}`);
    const fault = anchorFault(folder, mutant);
    if (fault === null) sound.push(mutant);
    else verdicts.set(mutant.id, { killedBy: [], fault });
  }
  const mayBeLate = new Set(sound.filter(({ neverComes }) => neverComes).map(({ id }) => id));
  for (const { id, isLoaded, ran, failed, late, errors } of await exhibit(folder, sound)) {
    const killedBy = mayBeLate.has(id) ? [...failed, ...late] : failed;
    const fault = !isLoaded
      ? 'its tests never loaded the file'
      : ran === 0
        ? `no test ran: ${errors.join('; ') || 'none was found'}`
        : killedBy.length === 0 && late.length > 0
          ? `nothing failed but by its time limit, which proves nothing: ${late.join('; ')}`
          : null;
    verdicts.set(id, { killedBy, fault });
  }
  return verdicts;
}

function anchorFault(folder: string, { file, find, replace }: Mutant): string | null {
  const count = readFileSync(join(folder, file), 'utf8').split(find).length - 1;
  if (find === replace) return 'it changes nothing';
  if (count === 1) return null;
  return `its text is in ${file} ${count} times: the source has moved on, so must the mutant`;
}

async function exhibit(folder: string, mutants: readonly Mutant[]): Promise<Exhibited[]> {
  if (mutants.length === 0) return [];
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const runner = fileURLToPath(new URL('runner.ts', import.meta.url));
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) if (/^(?:VITEST|TEST$)/.test(name)) delete env[name];
  const child = spawn(process.execPath, ['--import', tsx, runner, folder], {
    env,
    detached: true, // A group of its own, so that what hangs can be ended with all its workers.
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
  child.stdin!.end(JSON.stringify(mutants));
  // Its own channel: whatever the tests print is in nobody's way.
  let report = '';
  let noise = '';
  child.stdout!.on('data', (data: Buffer) => (noise = (noise + data.toString()).slice(-4000)));
  child.stdio[3]!.on('data', (data: Buffer) => (report += data.toString()));
  const end = (): boolean => process.kill(-child.pid!, 'SIGKILL');
  process.once('exit', end);
  let isEndless = false;
  const limit = setTimeout(() => {
    isEndless = end();
  }, LIMIT_MS);
  await new Promise((resolve) => child.on('close', resolve));
  process.off('exit', end);
  clearTimeout(limit);
  if (isEndless) throw new Error(`after ${LIMIT_MS / 1000} s the museum had not ended: one of its mutants never does`);
  if (report === '') throw new Error(`the museum's runner ended without a word: ${noise}`);
  return JSON.parse(report) as Exhibited[];
}
