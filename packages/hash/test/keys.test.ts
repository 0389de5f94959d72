import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { hash, type Key, keyBytes, xxh32, xxh64 } from '../src/index.js';
import { fromHex } from './inputs.js';

const bytesOf = (key: Key): string => Buffer.from(keyBytes(key)).toString('hex');

describe('the bytes of a key', () => {
  test.each<[string, Key, string]>([
    ['the empty string has none', '', ''],
    ['ASCII is itself', 'abc', '616263'],
    ['text is its UTF-8', 'größe', '6772c3b6c39f65'],
    ['a pair of surrogates is one character', '🔑', 'f09f9491'],
    ['a lone high surrogate is U+FFFD', '\ud800', 'efbfbd'],
    ['a lone low surrogate is U+FFFD', 'a\udfffb', '61efbfbd62'],
    ['surrogates the wrong way round are two U+FFFD', '\udc00\ud800', 'efbfbdefbfbd'],
    ['NUL is a byte like others', '\0', '00'],
    ['bytes are themselves', new Uint8Array([1, 2, 255]), '0102ff'],
    ['no bytes are none', new Uint8Array(0), ''],
    ['42', 42, '2a00000000000000'],
    ['42n', 42n, '2a00000000000000'],
    ["'42'", '42', '3432'],
    ['0', 0, '0000000000000000'],
    ['-0 is 0', -0, '0000000000000000'],
    ['-1', -1, 'ffffffffffffffff'],
    ['-1n', -1n, 'ffffffffffffffff'],
    ['2^64 - 1 is -1', 2n ** 64n - 1n, 'ffffffffffffffff'],
    ['2^31', 2 ** 31, '0000008000000000'],
    ['-2^31 - 1', -(2 ** 31) - 1, 'ffffff7fffffffff'],
    ['2^32', 2 ** 32, '0000000001000000'],
    ['-2^32', -(2 ** 32), '00000000ffffffff'],
    ['2^53 - 1, the largest integer that a number is taken for', 2 ** 53 - 1, 'ffffffffffff1f00'],
    ['-2^53 + 1', -(2 ** 53) + 1, '010000000000e0ff'],
    ['2^53 as a number is a float64', 2 ** 53, '0000000000004043'],
    ['2^53 as a bigint is an integer', 2n ** 53n, '0000000000002000'],
    ['-2^63', -(2n ** 63n), '0000000000000080'],
    ['2^63 is -2^63', 2n ** 63n, '0000000000000080'],
    ['0.5 is a float64', 0.5, '000000000000e03f'],
    ['-0.5', -0.5, '000000000000e0bf'],
    ['infinity', Number.POSITIVE_INFINITY, '000000000000f07f'],
    ['minus infinity', Number.NEGATIVE_INFINITY, '000000000000f0ff'],
    ['NaN', Number.NaN, '000000000000f87f'],
    ['the smallest number', 5e-324, '0100000000000000'],
  ])('%s', (_, key, expected) => {
    expect(bytesOf(key)).toBe(expected);
    expect(xxh32(key)).toBe(xxh32(fromHex(expected)));
    expect(xxh64(key)).toBe(xxh64(fromHex(expected)));
  });

  test('every NaN is one key', () => {
    const view = new DataView(new ArrayBuffer(8));
    for (const bits of [0x7ff8000000000001n, 0xfff8000000000000n, 0x7ff0000000000001n]) {
      view.setBigUint64(0, bits);
      expect(bytesOf(view.getFloat64(0))).toBe('000000000000f87f');
    }
  });

  test('they are a copy, the caller’s to keep', () => {
    for (const key of [new Uint8Array([1, 2, 3]), Buffer.from([1, 2, 3])]) {
      const copy = keyBytes(key);
      copy[0] = 9;
      expect(key[0]).toBe(1);
    }
    const first = keyBytes('first');
    keyBytes('other');
    expect(Buffer.from(first).toString()).toBe('first');
  });

  test('a Uint8Array of another realm is bytes too', () => {
    const foreign = runInNewContext('new Uint8Array([1, 2, 255])') as Uint8Array;
    expect(foreign instanceof Uint8Array).toBe(false);
    expect(bytesOf(foreign)).toBe('0102ff');
  });

  test('a long string between short ones does not disturb them', () => {
    const before = xxh64('short, but not ASCII: é');
    const long = 'é'.repeat(30_000);
    expect(xxh64(long)).toBe(xxh64(new TextEncoder().encode(long)));
    expect(xxh64('short, but not ASCII: é')).toBe(before);
  });

  test.each([0, 1, 84, 85, 86, 170, 171, 21_844, 21_845, 21_846, 65_536])(
    'a string of %d characters of three bytes each fits, whatever came before',
    (length) => {
      expect(bytesOf('字'.repeat(length))).toBe('e5ad97'.repeat(length));
    },
  );
});

describe('what is no key', () => {
  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'Undefined'],
    ['null', null, 'Null'],
    ['a boolean', true, 'Boolean'],
    ['a symbol', Symbol('a'), 'Symbol'],
    ['a function', () => 1, 'Function'],
    ['an object', {}, 'Object'],
    ['an array of bytes', [1, 2], 'Array'],
    ['a DataView', new DataView(new ArrayBuffer(1)), 'DataView'],
    ['an ArrayBuffer', new ArrayBuffer(1), 'ArrayBuffer'],
    ['words', new Uint32Array(1), 'Uint32Array'],
    ['clamped bytes', new Uint8ClampedArray(1), 'Uint8ClampedArray'],
    ['a String object', new String('a'), 'String'],
    ['a key that has been hashed', hash('a'), 'Object'],
  ])('%s is refused with its type', (_, value, name) => {
    for (const call of [() => xxh32(value as Key), () => xxh64(value as Key), () => keyBytes(value as Key)]) {
      expect(call).toThrow(TypeError);
      expect(call).toThrow(`a key must be a string, Uint8Array, number or bigint, got ${name}`);
      expect(call).toThrow(expect.objectContaining({ code: 'key-type' }));
    }
  });

  test.each([
    [2n ** 64n, '18446744073709551616'],
    [-(2n ** 63n) - 1n, '-9223372036854775809'],
    [10n ** 30n, '1000000000000000000000000000000'],
  ])('a bigint beyond 64 bits is refused with the range', (key, shown) => {
    for (const call of [() => xxh32(key), () => xxh64(key), () => hash(key), () => keyBytes(key)]) {
      expect(call).toThrow(RangeError);
      expect(call).toThrow(`a bigint key must be of 64 bits, got ${shown}`);
      expect(call).toThrow(expect.objectContaining({ code: 'key-out-of-range' }));
    }
  });
});
