/**
 * The same placement as clients that are deployed already: a fleet of memcached behind libmemcached, and a Redis
 * Cluster. So a service can stand beside an old one, or take its place, without a cold cache.
 *
 *     npx tsx same-placement.ts
 */
import { diff, Ring } from '@dsys/hashring';
import { compare, evenSlots, keySlot, libmemcachedWeighted, nodesOf, RedisCluster } from '@dsys/hashring/compat';

console.log('— memcached —');

// Servers as they stand in the configuration of libmemcached, PHP's Memcached or pylibmc. The nodes keep host and port,
// for the client to connect to.
const servers = nodesOf([
  { host: '127.0.1.1', port: 11211, weight: 1 },
  { host: '127.0.1.2', port: 11211, weight: 2 },
  { host: '127.0.1.3', port: 11211, weight: 3 },
  { host: '127.0.1.4', port: 11211, weight: 4 },
]);
const fleet = Ring.of(servers, { dialect: libmemcachedWeighted() });

// What libmemcached 1.1.4 itself answers (memcached_generate_hash, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED).
const answers = new Map([
  ['user:6614563:profile', '127.0.1.1'],
  ['user:5859853:profile', '127.0.1.4'],
  ['user:2556872:profile', '127.0.1.2'],
  ['user:1185243:profile', '127.0.1.3'],
]);
for (const [key, host] of answers) {
  const server = fleet.owner(key);
  console.log(`${key} → ${server.host}:${server.port}, ${server.host === host ? 'as' : 'NOT AS'} libmemcached has it`);
}

// Its rules also move keys between servers that stay; ours don't. What the next server would cost by each, and the
// change from one to the other:
const own = Ring.of(servers);
const fifth = { id: '127.0.1.5:11211', host: '127.0.1.5', port: 11211, weight: 2 };
console.log(
  `a fifth server moves ${percent(diff(fleet, fleet.with(fifth)).moved)} of the keys, by our rules ${percent(diff(own, own.with(fifth)).moved)}`,
);
console.log(`to change the rules moves ${percent(compare(fleet.dialect, own.dialect, servers).moved)}, once\n`);

console.log('— Redis Cluster —');

// Masters and their slots, as CLUSTER SLOTS tells them; here, as `redis-cli --cluster create` deals them out.
const [first, second, third] = evenSlots(3);
const cluster = RedisCluster.of([
  { id: 'redis-1', slots: [first!] },
  { id: 'redis-2', slots: [second!] },
  { id: 'redis-3', slots: [third!] },
]);
// Slots from the documentation of CLUSTER KEYSLOT. What stands in braces is all that counts: such keys stay together.
for (const [key, slot] of [
  ['somekey', 11058],
  ['foo{hash_tag}', 2515],
  ['bar{hash_tag}', 2515],
] as const) {
  console.log(
    `${key} → slot ${keySlot(key)}, ${keySlot(key) === slot ? 'as' : 'NOT AS'} Redis has it, on ${cluster.owner(key).id}`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
