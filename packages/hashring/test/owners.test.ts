import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ring, type RingDialect, type RingNodeObject } from '../src/index.js';
import { holds, keysOf, nodesOf } from './laws.js';

const keys = keysOf(40);
const own = Ring.of(['a']).dialect;
/** Our own points under the other rules of search: preference lists must hold under each. */
const dialects: RingDialect[] = [
  own,
  { ...own, name: 'above', search: 'above' },
  { ...own, name: 'nearest', search: 'nearest' },
];
const zoneOf = (node: RingNodeObject): string => node.zone ?? '';

describe.each(dialects)('the preference list, owner $search', (dialect) => {
  const options = { dialect, pointsPerNode: 8 };
  const anyRing = (min: number, max: number) => nodesOf(min, max).map((nodes) => Ring.of(nodes, options));

  test('begins with the owner, names distinct nodes, and is as long as asked or as there are nodes', () => {
    holds(
      fc.property(anyRing(1, 12), fc.integer({ min: 1, max: 20 }), (ring, n) => {
        for (const key of keys) {
          const list = ring.owners(key, { n });
          expect(list[0]).toBe(ring.owner(key));
          expect(new Set(list).size).toBe(Math.min(n, ring.size));
          expect(list).toHaveLength(Math.min(n, ring.size));
        }
      }),
    );
  });

  test.each([undefined, 'zone'] as const)('for n is the beginning of the list for n + 1, spread: %s', (spread) => {
    holds(
      fc.property(anyRing(1, 14), fc.array(fc.nat(13), { maxLength: 4 }), (ring, down) => {
        const skip = down.flatMap((i) => ring.members[i]?.id ?? []);
        for (const key of keys.slice(0, 10)) {
          const all = ring.owners(key, { n: 14, spread, skip });
          for (let n = 1; n <= 14; n++) expect(ring.owners(key, { n, spread, skip })).toEqual(all.slice(0, n));
        }
      }),
    );
  });

  test('goes on as if each node on it had left in turn', () => {
    holds(
      fc.property(anyRing(2, 8), (ring) => {
        for (const key of keys.slice(0, 10)) {
          const list = ring.owners(key, { n: ring.size });
          let rest = ring;
          for (const node of list) {
            expect(rest.owner(key)).toBe(node);
            if (rest.size > 1) rest = rest.without(node.id);
          }
        }
      }),
    );
  });

  test.each([undefined, 'zone'] as const)(
    'without skipped nodes is that of a ring without them, spread: %s',
    (spread) => {
      holds(
        fc.property(anyRing(2, 12), fc.uniqueArray(fc.nat(11), { maxLength: 6 }), (ring, down) => {
          const gone = down.flatMap((i) => ring.members[i]?.id ?? []).slice(0, ring.size - 1);
          const rest = ring.apply({ remove: gone });
          const skips = [gone, new Set([...gone, 'never there']), (node: RingNodeObject) => gone.includes(node.id)];
          for (const key of keys) {
            const expected = rest.owners(key, { n: 12, spread });
            for (const skip of skips) {
              expect(ring.owners(key, { n: 12, spread, skip })).toEqual(expected);
              expect(ring.owners(key, { n: 1, skip })).toEqual([rest.owner(key)]);
            }
          }
        }),
      );
    },
  );

  test('spread over zones takes one node of each, then the second of each, and so on, each in the order of the ring', () => {
    holds(
      fc.property(anyRing(1, 14), (ring) => {
        for (const key of keys) {
          const plain = ring.owners(key, { n: ring.size });
          const round = (node: RingNodeObject) =>
            plain.slice(0, plain.indexOf(node)).filter((other) => zoneOf(other) === zoneOf(node)).length;
          const expected = [...plain].sort((a, b) => round(a) - round(b));
          expect(ring.owners(key, { n: ring.size, spread: 'zone' })).toEqual(expected);
        }
      }),
    );
  });
});

test('a predicate is asked at most once a node and call', () => {
  const ring = Ring.of(['a', 'b', 'c', 'd']);
  for (const key of keys) {
    const asked: string[] = [];
    const skip = (node: string) => asked.push(node) > 0 && node < 'c';
    expect(ring.owners(key, { n: 4, skip }).sort()).toEqual(['c', 'd']);
    expect(new Set(asked).size).toBe(asked.length);
  }
});

test('when every node is skipped the list is empty', () => {
  const ring = Ring.of(['a', 'b']);
  expect(ring.owners('key', { n: 2, skip: ring.nodes })).toEqual([]);
  expect(ring.owners('key', { n: 2, spread: 'zone', skip: () => true })).toEqual([]);
});

test('a node without a point is on no list, and nothing waits for it', () => {
  const dialect = { ...own, name: 'sparse', points: () => [Uint32Array.of(1), Uint32Array.of(), Uint32Array.of(9)] };
  const ring = Ring.of(['a', 'b', 'c'], { dialect });
  expect(ring.owners('key', { n: 3 }).sort()).toEqual(['a', 'c']);
  expect(ring.owners('key', { n: 3, spread: 'zone' }).sort()).toEqual(['a', 'c']);
});
