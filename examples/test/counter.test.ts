import { expect, test } from 'vitest';
import { run } from './example.js';

test('counter: three processes, one is killed, and no number is given out twice', async () => {
  const lines = await run('counter/main.ts');
  expect(lines[0]).toBe('three processes are up');
  const counted = lines[1]!.match(/\d+/g)!.map(Number);
  expect(counted).toHaveLength(3);
  expect([...counted].sort((a, b) => a - b)).toEqual(counted);
  const after = Number(lines[2]!.match(/^the leader is killed; counted on: (\d+)$/)![1]);
  expect(after).toBeGreaterThan(counted[2]!);
  expect(lines[3]).toBe(`it is back, and reads: ${after}`);
});
