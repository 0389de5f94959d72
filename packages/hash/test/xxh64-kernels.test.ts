import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HashKernel, withHashKernel } from '../src/batch/index.js';
import { type Key, xxh64, xxh64Bytes } from '../src/index.js';
import { bytesToWords } from '../src/kernel.js';
import { plainKernel } from '../src/xxh64-plain.js';
import { anyText, hex, vectorInput } from './inputs.js';
import everyLength from './vectors/hash-vectors/xxhash-every-length.json' with { type: 'json' };

const KERNELS: readonly HashKernel[] = ['wasm', 'typescript'];
const onBoth = <T>(what: () => T): T[] => KERNELS.map((kernel) => withHashKernel(kernel, what));
const anySeed = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

test.each(KERNELS)('XXH64 in %s is that of libxxhash, at every length to 299 and some to 100,001', (kernel) => {
  withHashKernel(kernel, () => {
    for (const [length, seed, , expected] of everyLength.vectors as [number, string, string, string][])
      expect(hex(xxh64(vectorInput(length), BigInt(`0x${seed}`)), 16), `${length} bytes, seed ${seed}`).toBe(expected);
  });
});

test('both kernels agree on bytes that end near the end of a part, and on a range of them', () => {
  for (const length of [127, 128, 129, 4095, 4096, 4097, 4127, 4128, 8191, 8192, 8195, 12_321]) {
    const bytes = vectorInput(length);
    const [wasm, typescript] = onBoth(() => {
      const out = new Uint32Array(2);
      xxh64Bytes(bytes, 3, length, out, 7, 9);
      return [xxh64(bytes, 5n), xxh64(bytes.slice(3), (9n << 32n) | 7n), ...out];
    });
    expect(wasm).toEqual(typescript);
    expect((BigInt(wasm![3]!) << 32n) | BigInt(wasm![2]!)).toBe(wasm![1]);
  }
});

test('both kernels agree on any key and any seed', () => {
  const anyKey: fc.Arbitrary<Key> = fc.oneof(
    anyText,
    anyText.map((text) => text.repeat(30)),
    fc.maxSafeInteger(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.uint8Array({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(anyKey, anySeed, (key, seed) => {
      const [wasm, typescript] = onBoth(() => xxh64(key, seed));
      expect(wasm).toBe(typescript);
    }),
    { numRuns: 1000 },
  );
});

test('where numbers are little-endian the bytes of a part are its words', () => {
  const kernel = plainKernel(64);
  kernel.bytes.set([1, 2, 3, 4, 5]);
  bytesToWords(kernel, 5);
  expect([...kernel.words.subarray(0, 2)]).toEqual([0x04030201, 5]);
});
