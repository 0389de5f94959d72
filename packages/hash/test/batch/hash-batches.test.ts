import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type HashKernel,
  hashBatches,
  hashKernel,
  type KeyBatch,
  packKeys,
  withHashKernel,
} from '../../src/batch/index.js';
import { type HashedKey, hash, type Key, xxh64 } from '../../src/index.js';
import { BATCH, CAPACITY } from '../../src/kernel.js';
import { anyText, utf8, vectorInput } from '../inputs.js';

const KERNELS: readonly HashKernel[] = ['wasm', 'typescript'];

/** Every hash of a batch, as the bigints that `xxh64` gives. */
function hashesOf(keys: KeyBatch): bigint[] {
  const all: bigint[] = [];
  const count = hashBatches(keys, (lanes, n) => {
    expect(n).toBeGreaterThan(0);
    for (let i = 0; i < n; i++) all.push((BigInt(lanes[2 * i + 1]!) << 32n) | BigInt(lanes[2 * i]!));
  });
  expect(count).toBe(all.length);
  return all;
}

const oneByOne = (keys: Iterable<Key | HashedKey>): bigint[] =>
  [...keys].map((key) =>
    typeof key === 'object' && 'algorithm' in key ? (BigInt(key.high) << 32n) | BigInt(key.low) : xxh64(key),
  );

const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ minLength: 200, maxLength: 300 }));
const any64Bits = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
/** Keys of one kind after each other, as people have them, and kinds in any order. */
const manyKeys: fc.Arbitrary<(Key | HashedKey)[]> = fc
  .array(
    fc.oneof(
      fc.array(anyText, { maxLength: 12 }),
      fc.array(anyBytes, { maxLength: 6 }),
      fc.array(fc.oneof(fc.maxSafeInteger(), fc.integer()), { maxLength: 6 }),
      fc.array(fc.double(), { maxLength: 3 }),
      fc.array(any64Bits, { maxLength: 3 }),
      fc.array(
        anyText.map((text) => hash(text)),
        { maxLength: 3 },
      ),
    ),
    { maxLength: 8 },
  )
  .map((runs) => runs.flat());

describe.each(KERNELS)('in %s', (kernel) => {
  const on = (name: string, body: () => void): void => test(name, () => withHashKernel(kernel, body));

  on('batches are hashed by what was asked for', () => expect(hashKernel()).toBe(kernel));

  on('strings, bytes, numbers, bigints and hashed keys, mixed, hash as one by one', () => {
    fc.assert(
      fc.property(manyKeys, (keys) => {
        expect(hashesOf(keys)).toEqual(oneByOne(keys));
        expect(hashesOf(keys.values())).toEqual(oneByOne(keys));
      }),
    );
  });

  on('packed keys hash as the strings and bytes that they were, also where the first offset is not 0', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, anyBytes)), fc.nat(20), (keys, drop) => {
        const { bytes, offsets } = packKeys(keys);
        expect(hashesOf({ bytes, offsets })).toEqual(oneByOne(keys));
        const first = Math.min(drop, keys.length);
        expect(hashesOf({ bytes, offsets: offsets.subarray(first) })).toEqual(oneByOne(keys.slice(first)));
      }),
    );
  });

  on('a 64-bit column hashes as its integers, signed or not', () => {
    fc.assert(
      fc.property(fc.array(any64Bits, { maxLength: 50 }), fc.nat(10), (integers, drop) => {
        const column = BigUint64Array.from(integers).subarray(drop);
        expect(hashesOf(column)).toEqual(oneByOne(integers.slice(drop)));
        expect(hashesOf(new BigInt64Array(column.buffer, column.byteOffset, column.length))).toEqual(
          oneByOne(integers.slice(drop)),
        );
      }),
    );
  });

  on('a key of any length from 0 to 300 hashes alike as string, as bytes, and packed, in any place', () => {
    const texts = Array.from({ length: 301 }, (_, length) =>
      Array.from({ length }, (_, i) => String.fromCharCode((i * 89 + length) % 128)).join(''),
    );
    const bytes = Array.from({ length: 301 }, (_, length) => vectorInput(length));
    for (const keys of [texts, bytes, texts.toReversed(), bytes.toReversed()]) {
      expect(hashesOf(keys)).toEqual(oneByOne(keys));
      expect(hashesOf(packKeys(keys))).toEqual(oneByOne(keys));
    }
  });

  on('one character that is not ASCII is noticed wherever it is, and so are halves of a pair in neighbours', () => {
    for (const odd of ['\u0080', '\u00ff', '\u07ff', '\u0800', '\uffff', '🔑', '\ud800', '\udc00']) {
      for (let at = 0; at < 8; at++) {
        const keys = ['a', 'bc', '', 'def', 'g', 'hi', 'jkl', 'm'];
        keys[at] += odd;
        expect(hashesOf(keys)).toEqual(oneByOne(keys));
        keys[at] = odd + keys[at];
        expect(hashesOf(keys)).toEqual(oneByOne(keys));
      }
    }
    const halves = ['aé', 'b\ud83d', '\udd11c', '\ud83d', '', '\udd11', 'd', '\ud83d\udd11', 'e'];
    expect(hashesOf(halves)).toEqual(oneByOne(halves));
  });

  on('many keys come in batches of as many as there is room for, in order', () => {
    for (const length of [0, 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH, 2 * BATCH + 3]) {
      const texts = Array.from({ length }, (_, i) => `key:${i}`);
      expect(hashesOf(texts)).toEqual(oneByOne(texts));
      expect(hashesOf(new Set(texts))).toEqual(oneByOne(texts));
      expect(hashesOf(packKeys(texts))).toEqual(oneByOne(texts));
      const integers = texts.map((_, i) => i * 0x1_0000_0001);
      expect(hashesOf(integers)).toEqual(oneByOne(integers));
      expect(hashesOf(BigUint64Array.from(integers, BigInt))).toEqual(oneByOne(integers));
    }
    const counts: number[] = [];
    hashBatches(new BigUint64Array(2 * BATCH + 3), (_, count) => counts.push(count));
    expect(counts).toEqual([BATCH, BATCH, 3]);
  });

  on('keys that together, or each alone, have no room hash all the same', () => {
    for (const length of [CAPACITY / 3 - 1, CAPACITY / 3 + 1, CAPACITY - 1, CAPACITY, CAPACITY + 1, 3 * CAPACITY]) {
      const long = 'x'.repeat(length);
      const texts = ['a', long, 'b', 'c', 'd', long, long, '字'.repeat(length), 'e'];
      expect(hashesOf(texts)).toEqual(oneByOne(texts));
      const bytes = [utf8('a'), utf8(long), utf8(long), utf8('b')];
      expect(hashesOf(bytes)).toEqual(oneByOne(bytes));
      expect(hashesOf(packKeys(bytes))).toEqual(oneByOne(bytes));
      expect(hashesOf(packKeys(texts))).toEqual(oneByOne(texts));
    }
  });

  on('texts that fit as ASCII and not otherwise are cut where they must be', () => {
    for (const character of ['x', 'é', '字', '🔑']) {
      const keys = Array.from({ length: BATCH }, (_, i) => `${character.repeat(40)}${i}`);
      expect(hashesOf(keys)).toEqual(oneByOne(keys));
    }
  });

  on('batch after batch is made in the same place, also after one has failed', () => {
    const places = new Set<Uint32Array>();
    const keys = Array.from({ length: BATCH + 1 }, (_, i) => i);
    hashBatches(keys, (lanes) => void places.add(lanes));
    expect(() => hashBatches([Number.NaN, {} as Key], () => undefined)).toThrow(TypeError);
    hashBatches(keys.values(), (lanes) => void places.add(lanes));
    hashBatches(packKeys(['a']), (lanes) => void places.add(lanes));
    hashBatches(BigUint64Array.of(1n), (lanes) => void places.add(lanes));
    expect(places.size).toBe(1);
  });

  on('a visit, an iterable and a hashed key that hash batches of their own disturb nobody', () => {
    const texts = Array.from({ length: 2 * BATCH + 10 }, (_, i) => `outer:${i}`);
    const inner = Array.from({ length: BATCH + 10 }, (_, i) => `inner:${i}`);
    const checkInner = (): void => expect(hashesOf(inner)).toEqual(oneByOne(inner));

    function* nosy(): Generator<string> {
      for (const [i, text] of texts.entries()) {
        if (i % BATCH === 7) checkInner();
        yield text;
      }
    }
    const seen: bigint[] = [];
    hashBatches(nosy(), (lanes, count) => {
      checkInner();
      hashBatches(['x'], () => checkInner());
      for (let i = 0; i < count; i++) seen.push((BigInt(lanes[2 * i + 1]!) << 32n) | BigInt(lanes[2 * i]!));
    });
    expect(seen).toEqual(oneByOne(texts));

    const { low, high } = hash('k');
    const trap = {
      algorithm: 'xxh64' as const,
      get low() {
        checkInner();
        return low;
      },
      high,
    };
    const around = ['a', 'b', 'c', 'd', 'e', trap, 'f', 'g', 'h', 'i', 1, trap, 2] as (Key | HashedKey)[];
    expect(hashesOf(around)).toEqual(oneByOne(around.map((key) => (key === trap ? { ...trap, low } : key))));
  });

  on('after a visit or an iterable has thrown, the next batch is as good as any', () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    let closed = false;
    function* endless(): Generator<string> {
      try {
        for (;;) yield 'x';
      } finally {
        closed = true;
      }
    }
    const boom = (): never => {
      throw new Error('boom');
    };
    expect(() => hashBatches(endless(), boom)).toThrow('boom');
    expect(closed).toBe(true);
    expect(() => hashBatches(keys, boom)).toThrow('boom');
    expect(() => hashBatches(BigUint64Array.of(1n), boom)).toThrow('boom');
    expect(hashesOf(keys)).toEqual(oneByOne(keys));
    expect(withHashKernel(kernel, hashKernel)).toBe(kernel);
  });

  on('an array that a visit makes longer is read to its end', () => {
    const keys = ['a', 'b', 'c', 'd'];
    let visits = 0;
    expect(hashBatches(keys, () => ++visits === 1 && keys.push('e', 'f'))).toBe(6);
    expect(visits).toBe(2);
  });

  on('an array with an iterator of its own is iterated over', () => {
    const keys = Object.assign(['a', 'b'], {
      *[Symbol.iterator]() {
        yield 'c';
      },
    });
    expect(hashesOf(keys)).toEqual(oneByOne(['c']));
  });
});

test('strings of every kind hash alike in both', () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 4, maxLength: 100 }), (texts) => {
      const [a, b] = KERNELS.map((kernel) => withHashKernel(kernel, () => hashesOf(texts)));
      expect(a).toEqual(b);
    }),
    { numRuns: 300 },
  );
});
