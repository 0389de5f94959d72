import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ByteReader, DecodeError, isDecodeError, type Read, readU8, readVarint } from '../src/index.js';
import { refusal } from './support.js';

test('the end is the end: what is left over is refused', () => {
  const reader = new ByteReader(Uint8Array.of(1, 2, 3));
  readU8(reader, 'type');
  expect(reader.offset).toBe(1);
  expect(reader.remaining).toBe(2);
  expect(refusal(() => reader.end())).toMatchObject({
    code: 'decode-trailing-bytes',
    message: 'end at byte 1: expected no more bytes, found 2',
  });
  readU8(reader, 'a');
  readU8(reader, 'b');
  reader.end();
});

test('a codec refuses a value of its own accord, with the place of what it read last', () => {
  const readType: Read<number> = (reader, field) => {
    const type = readVarint(reader, field);
    if (type === 0 || type > 6) throw reader.invalid(field, 'a message type 1..6', type);
    return type;
  };
  const reader = new ByteReader(Uint8Array.of(1, 0x81, 0x02));
  expect(readType(reader, 'type')).toBe(1);
  expect(refusal(() => readType(reader, 'type'))).toMatchObject({
    code: 'decode-invalid-value',
    offset: 1,
    message: 'type at byte 1: expected a message type 1..6, found 257',
  });
});

test('what was found is shown short and without control characters, since it may be hostile', () => {
  const reader = new ByteReader(new Uint8Array());
  expect(reader.invalid('id', 'a node', `\u001b[31m"${'x'.repeat(100)}`).found).toBe(`\\u001b[31m\\"${'x'.repeat(54)}`);
  expect(reader.invalid('id', 'a node', '').found).toBe('nothing');
  expect(reader.invalid('id', 'a node', 5n).found).toBe('5');
  expect(reader.invalid('id', 'a node', null).found).toBe('null');
});

test('an error has everything that its message has, in fields', () => {
  const error = new DecodeError('decode-damaged', { offset: 7, field: 'a.b', expected: 'x', found: 'y' });
  expect(error.message).toBe('a.b at byte 7: expected x, found y');
  expect({ ...error }).toEqual({
    name: 'DecodeError',
    code: 'decode-damaged',
    offset: 7,
    field: 'a.b',
    expected: 'x',
    found: 'y',
  });
  expect(error).toBeInstanceOf(Error);
});

test('an error is known by its code, so that another installed copy’s counts too', () => {
  expect(isDecodeError(new DecodeError('decode-truncated', { offset: 0, field: '', expected: '', found: '' }))).toBe(
    true,
  );
  expect(isDecodeError(Object.assign(new Error('x'), { code: 'decode-of-a-later-release' }))).toBe(true);
  for (const other of [
    new Error('decode-truncated'),
    Object.assign(new Error('x'), { code: 'ENOENT' }),
    { code: 1 },
    null,
    undefined,
    'decode-truncated',
  ])
    expect(isDecodeError(other)).toBe(false);
});

test('only bytes can be read: other things are a TypeError and not a riddle', () => {
  for (const wrong of [
    undefined,
    null,
    'text',
    [1, 2],
    {},
    new ArrayBuffer(4),
    new Uint16Array(2),
    new DataView(new ArrayBuffer(4)),
  ]) {
    expect(() => new ByteReader(wrong as never)).toThrow(TypeError);
    expect(() => new ByteReader(wrong as never)).toThrow(
      expect.objectContaining({ code: 'bad-option', option: 'bytes' }),
    );
  }
});

test('bytes of another realm, and a Node Buffer, are bytes', () => {
  const foreign = runInNewContext('Uint8Array.of(5)') as Uint8Array;
  expect(foreign).not.toBeInstanceOf(Uint8Array);
  expect(readU8(new ByteReader(foreign), 'x')).toBe(5);
  expect(readU8(new ByteReader(Buffer.from([6])), 'x')).toBe(6);
});

test('a window on a larger buffer is read from its own beginning to its own end', () => {
  const all = Uint8Array.of(1, 2, 3, 4, 5);
  const reader = new ByteReader(all.subarray(1, 3));
  expect([readU8(reader, 'a'), readU8(reader, 'b')]).toEqual([2, 3]);
  expect(refusal(() => readU8(reader, 'c')).code).toBe('decode-truncated');
  expect(refusal(() => readVarint(reader, 'c')).code).toBe('decode-truncated');
});
