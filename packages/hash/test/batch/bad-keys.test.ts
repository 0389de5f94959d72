import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashBatches, type KeyBatch, packKeys } from '../../src/batch/index.js';
import { xxh64 } from '../../src/index.js';

const never = (): never => {
  throw new Error('visited');
};

test.each([
  ['a string', 'abc', 'TypeError', 'keys-type', /one string or Uint8Array is one key.*got String$/],
  ['bytes', new Uint8Array(3), 'TypeError', 'keys-type', /got Uint8Array$/],
  ['a Buffer', Buffer.from('abc'), 'TypeError', 'keys-type', /got Uint8Array$/],
  ['a number', 7, 'TypeError', 'keys-type', /got Number$/],
  ['null', null, 'TypeError', 'keys-type', /got Null$/],
  ['nothing', undefined, 'TypeError', 'keys-type', /got Undefined$/],
  ['an object', {}, 'TypeError', 'keys-type', /got Object$/],
  ['a hashed key', { algorithm: 'xxh64', low: 1, high: 2 }, 'TypeError', 'keys-type', /got Object$/],
  ['a key that is an object', [{}], 'TypeError', 'key-type', /got Object/],
  ['a hole', Object.assign([], { length: 2 }), 'TypeError', 'key-type', /got Undefined/],
  ['a bigint of 65 bits', [2n ** 64n], 'RangeError', 'key-out-of-range', /of 64 bits/],
  ['another hash', [{ algorithm: 'xxh3', low: 1, high: 2 }], 'TypeError', 'key-type', /got Object/],
  ['a key of another kind among strings', ['a', 'b', 'c', 'd', Symbol('e')], 'TypeError', 'key-type', /got Symbol/],
])('in place of keys, %s is refused and nothing is visited', (_, keys, name, code, message) => {
  expect(() => hashBatches(keys as unknown as KeyBatch, never)).toThrow(
    expect.objectContaining({ name, code, message: expect.stringMatching(message) }),
  );
});

describe('packed keys', () => {
  const bytes = new Uint8Array(10);
  test.each([
    ['fall', [0, 5, 4, 10], /never fall, got 4 after 5$/],
    ['fall at the end, below the length', [0, 2 ** 32 - 1, 3], /got 3 after 4294967295$/],
    ['end after the bytes', [0, 5, 11], /within 0\.\.10 .*got 11$/],
    ['end far after the bytes', [0, 2 ** 32 - 1], /got 4294967295$/],
    ['begin after the bytes', [11], /within 0\.\.10 .*got 11$/],
    ['are not there', [], /must be n \+ 1 .*got none$/],
  ])('whose offsets %s are refused and nothing is visited', (_, offsets, message) => {
    expect(() => hashBatches({ bytes, offsets: Uint32Array.from(offsets) }, never)).toThrow(
      expect.objectContaining({
        name: 'RangeError',
        code: 'packed-offsets',
        message: expect.stringMatching(message),
      }),
    );
  });

  test('are refused for a fault in the last of many batches before the first is visited', () => {
    const offsets = Uint32Array.from({ length: 10_001 }, (_, i) => (i === 10_000 ? 11 : i >>> 10));
    expect(() => hashBatches({ bytes, offsets }, never)).toThrow(/within 0\.\.10 .*got 11$/);
  });

  test.each([
    ['bytes', { bytes: [1, 2], offsets: Uint32Array.of(0, 2) }],
    ['offsets', { bytes, offsets: [0, 2] }],
    ['offsets', { bytes, offsets: Float64Array.of(0, 2) }],
  ])('whose %s are of another type are refused', (_, keys) => {
    expect(() => hashBatches(keys as unknown as KeyBatch, never)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'packed-type' }),
    );
  });

  test('that show other columns at each look are looked at once', () => {
    let looks = 0;
    const keys = {
      bytes,
      get offsets() {
        return looks++ === 0 ? Uint32Array.of(0, 10) : Uint32Array.of(0, 2 ** 31);
      },
    };
    expect(hashBatches(keys, () => undefined)).toBe(1);
    expect(looks).toBe(1);
  });

  test('with any offsets are hashed or refused', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(12), fc.nat(0xffffffff)), { maxLength: 8 }), (list) => {
        const offsets = Uint32Array.from(list);
        const fits = list.length > 0 && list.every((at, i) => at <= 10 && at >= (list[i - 1] ?? 0));
        if (!fits) expect(() => hashBatches({ bytes, offsets }, never)).toThrow(RangeError);
        else expect(hashBatches({ bytes, offsets }, () => undefined)).toBe(list.length - 1);
      }),
    );
  });

  test.each([
    ['a number', [1], /string or Uint8Array, got number/],
    ['nothing', [undefined], /got undefined/],
  ])("can't be made of %s", (_, keys, message) => {
    expect(() => packKeys(keys as unknown as string[])).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'key-type', message: expect.stringMatching(message) }),
    );
  });

  test('are not made of the characters of one string', () => {
    expect(() => packKeys('abc')).toThrow(expect.objectContaining({ code: 'keys-type' }));
  });

  test('have room for as many as come, byte by byte', () => {
    const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => i);
    const packed = packKeys(Array.from(bytes, (byte) => Uint8Array.of(byte)));
    expect(packed).toEqual({ bytes, offsets: Uint32Array.from({ length: 5_001 }, (_, i) => i) });
  });

  test('are the bytes and where they end', () => {
    const { bytes, offsets } = packKeys(['one', Uint8Array.of(1, 2), '', 'größe', '\ud800'.repeat(50)]);
    expect([...offsets]).toEqual([0, 3, 5, 5, 12, 162]);
    expect(Buffer.from(bytes.subarray(0, 12)).toString('latin1')).toBe('one\x01\x02gr\xc3\xb6\xc3\x9fe');
    expect(packKeys([])).toEqual({ bytes: new Uint8Array(0), offsets: Uint32Array.of(0) });
  });
});

test('a column whose memory a visit gives away ends in an error, not in wrong hashes', () => {
  const column = new BigUint64Array(5_000);
  const keep = () => void structuredClone(column.buffer, { transfer: [column.buffer] });
  expect(() => hashBatches(column, keep)).toThrow(TypeError);
});

test('arrays and columns of another realm are keys too', () => {
  const there = runInNewContext(
    "({ array: ['a', 'b', 'c', 'd'], column: BigUint64Array.of(7n), bytes: Uint8Array.of(1) })",
  );
  const first: bigint[] = [];
  for (const keys of [there.array, there.column, [there.bytes]]) {
    hashBatches(keys, (lanes) => first.push((BigInt(lanes[1]!) << 32n) | BigInt(lanes[0]!)));
  }
  expect(first).toEqual([xxh64('a'), xxh64(7n), xxh64(Uint8Array.of(1))]);
});
