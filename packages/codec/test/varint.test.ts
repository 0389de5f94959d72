import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ByteReader,
  ByteWriter,
  EncodeError,
  readVarint,
  readVarint64,
  readZigzag,
  writeVarint,
  writeVarint64,
  writeZigzag,
} from '../src/index.js';
import { bytesOf, hex, refusal } from './support.js';

/** LEB128 from its definition, with bigints: the plainest reading. */
function leb128(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest % 128n) + (rest >= 128n ? 128 : 0));
    rest /= 128n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

const zigzag = (value: bigint): bigint => (value < 0n ? -2n * value - 1n : 2n * value);

/** Numbers at both sides of every power of two, which is where lengths change. */
const corners = [
  0,
  ...Array.from({ length: 53 }, (_, bit) => [2 ** bit - 1, 2 ** bit, 2 ** bit + 1]).flat(),
  2 ** 53 - 1,
];
const numbers = fc.oneof(fc.maxSafeNat(), fc.constantFrom(...corners));
const integers = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(...corners, ...corners.map((n) => (n === 0 ? 0 : -n))));
const bigints = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.integer({ min: 0, max: 63 }).chain((bit) => fc.constantFrom(2n ** BigInt(bit) - 1n, 2n ** BigInt(bit))),
  fc.constant(2n ** 64n - 1n),
);

describe('varint', () => {
  test('bytes are those of LEB128, and come back', () => {
    const bytes = hex('80 01 ff ff ff ff ff ff ff 0f');
    expect(bytesOf(writeVarint, 128)).toEqual(bytes.slice(0, 2));
    expect(bytesOf(writeVarint, 2 ** 53 - 1)).toEqual(bytes.slice(2));
    fc.assert(
      fc.property(numbers, (value) => {
        expect(bytesOf(writeVarint, value)).toEqual(leb128(BigInt(value)));
        const reader = new ByteReader(leb128(BigInt(value)));
        expect(readVarint(reader, 'term')).toBe(value);
        reader.end();
      }),
      { numRuns: 1000 },
    );
  });

  test('a bigint has the bytes of the number that equals it, and the whole of 64 bits', () => {
    fc.assert(
      fc.property(bigints, (value) => {
        expect(bytesOf(writeVarint64, value)).toEqual(leb128(value));
        const reader = new ByteReader(leb128(value));
        expect(readVarint64(reader, 'seed')).toBe(value);
        reader.end();
      }),
      { numRuns: 1000 },
    );
  });

  test('zigzag puts every safe integer of either sign into a few bytes', () => {
    expect([0, -1, 1, -2, 2, -64, 64].map((n) => [...bytesOf(writeZigzag, n)])).toEqual([
      [0],
      [1],
      [2],
      [3],
      [4],
      [127],
      [128, 1],
    ]);
    expect(bytesOf(writeZigzag, -0)).toEqual(hex('00'));
    fc.assert(
      fc.property(integers, (value) => {
        expect(bytesOf(writeZigzag, value)).toEqual(leb128(zigzag(BigInt(value))));
        const reader = new ByteReader(leb128(zigzag(BigInt(value))));
        expect(readZigzag(reader, 'delta')).toBe(value);
        reader.end();
      }),
      { numRuns: 1000 },
    );
  });

  test('what is no safe integer, or no u64, can’t be written', () => {
    for (const value of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => writeVarint(new ByteWriter(), value)).toThrow(`varint must be 0..2^53-1, got ${value}`);
      expect(() => writeVarint(new ByteWriter(), value)).toThrow(EncodeError);
    }
    for (const value of [0.5, NaN, -Infinity, 2 ** 53, -(2 ** 53)])
      expect(() => writeZigzag(new ByteWriter(), value)).toThrow(`zigzag must be -(2^53-1)..2^53-1, got ${value}`);
    for (const value of [-1n, 2n ** 64n])
      expect(() => writeVarint64(new ByteWriter(), value)).toThrow(`varint64 must be 0..2^64-1, got ${value}`);
  });

  const readers = { varint: readVarint, varint64: readVarint64, zigzag: readZigzag };

  test('a padded number is refused, at every length', () => {
    for (const read of Object.values(readers))
      for (let padding = 1; padding < 9; padding++)
        for (const first of [0x80, 0x81, 0xff]) {
          const bytes = Uint8Array.of(7, first, ...new Array<number>(padding - 1).fill(0x80), 0);
          const reader = new ByteReader(bytes);
          reader.take(1, 'before');
          expect(refusal(() => read(reader, 'term'))).toMatchObject({
            code: 'decode-not-canonical',
            offset: 1,
            field: 'term',
            expected: 'the shortest varint',
          });
        }
  });

  test('a number that the bytes cut short is refused, and named from its beginning', () => {
    for (const read of Object.values(readers))
      for (let length = 0; length < 9; length++) {
        const reader = new ByteReader(Uint8Array.of(1, 2, ...new Array<number>(length).fill(0xff)));
        reader.take(2, 'before');
        expect(refusal(() => read(reader, 'term'))).toMatchObject({
          code: 'decode-truncated',
          offset: 2,
          found: `${length}`,
        });
      }
  });

  test('a number above its range is refused, however long it goes on', () => {
    const tooLarge = [
      2n ** 53n,
      2n ** 53n + 1n,
      2n ** 56n,
      2n ** 63n,
      2n ** 64n - 1n,
      2n ** 64n,
      2n ** 70n,
      2n ** 700n,
    ];
    for (const value of tooLarge) {
      expect(refusal(() => readVarint(new ByteReader(leb128(value)), 'term')).code).toBe('decode-too-large');
      expect(refusal(() => readZigzag(new ByteReader(leb128(2n * value)), 'term')).code).toBe('decode-too-large');
      if (value >= 2n ** 64n)
        expect(refusal(() => readVarint64(new ByteReader(leb128(value)), 'term')).code).toBe('decode-too-large');
    }
    // −2^53 is as far from safe as 2^53 is.
    expect(refusal(() => readZigzag(new ByteReader(leb128(2n ** 54n - 1n)), 'term')).code).toBe('decode-too-large');
  });

  test('a maximum of the caller’s holds, for short numbers and for long ones', () => {
    for (const max of [0, 5, 127, 128, 300, 2 ** 40]) {
      expect(readVarint(new ByteReader(leb128(BigInt(max))), 'precision', max)).toBe(max);
      const error = refusal(() => readVarint(new ByteReader(leb128(BigInt(max) + 1n)), 'precision', max));
      expect(error.message).toBe(`precision at byte 0: expected at most ${max}, found ${max + 1}`);
    }
    const unsafe = leb128(2n ** 53n);
    expect(refusal(() => readVarint(new ByteReader(unsafe), 'precision', Infinity)).code).toBe('decode-too-large');
    expect(refusal(() => readVarint(new ByteReader(leb128(300n)), 'precision', NaN)).code).toBe('decode-too-large');
    expect(refusal(() => readVarint(new ByteReader(Uint8Array.of(0)), 'precision', NaN)).code).toBe('decode-too-large');
  });

  test('every two bytes either spell one number or are refused: no number has two spellings', () => {
    const seen = new Map<number, number>();
    for (let word = 0; word < 0x1_0000; word++) {
      const reader = new ByteReader(Uint8Array.of(word & 0xff, word >>> 8));
      let value: number;
      try {
        value = readVarint(reader, 'x');
      } catch {
        continue;
      }
      const spelling = reader.offset === 1 ? word & 0xff : word;
      if ((seen.get(value) ?? spelling) !== spelling) throw new Error(`${value} has two spellings`);
      seen.set(value, spelling);
    }
    expect(seen.size).toBe(2 ** 14);
  });
});
