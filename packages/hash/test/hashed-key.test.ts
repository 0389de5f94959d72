import { describe, expect, test } from 'vitest';
import { type HashedKey, hash, hashedLanes, isHashedKey, type Key, xxh64 } from '../src/index.js';

const lanes = new Uint32Array(2);
const asBigInt = (): bigint => (BigInt(lanes[1]!) << 32n) | BigInt(lanes[0]!);

describe('a key that has been hashed', () => {
  test.each<Key>(['a', 'größe', new Uint8Array([1]), 7, -7n, 0.25])('carries XXH64 with seed 0 of %s', (key) => {
    const hashed = hash(key);
    expect((BigInt(hashed.high) << 32n) | BigInt(hashed.low)).toBe(xxh64(key));
    hashedLanes(hashed, lanes);
    expect(asBigInt()).toBe(xxh64(key));
    hashedLanes(key, lanes);
    expect(asBigInt()).toBe(xxh64(key));
  });

  test('is plain data: a clone and a copy by way of JSON are as good', () => {
    const hashed = hash('a');
    for (const copy of [structuredClone(hashed), JSON.parse(JSON.stringify(hashed)) as HashedKey]) {
      expect(isHashedKey(copy)).toBe(true);
      hashedLanes(copy, lanes);
      expect(asBigInt()).toBe(xxh64('a'));
    }
  });

  test('stays what it was when others are hashed', () => {
    const first = hash('first');
    const copy = { ...first };
    hash('second');
    expect(first).toEqual(copy);
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a key', 'a'],
    ['another algorithm', { algorithm: 'md5', low: 1, high: 1 }],
    ['no upper lane', { algorithm: 'xxh64', low: 1 }],
    ['a signed lane', { algorithm: 'xxh64', low: -1, high: 1 }],
    ['a fraction', { algorithm: 'xxh64', low: 0.5, high: 1 }],
    ['a lane of more than 32 bits', { algorithm: 'xxh64', low: 2 ** 32, high: 1 }],
  ])('is told from %s', (_, value) => {
    expect(isHashedKey(value)).toBe(false);
    if (typeof value === 'object') expect(() => hashedLanes(value as HashedKey, lanes)).toThrow(TypeError);
  });
});
