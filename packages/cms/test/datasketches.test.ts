import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DataSketchesCountMin } from '../src/datasketches/index.js';
import { rowSeeds } from '../src/datasketches/row-seeds.js';

const stored = new Uint8Array(readFileSync(new URL('vectors/datasketches/countmin_3x64_str_lab.sk', import.meta.url)));

function stream(sketch: DataSketchesCountMin): DataSketchesCountMin {
  for (let i = 0; i < 500; i++) {
    sketch.add(`key:${i}`, 1 + (i % 7));
    sketch.add(`key:${i % 10}`, 1);
  }
  return sketch;
}

describe('against the library', () => {
  test('its bytes are read, and written again as they were', () => {
    const sketch = DataSketchesCountMin.fromBytes(stored);
    expect([sketch.width, sketch.depth, sketch.seed, sketch.total]).toEqual([64, 3, 9001n, 2494]);
    expect(sketch.toBytes()).toEqual(stored);
  });

  test('the same stream comes to the same bytes: rows hash as there', () => {
    expect(stream(DataSketchesCountMin.create({ width: 64, depth: 3 })).toBytes()).toEqual(stored);
  });

  test('the seeds of the rows can be given, as for Go', () => {
    const rows = rowSeeds('cpp', 9001n, 3);
    expect(rows).toEqual([0x3e2f341aa14fc70cn, 0x5c069e43fce813cen, 0x9d8635c136501eb7n]);
    expect(stream(DataSketchesCountMin.create({ width: 64, depth: 3, rows })).toBytes()).toEqual(stored);
  });
});

test('Java draws other seeds, and takes the hash as a signed number', () => {
  // new java.util.Random(9001), three times nextLong().
  expect(rowSeeds('java', 9001n, 3)).toEqual([0xf87376baa55c0c7fn, 0x80bf21651926a262n, 0xe469142e618596c7n]);
  const [java, same] = ['java', rowSeeds('java', 9001n, 3)].map((rows) =>
    stream(DataSketchesCountMin.create({ width: 60, depth: 3, rows: rows as 'java' })),
  );
  expect(java!.toBytes()).not.toEqual(same!.toBytes());
  // 2^64 is 16 modulo 60: where the hash is negative the column is 16 lower. Modulo 64 there is no difference.
  expect(stream(DataSketchesCountMin.create({ width: 64, depth: 3, rows: 'java' })).toBytes()).toEqual(
    stream(DataSketchesCountMin.create({ width: 64, depth: 3, rows: rowSeeds('java', 9001n, 3) })).toBytes(),
  );
});

test('keys are text, bytes and integers; the empty one is never counted', () => {
  const sketch = DataSketchesCountMin.forError({ epsilon: 0.01, delta: 0.01 });
  sketch.add('a', 2);
  sketch.add(Uint8Array.of(0x61));
  sketch.add(42n, 4);
  sketch.add('', 9);
  sketch.add(new Uint8Array(), 9);
  expect(sketch.count('a').estimate).toBe(3);
  expect(sketch.count(42)).toEqual({ estimate: 4, lower: 4, upper: 4 });
  expect(sketch.count('')).toEqual({ estimate: 0, lower: 0, upper: 0 });
  expect(sketch.total).toBe(7);
});

test('merged, it is the sketch of both streams', () => {
  const [a, b, both] = [1, 2, 3].map(() => DataSketchesCountMin.create({ width: 64, depth: 3 }));
  a!.add('x', 5);
  b!.add('y', 2);
  both!.add('y', 2);
  both!.add('x', 5);
  expect(a!.merge(b!).toBytes()).toEqual(both!.toBytes());
});

test('an empty sketch is its head', () => {
  const bytes = DataSketchesCountMin.create({ width: 64, depth: 3 }).toBytes();
  expect(Buffer.from(bytes).toString('hex')).toBe('02011201000000004000000003cc9300');
  expect(DataSketchesCountMin.fromBytes(bytes).toBytes()).toEqual(bytes);
});

describe('blobs that are not ours to read', () => {
  const altered = (at: number, ...bytes: number[]): Uint8Array => {
    const copy = stored.slice();
    copy.set(bytes, at);
    return copy;
  };
  test.each([
    ['an HLL sketch', altered(2, 7), /family at byte 2: expected 18, CountMin, found 7 \(HLL\)/],
    ['a later version', altered(1, 2), /serialVersion at byte 1: expected 1, found 2/],
    ['another preamble', altered(0, 3), /preambleLongs at byte 0: expected 2/],
    ['unknown flags', altered(3, 2), /flags/],
    ['reserved bytes in use', altered(5, 1), /reserved/],
    ['no rows', altered(12, 0), /hashes.*1\.\.127/],
    ['a huge shape', altered(8, 255, 255, 255, 255), /buckets.*2\^28/],
    ['another seed', altered(13, 0), /seedHash.*37836, that of seed 9001, found .*: pass the seed it was made with/],
    ['counters of another type', altered(31, 0x40), /counters.*64-bit integers within/],
    ['cut short', stored.slice(0, -1), /counters.*1536 bytes/],
    ['followed by more', Uint8Array.from([...stored, 0]), /no more bytes/],
    [
      'a huge empty one',
      Uint8Array.from(Buffer.from('02011201000000000000000303cc9300', 'hex')),
      /2\^17 counters in an empty sketch/,
    ],
    ['nothing', new Uint8Array(), /preambleLongs/],
  ] as const)('%s', (_, bytes, message) => {
    expect(() => DataSketchesCountMin.fromBytes(bytes)).toThrow(message);
  });

  test('every cut and every flipped bit of the head is read or refused', () => {
    for (let i = 0; i < 200; i++)
      for (const bytes of [stored.slice(0, i), altered(i, stored[i]! ^ (1 << (i % 8)))])
        try {
          DataSketchesCountMin.fromBytes(bytes);
        } catch (error) {
          expect((error as Error).name).toBe('DecodeError');
        }
  });
});
