import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff, MigrationPlan, Ring, type RingDialect, type RingNodeObject } from '../src/index.js';
import { anyWeight, holds, keysOf, nodesOf } from './laws.js';

const own = Ring.of(['a']).dialect;
const keys = keysOf(150);
const searches = ['at-or-above', 'above', 'nearest'] as const;
const CIRCLE = 2 ** 32;

/** Rings whose keys are positions, so that the ends of ranges can be asked about. */
const dialectOf = (search: (typeof searches)[number]): RingDialect => ({
  ...own,
  name: search,
  search,
  position: (key) => Number(key),
});
const ids = (nodes: readonly RingNodeObject[]): string[] => nodes.map(({ id }) => id);

/** Two lists of nodes that share some, of which some have another weight in the second. */
const twoLists = fc
  .tuple(nodesOf(1, 8), nodesOf(1, 8), fc.integer({ min: 0, max: 8 }), fc.array(fc.option(anyWeight), { minLength: 8 }))
  .map(([a, b, shared, weights]) => {
    const kept = a.slice(0, shared).map((node, i) => ({ ...node, weight: weights[i] ?? node.weight }));
    return [a, [...kept, ...b.filter(({ id }) => !kept.some((node) => node.id === id))]] as const;
  });
const anyOptions = fc.record({
  replicas: fc.integer({ min: 1, max: 4 }),
  spread: fc.constantFrom(undefined, 'zone' as const),
});

test.each(searches)(
  'a plan says of every position what the two rings say, at the ends of its ranges too (%s)',
  (search) => {
    holds(
      fc.property(twoLists, anyOptions, fc.array(fc.nat(CIRCLE - 1)), ([a, b], { replicas, spread }, positions) => {
        const options = { dialect: dialectOf(search), pointsPerNode: 4 };
        const before = Ring.of(a, options);
        const after = Ring.of(b, options);
        const plan = diff(before, after, { replicas, spread });
        const ends = plan.ranges
          .flatMap(({ start, end }) => [start - 1, start, end - 1, end])
          .filter((at) => at >= 0 && at < CIRCLE);
        for (const at of [...positions, ...ends]) {
          const from = ids(before.owners(at, { n: replicas, spread }));
          const to = ids(after.owners(at, { n: replicas, spread }));
          const range = plan.moves(at);
          if ([...from].sort().join() === [...to].sort().join()) expect(range, `position ${at}`).toBeUndefined();
          else expect(range, `position ${at}`).toMatchObject({ from, to });
        }
      }),
      60,
    );
  },
);

test('ranges are in order, apart or different from their neighbours, and add up to what moves', () => {
  holds(
    fc.property(twoLists, anyOptions, ([a, b], options) => {
      const before = Ring.of(a, { pointsPerNode: 4 });
      const after = Ring.of(b, { pointsPerNode: 4 });
      const plan = diff(before, after, options);
      plan.ranges.forEach(({ start, end, from, to }, i) => {
        const last = plan.ranges[i - 1];
        expect(start).toBeLessThan(end);
        expect(start).toBeGreaterThanOrEqual(last?.end ?? 0);
        if (last?.end === start) expect([from, to]).not.toEqual([last.from, last.to]);
      });
      expect(plan.moved * CIRCLE).toBe(plan.ranges.reduce((sum, { start, end }) => sum + end - start, 0));
      if (options.replicas === 1) {
        const change = { remove: ids(a), add: b };
        expect(plan.moved).toBe(before.preview(change).moved);
      }
    }),
  );
});

test('copies bring the keys of a range to each node that lacks them, from one that has them', () => {
  holds(
    fc.property(twoLists, anyOptions, ([a, b], options) => {
      const plan = diff(Ring.of(a, { pointsPerNode: 4 }), Ring.of(b, { pointsPerNode: 4 }), options);
      const flows = new Map<string, number>();
      for (const { start, end, from, to, copies } of plan.ranges) {
        expect(copies.map((copy) => copy.to)).toEqual(to.filter((id) => !from.includes(id)));
        const leaving = from.filter((id) => !to.includes(id));
        expect(copies.map((copy) => copy.from)).toEqual(copies.map((_, i) => leaving[i] ?? from[0]));
        for (const copy of copies) {
          const pair = JSON.stringify([copy.from, copy.to]);
          flows.set(pair, (flows.get(pair) ?? 0) + (end - start) / CIRCLE);
        }
      }
      expect(new Map(plan.matrix.map(({ from, to, share }) => [JSON.stringify([from, to]), share]))).toEqual(flows);
      expect(plan.matrix.map(({ share }) => share)).toEqual([...flows.values()].sort((x, y) => y - x));
    }),
  );
});

test('with one replica and one node more, everything goes to that node, from each in proportion to what it had', () => {
  const before = Ring.of(['a', 'b', 'c']);
  const plan = diff(before, before.with('d'));
  expect(plan.matrix.map(({ to }) => to)).toEqual(['d', 'd', 'd']);
  expect(plan.moved).toBe(
    before
      .with('d')
      .ownership()
      .nodes.find(({ id }) => id === 'd')!.share,
  );
  for (const key of keysOf(2000)) {
    const after = before.with('d').owner(key);
    const range = plan.moves(key);
    if (after === 'd') expect(range).toMatchObject({ from: [before.owner(key)], to: ['d'] });
    else expect(range).toBeUndefined();
  }
});

test('a plan comes back from JSON as it was, so that an executor can go on with it', () => {
  holds(
    fc.property(twoLists, anyOptions, ([a, b], options) => {
      const plan = diff(Ring.of(a, { pointsPerNode: 4 }), Ring.of(b, { pointsPerNode: 4 }), options);
      const restored = MigrationPlan.from(JSON.parse(JSON.stringify(plan)));
      expect(restored).toEqual(plan);
      expect(restored.matrix).toEqual(plan.matrix);
      for (const key of keys) expect(restored.moves(key)).toEqual(plan.moves(key));
    }),
  );
});

test('a plan knows the fingerprints of its rings', () => {
  const before = Ring.of(['a', 'b']);
  const after = before.without('a');
  expect(diff(before, after)).toMatchObject({ before: before.fingerprint, after: after.fingerprint, replicas: 1 });
});

test('between equal rings there is nothing to do', () => {
  const ring = Ring.of(['a', 'b', 'c']);
  expect(diff(ring, Ring.of(['c', 'b', 'a']), { replicas: 2 })).toMatchObject({ ranges: [], moved: 0, matrix: [] });
});

test('in a dialect of 64 bits ranges have fractions, and keys on either side of a boundary are told apart', () => {
  const wide: RingDialect = {
    ...own,
    name: 'wide',
    bits: 64,
    position: (key) => Math.floor(Number(key)),
    positionLow: (key) => (Number(key) % 1) * CIRCLE,
    points: (members) => members.map(({ id }) => Uint32Array.of(1000, id === 'a' ? 0x40000000 : 0x80000000)),
  };
  const before = Ring.of(['a'], { dialect: wide });
  const after = before.with('b');
  const plan = diff(before, after);
  expect(plan.moves(1000.25)).toBeUndefined();
  expect(plan.moves(1000.375)).toMatchObject({ from: ['a'], to: ['b'] });
  expect(plan.moves(1000.5)).toMatchObject({ from: ['a'], to: ['b'] });
  expect(plan.moves(1000.75)).toBeUndefined();
  expect(plan.ranges).toHaveLength(1);
  expect(plan.moved * CIRCLE).toBeCloseTo(0.25, 6);
  expect(before.ownership().nodes[0]!.share).toBeCloseTo(1, 12);
});
