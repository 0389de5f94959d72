/** The same as in `world.test.ts`, of more seeds and larger clusters, with the figures. */
import { expect, test } from 'vitest';
import { runOfSize } from './sizes.js';
import { failovers } from './stage.js';

test('a leader that dies is replaced within two times the upper election timeout at p99', () => {
  const took = failovers(1_000);
  const at = (share: number) => took[Math.floor((took.length - 1) * share)]!;
  const ms = [0.5, 0.9, 0.99, 1].map((share) => `p${share * 100} ${Math.round(at(share) / 1_000)}`);
  console.log(`failover in ms of virtual time, timeouts 150 to 300: ${ms.join(', ')}`);
  expect(at(0.99)).toBeLessThan(2 * 300_000);
});

test('clusters of 3 to 101 nodes elect, replicate, and answer linearizably', () => {
  const rows: string[] = [];
  for (const nodes of [3, 5, 7, 31, 101]) {
    const { result, verdict, row } = runOfSize(nodes, 300);
    rows.push(row);
    expect({ nodes, violation: result.violation, end: result.end, verdict }).toEqual({
      nodes,
      violation: null,
      end: 'peace',
      verdict: 'ok',
    });
    expect(result.acknowledgedInPeace).toBeGreaterThan(50);
  }
  console.log(rows.join('\n'));
});
