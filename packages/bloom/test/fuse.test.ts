import { hash } from '@dsys/hash';
import { packKeys } from '@dsys/hash/batch';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segmentsFor } from '../src/fuse-build.js';
import { BinaryFuseFilter } from '../src/index.js';
import { anyKey, fileOf, holds, jsonOf, keysOf, randomHashes } from './support.js';

interface Truth {
  n: number;
  seed: string;
  segmentLength: number;
  segmentCount: number;
  arrayLength: number;
  falsePositivesOf100000: number;
  file: string;
}
const truths = (jsonOf('vectors/binary-fuse/binary-fuse.json') as { filters: Truth[] }).filters;
const GOLDEN = 0x9e3779b97f4a7c15n;
const misses = (): BigUint64Array => randomHashes(100_000, BigInt.asUintN(64, 1_000_000_000n * GOLDEN));

describe.each(truths)('the fingerprints of xor_singleheader for $n keys', (truth) => {
  const seed = BigInt(`0x${truth.seed}`);
  const keys = randomHashes(truth.n, 0n);
  const theirs = new BinaryFuseFilter({
    keyCount: truth.n,
    seedLow: Number(seed & 0xffff_ffffn),
    seedHigh: Number(seed >> 32n),
    segmentLength: truth.segmentLength,
    segmentCount: truth.segmentCount,
    fingerprints: fileOf(`vectors/binary-fuse/${truth.file}`),
  });

  test('have every key, and as many others as their makers counted', () => {
    expect([...keys].every((key) => theirs.hasHash(key))).toBe(true);
    expect([...misses()].filter((key) => theirs.hasHash(key))).toHaveLength(truth.falsePositivesOf100000);
  });

  test('have the sizes and the seed that we choose', () => {
    const own = BinaryFuseFilter.ofHashes(keys.slice().sort()).toParts();
    expect({ ...own, fingerprints: own.fingerprints.length }).toEqual({
      ...theirs.toParts(),
      fingerprints: truth.arrayLength,
    });
    const filter = new BinaryFuseFilter(own);
    expect([...keys].every((key) => filter.hasHash(key))).toBe(true);
  });
});

test('a filter has every key, of every kind, and their order and repetitions make no difference', () => {
  holds(
    fc.property(fc.array(anyKey, { maxLength: 300 }), fc.constantFrom(8, 16), (keys, fingerprintBits) => {
      const options = { fingerprintBits } as const;
      const filter = BinaryFuseFilter.build(keys, options);
      for (const key of keys) expect(filter.has(key)).toBe(true);
      expect(filter.hasMany(keys)).toEqual(new Uint8Array(keys.length).fill(1));
      const bytes = Buffer.from(filter.toBytes());
      const again = BinaryFuseFilter.build(
        [...keys, ...keys].reverse().map((key) => hash(key)),
        options,
      );
      expect(Buffer.from(again.toBytes()).equals(bytes)).toBe(true);
      const back = BinaryFuseFilter.fromBytes(bytes);
      expect(back.toParts()).toEqual(filter.toParts());
    }),
    25,
  );
});

test('the empty filter has nothing, and one key is enough', () => {
  const empty = BinaryFuseFilter.build([]);
  expect(empty.keyCount).toBe(0);
  expect(empty.hasMany(keysOf(1000)).some((yes) => yes === 1)).toBe(false);
  expect(BinaryFuseFilter.build(['a', 'a']).keyCount).toBe(1);
});

test('50,000 keys take 9.04 bits each, and one other key in 256 is found; with 16 bits one in 65,536', () => {
  const keys = keysOf(50_000);
  const others = keysOf(100_000, 0, 'miss');
  const filter = BinaryFuseFilter.build(packKeys(keys));
  expect(filter.bitCount / keys.length).toBeLessThan(10);
  expect(filter.hasMany(keys).every((yes) => yes === 1)).toBe(true);
  const wrong = filter.hasMany(others).reduce((sum, yes) => sum + yes, 0);
  // 100,000 / 256 = 391, of which 3 sigma are 59.
  expect(Math.abs(wrong - 390.6)).toBeLessThan(59);
  const wide = BinaryFuseFilter.build(keys, { fingerprintBits: 16 });
  expect(wide.fingerprintBits).toBe(16);
  expect(wide.hasMany(keys).every((yes) => yes === 1)).toBe(true);
  expect(wide.hasMany(others).reduce((sum, yes) => sum + yes, 0)).toBeLessThan(8);
});

test('sizes follow the paper: for a million keys 2^13 places a segment and 12.5 % more places than keys', () => {
  const { segmentLength, segmentCount } = segmentsFor(1_000_000);
  expect(segmentLength).toBe(2 ** 13);
  expect(((segmentCount + 2) * segmentLength) / 1_000_000).toBeCloseTo(1.13, 2);
});

test('options, parts and words that are none are refused', () => {
  const parts = BinaryFuseFilter.build(keysOf(10)).toParts();
  expect(() => BinaryFuseFilter.build([], { fingerprintBits: 9 as 8 })).toThrow(
    'fingerprintBits must be 8 or 16, got 9',
  );
  expect(() => new BinaryFuseFilter({ ...parts, segmentLength: 3 })).toThrow('segmentLength must be a power of two');
  expect(() => new BinaryFuseFilter({ ...parts, segmentCount: 0 })).toThrow(RangeError);
  expect(() => new BinaryFuseFilter({ ...parts, keyCount: 1000 })).toThrow('keyCount must be 0..48');
  expect(() => new BinaryFuseFilter({ ...parts, seedLow: -1 })).toThrow('seedLow must be 0..2^32-1');
  expect(() => new BinaryFuseFilter({ ...parts, fingerprints: new Uint8Array(7) })).toThrow('fingerprints must be 48');
  expect(() => new BinaryFuseFilter({ ...parts, fingerprints: [] as never })).toThrow(TypeError);
  expect(() => BinaryFuseFilter.ofHashes(BigUint64Array.of(2n, 1n))).toThrow('hashes must be sorted and distinct');
  expect(() => BinaryFuseFilter.ofHashes(BigUint64Array.of(1n, 1n))).toThrow(RangeError);
  const filter = new BinaryFuseFilter(parts);
  structuredClone(parts, { transfer: [parts.fingerprints.buffer as ArrayBuffer] });
  expect(() => filter.has('key:1')).toThrow('this filter was handed over');
});
