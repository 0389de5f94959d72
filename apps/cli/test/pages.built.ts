/**
 * What the pages show is what the command does: every `console` block of the README and the guide is run in `fixtures/`
 * by a shell, line by line, and compared with what the page says it prints.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const cli = here('../dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'dsys-pages-'));
cpSync(here('fixtures'), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

interface Call {
  readonly at: string;
  readonly line: string;
  readonly printed: string;
}

/** `$ …` lines, each with the lines that follow it up to the next one. */
function callsIn(path: string): Call[] {
  const calls: Call[] = [];
  const page = readFileSync(here(path), 'utf8');
  for (const [, block] of page.matchAll(/^```console\n([\s\S]*?)^```/gm)) {
    for (const part of block!.split(/^\$ /m).filter((one) => one !== '')) {
      const [line, ...rest] = part.split('\n');
      calls.push({ at: path, line: line!, printed: rest.join('\n') });
    }
  }
  return calls;
}

const calls = ['../README.md', '../../docs/guide/cli.md'].flatMap(callsIn);

test('both pages show calls', () => {
  expect(new Set(calls.map(({ at }) => at)).size).toBe(2);
});

test.each(calls)('$at: $line', ({ line, printed }) => {
  const setup = `dsys() { '${process.execPath}' '${cli}' "$@"; }`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `${setup}\n${line}`], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout.trimEnd()).toBe(printed.trimEnd());
});
