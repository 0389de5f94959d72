import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Search, Ties } from '../src/dialect.js';
import { mergedTable, type PointTable, runOf, tableOf } from '../src/points.js';
import { Walk } from '../src/walk.js';
import { holds } from './laws.js';

/** Positions that collide, crowd and lie at both ends. */
const anyPosition = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.integer({ min: 0, max: 5 }),
  fc.integer({ min: 0xfffffffa, max: 0xffffffff }),
  fc.integer({ min: 0x80000000, max: 0x80000004 }),
);
const anyPoints = (perPoint: 1 | 2) =>
  fc
    .array(
      fc
        .array(fc.array(anyPosition, { minLength: perPoint, maxLength: perPoint }), { maxLength: 9 })
        .map((points) => Uint32Array.from(points.flat())),
      { minLength: 1, maxLength: 6 },
    )
    .filter((nodes) => nodes.some((points) => points.length > 0));

interface Point {
  readonly at: bigint;
  readonly owner: number;
}

/** All points in order, by the plainest means. */
function sorted(nodes: readonly Uint32Array[], wide: boolean, ties: Ties): Point[] {
  const points = nodes.flatMap((own, owner) =>
    wide
      ? Array.from({ length: own.length / 2 }, (_, k) => ({
          at: (BigInt(own[2 * k]!) << 32n) | BigInt(own[2 * k + 1]!),
          owner,
        }))
      : Array.from(own, (position) => ({ at: BigInt(position), owner })),
  );
  const direction = ties === 'last' ? -1 : 1;
  return points.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : direction * (a.owner - b.owner)));
}

function ownerByReading(points: readonly Point[], search: Search, at: bigint): number {
  if (search === 'at-or-above') return (points.find((p) => p.at >= at) ?? points[0]!).owner;
  if (search === 'above') return (points.find((p) => p.at > at) ?? points[0]!).owner;
  const next = points.find((p) => p.at >= at) ?? points[0]!;
  const before = points.findLast((p) => p.at < at) ?? points.at(-1)!;
  const mod = (n: bigint) => BigInt.asUintN(32, n);
  return mod(at - before.at) <= mod(next.at - at) ? before.owner : next.owner;
}

const tableFor = (nodes: readonly Uint32Array[], wide: boolean, ties: Ties): PointTable =>
  tableOf(
    runOf(
      nodes,
      nodes.map((_, i) => i),
      wide,
      ties,
    ),
    nodes.length,
  );

const contentOf = (table: PointTable) => ({
  positions: Array.from(table.positions.subarray(0, table.count)),
  lows: table.lows && Array.from(table.lows.subarray(0, table.count)),
  owners: Array.from(table.owners.subarray(0, table.count)),
});

describe.each(['at-or-above', 'above', 'nearest'] as const)('the search for the point that is %s', (search) => {
  test.each(['first', 'last'] as const)('finds what reading all points finds, ties going to the %s', (ties) => {
    holds(
      fc.property(anyPoints(1), fc.array(anyPosition, { minLength: 1 }), (nodes, keys) => {
        const table = tableFor(nodes, false, ties);
        const points = sorted(nodes, false, ties);
        const near = points.flatMap(({ at }) => [at - 1n, at, at + 1n]).map((at) => Number(BigInt.asUintN(32, at)));
        for (const key of [...keys, ...near]) {
          const found = new Walk(table, search, key).nextNode();
          expect(found, `position ${key}`).toBe(ownerByReading(points, search, BigInt(key)));
        }
      }),
      200,
    );
  });
});

test('points of 64 bits are told apart by their lower halves where the upper ones are equal', () => {
  holds(
    fc.property(anyPoints(2), fc.array(fc.tuple(anyPosition, anyPosition), { minLength: 1 }), (nodes, keys) => {
      const table = tableFor(nodes, true, 'first');
      const points = sorted(nodes, true, 'first');
      const near = points.flatMap(({ at }) => [at - 1n, at, at + 1n]).map((at) => BigInt.asUintN(64, at));
      for (const at of [...keys.map(([high, low]) => (BigInt(high) << 32n) | BigInt(low)), ...near]) {
        const found = new Walk(table, 'at-or-above', Number(at >> 32n), Number(at & 0xffffffffn)).nextNode();
        expect(found, `position ${at}`).toBe(ownerByReading(points, 'at-or-above', at));
      }
    }),
  );
});

test('a table into which points were merged is the one that would have been built of all', () => {
  holds(
    fc.property(
      fc.constantFrom<1 | 2>(1, 2).chain((perPoint) => fc.tuple(fc.constant(perPoint === 2), anyPoints(perPoint))),
      fc.constantFrom<Ties>('id', 'first', 'last'),
      fc.array(fc.constantFrom('kept', 'gone', 'added', 'replaced'), { minLength: 6, maxLength: 6 }),
      ([wide, nodes], ties, fates) => {
        const before = nodes.flatMap((points, i) => (fates[i] === 'added' ? [] : [{ i, points }]));
        const after = nodes.flatMap((points, i) => (fates[i] === 'gone' ? [] : [{ i, points }]));
        fc.pre(before.some((node) => node.points.length > 0) && after.some((node) => node.points.length > 0));
        const renumbered = Int32Array.from(before, ({ i }) =>
          fates[i] === 'kept' ? after.findIndex((node) => node.i === i) : -1,
        );
        const fresh = after.flatMap(({ i }, index) => (fates[i] === 'kept' ? [] : [index]));
        const run = runOf(
          fresh.map((index) => after[index]!.points),
          fresh,
          wide,
          ties,
        );
        const table = mergedTable(
          tableFor(
            before.map((node) => node.points),
            wide,
            ties,
          ),
          renumbered,
          run,
          after.length,
          ties,
        );
        expect(contentOf(table)).toEqual(
          contentOf(
            tableFor(
              after.map((node) => node.points),
              wide,
              ties,
            ),
          ),
        );
      },
    ),
    300,
  );
});

test('a bucket that thousands of points crowd into is still searched right', () => {
  const crowd = Uint32Array.from({ length: 5000 }, (_, i) => 0x12340000 + 3 * i);
  const others = Uint32Array.from({ length: 100 }, (_, i) => i * 40_000_000);
  const nodes = [crowd, others];
  const table = tableFor(nodes, false, 'id');
  const points = sorted(nodes, false, 'id');
  for (let key = 0x12340000 - 10; key < 0x12340000 + 15_010; key += 7)
    expect(table.owners[table.atOrAbove(key)], `position ${key}`).toBe(
      ownerByReading(points, 'at-or-above', BigInt(key)),
    );
});

test('owners beyond 65,535 are kept apart', () => {
  const nodes = Array.from({ length: 70_000 }, (_, i) => Uint32Array.of(i * 61_000));
  const table = tableFor(nodes, false, 'id');
  expect(table.owners[table.atOrAbove(69_999 * 61_000)]).toBe(69_999);
});
