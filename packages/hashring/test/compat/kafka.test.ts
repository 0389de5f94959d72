import { murmur2 } from '@dsys/hash';
import { describe, expect, test } from 'vitest';
import { KafkaPartitions, kafkaPartition } from '../../src/compat/index.js';
import { RingError } from '../../src/index.js';
import { keys } from './ground-truth.js';

// org.apache.kafka.common.utils.UtilsTest#testMurmur2, as Java's signed ints.
const KNOWN: [key: string, murmur2: number][] = [
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
];

describe("the values in Kafka's own test", () => {
  test.each(KNOWN)('%s', (key, hash) => {
    expect(murmur2(key, 0x9747b28c) | 0).toBe(hash);
    // toPositive(x) = x & 0x7fffffff
    for (const partitions of [1, 2, 3, 12, 1000]) {
      expect(kafkaPartition(key, partitions)).toBe((hash & 0x7fffffff) % partitions);
      expect(kafkaPartition(new TextEncoder().encode(key), partitions)).toBe((hash & 0x7fffffff) % partitions);
    }
  });
});

test('the nodes are the partitions, in their order', () => {
  const nodes = ['p0', 'p1', 'p2', 'p3', 'p4'];
  const topic = KafkaPartitions.of(nodes);
  for (const key of keys) expect(topic.owner(key)).toBe(nodes[kafkaPartition(key, 5)]);
  expect(topic.ownerMany(keys)).toEqual(keys.map((key) => topic.owner(key)));
  const reversed = KafkaPartitions.of([...nodes].reverse());
  expect(reversed.nodes).toEqual(['p4', 'p3', 'p2', 'p1', 'p0']);
});

test('one partition more sends all but 1/n of the keys elsewhere', () => {
  const moved = keys.filter((key) => kafkaPartition(key, 10) !== kafkaPartition(key, 11)).length / keys.length;
  expect(moved).toBeGreaterThan(0.85);
});

test.each<[string, () => unknown, RegExp]>([
  ['no partitions', () => kafkaPartition('a', 0), /partitions must be/],
  ['half a partition', () => kafkaPartition('a', 1.5), /partitions must be/],
  ['a number as key: how it is written is up to its serializer', () => kafkaPartition(7 as never, 3), /key must be/],
])('%s is refused', (_, make, message) => {
  expect(make).toThrow(message);
});

test('no nodes are a RingError', () => {
  expect(() => KafkaPartitions.of([])).toThrow(RingError);
});
