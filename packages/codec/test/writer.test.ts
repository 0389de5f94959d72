import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ByteReader,
  ByteWriter,
  EncodeError,
  readBytes,
  readVarint,
  writeBytes,
  writeFixedBytes,
  writeString,
  writeU8,
  writeU32,
  writeVarint,
} from '../src/index.js';

test('messages of every size come out whole, one after the other, whatever the first chunk', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 }), { maxLength: 20 }),
      fc.constantFrom(0, 1, 7, 256, 100_000),
      (messages, chunkBytes) => {
        const writer = new ByteWriter({ chunkBytes });
        const written = messages.map((parts) => {
          for (const part of parts) writeBytes(writer, part);
          return writer.finish();
        });
        // Only when all are written are they read: none may have been touched by those after it.
        for (const [i, bytes] of written.entries()) {
          const reader = new ByteReader(bytes);
          for (const part of messages[i]!) expect(readBytes(reader, 'part', 3000)).toEqual(part);
          reader.end();
        }
      },
    ),
  );
});

test('what was handed over is never written again, though messages share a chunk', () => {
  const writer = new ByteWriter();
  const kept = Array.from({ length: 2000 }, (_, i) => {
    writer.reset();
    writeVarint(writer, i);
    return writer.finish();
  });
  expect(kept[1]!.buffer).toBe(kept[0]!.buffer);
  for (const [i, bytes] of kept.entries()) expect(readVarint(new ByteReader(bytes), 'i')).toBe(i);
});

test('reset throws away what a failed message left behind', () => {
  const writer = new ByteWriter();
  const encode = (values: number[]): Uint8Array => {
    writer.reset();
    for (const value of values) writeU8(writer, value);
    return writer.finish();
  };
  const before = encode([1, 2]);
  expect(() => encode([3, 4, 999])).toThrow(EncodeError);
  expect(writer.length).toBe(2);
  expect([...encode([5])]).toEqual([5]);
  expect([...before]).toEqual([1, 2]);
});

test('a message may fill its maximum and not pass it, wherever in a chunk it begins', () => {
  for (const maxBytes of [0, 1, 4, 10, 300, 40_000])
    for (const chunkBytes of [0, 5, 256, 100_000]) {
      const writer = new ByteWriter({ maxBytes, chunkBytes });
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < maxBytes; i++) writeU8(writer, i & 0xff);
        expect(writer.length).toBe(maxBytes);
        expect(() => writeU8(writer, 1)).toThrow(`message must be at most ${maxBytes} bytes, got ${maxBytes + 1}`);
        expect(() => writeU8(writer, 1)).toThrow(expect.objectContaining({ code: 'encode-too-large' }));
        expect(writer.finish().length).toBe(maxBytes);
      }
    }
  const writer = new ByteWriter({ maxBytes: 6 });
  writeU32(writer, 1);
  expect(() => writeU32(writer, 1)).toThrow(EncodeError);
  expect(() => writeFixedBytes(writer, new Uint8Array(3), 3)).toThrow(EncodeError);
  expect(() => writeString(writer, 'ab')).toThrow(EncodeError);
});

test('a chunk never grows past the maximum of a message, when that is above the usual size', () => {
  const writer = new ByteWriter({ maxBytes: 40_000 });
  for (let i = 0; i < 39_000; i++) writeU8(writer, 1);
  expect(writer.buffer.length).toBeLessThanOrEqual(40_000);
});

test('a small message does not keep the memory of a large one before it', () => {
  const writer = new ByteWriter();
  writeFixedBytes(writer, new Uint8Array(1_000_000), 1_000_000);
  const large = writer.finish();
  writeU8(writer, 1);
  const small = writer.finish();
  expect(large.length).toBe(1_000_000);
  expect(small.buffer.byteLength).toBeLessThanOrEqual(32 * 1024);
  const roomy = new ByteWriter({ chunkBytes: 100_000 });
  const [first, second] = [1, 2].map((value) => {
    writeU8(roomy, value);
    return roomy.finish();
  });
  expect(second!.buffer).toBe(first!.buffer);
});

test('given the exact size, a message owns its ArrayBuffer and can be transferred', () => {
  const writer = new ByteWriter({ chunkBytes: 8 });
  writeU32(writer, 1);
  writeU32(writer, 2);
  const bytes = writer.finish();
  expect(bytes.buffer.byteLength).toBe(8);
  const moved = structuredClone(bytes, { transfer: [bytes.buffer] });
  expect([...moved]).toEqual([1, 0, 0, 0, 2, 0, 0, 0]);
});

test('the view is of the message so far, without a copy', () => {
  const writer = new ByteWriter();
  writeU8(writer, 1);
  writer.finish();
  writeU8(writer, 2);
  writeU8(writer, 3);
  expect([...writer.view()]).toEqual([2, 3]);
  expect(writer.view().buffer).toBe(writer.buffer.buffer);
  writer.reset();
  expect(writer.view().length).toBe(0);
});

test('an option that makes no sense is refused at once, by name', () => {
  for (const value of [-1, 0.5, NaN, Infinity]) {
    expect(() => new ByteWriter({ maxBytes: value })).toThrow(RangeError);
    expect(() => new ByteWriter({ chunkBytes: value })).toThrow(`chunkBytes must be an integer from 0, got ${value}`);
    expect(() => new ByteWriter({ maxBytes: value })).toThrow(
      expect.objectContaining({ code: 'bad-option', option: 'maxBytes' }),
    );
  }
});
