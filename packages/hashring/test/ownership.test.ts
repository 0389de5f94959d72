import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ring, type RingDialect } from '../src/index.js';
import { anyWeight, holds, keysOf, nodesOf } from './laws.js';

const own = Ring.of(['a']).dialect;
const searches = ['at-or-above', 'above', 'nearest'] as const;
const options = (search: (typeof searches)[number]) => ({
  dialect: { ...own, name: search, search },
  pointsPerNode: 8,
});
const CIRCLE = 2 ** 32;

/** A ring that can be asked for the owner of a position: the key is the position. */
const positional = (search: (typeof searches)[number], nodes: Parameters<typeof Ring.of>[0]) => {
  const dialect: RingDialect = { ...own, name: search, search, position: (key) => Number(key) };
  return Ring.of(nodes as string[], { dialect, pointsPerNode: 8 });
};

test.each(searches)('ranges cover the circle without gaps, and change owner exactly where keys do (%s)', (search) => {
  holds(
    fc.property(nodesOf(1, 8), (nodes) => {
      const ring = positional(search, nodes as never);
      const ranges = ring.ranges();
      expect(ranges[0]!.start).toBe(0);
      expect(ranges.at(-1)!.end).toBe(CIRCLE);
      ranges.forEach(({ start, end, node }, i) => {
        expect(start).toBeLessThan(end);
        if (i > 0) expect([start, node === ranges[i - 1]!.node]).toEqual([ranges[i - 1]!.end, false]);
        for (const position of [start, Math.floor((start + end) / 2), end - 1]) expect(ring.owner(position)).toBe(node);
      });
    }),
  );
});

test.each(searches)('shares add up to 1, and are the lengths of the ranges (%s)', (search) => {
  holds(
    fc.property(nodesOf(1, 8), (nodes) => {
      const ring = Ring.of(nodes, options(search));
      const shares = ring.ownership();
      const lengths = new Map<string, number>();
      for (const { id, start, end } of ring.ranges()) lengths.set(id, (lengths.get(id) ?? 0) + end - start);
      for (const { id, share } of shares.nodes) expect(share * CIRCLE).toBe(lengths.get(id) ?? 0);
      for (const list of [shares.nodes, shares.zones]) {
        expect(list.reduce((sum, { share }) => sum + share, 0)).toBe(1);
        expect(list.reduce((sum, { expected }) => sum + expected, 0)).toBeCloseTo(1, 12);
      }
      for (const { zone, share } of shares.zones) {
        const inZone = shares.nodes.filter((node) => node.zone === zone);
        expect(inZone.reduce((sum, node) => sum + node.share, 0)).toBe(share);
      }
      expect(shares.maxOverMean).toBe(Math.max(...shares.nodes.map(({ share, expected }) => share / expected)));
    }),
  );
});

test('exact shares are what sampled keys show', () => {
  const ring = Ring.of([{ id: 'a' }, { id: 'b', weight: 2 }, { id: 'c', weight: 0.5 }]);
  const count = 200_000;
  const met = new Map<string, number>();
  for (const { id } of ring.ownerMany(keysOf(count))) met.set(id, (met.get(id) ?? 0) + 1);
  for (const { id, share } of ring.ownership().nodes) {
    // Five standard deviations of a binomial share.
    expect(Math.abs(met.get(id)! / count - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / count));
  }
});

test('without weights the measure of balance is max over mean', () => {
  const { nodes, maxOverMean } = Ring.of(['a', 'b', 'c']).ownership();
  expect(maxOverMean).toBeCloseTo(Math.max(...nodes.map(({ share }) => share)) * 3, 12);
});

test('at 100 nodes the default is within 15 % of even: the median of 40 sets of names', () => {
  const balance = Array.from(
    { length: 40 },
    (_, set) => Ring.of(Array.from({ length: 100 }, (_, i) => `set-${set}-node-${i}`)).ownership().maxOverMean,
  ).sort((a, b) => a - b);
  expect(balance[20]).toBeLessThanOrEqual(1.15);
});

test('a preview tells what the change then does', () => {
  holds(
    fc.property(nodesOf(3, 9), anyWeight, (nodes, weight) => {
      const [a, b, c, ...rest] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0], ...typeof nodes];
      const before = Ring.of([a, b, ...rest], { pointsPerNode: 8 });
      const change = { remove: [a.id], reweight: { [b.id]: weight }, add: [c] };
      const preview = before.preview(change);
      const after = before.apply(change);

      expect(preview.maxOverMeanBefore).toBe(before.ownership().maxOverMean);
      expect(preview.maxOverMeanAfter).toBe(after.ownership().maxOverMean);
      const shareIn = (ring: Ring<(typeof nodes)[0]>, id: string) =>
        ring.ownership().nodes.find((node) => node.id === id)?.share ?? 0;
      expect(preview.nodes.map(({ id }) => id).sort()).toEqual(nodes.map(({ id }) => id).sort());
      for (const { id, before: had, after: has, gained, lost } of preview.nodes) {
        expect([had, has]).toEqual([shareIn(before, id), shareIn(after, id)]);
        expect(had + gained - lost).toBeCloseTo(has, 12);
      }
      expect(preview.moved).toBe(preview.nodes.reduce((sum, { gained }) => sum + gained, 0));
      expect(preview.moved).toBe(preview.nodes.reduce((sum, { lost }) => sum + lost, 0));
    }),
  );
});
