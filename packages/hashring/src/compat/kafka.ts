import { murmur2 } from '@dsys/hash';
import { outOfRange, wrongType } from '../errors.js';
import type { RingNode } from '../node.js';
import type { Placement } from '../placement.js';
import { Roster } from '../roster.js';

/**
 * A record's key as its serializer wrote it. Text is taken as UTF-8, as `StringSerializer` writes it; numbers depend on
 * the serializer: pass bytes.
 */
export type RecordKey = string | Uint8Array;

/** Seed of the murmur2 in `org.apache.kafka.common.utils.Utils`. */
const KAFKA_SEED = 0x9747b28c;

/**
 * The partition of a record with a key, as the producer of Apache Kafka's Java client chooses it:
 * `toPositive(murmur2(key)) % partitions`, where `toPositive` clears the sign bit. Clients in other languages vary:
 * librdkafka's own default hashes by CRC-32.
 *
 * Known faults: a topic with one partition more sends nearly every key elsewhere, (n − 1) / n of them. Records without
 * a key are not hashed.
 *
 * Migrate: choose the number of partitions once, large; where it must grow, copy the topic to a new one.
 */
export function kafkaPartition(key: RecordKey, partitions: number): number {
  if (!(Number.isInteger(partitions) && partitions >= 1 && partitions < 2 ** 31)) {
    throw outOfRange('partitions', 'an integer, 1..2147483647', partitions);
  }
  if (typeof key !== 'string' && !(key instanceof Uint8Array))
    throw wrongType('key', 'a string or the serialized bytes', key);
  return (murmur2(key, KAFKA_SEED) & 0x7fffffff) % partitions;
}

/** Kafka's partitioner as a strategy: the nodes are the partitions, in their order. */
export class KafkaPartitions<N extends RingNode = RingNode> implements Placement<N> {
  readonly capabilities = {
    strategy: 'kafka',
    weights: false,
    owners: false,
    removal: 'last',
    minimal: false,
    ranges: false,
  } as const;
  readonly nodes: readonly N[];

  private constructor(nodes: readonly N[]) {
    this.nodes = nodes;
  }

  /** One node for each partition. Throws `RingError` empty-ring, duplicate-node. */
  static of<N extends RingNode>(nodes: Iterable<N>): KafkaPartitions<N> {
    return new KafkaPartitions(Roster.of(nodes, false).nodes);
  }

  /** How many partitions there are. */
  get size(): number {
    return this.nodes.length;
  }

  owner(key: RecordKey): N {
    return this.nodes[kafkaPartition(key, this.nodes.length)]!;
  }

  ownerMany(keys: readonly RecordKey[], out: N[] = []): N[] {
    out.length = keys.length;
    for (let i = 0; i < keys.length; i++) out[i] = this.owner(keys[i]!);
    return out;
  }
}
