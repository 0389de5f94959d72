/** Each fault's place is still in the source, and its regression test in the suite. `museum.long.ts` runs them all. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rows } from './museum.js';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

describe('the bug museum', () => {
  test('each row has a name of its own, and its number in the name of its regression test', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { id, regression } of rows)
      expect(regression, id).toMatch(new RegExp(`\\b${id.replace(/[a-z]$/, '')}\\b`));
  });

  test('the clusters that rows name are there', () => {
    const files = new Set(
      rows.flatMap(({ systems = [] }) => systems.map((name) => (name === 'raft' ? 'system' : `${name}.system`))),
    );
    for (const name of files) expect(existsSync(new URL(`../sim/${name}.ts`, import.meta.url)), name).toBe(true);
  });

  test.each(rows.map((row) => [row.id, row.sentence, row] as const))('%s: %s', (_, __, row) => {
    expect(read(row.file).split(row.find).length - 1, `how often its text is in ${row.file}`).toBe(1);
    expect(row.replace).not.toBe(row.find);
    const tests = row.killedBy.map(read).join('\n');
    expect(tests.includes(row.regression), `a test "${row.regression}" in ${row.killedBy.join()}`).toBe(true);
  });
});
