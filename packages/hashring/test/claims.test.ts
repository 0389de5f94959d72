import { expect, test } from 'vitest';
import { Ring } from '../src/index.js';
import { keysOf } from './laws.js';

const named = (count: number, set = 0): string[] => Array.from({ length: count }, (_, i) => `s${set}-node-${i}`);
const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;

test('“consistent hashing moves only K/N keys” is true in expectation: a node more takes 1/(N+1), on average over names', () => {
  for (const nodes of [1, 4, 9, 24]) {
    const moved = Array.from(
      { length: 60 },
      (_, set) => Ring.of(named(nodes, set), { pointsPerNode: 64 }).preview({ add: [`new-${set}`] }).moved,
    );
    const expected = 1 / (nodes + 1);
    // With v points a node's share varies by about 1/√v of itself: four standard errors of a mean of 60.
    expect(Math.abs(mean(moved) - expected)).toBeLessThan((4 * expected) / Math.sqrt(64 * 60));
    // In expectation, not always: single rings move more and less.
    expect(Math.min(...moved)).toBeLessThan(expected);
    expect(Math.max(...moved)).toBeGreaterThan(expected);
  }
});

test('and of a modulus it is false: 1/(N+1) of the keys stay, the others all move', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => i);
  const moved = keys.filter((key) => key % 9 !== key % 10).length / keys.length;
  expect(moved).toBeCloseTo(1 - 1 / 10, 2);
});

test('“the load of a failed server falls on its neighbour” is true of a ring with one point a node', () => {
  for (let set = 0; set < 20; set++) {
    const ring = Ring.of(named(10, set), { pointsPerNode: 1 });
    for (const failed of ring.nodes) {
      const gainers = ring.preview({ remove: [failed] }).nodes.filter(({ gained }) => gained > 0);
      expect(gainers).toHaveLength(1);
      const [first, next] = ring.owners(keysOf(4000).find((key) => ring.owner(key) === failed) ?? '', { n: 2 });
      if (first === failed) expect(gainers[0]!.id).toBe(next);
    }
  }
});

test('“extra points spread it” is true: with 512 points a node, each of the other nine takes about a ninth', () => {
  const ring = Ring.of(named(10));
  for (const failed of ring.nodes) {
    const { moved, nodes } = ring.preview({ remove: [failed] });
    const gainers = nodes.filter(({ gained }) => gained > 0);
    expect(gainers).toHaveLength(9);
    for (const { gained } of gainers) expect(Math.abs((9 * gained) / moved - 1)).toBeLessThan(0.6);
  }
});
