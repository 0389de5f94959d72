import { expect, test } from 'vitest';
import { run } from './example.js';

test('lease-lock: a seed finds the write of one that has lost its lease; six events of it are left; a fence mends it', async () => {
  const lines = await run('lease-lock/main.ts', '--seeds', '12');
  expect(lines[0]).toMatch(/^seed \d+: token \d+ wrote when \d+ had the lock, after \d+ actions$/);
  const length = Number(/^shrunk to (\d+):$/.exec(lines[1]!)![1]);
  expect(length).toBeLessThanOrEqual(7);
  const events = lines.slice(2, 2 + length).map((line) => line.trim().split(' ')[0]);
  expect(events).toContain('ask');
  expect(events.at(-1)).toBe('deliver');
  expect(lines.slice(2 + length)).toEqual([
    expect.stringMatching(/^again: token 1 wrote when 2 had the lock$/),
    'fenced, the same run: nothing wrong',
    'fenced, 12 seeds: nothing wrong',
  ]);
});
