import { expect, test } from 'vitest';
import { run } from './example.js';

test('heavy-hitters: what the servers counted apart adds up to the truth, within the bounds', async () => {
  const lines = await run('heavy-hitters.ts');
  expect(lines[0]).toMatch(/^240000 requests of \d+ addresses; the servers sent \d+ KiB$/);
  const hour = lines.filter((line) => line.includes(' to '));
  expect(hour).toHaveLength(5);
  for (const line of hour) {
    const [, lower, upper, truth] = /came (\d+) to (\d+) times \(truth (\d+)\)/.exec(line)!.map(Number);
    expect(lower).toBeLessThanOrEqual(truth!);
    expect(upper).toBeGreaterThanOrEqual(truth!);
  }
  const atMost = lines.filter((line) => line.includes('at most'));
  expect(atMost).toHaveLength(5);
  for (const line of atMost) {
    const [, estimate, truth] = /came (\d+) times at most \(truth (\d+)\)/.exec(line)!.map(Number);
    expect(estimate).toBeGreaterThanOrEqual(truth!);
    expect(estimate! - truth!).toBeLessThanOrEqual(240);
  }
  // The flood shows in the window.
  expect(lines.find((line) => line.includes('198.51.100.7'))).toMatch(/came 2\d{3} times/);
});
