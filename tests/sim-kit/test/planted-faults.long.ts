/**
 * The page of the docs is what the simulator finds today in the systems that it shows. Two-phase commit is not among them:
 * each of its runs takes seconds.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { main } from '../src/index.js';
import { columns, type PlantedFault } from '../src/planted-faults.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(root, 'docs/planted-faults.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const [head = [], , ...body] = rows;

/** What the page says of one mistake, by kind of fault. */
function columnOf(name: string): Record<string, string> {
  const at = head.indexOf(name);
  expect(at, `${name} is not in docs/planted-faults.md: the page says how it is written`).not.toBe(-1);
  return Object.fromEntries(body.map((cells) => [cells[0]!, cells[at]!]));
}

test('the page has a row for every kind of fault', () => {
  expect(body.map(([name]) => name)).toEqual(columns().map(({ name }) => name));
});

const shown = [...new Set(head.slice(1).map((name) => name.split(':')[0]!))];

test.each(shown)('what finds the mistakes of %s is what the page says', async (name) => {
  const out: string[] = [];
  const code = await main([name, '--table', '--json'], {
    stdout: { write: (text) => out.push(text) },
    stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
    root,
    cwd: root,
    signal: new AbortController().signal,
    now: () => performance.now(),
  });
  for (const { system, variant, found } of JSON.parse(out.join('')) as PlantedFault[]) {
    const counts = Object.entries(found).map(([kind, count]) => [kind, count === null ? '–' : `${count}`]);
    expect(columnOf(`${system}: ${variant}`)).toEqual(Object.fromEntries(counts));
  }
  expect([0, 1]).toContain(code);
});
