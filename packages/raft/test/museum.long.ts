/** Every fault is put back, one after the other: its regression test must fail. */
import { fileURLToPath } from 'node:url';
import { type Verdict, visit } from '@dsys/museum-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { rows } from './museum.js';

describe('the bug museum', () => {
  let verdicts: ReadonlyMap<string, Verdict> = new Map();
  beforeAll(async () => {
    verdicts = await visit(fileURLToPath(new URL('..', import.meta.url)), rows);
  }, 600_000);

  test.each(rows.map((row) => [row.id, row.sentence, row] as const))('%s: %s', (id, _, { regression }) => {
    const { fault, killedBy } = verdicts.get(id)!;
    expect(fault).toBeNull();
    expect(
      killedBy.filter((name) => name.includes(regression)),
      `failed instead: ${killedBy.join('; ')}`,
    ).not.toEqual([]);
  });
});
