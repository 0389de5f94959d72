import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as hashes from '../src/index.js';
import { anyText } from './inputs.js';

describe('faces', () => {
  const lanes = new Uint32Array(4);
  const asBigInt = (count: number): bigint =>
    [...lanes].slice(0, count).reduce((sum, lane, i) => sum + (BigInt(lane) << BigInt(32 * i)), 0n);
  const seeds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const low = (seed: bigint): number => Number(BigInt.asUintN(32, seed));
  const high = (seed: bigint): number => Number(seed >> 32n);

  test.each([
    ['xxh64', hashes.xxh64, hashes.xxh64Lanes, 2],
    ['xxh3', hashes.xxh3, hashes.xxh3Lanes, 2],
    ['murmur64a', hashes.murmur64a, hashes.murmur64aLanes, 2],
    ['xxh3_128', hashes.xxh3_128, hashes.xxh3_128Lanes, 4],
    ['murmur3_x64_128', hashes.murmur3_x64_128, hashes.murmur3_x64_128Lanes, 4],
  ] as const)('the lanes of %s are the digits of its bigint in base 2^32, lowest first', (_, whole, byLanes, count) => {
    fc.assert(
      fc.property(anyText, seeds, (text, seed) => {
        byLanes(text, lanes, low(seed), high(seed));
        expect(asBigInt(count)).toBe(whole(text, seed));
      }),
    );
  });

  test('so are those of murmur3_x86_128, whose seed has 32 bits', () => {
    fc.assert(
      fc.property(anyText, fc.nat(0xffffffff), (text, seed) => {
        hashes.murmur3_x86_128Lanes(text, lanes, seed);
        expect(asBigInt(4)).toBe(hashes.murmur3_x86_128(text, seed));
      }),
    );
  });

  test.each([
    ['fnv1_64', hashes.fnv1_64, hashes.fnv1_64Lanes],
    ['fnv1a_64', hashes.fnv1a_64, hashes.fnv1a_64Lanes],
  ] as const)('so are those of %s, for both signs of bytes', (_, whole, byLanes) => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('signed', 'unsigned'), (text, sign) => {
        byLanes(text, lanes, sign);
        expect(asBigInt(2)).toBe(whole(text, sign));
      }),
    );
  });

  test('the lanes of MD5 are its bytes as little-endian words, and the first of them can be had alone', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        hashes.md5Lanes(text, lanes);
        const view = new DataView(hashes.md5(text).buffer);
        expect([...lanes]).toEqual([0, 4, 8, 12].map((i) => view.getUint32(i, true)));
        expect(hashes.md5Word(text)).toBe(lanes[0]);
      }),
    );
  });

  test('of a seed that is too large only the lowest bits count, and a negative one is their two’s complement', () => {
    expect(hashes.xxh64('a', 2n ** 64n + 5n)).toBe(hashes.xxh64('a', 5n));
    expect(hashes.xxh64('a', -1n)).toBe(hashes.xxh64('a', 2n ** 64n - 1n));
    expect(hashes.xxh32('a', 2 ** 32 + 5)).toBe(hashes.xxh32('a', 5));
    expect(hashes.xxh32('a', -1)).toBe(hashes.xxh32('a', 2 ** 32 - 1));
  });

  test.each([
    ['xxh64Lanes', () => hashes.xxh64Lanes('a', new Uint32Array(1))],
    ['xxh64Bytes', () => hashes.xxh64Bytes(new Uint8Array(4), 0, 4, new Uint32Array(0))],
    ['xxh3Lanes', () => hashes.xxh3Lanes('a', new Uint32Array(1))],
    ['xxh3_128Lanes', () => hashes.xxh3_128Lanes('a', new Uint32Array(3))],
    ['md5Lanes', () => hashes.md5Lanes('a', new Uint32Array(3))],
    ['fnv1_64Lanes', () => hashes.fnv1_64Lanes('a', new Uint32Array(1))],
    ['fnv1a_64Lanes', () => hashes.fnv1a_64Lanes('a', new Uint32Array(1))],
    ['murmur64aLanes', () => hashes.murmur64aLanes('a', new Uint32Array(1))],
    ['murmur3_x64_128Lanes', () => hashes.murmur3_x64_128Lanes('a', new Uint32Array(2))],
    ['murmur3_x86_128Lanes', () => hashes.murmur3_x86_128Lanes('a', new Uint32Array(2))],
  ])('%s refuses an array that is too short for its lanes', (_, call) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(/out must have room for \d lanes, got a length of \d/);
  });
});

describe('ranges of bytes', () => {
  const lanes = new Uint32Array(2);
  const expected = new Uint32Array(2);

  test('any range at any offset hashes as a copy of it does', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(200),
        fc.nat(200),
        fc.nat(0xffffffff),
        (bytes, a, b, seed) => {
          const start = Math.min(a, b, bytes.length);
          const end = Math.min(Math.max(a, b), bytes.length);
          const copy = bytes.slice(start, end);
          expect(hashes.xxh32Bytes(bytes, start, end, seed)).toBe(hashes.xxh32(copy, seed));
          hashes.xxh64Bytes(bytes, start, end, lanes, seed, ~seed);
          hashes.xxh64Lanes(copy, expected, seed, ~seed);
          expect(lanes).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    [-1, 2],
    [0, 5],
    [3, 2],
    [0.5, 2],
    [0, Number.NaN],
    [5, 5],
  ])('[%d, %d) of 4 bytes is refused', (start, end) => {
    const bytes = new Uint8Array(4);
    for (const call of [
      () => hashes.xxh32Bytes(bytes, start, end),
      () => hashes.xxh64Bytes(bytes, start, end, lanes),
    ]) {
      expect(call).toThrow(RangeError);
      expect(call).toThrow(`[start, end) must lie within 0..4, got [${start}, ${end})`);
    }
  });

  test('a refused range leaves the result array as it was', () => {
    lanes.set([7, 8]);
    expect(() => hashes.xxh64Bytes(new Uint8Array(4), 0, 9, lanes)).toThrow(RangeError);
    expect([...lanes]).toEqual([7, 8]);
  });
});
