import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ByteReader,
  ByteWriter,
  EncodeError,
  type Read,
  readBool,
  readF64,
  readI32,
  readU8,
  readU16,
  readU32,
  readU64,
  readU64Lanes,
  readU64Number,
  type Write,
  writeBool,
  writeF64,
  writeI32,
  writeU8,
  writeU16,
  writeU32,
  writeU64,
  writeU64Lanes,
  writeU64Number,
} from '../src/index.js';
import { bytesOf, refusal } from './support.js';

function roundTrips<T>(values: fc.Arbitrary<T>, write: Write<T>, read: Read<T>, byteCount: number): void {
  fc.assert(
    fc.property(values, (value) => {
      const bytes = bytesOf(write, value);
      expect(bytes.length).toBe(byteCount);
      expect(read(new ByteReader(bytes), 'field')).toBe(value);
    }),
  );
}

describe('fixed widths', () => {
  test('whatever fits comes back, in the bytes that it should take', () => {
    roundTrips(fc.integer({ min: 0, max: 0xff }), writeU8, readU8, 1);
    roundTrips(fc.integer({ min: 0, max: 0xffff }), writeU16, readU16, 2);
    roundTrips(fc.integer({ min: 0, max: 0xffff_ffff }), writeU32, readU32, 4);
    roundTrips(fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }), writeI32, readI32, 4);
    roundTrips(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), writeU64, readU64, 8);
    roundTrips(fc.maxSafeNat(), writeU64Number, readU64Number, 8);
    roundTrips(fc.double(), writeF64, readF64, 8);
    roundTrips(fc.boolean(), writeBool, readBool, 1);
  });

  test('numbers are little-endian, as DataView has them', () => {
    const view = new DataView(new ArrayBuffer(8));
    const written = (byteCount: number) => new Uint8Array(view.buffer.slice(0, byteCount));
    view.setUint16(0, 0xabcd, true);
    expect(bytesOf(writeU16, 0xabcd)).toEqual(written(2));
    view.setUint32(0, 0xdead_beef, true);
    expect(bytesOf(writeU32, 0xdead_beef)).toEqual(written(4));
    view.setInt32(0, -559038737, true);
    expect(bytesOf(writeI32, -559038737)).toEqual(written(4));
    view.setBigUint64(0, 0x0123_4567_89ab_cdefn, true);
    expect(bytesOf(writeU64, 0x0123_4567_89ab_cdefn)).toEqual(written(8));
    view.setFloat64(0, Math.PI, true);
    expect(bytesOf(writeF64, Math.PI)).toEqual(written(8));
  });

  test('bigint, lanes and safe integer are three ways to say the same eight bytes', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const lanes = Uint32Array.of(value >>> 0, Math.floor(value / 2 ** 32));
        const bytes = bytesOf(writeU64, BigInt(value));
        expect(bytesOf(writeU64Number, value)).toEqual(bytes);
        expect(bytesOf(writeU64Lanes, lanes)).toEqual(bytes);
        const out = new Uint32Array(2);
        readU64Lanes(new ByteReader(bytes), 'field', out);
        expect(out).toEqual(lanes);
      }),
    );
  });

  test('a number that its field can’t hold is the writer’s mistake, and says the range', () => {
    const wrong: [Write<never>, unknown[], string][] = [
      [writeU8, [-1, 256, 0.5, NaN, Infinity], 'u8 must be 0..255, got'],
      [writeU16, [-1, 65536, 0.5, NaN], 'u16 must be 0..65535, got'],
      [writeU32, [-1, 2 ** 32, 0.5, NaN], 'u32 must be 0..2^32-1, got'],
      [writeI32, [2 ** 31, -(2 ** 31) - 1, 0.5, NaN], 'i32 must be -2^31..2^31-1, got'],
      [writeU64, [-1n, 2n ** 64n], 'u64 must be 0..2^64-1, got'],
      [writeU64Number, [-1, 2 ** 53, 0.5, NaN], 'u64 must be 0..2^53-1, got'],
    ];
    for (const [write, values, message] of wrong)
      for (const value of values) {
        const writer = new ByteWriter();
        expect(() => write(writer, value as never)).toThrow(`${message} ${value}`);
        expect(() => write(writer, value as never)).toThrow(EncodeError);
        expect(() => write(writer, value as never)).toThrow(expect.objectContaining({ code: 'encode-out-of-range' }));
        expect(writer.length).toBe(0);
      }
  });

  test('a bool is 0 or 1', () => {
    const error = refusal(() => readBool(new ByteReader(Uint8Array.of(2)), 'preVote'));
    expect(error).toMatchObject({
      code: 'decode-invalid-value',
      offset: 0,
      field: 'preVote',
      expected: '0 or 1',
      found: '2',
    });
  });

  test('eight bytes above 2^53 − 1 are no safe integer, and a maximum of the caller’s holds', () => {
    const large = bytesOf(writeU64, 2n ** 53n);
    expect(refusal(() => readU64Number(new ByteReader(large), 'offset'))).toMatchObject({ code: 'decode-too-large' });
    expect(refusal(() => readU64Number(new ByteReader(large), 'offset', Infinity)).code).toBe('decode-too-large');
    const eleven = bytesOf(writeU64Number, 11);
    expect(readU64Number(new ByteReader(eleven), 'offset', 11)).toBe(11);
    expect(refusal(() => readU64Number(new ByteReader(eleven), 'offset', 10)).message).toBe(
      'offset at byte 0: expected at most 10, found 11',
    );
  });

  test('there is one NaN, and −0 stays what it is', () => {
    const nan = new Uint8Array(8);
    new DataView(nan.buffer).setBigUint64(0, 0x7ff8_0000_0000_0000n, true);
    expect(bytesOf(writeF64, NaN)).toEqual(nan);
    const payload = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0]!;
    expect(bytesOf(writeF64, payload)).toEqual(nan);
    expect(readF64(new ByteReader(nan), 'weight')).toBeNaN();
    for (const other of [
      0x7ff8_0000_0000_0001n,
      0xfff8_0000_0000_0000n,
      0x7ff0_0000_0000_0001n,
      0x7ff8_0001_0000_0000n,
    ]) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, other, true);
      expect(refusal(() => readF64(new ByteReader(bytes), 'weight')).code).toBe('decode-not-canonical');
    }
    expect(Object.is(readF64(new ByteReader(bytesOf(writeF64, -0)), 'weight'), -0)).toBe(true);
  });

  test('each width says how many bytes it expected and how many it found', () => {
    const out = new Uint32Array(2);
    const reads: [(reader: ByteReader) => unknown, number][] = [
      [(r) => readU8(r, 'x'), 1],
      [(r) => readU16(r, 'x'), 2],
      [(r) => readU32(r, 'x'), 4],
      [(r) => readI32(r, 'x'), 4],
      [(r) => readU64(r, 'x'), 8],
      [(r) => readU64Lanes(r, 'x', out), 8],
      [(r) => readU64Number(r, 'x'), 8],
      [(r) => readF64(r, 'x'), 8],
    ];
    for (const [read, byteCount] of reads)
      for (let left = 0; left < byteCount; left++) {
        const reader = new ByteReader(new Uint8Array(3 + left));
        reader.take(3, 'before');
        const error = refusal(() => read(reader));
        expect(error.message).toBe(
          `x at byte 3: expected ${byteCount} ${byteCount === 1 ? 'byte' : 'bytes'}, found ${left}`,
        );
        expect(error.code).toBe('decode-truncated');
      }
  });
});
