import { crc16 } from '@dsys/hash';
import { describe, expect, test } from 'vitest';
import { evenSlots, keySlot, RedisCluster, SLOT_COUNT } from '../../src/compat/index.js';
import { RingError } from '../../src/index.js';
import { keys } from './ground-truth.js';

describe('slots of keys', () => {
  // CLUSTER KEYSLOT reference: somekey, foo{hash_tag}, bar{hash_tag}; cluster specification: CRC-16 of "123456789" is 0x31c3.
  test.each([
    ['somekey', 11_058],
    ['foo{hash_tag}', 2515],
    ['bar{hash_tag}', 2515],
    ['123456789', 0x31c3],
    ['', 0],
  ])('%s', (key, slot) => {
    expect(keySlot(key)).toBe(slot);
  });

  // Cluster specification, "Hash tags": its examples, and why.
  test.each([
    ['{user1000}.following', 'user1000', 'the tag is hashed'],
    ['{user1000}.followers', 'user1000', 'the tag is hashed'],
    ['foo{{bar}}zap', '{bar', 'from the first { to the first } behind it'],
    ['foo{bar}{zap}', 'bar', 'the first tag counts'],
  ])('%s is hashed as %s: %s', (key, part) => {
    expect(keySlot(key)).toBe(keySlot(part));
    expect(keySlot(new TextEncoder().encode(key))).toBe(keySlot(part));
  });

  test('an empty first tag means the whole key, even when another follows', () => {
    expect(keySlot('foo{}{bar}')).not.toBe(keySlot('bar'));
    expect(keySlot('foo{}{bar}')).not.toBe(keySlot('foo'));
    // The specification's reason for the rule: keys that begin with {} are hashed whole, so binary data may.
    expect(keySlot('{}a')).not.toBe(keySlot('{}b'));
  });

  test('what has no closing brace, or nothing within, is hashed whole', () => {
    for (const key of ['foo{bar', 'foo}bar{', '{', '}{', 'foo{}{bar}', '{}'])
      expect(keySlot(key)).toBe(crc16(key) % 16_384);
  });

  test('all slots are in 0..16383 and keys reach most of them', () => {
    const slots = new Set(Array.from({ length: 100_000 }, (_, i) => keySlot(`key-${i}`)));
    expect(Math.max(...slots)).toBeLessThan(SLOT_COUNT);
    // 100,000 keys leave a slot empty with probability e^-6.1: about 37 slots.
    expect(slots.size).toBeGreaterThan(16_250);
  });
});

describe('the slots that redis-cli gives to n masters', () => {
  test.each([
    [1, [[0, 16_383]]],
    [
      3,
      [
        [0, 5460],
        [5461, 10_922],
        [10_923, 16_383],
      ],
    ],
    [
      4,
      [
        [0, 4095],
        [4096, 8191],
        [8192, 12_287],
        [12_288, 16_383],
      ],
    ],
    [
      6,
      [
        [0, 2730],
        [2731, 5460],
        [5461, 8191],
        [8192, 10_922],
        [10_923, 13_652],
        [13_653, 16_383],
      ],
    ],
  ])('n = %d', (masters, ranges) => {
    expect(evenSlots(masters)).toEqual(ranges);
  });

  test('every slot has one master, and none has over a slot more than its share', () => {
    for (const masters of [2, 5, 7, 100, 1000, 16_384]) {
      const ranges = evenSlots(masters);
      expect(ranges.length).toBe(masters);
      let next = 0;
      for (const [first, last] of ranges) {
        expect(first).toBe(next);
        expect(Math.abs(last - first + 1 - SLOT_COUNT / masters)).toBeLessThan(1.01);
        next = last + 1;
      }
      expect(next).toBe(SLOT_COUNT);
    }
  });

  test.each([0, -1, 1.5, 16_385, Number.NaN])('%d masters are refused', (masters) => {
    expect(() => evenSlots(masters)).toThrow(/masters must be/);
  });
});

describe('a cluster', () => {
  const [a, b, c] = evenSlots(3);
  const cluster = RedisCluster.of([
    { id: 'a', slots: [a!] },
    { id: 'b', slots: [b!] },
    { id: 'c', slots: [c!] },
  ]);

  test('sends a key to the node that has its slot, and gives back the very object', () => {
    for (const key of keys) {
      const node = cluster.owner(key);
      expect(cluster.nodes).toContain(node);
      const slot = keySlot(key);
      expect(node.slots.some(([first, last]) => slot >= first && slot <= last)).toBe(true);
      expect(cluster.ownerOfSlot(slot)).toBe(node);
    }
    expect(cluster.owner('foo{hash_tag}').id).toBe('a');
    expect(cluster.owner('somekey').id).toBe('c');
    expect(cluster.ownerMany(['foo{hash_tag}', 'somekey']).map(({ id }) => id)).toEqual(['a', 'c']);
  });

  test('lists the slots that move, as ranges', () => {
    const after = RedisCluster.of([
      { id: 'a', slots: [[0, 4095]] },
      {
        id: 'b',
        slots: [
          [5461, 10_922],
          [4096, 4097],
        ],
      },
      { id: 'c', slots: [[10_923, 16_383]] },
      { id: 'd', slots: [[4098, 5460]] },
    ]);
    expect(cluster.movesTo(after)).toEqual([
      { slots: [4096, 4097], from: 'a', to: 'b' },
      { slots: [4098, 5460], from: 'a', to: 'd' },
    ]);
    expect(cluster.movesTo(cluster)).toEqual([]);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['a slot that nobody has', () => RedisCluster.of([{ id: 'a', slots: [[0, 16_382]] }]), /none for 16383/],
    [
      'a slot that two have',
      () =>
        RedisCluster.of([
          { id: 'a', slots: [[0, 16_383]] },
          { id: 'b', slots: [[7, 7]] },
        ]),
      /free of slot 7/,
    ],
    ['a slot out of range', () => RedisCluster.of([{ id: 'a', slots: [[0, 16_384]] }]), /within 0\.\.16383/],
    ['a range upside down', () => RedisCluster.of([{ id: 'a', slots: [[9, 3]] }]), /within/],
    ['slots that are no ranges', () => RedisCluster.of([{ id: 'a', slots: [7] as never }]), /\[first, last\]/],
    [
      'two nodes of one id',
      () =>
        RedisCluster.of([
          { id: 'a', slots: [[0, 1]] },
          { id: 'a', slots: [[2, 16_383]] },
        ]),
      /id/,
    ],
    ['a slot asked for out of range', () => cluster.ownerOfSlot(16_384), /slot must be/],
  ])('%s is refused', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('no nodes are a RingError', () => {
    expect(() => RedisCluster.of([])).toThrow(RingError);
  });
});
