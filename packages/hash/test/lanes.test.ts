import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { carry, mulHigh, multiply, mulWide, product } from '../src/lanes.js';
import { borrow } from '../src/xxh3-parts.js';

/** 32-bit patterns, with those at which carries run through whole lanes more often than chance would have them. */
const lane = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.constantFrom(0, 1, 2, -1, -2, 0x7fffffff, -0x80000000, 0xffff, 0x10000, -0x10000),
);
const unsigned = (value: number): bigint => BigInt(value >>> 0);
const wide = (high: number, low: number): bigint => (unsigned(high) << 32n) | unsigned(low);
const runs = { numRuns: 5000 };

describe('64-bit arithmetic on lanes', () => {
  test('carry and borrow are what the 32-bit sum and difference lack', () => {
    fc.assert(
      fc.property(lane, lane, (a, b) => {
        const sum = (a + b) | 0;
        expect((BigInt(carry(a, b, sum)) << 32n) | unsigned(sum)).toBe(unsigned(a) + unsigned(b));
        const difference = (a - b) | 0;
        expect(unsigned(difference) - (BigInt(borrow(a, b, difference)) << 32n)).toBe(unsigned(a) - unsigned(b));
      }),
      runs,
    );
  });

  test('mulWide is the upper half of a product of 32 bits by 32, mulHigh the upper lane of one of 64 by 64', () => {
    fc.assert(
      fc.property(lane, lane, lane, lane, (aHigh, aLow, bHigh, bLow) => {
        expect(unsigned(mulWide(aLow, bLow))).toBe((unsigned(aLow) * unsigned(bLow)) >> 32n);
        const exact = BigInt.asUintN(64, wide(aHigh, aLow) * wide(bHigh, bLow));
        expect(wide(mulHigh(aHigh, aLow, bHigh, bLow), Math.imul(aLow, bLow))).toBe(exact);
      }),
      runs,
    );
  });

  test('multiply leaves all 128 bits of a product', () => {
    fc.assert(
      fc.property(lane, lane, lane, lane, (aHigh, aLow, bHigh, bLow) => {
        multiply(aHigh, aLow, bHigh, bLow);
        const got = (wide(product[3]!, product[2]!) << 64n) | wide(product[1]!, product[0]!);
        expect(got).toBe(wide(aHigh, aLow) * wide(bHigh, bLow));
      }),
      runs,
    );
  });
});
