/**
 * The placement rules of other clients and proxies, so that a `Ring` sends every key where they do:
 *
 *     const ring = Ring.of(['10.0.0.1:11211', '10.0.0.2:11211'], { dialect: libmemcachedWeighted() });
 *     ring.owner('user:42');                  // the server that libmemcached asks
 *     compare(libketama(), uhashring(), ids)  // who disagrees about how many keys, and why
 *
 * Rings are dialects for `Ring.of`; what is no ring (Envoy's maglev, Redis Cluster's slots, Kafka's partitions) is a
 * strategy of its own. Each says in its comment what it was checked against, which faults it has, and how to leave it.
 */
export { type CompareOptions, type Comparison, compare, type Preset } from './compare.js';
export type { Difference } from './differences.js';
export { EnvoyMaglev, type EnvoyMaglevOptions } from './envoy-maglev.js';
export { type EnvoyRingOptions, envoyRing } from './envoy-ring.js';
export { type HaproxyHash, type HaproxyOptions, haproxy } from './haproxy.js';
export { KafkaPartitions, kafkaPartition, type RecordKey } from './kafka.js';
export type { LibmemcachedHash, TwemproxyHash } from './libhashkit.js';
export { libketama } from './libketama.js';
export { type LibmemcachedOptions, libmemcached, libmemcachedWeighted } from './libmemcached.js';
export { nginx } from './nginx.js';
export { type NpmDialectOptions, npmHashringDialect } from './npm-dialect.js';
export type { NpmAlgorithm, NpmDigest } from './npm-digest.js';
export { NpmHashring, npmHashring } from './npm-hashring.js';
export type { NpmHashringOptions } from './npm-options.js';
export type { NpmServer, NpmServerObject, NpmServerOptions, NpmServers } from './npm-servers.js';
export { pythonHashRing, uhashring } from './python.js';
export {
  evenSlots,
  keySlot,
  RedisCluster,
  SLOT_COUNT,
  type SlotMove,
  type SlotNode,
  type SlotRange,
} from './redis-cluster.js';
export type { CompatDialect, DialectRules } from './rules.js';
export { nodesOf, type Server, type ServerNode } from './servers.js';
export { type SpymemcachedOptions, spymemcached } from './spymemcached.js';
export { type TwemproxyOptions, twemproxy } from './twemproxy.js';
