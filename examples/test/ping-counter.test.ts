import { expect, test } from 'vitest';
import { run } from './example.js';

test.each([['memory'], ['TCP', '--tcp']])(
  'ping-counter over %s: no number twice, whoever is stopped',
  async (carrier, ...flags) => {
    const lines = await run('ping-counter/main.ts', ...flags);
    expect(lines[0]).toBe(`three nodes over ${carrier}`);
    const [together, another, back] = lines.slice(1).map((line) => line.match(/\d+/g)!.map(Number));
    expect(lines[1]).toMatch(/^together: /);
    expect(together).toEqual([1, 2, 3]);
    expect(lines[2]).toMatch(/^the elected one is stopped; another counts: \d+$/);
    expect(another![0]).toBeGreaterThan(3);
    expect(lines[3]).toMatch(/^it is back, in boot 2: \d+$/);
    expect(back![1]).toBeGreaterThan(another![0]!);
  },
);
