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
import { anyText } from '../inputs.js';

const KERNELS: readonly HashKernel[] = ['wasm', 'typescript'];

/** Every hash of a batch, as the bigints that `xxh64` gives. */
function hashesOf(keys: KeyBatch): bigint[] {
  const all: bigint[] = [];
  const count = hashBatches(keys, (lanes, n) => {
    for (let i = 0; i < n; i++) all.push((BigInt(lanes[2 * i + 1]!) << 32n) | BigInt(lanes[2 * i]!));
  });
  expect(count).toBe(all.length);
  return all;
}

const anyKey: fc.Arbitrary<Key | HashedKey> = fc.oneof(
  anyText,
  fc.uint8Array({ maxLength: 300 }),
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  anyText.map((text) => hash(text)),
);
const oneByOne = (key: Key | HashedKey): bigint =>
  typeof key === 'object' && 'algorithm' in key ? (BigInt(key.high) << 32n) | BigInt(key.low) : xxh64(key);

describe.each(KERNELS)('with the %s kernel', (kernel) => {
  const inKernel = (body: () => void) => () => withHashKernel(kernel, body);

  test(
    'it is in use',
    inKernel(() => expect(hashKernel()).toBe(kernel)),
  );

  test(
    'strings, bytes, numbers, bigints and hashed keys, mixed, hash as one by one',
    inKernel(() =>
      fc.assert(
        fc.property(fc.array(anyKey, { maxLength: 40 }), (keys) => {
          expect(hashesOf(keys)).toEqual(keys.map(oneByOne));
          expect(hashesOf(new Set(keys))).toEqual([...new Set(keys)].map(oneByOne));
        }),
      ),
    ),
  );

  test(
    'packed keys hash as the strings and bytes that they were',
    inKernel(() =>
      fc.assert(
        fc.property(fc.array(fc.oneof(anyText, fc.uint8Array({ maxLength: 300 }))), (keys) => {
          expect(hashesOf(packKeys(keys))).toEqual(keys.map((key) => xxh64(key)));
        }),
      ),
    ),
  );
});
