import { expect, test } from 'vitest';
import { run } from './example.js';

const numbers = (line: string): number[] => [...line.matchAll(/\d+(\.\d+)?/g)].map(([text]) => Number(text));

test('skip-disk-reads: every key that exists is found, and few files are opened for nothing', async () => {
  const [filters, lookups] = await run('skip-disk-reads.ts');
  expect(filters).toMatch(/^20 files of 1000 keys, \d+ kB of filters in memory$/);
  const [asked, found, reads, all, needless] = numbers(lookups!);
  expect([asked, found, all]).toEqual([200, 100, 4_000]);
  expect(reads).toBe(found! + needless!);
  // 3,900 questions to files without the key, at a rate of 1 %: 39 on average.
  expect(needless).toBeGreaterThan(0);
  expect(needless).toBeLessThan(80);
});

test('unique-visitors: merged sketches are near the exact count, in both dialects; sums are not', async () => {
  const lines = await run('unique-visitors.ts');
  expect(lines.map((line) => line.split(':')[0])).toEqual(['/', '/cart', '/help']);
  for (const line of lines) {
    const [estimate, lower, upper, exact, sum, , pfcount] = numbers(line);
    expect(lower).toBeLessThanOrEqual(exact!);
    expect(upper).toBeGreaterThanOrEqual(exact!);
    expect(Math.abs(estimate! / exact! - 1)).toBeLessThan(0.03);
    expect(Math.abs(pfcount! / exact! - 1)).toBeLessThan(0.03);
    expect(sum).toBeGreaterThan(1.2 * exact!);
  }
}, 20_000);
