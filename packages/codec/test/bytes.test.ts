import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ByteReader,
  ByteWriter,
  EncodeError,
  readBytes,
  readBytesCopy,
  readFixedBytes,
  readString,
  writeBytes,
  writeFixedBytes,
  writeString,
} from '../src/index.js';
import { bytesOf, hex, refusal } from './support.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('bytes', () => {
  test('any bytes come back behind their length, as a view or as a copy', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (value) => {
        const bytes = bytesOf(writeBytes, value);
        expect(bytes.length).toBe(value.length + (value.length < 128 ? 1 : 2));
        const view = readBytes(new ByteReader(bytes), 'command', 300);
        expect(view).toEqual(value);
        expect(view.buffer).toBe(bytes.buffer);
        const copy = readBytesCopy(new ByteReader(bytes), 'command', 300);
        expect(copy).toEqual(value);
        expect(copy.buffer).not.toBe(bytes.buffer);
        expect(copy.buffer.byteLength).toBe(copy.length);
      }),
    );
  });

  test('a view of a Node Buffer is a Uint8Array all the same, whose slice is a copy', () => {
    const input = Buffer.from([0, 3, 7, 8, 9]).subarray(1);
    const bytes = readBytes(new ByteReader(input), 'command', 10);
    expect(bytes.constructor).toBe(Uint8Array);
    bytes.slice()[0] = 99;
    expect([...input]).toEqual([3, 7, 8, 9]);
  });

  test('a length above the caller’s maximum is refused before one above what is left', () => {
    const huge = hex('ff ff ff ff ff ff ff 0f');
    expect(refusal(() => readBytes(new ByteReader(huge), 'command', 1024)).message).toBe(
      'command at byte 0: expected at most 1024 bytes, found 9007199254740991',
    );
    expect(refusal(() => readBytes(new ByteReader(huge), 'command', Infinity))).toMatchObject({
      code: 'decode-truncated',
      expected: '9007199254740991 bytes',
      found: '0',
    });
    expect(refusal(() => readBytes(new ByteReader(hex('03 01 02')), 'command', 1024)).message).toBe(
      'command at byte 0: expected 3 bytes, found 2',
    );
    expect(refusal(() => readBytes(new ByteReader(hex('01 02')), 'command', NaN)).code).toBe('decode-too-large');
  });

  test('the writer has the same maximum to offer, so that nothing is sent which nobody takes', () => {
    writeBytes(new ByteWriter(), new Uint8Array(3), 3);
    expect(() => writeBytes(new ByteWriter(), new Uint8Array(4), 3)).toThrow('bytes must be at most 3 bytes, got 4');
    expect(() => writeBytes(new ByteWriter(), new Uint8Array(0), NaN)).toThrow(
      'bytes must be at most NaN bytes, got 0',
    );
    expect(() => writeString(new ByteWriter(), 'äb', 2)).toThrow('string must be at most 2 bytes, got 3');
    expect(() => writeString(new ByteWriter(), 'äb', 2)).toThrow(expect.objectContaining({ code: 'encode-too-large' }));
  });

  test('fixed bytes have no length before them, and their number is checked on both sides', () => {
    const digest = hex('01 02 03');
    const writer = new ByteWriter();
    writeFixedBytes(writer, digest, 3);
    expect(writer.view()).toEqual(digest);
    expect(readFixedBytes(new ByteReader(digest), 'digest', 3)).toEqual(digest);
    expect(() => writeFixedBytes(writer, digest, 4)).toThrow('fixed bytes must be 4 in number, got 3');
    expect(refusal(() => readFixedBytes(new ByteReader(digest), 'digest', 4)).code).toBe('decode-truncated');
    expect(refusal(() => readFixedBytes(new ByteReader(digest), 'digest', NaN)).code).toBe('decode-truncated');
  });
});

describe('strings', () => {
  test('every well-formed string comes back, and its bytes are the platform’s', () => {
    const anyString = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.string({ unit: 'binary-ascii', maxLength: 300 }),
    );
    fc.assert(
      fc.property(anyString, (value) => {
        const bytes = bytesOf(writeString, value);
        expect(readBytes(new ByteReader(bytes), 'id', 2000)).toEqual(utf8(value));
        expect(readString(new ByteReader(bytes), 'id', 2000)).toBe(value);
      }),
      { numRuns: 300 },
    );
  });

  test('lengths at which the way of coding changes make no difference', () => {
    for (const unit of ['x', 'é', '€', '𝄞'])
      for (let count = 0; count <= 70; count++) {
        const value = unit.repeat(count);
        const bytes = bytesOf(writeString, value);
        expect(bytes.subarray(bytes.length - utf8(value).length)).toEqual(utf8(value));
        expect(readString(new ByteReader(bytes), 'id', 1000)).toBe(value);
      }
  });

  test('a byte order mark is part of the string', () => {
    const value = '\ufeffid';
    expect(readString(new ByteReader(bytesOf(writeString, value)), 'id', 10)).toBe(value);
    const long = `\ufeff${'x'.repeat(40)}`;
    expect(readString(new ByteReader(bytesOf(writeString, long)), 'id', 100)).toBe(long);
  });

  test('half a surrogate pair can’t be written, wherever it stands', () => {
    for (const half of [
      '\ud800',
      '\udfff',
      '\udc00\ud800',
      '\udc00\udc00',
      'a\ud834',
      '\ud834\ud834\udd1e',
      '\udd1e𝄞',
      `${'x'.repeat(50)}\ud800x`,
    ]) {
      expect(() => writeString(new ByteWriter(), half)).toThrow(EncodeError);
      expect(() => writeString(new ByteWriter(), half)).toThrow(
        expect.objectContaining({ code: 'encode-not-well-formed' }),
      );
    }
  });

  test('what is not UTF-8 is refused: stray and missing bytes, overlong forms, surrogates, beyond U+10FFFF', () => {
    const wrong = [
      '80',
      'c3',
      'c3 28',
      'c0 80',
      'e0 80 80',
      'ed a0 80',
      'f0 80 80 80',
      'f4 90 80 80',
      'ff',
      '61 62 c3',
    ];
    for (const text of wrong)
      for (const before of [0, 1, 20]) {
        const body = [...new Array<number>(before).fill(0x61), ...hex(text)];
        const reader = new ByteReader(Uint8Array.of(9, body.length, ...body));
        reader.take(1, 'before');
        expect(refusal(() => readString(reader, 'id', 100))).toMatchObject({
          code: 'decode-invalid-utf8',
          offset: 1,
          field: 'id',
          expected: 'UTF-8',
        });
      }
  });
});
