/**
 * The rings of other clients: looking up, building and changing, beside npm `hashring` 3.2.0 where there is a peer in JavaScript.
 *
 *     pnpm build && tsx bench/compat.ts [--only TEXT] [--quick] [--json]
 */
import { Bench } from '@dsys/bench-kit';
import { Ring, type RingDialect } from '@dsys/hashring';
import {
  EnvoyMaglev,
  envoyRing,
  evenSlots,
  haproxy,
  kafkaPartition,
  libmemcached,
  libmemcachedWeighted,
  NpmHashring,
  nginx,
  pythonHashRing,
  RedisCluster,
  twemproxy,
} from '@dsys/hashring/compat';
// @ts-expect-error It has no types.
import Untyped from 'hashring';

interface Peer {
  get(key: string): string;
  add(server: string): Peer;
  remove(server: string): Peer;
}
const PeerRing = Untyped as new (servers: string[]) => Peer;

const servers = (n: number): string[] => Array.from({ length: n }, (_, i) => `10.0.${i >> 8}.${i & 255}:11211`);

/** Strings that no round has seen before, so that no cache helps; flat, as a parser hands them over. */
function freshKeys(round: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => Buffer.from(`user:${round}:${i}:profile`).toString('latin1'));
}

const bench = new Bench('hashring compat', { peers: ['hashring'], from: import.meta.url });
const KEYS = 200_000;
const PEER_KEYS = 20_000;

let keys: string[] = [];
const prepare = (round: number): void => {
  keys = freshKeys(round, KEYS);
};
let peerKeys: string[] = [];
const preparePeer = (round: number): void => {
  peerKeys = freshKeys(round, PEER_KEYS);
};

function lookUpAll(of: (key: string) => unknown, list: readonly string[]): unknown {
  let last: unknown;
  for (let i = 0; i < list.length; i++) last = of(list[i]!);
  return last;
}

const hundred = servers(100);
const peer = new PeerRing(hundred);
const peerContender = {
  name: 'npm hashring',
  operations: PEER_KEYS,
  prepare: preparePeer,
  run: () => lookUpAll((key) => peer.get(key), peerKeys),
};

const weighted = Ring.of(hundred, { dialect: libmemcachedWeighted() });
const dropIn = new NpmHashring(hundred);
const uncached = new NpmHashring(hundred, 'md5', { 'max cache size': 0 });
await bench.compare({
  title: 'lookup, fresh strings, MD5, 100 nodes x 160 points',
  unit: 'lookups',
  operations: KEYS,
  contenders: [
    { name: 'libmemcachedWeighted', prepare, run: () => lookUpAll((key) => weighted.owner(key), keys) },
    { name: 'NpmHashring', prepare, run: () => lookUpAll((key) => dropIn.get(key), keys) },
    { name: 'NpmHashring, no cache', prepare, run: () => lookUpAll((key) => uncached.get(key), keys) },
    peerContender,
  ],
  baseline: 'npm hashring',
  atLeast: 15,
});

const repeated = freshKeys(-1, 1000);
const sameStrings = Array.from({ length: KEYS }, (_, i) => repeated[(i * 7) % repeated.length]!);
await bench.compare({
  title: 'lookup, 1,000 strings again and again, the same objects',
  unit: 'lookups',
  operations: KEYS,
  contenders: [
    { name: 'NpmHashring', run: () => lookUpAll((key) => dropIn.get(key), sameStrings) },
    { name: 'libmemcachedWeighted', run: () => lookUpAll((key) => weighted.owner(key), sameStrings) },
    { name: 'npm hashring', run: () => lookUpAll((key) => peer.get(key), sameStrings) },
  ],
  baseline: 'npm hashring',
});

const prepareCopies = (): void => {
  keys = sameStrings.map((key) => Buffer.from(key, 'latin1').toString('latin1'));
};
await bench.compare({
  title: 'lookup, 1,000 strings again and again, read anew each time',
  unit: 'lookups',
  operations: KEYS,
  contenders: [
    { name: 'NpmHashring', prepare: prepareCopies, run: () => lookUpAll((key) => dropIn.get(key), keys) },
    { name: 'libmemcachedWeighted', prepare: prepareCopies, run: () => lookUpAll((key) => weighted.owner(key), keys) },
    { name: 'npm hashring', prepare: prepareCopies, run: () => lookUpAll((key) => peer.get(key), keys) },
  ],
  baseline: 'npm hashring',
});

const numbered = Array.from({ length: 100 }, (_, i) => String(i + 1));
const dialects: [name: string, nodes: string[], dialect: RingDialect][] = [
  ['libmemcached', hundred, libmemcached()],
  ['twemproxy fnv1a_64', hundred, twemproxy()],
  ['twemproxy md5 {}', hundred, twemproxy({ hash: 'md5', hashTag: '{}' })],
  ['pythonHashRing', hundred, pythonHashRing()],
  ['nginx', hundred, nginx()],
  ['haproxy sdbm avalanche', numbered, haproxy()],
  ['envoyRing', hundred, envoyRing({ minimumRingSize: 16_000 })],
];
const [a, b, c] = evenSlots(3);
const cluster = RedisCluster.of([
  { id: 'a', slots: [a!] },
  { id: 'b', slots: [b!] },
  { id: 'c', slots: [c!] },
]);
const maglev = EnvoyMaglev.of(hundred);
await bench.compare({
  title: 'lookup, fresh strings, every other dialect, 100 nodes',
  unit: 'lookups',
  operations: KEYS,
  contenders: [
    ...dialects.map(([name, nodes, dialect]) => {
      const ring = Ring.of(nodes, { dialect });
      return { name, prepare, run: () => lookUpAll((key) => ring.owner(key), keys) };
    }),
    { name: 'EnvoyMaglev', prepare, run: () => lookUpAll((key) => maglev.owner(key), keys) },
    { name: 'RedisCluster', prepare, run: () => lookUpAll((key) => cluster.owner(key), keys) },
    { name: 'kafkaPartition', prepare, run: () => lookUpAll((key) => kafkaPartition(key, 12), keys) },
    peerContender,
  ],
  baseline: 'npm hashring',
});

for (const count of [100, 1000]) {
  const list = servers(count);
  await bench.compare({
    title: `build, MD5, ${count} nodes x 160 points`,
    unit: 'rings',
    operations: 1,
    contenders: [
      { name: 'libmemcachedWeighted', run: () => Ring.of(list, { dialect: libmemcachedWeighted() }) },
      { name: 'NpmHashring', run: () => new NpmHashring(list) },
      { name: 'npm hashring', run: () => new PeerRing(list) },
    ],
    baseline: 'npm hashring',
  });
  const dropIn = new NpmHashring(list);
  const original = new PeerRing(list);
  await bench.compare({
    title: `add a server and remove it again, ${count} nodes x 160 points`,
    unit: 'pairs',
    operations: 1,
    contenders: [
      { name: 'NpmHashring', run: () => dropIn.add('192.168.0.1:1').remove('192.168.0.1:1') },
      { name: 'npm hashring', run: () => original.add('192.168.0.1:1').remove('192.168.0.1:1') },
    ],
    baseline: 'npm hashring',
  });
}

bench.end();
