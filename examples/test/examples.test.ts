import { expect, test } from 'vitest';
import { run } from './example.js';

test('shard-a-cache: when a server dies only its keys move, and they are found again once they are fetched anew', async () => {
  const lines = await run('shard-a-cache.ts');
  expect(lines).toHaveLength(4);
  const [before, died, moved, filled] = lines.map((line) => line.match(/\d+/g)!.map(Number));
  // "3 servers up: cache-1 n, cache-2 n, cache-3 n; n of n found"
  const [, , first, , second, , third, found] = before!;
  expect(lines[0]).toMatch(/^3 servers up: /);
  expect([first! + second! + third!, found]).toEqual([3_000, 3_000]);
  // "cache-2 died: cache-1 n, cache-3 n; n of n found"
  expect(lines[1]).toMatch(/^cache-2 died: /);
  const [, , firstAfter, , thirdAfter, foundAfter] = died!;
  expect(firstAfter! + thirdAfter!).toBe(3_000);
  expect(firstAfter).toBeGreaterThan(first!);
  expect(thirdAfter).toBeGreaterThan(third!);
  expect(foundAfter).toBe(3_000 - second!);
  // "keys that moved: n, all of them from cache-2"
  expect(lines[2]).toMatch(/, all of them from cache-2$/);
  expect(moved![0]).toBe(second);
  expect(lines[3]).toMatch(/^filled again: .* 3000 of 3000 found$/);
  expect(filled!.slice(0, 4)).toEqual(died!.slice(1, 5));
});

test('same-placement: every answer is that of libmemcached and of Redis', async () => {
  const lines = await run('same-placement.ts');
  const answers = lines.filter((line) => line.includes('→'));
  expect(answers).toHaveLength(7);
  for (const line of answers) expect(line).toMatch(/, as (libmemcached|Redis) has it/);
  expect(lines.join('\n')).toMatch(/a fifth server moves (\d+\.\d) % of the keys, by our rules (\d+\.\d) %/);
});
