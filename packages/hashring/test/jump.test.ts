import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Jump,
  JumpBack,
  jumpBackHashSplitMix64,
  jumpBackHashXorshiftL7R9,
  jumpHash,
  type NumberedNode,
} from '../src/index.js';
import { holds, keysOf } from './laws.js';

interface Vectors {
  readonly hash: readonly string[];
  readonly vectors: readonly {
    readonly algorithm: string;
    readonly buckets: number;
    readonly map: readonly number[];
  }[];
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`vectors/ketama/${name}`, import.meta.url), 'utf8'));
const { hash, vectors } = read('jump.json') as Vectors;
const functions: Record<string, typeof jumpHash> = {
  guava_consistentHash: jumpHash,
  hash4j_jumpBackHash_splitMix64: jumpBackHashSplitMix64,
  hash4j_jumpBackHash_xorshiftL7R9: jumpBackHashXorshiftL7R9,
};
const lanesOf = (value: bigint): Uint32Array => Uint32Array.of(Number(value & 0xffffffffn), Number(value >> 32n));
const anyHash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(lanesOf);

test.each(vectors)(
  '$algorithm sends every key of the vectors to its bucket of $buckets',
  ({ algorithm, buckets, map }) => {
    expect(map).toHaveLength(1000);
    expect(hash.map((value) => functions[algorithm]!(lanesOf(BigInt(value)), buckets))).toEqual(map);
  },
);

test('the vectors cover each of the functions', () => {
  expect(new Set(vectors.map(({ algorithm }) => algorithm))).toEqual(new Set(Object.keys(functions)));
});

test('jump hash follows the paper’s generator: key · 2862933555777941757 + 1, the upper 31 bits', () => {
  holds(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      (key, buckets) => {
        let state = key;
        let bucket = 0;
        for (;;) {
          state = BigInt.asUintN(64, state * 2862933555777941757n + 1n);
          const next = Math.floor((bucket + 1) / (Number((state >> 33n) + 1n) / 2 ** 31));
          if (next >= buckets) break;
          bucket = next;
        }
        expect(jumpHash(lanesOf(key), buckets)).toBe(bucket);
      },
    ),
    1000,
  );
});

describe.each(Object.entries(functions))('%s', (_, bucketOf) => {
  test('with one bucket more a key stays or goes to the new one', () => {
    holds(
      fc.property(
        anyHash,
        fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 2 ** 31 - 2 })),
        (key, buckets) => {
          const before = bucketOf(key, buckets);
          const after = bucketOf(key, buckets + 1);
          expect(before).toBeLessThan(buckets);
          if (after !== before) expect(after).toBe(buckets);
        },
      ),
      2000,
    );
  });

  test.each([0, -1, 1.5, 2 ** 31, Number.NaN, '8'])('refuses %s buckets', (buckets) => {
    expect(() => bucketOf(lanesOf(1n), buckets as number)).toThrow(RangeError);
    expect(() => bucketOf(lanesOf(1n), buckets as number)).toThrow('buckets must be an integer 1..2147483647');
  });
});

const strategies = [
  { name: 'Jump', of: (nodes: Iterable<NumberedNode>) => Jump.of(nodes) },
  { name: 'JumpBack', of: (nodes: Iterable<NumberedNode>) => JumpBack.of(nodes) },
];

describe.each(strategies)('$name', ({ of }) => {
  const keys = keysOf(20_000);

  test('gives each node its share, within what chance allows', () => {
    const counts = new Map<NumberedNode, number>();
    for (const node of of(['a', 'b', 'c', 'd', 'e', 'f', 'g']).ownerMany(keys))
      counts.set(node, (counts.get(node) ?? 0) + 1);
    const expected = keys.length / 7;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(22.46); // 6 degrees of freedom, p = 0.001
  });

  test('with one node more, one key in n + 1 moves, and all of them to it', () => {
    for (const n of [1, 4, 9, 99]) {
      const before = of(Array.from({ length: n }, (_, i) => `node-${i}`));
      const after = before.with('new');
      const moved = keys.filter((key) => after.owner(key) !== before.owner(key));
      expect(moved.every((key) => after.owner(key) === 'new')).toBe(true);
      expect(Math.abs(moved.length / keys.length - 1 / (n + 1))).toBeLessThan(5 * Math.sqrt(1 / (n + 1) / keys.length));
    }
  });

  test('the node that came last can leave, and its keys go back', () => {
    const two = of([{ id: 'a' }, { id: 'b' }]);
    const three = two.with({ id: 'c' });
    expect(three.withoutLast().ownerMany(keys.slice(0, 500))).toEqual(two.ownerMany(keys.slice(0, 500)));
    expect(two.nodes).toContain(two.owner('key'));
  });

  test('nodes are numbered as listed, so their order decides', () => {
    const one = of(['a', 'b', 'c']).ownerMany(keys.slice(0, 100));
    const other = of(['c', 'b', 'a']).ownerMany(keys.slice(0, 100));
    const swap: Record<string, string> = { a: 'c', b: 'b', c: 'a' };
    expect(other).toEqual(one.map((node) => swap[String(node)]));
  });

  test('refuses weights, duplicates and emptiness', () => {
    expect(() => of([{ id: 'a', weight: 2 as never }])).toThrow('weight must be absent');
    expect(() => of(['a', 'a'])).toThrow(expect.objectContaining({ code: 'duplicate-node' }));
    expect(() => of([])).toThrow(expect.objectContaining({ code: 'empty-ring' }));
    expect(() => of(['a']).withoutLast()).toThrow(expect.objectContaining({ code: 'empty-ring' }));
    expect(() => of(['a']).with('a')).toThrow(expect.objectContaining({ code: 'duplicate-node' }));
  });
});
