import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beat, FrameReader, goodbye, writeLength } from '../src/tcp/frames.js';
import { fuzzFrames } from './tcp-fuzz.js';

const MAX = 1000;

/** A reader, and what it handed out. */
function reading(maxFrameBytes = MAX): { reader: FrameReader; frames: Uint8Array[]; goodbyes: string[] } {
  const frames: Uint8Array[] = [];
  const goodbyes: string[] = [];
  const sink = {
    onFrame: (frame: Uint8Array) => frames.push(frame),
    onGoodbye: (reason: string) => goodbyes.push(reason),
  };
  return { reader: new FrameReader(maxFrameBytes, sink), frames, goodbyes };
}

function framed(...bodies: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    bodies.map((body) => {
      const bytes = new Uint8Array(4 + body.length);
      writeLength(bytes, 0, body.length);
      bytes.set(body, 4);
      return bytes;
    }),
  );
}

const announced = (length: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  writeLength(bytes, 0, length);
  return bytes;
};

describe('frames on a stream', () => {
  test('come out whole and in order, wherever the stream is cut', () => {
    const body = fc.uint8Array({ maxLength: 60 });
    const piece = fc.oneof(body, fc.constant('beat' as const));
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }),
        (pieces, cuts) => {
          const stream = Buffer.concat(pieces.map((one) => (one === 'beat' ? beat() : framed(one))));
          const { reader, frames } = reading();
          for (let at = 0, i = 0; at < stream.length; i++) {
            const next = at + cuts[i % cuts.length]!;
            reader.push(new Uint8Array(stream.subarray(at, next)));
            at = next;
          }
          expect(frames.map((frame) => [...frame])).toEqual(
            pieces.filter((one) => one !== 'beat').map((one) => [...one]),
          );
          expect(reader.fault).toBeNull();
          expect(reader.isUnfinished).toBe(false);
        },
      ),
    );
  });

  test('of the largest size pass, and one byte more is refused before anything is kept for it', () => {
    const { reader, frames } = reading();
    reader.push(framed(new Uint8Array(MAX)));
    expect(frames).toHaveLength(1);
    reader.push(announced(MAX + 1));
    expect(reader.fault).toBe('oversized-frame');
    reader.push(framed(new Uint8Array(1)));
    expect(frames).toHaveLength(1);
  });

  test('a length that comes in two parts is checked all the same', () => {
    const { reader } = reading();
    reader.push(announced(MAX + 1).subarray(0, 3));
    expect(reader.fault).toBeNull();
    reader.push(announced(MAX + 1).subarray(3));
    expect(reader.fault).toBe('oversized-frame');
  });

  test('an announced gigabyte takes no memory', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 20 }, () => reading(2 ** 30).reader);
    for (const reader of readers) reader.push(Buffer.concat([announced(2 ** 30), new Uint8Array(10)]));
    expect(readers.every(({ isUnfinished }) => isUnfinished)).toBe(true);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  test('a frame that trickles in holds on to about what came, not to a chunk for each byte', () => {
    const { reader, frames } = reading(1 << 20);
    reader.push(announced(20_000));
    const chunk = new Uint8Array(65_536);
    for (let i = 0; i < 19_999; i++) reader.push(new Uint8Array(chunk.buffer, i, 1));
    const { parts } = reader as unknown as { parts: Uint8Array[] };
    expect(parts.reduce((sum, part) => sum + part.buffer.byteLength, 0)).toBeLessThan(40_000);
    reader.push(new Uint8Array(1));
    expect(frames[0]).toHaveLength(20_000);
  });

  test('a small frame that is kept pins at most 16 KiB, a large one four times its size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const { reader, frames } = reading(30_000);
        reader.push(new Uint8Array(framed(...sizes.map((size) => new Uint8Array(size)))));
        expect(frames.map(({ length }) => length)).toEqual(sizes);
        for (const { length, buffer } of frames)
          expect(buffer.byteLength).toBeLessThanOrEqual(Math.max(4 * length, 16_384));
      }),
    );
  });

  test('a frame is not written again by those that come after it', () => {
    const { reader, frames } = reading(30_000);
    for (let i = 0; i < 50; i++)
      reader.push(new Uint8Array(framed(...Array.from({ length: 100 }, () => new Uint8Array(300).fill(i)))));
    expect(frames.every((frame, n) => frame.every((byte) => byte === Math.floor(n / 100)))).toBe(true);
  });

  test('a goodbye names its reason and ends the stream', () => {
    const { reader, frames, goodbyes } = reading();
    reader.push(Buffer.concat([framed(new Uint8Array(3)), goodbye('superseded'), framed(new Uint8Array(3))]));
    expect(frames).toHaveLength(1);
    expect(goodbyes).toEqual(['superseded']);
  });

  test('a signal that is not known is a fault, and nothing behind it is read', () => {
    const { reader, frames } = reading();
    reader.push(Buffer.concat([announced(0xffff_fff1), framed(new Uint8Array(1))]));
    expect(reader.fault).toBe('malformed-frame');
    expect(frames).toEqual([]);
  });

  test('20,000 fuzzed frames crash, hang and over-allocate nothing', () => {
    expect(fuzzFrames({ frames: 20_000, seed: 20_261 }).handedOut).toBeGreaterThan(1000);
  });
});
