/**
 * The ring beside npm `hashring` 3.2.0, `consistent-hash` and `node-hashring`: looking up, building, changing, memory,
 * balance; what more points a node cost and bring; and the other strategies beside the ring. The rings of other clients
 * are in `compat.ts`.
 *
 *     pnpm build && tsx bench/hashring.ts [--only TEXT] [--quick] [--json]
 *
 * All of it runs on one thread, and is timed by the processor's clock, which other programs of a busy machine don't
 * move.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Bench, type Contender, heapOf, median } from '@dsys/bench-kit';
import { Jump, JumpBack, Maglev, type Placement, Rendezvous, Ring } from '@dsys/hashring';
import { libmemcachedWeighted } from '@dsys/hashring/compat';
// @ts-expect-error It has no types.
import UntypedConsistentHash from 'consistent-hash';
// @ts-expect-error It has no types.
import UntypedHashRing from 'hashring';
// @ts-expect-error It has no types.
import UntypedNodeHashRing from 'node-hashring';

interface HashRing {
  readonly ring: readonly { readonly value: number; readonly server: string }[];
  get(key: string): string;
  add(server: string): unknown;
  remove(server: string): unknown;
}
interface ConsistentHash {
  get(key: string): string;
  add(node: string, points: number): unknown;
  remove(node: string): unknown;
}
interface NodeHashRing {
  findNode(key: string): string;
  addNode(node: string): void;
  removeNode(node: string): void;
}
const HashRing = UntypedHashRing as new (servers: string[]) => HashRing;
const ConsistentHash = UntypedConsistentHash as new (options: { range: number }) => ConsistentHash;
const NodeHashRing = UntypedNodeHashRing as new (nodes: string[], virtualNodes: number) => NodeHashRing;

const POINTS = 160;
const KEYS = 400_000;
const PEER_KEYS = 20_000;
const CIRCLE = 2 ** 32;

const servers = (count: number): string[] => Array.from({ length: count }, (_, i) => `10.0.${i >> 8}.${i & 255}:11211`);
/** As npm `hashring` has it by default, 40 hashes of 4 points; the others are given as many points. */
const ring160 = (nodes: string[]): Ring<string> => Ring.of(nodes, { pointsPerNode: POINTS });
function consistentHash(nodes: string[]): ConsistentHash {
  // Its own range of 100,003 places is less than the points of 1,000 nodes.
  const ring = new ConsistentHash({ range: 2 ** 31 - 1 });
  for (const node of nodes) ring.add(node, POINTS);
  ring.get('first'); // it sorts when first asked
  return ring;
}

/** Strings that no round has seen before, so that no cache helps; flat, as a parser hands them over. */
const freshKeys = (round: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => Buffer.from(`user:${round}:${i}:profile`).toString('latin1'));

/**
 * A loop of its own for each contender, so that an engine fits it to that one as it does in a program that has one
 * ring.
 */
const newLoop = (): ((of: (key: string) => unknown, keys: readonly string[]) => unknown) =>
  new Function(
    'of',
    'keys',
    'let last; for (let i = 0; i < keys.length; i++) last = of(keys[i]); return last;',
  ) as never;

/** A contender that looks up keys it has never met, or one thousand of them again and again. */
function lookups(name: string, of: (key: string) => unknown, repeated: boolean, count: number = KEYS): Contender {
  const thousand = freshKeys(-1, 1000);
  const again = Array.from({ length: count }, (_, i) => thousand[(i * 7919) % 1000]!);
  let keys: readonly string[] = again;
  const lookUpAll = newLoop();
  return {
    name,
    operations: count,
    prepare: (round) => {
      if (!repeated) keys = freshKeys(round, count);
    },
    run: () => lookUpAll(of, keys),
  };
}

const bench = new Bench('hashring', { peers: ['hashring', 'consistent-hash', 'node-hashring'], from: import.meta.url });

for (const count of [10, 100, 1000]) {
  for (const repeated of [false, true]) {
    const title = `lookup, ${repeated ? 'repeated' : 'fresh'} strings, ${count} nodes x ${POINTS} points`;
    if (bench.skips(title)) continue;
    const nodes = servers(count);
    const [ours, byDefault] = [ring160(nodes), Ring.of(nodes)];
    const libmemcached = Ring.of(nodes, { dialect: libmemcachedWeighted() });
    const [peer, other, third] = [new HashRing(nodes), consistentHash(nodes), new NodeHashRing(nodes, POINTS)];
    await bench.compare({
      clock: 'cpu',
      title,
      unit: 'lookups',
      operations: KEYS,
      contenders: [
        lookups('Ring', (key) => ours.owner(key), repeated),
        lookups('Ring, 512 points', (key) => byDefault.owner(key), repeated),
        lookups('Ring, libmemcached (MD5)', (key) => libmemcached.owner(key), repeated),
        lookups('npm hashring (MD5)', (key) => peer.get(key), repeated, PEER_KEYS),
        lookups('npm consistent-hash', (key) => other.get(key), repeated, PEER_KEYS),
        lookups('npm node-hashring', (key) => third.findNode(key), repeated, PEER_KEYS),
      ],
      baseline: 'npm hashring (MD5)',
      ...(count === 100 && !repeated ? { atLeast: 50 } : {}),
    });
  }
}

const preset = `lookup, the libmemcached preset, fresh strings, 100 nodes x ${POINTS} points`;
if (!bench.skips(preset)) {
  const nodes = servers(100);
  const [ours, peer] = [Ring.of(nodes, { dialect: libmemcachedWeighted() }), new HashRing(nodes)];
  await bench.compare({
    clock: 'cpu',
    title: preset,
    unit: 'lookups',
    operations: KEYS,
    contenders: [
      lookups('Ring, libmemcached (MD5)', (key) => ours.owner(key), false),
      lookups('npm hashring (MD5)', (key) => peer.get(key), false, PEER_KEYS),
    ],
    baseline: 'npm hashring (MD5)',
    atLeast: 15,
  });
}

const lists = 'preference lists, 100 nodes in 5 zones, fresh strings';
if (!bench.skips(lists)) {
  const zoned = servers(100).map((id, i) => ({ id, zone: `zone-${i % 5}` }));
  const ring = Ring.of(zoned);
  const down = new Set(zoned.slice(0, 3).map(({ id }) => id));
  const isDown = ({ id }: { id: string }): boolean => down.has(id);
  await bench.compare({
    clock: 'cpu',
    title: lists,
    unit: 'lists',
    operations: KEYS,
    contenders: [
      lookups('n: 3', (key) => ring.owners(key, { n: 3 }), false),
      lookups("n: 3, spread: 'zone'", (key) => ring.owners(key, { n: 3, spread: 'zone' }), false),
      lookups('n: 3, skip: 3 ids', (key) => ring.owners(key, { n: 3, skip: down }), false),
      lookups('n: 1, skip: predicate', (key) => ring.owners(key, { n: 1, skip: isDown }), false),
    ],
  });
}

const milliseconds: Record<string, unknown>[] = [];
for (const count of [100, 1000]) {
  const nodes = servers(count);
  const ours = ring160(nodes);
  const grown = ours.with('new');
  const times = count === 100 ? 50 : 10;
  const repeat = (work: () => unknown) => () => {
    let last: unknown;
    for (let i = 0; i < times; i++) last = work();
    return last;
  };
  const titles = ['build', 'add a node', 'remove a node'].map(
    (what) => `${what}, ${count} nodes x ${POINTS} points`,
  ) as [string, string, string];
  if (titles.every((title) => bench.skips(title))) continue;
  const [peer, other, third] = [new HashRing(nodes), consistentHash(nodes), new NodeHashRing(nodes, POINTS)];
  const built = await bench.compare({
    clock: 'cpu',
    title: titles[0],
    unit: 'rings',
    operations: 1,
    contenders: [
      { name: 'Ring', run: () => ring160(nodes) },
      { name: 'npm hashring', run: () => new HashRing(nodes) },
      { name: 'npm consistent-hash', run: () => consistentHash(nodes) },
      { name: 'npm node-hashring', run: () => new NodeHashRing(nodes, POINTS) },
    ],
    baseline: 'npm hashring',
    ...(count === 1000 ? { atLeast: 5 } : {}),
  });
  // The peers change in place: what one comparison adds, its next round's preparation takes away, and the other way
  // round.
  const changes = (adding: boolean): Contender[] => {
    const peers: [string, (node: string) => unknown, (node: string) => unknown][] = [
      ['npm hashring', (node) => peer.add(node), (node) => peer.remove(node)],
      [
        'npm consistent-hash',
        (node) => [other.add(node, POINTS), other.get('next')],
        (node) => [other.remove(node), other.get('next')],
      ],
      ['npm node-hashring', (node) => third.addNode(node), (node) => third.removeNode(node)],
    ];
    return peers.map(([name, add, remove]) => {
      let there = false;
      const set = (wanted: boolean): unknown => {
        if (wanted === there) return there;
        there = wanted;
        return wanted ? add('new') : remove('new');
      };
      return { name, operations: 1, prepare: () => void set(!adding), run: () => set(adding) };
    });
  };
  const added = await bench.compare({
    clock: 'cpu',
    title: titles[1],
    unit: 'changes',
    operations: times,
    contenders: [{ name: 'Ring', run: repeat(() => ours.with('new')) }, ...changes(true)],
    baseline: 'npm hashring',
    ...(count === 1000 ? { atLeast: 40 } : {}),
  });
  peer.remove('new');
  other.remove('new');
  other.get('next');
  third.removeNode('new');
  const removed = await bench.compare({
    clock: 'cpu',
    title: titles[2],
    unit: 'changes',
    operations: times,
    contenders: [{ name: 'Ring', run: repeat(() => grown.without('new')) }, ...changes(false)],
    baseline: 'npm hashring',
    ...(count === 1000 ? { atLeast: 30 } : {}),
  });
  const took = (measured: typeof built): string =>
    measured === null ? '' : (1000 / measured.figures[0]!.perSecond).toFixed(2);
  milliseconds.push({ nodes: count, 'build ms': took(built), 'add ms': took(added), 'remove ms': took(removed) });
}
if (milliseconds.length > 0) bench.table(`Ring, ${POINTS} points a node, in milliseconds`, milliseconds);

if (!bench.skips('memory')) {
  setFlagsFromString('--expose-gc');
  globalThis.gc ??= runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
  const kilobytes = (make: () => unknown): string => `${((heapOf(make)?.bytes ?? Number.NaN) / 1024).toFixed(0)} kB`;
  bench.table(
    'memory, nodes included',
    [10, 100, 1000].map((count) => ({
      nodes: count,
      'Ring, 160 points': kilobytes(() => ring160(servers(count))),
      'Ring, 512 points': kilobytes(() => Ring.of(servers(count))),
      'npm hashring': kilobytes(() => new HashRing(servers(count))),
      'npm consistent-hash': kilobytes(() => consistentHash(servers(count))),
      'npm node-hashring': kilobytes(() => new NodeHashRing(servers(count), POINTS)),
    })),
  );
}

/** 40 sets of 100 names. */
const nameSets = Array.from({ length: 40 }, (_, set) => Array.from({ length: 100 }, (_, i) => `set-${set}-node-${i}`));
const round3 = (x: number): number => Math.round(x * 1000) / 1000;
const spreadOf = (balance: readonly number[]): { median: number; worst: number } => ({
  median: round3(median(balance)),
  worst: round3(Math.max(...balance)),
});

/** Exact max/mean of npm hashring: a point owns what lies between it and the one before. */
function peerBalance(nodes: string[]): number {
  const { ring } = new HashRing(nodes);
  const shares = new Map<string, number>();
  ring.forEach(({ value, server }, i) => {
    const before = i === 0 ? ring.at(-1)!.value - CIRCLE : ring[i - 1]!.value;
    shares.set(server, (shares.get(server) ?? 0) + value - before);
  });
  return (Math.max(...shares.values()) / CIRCLE) * nodes.length;
}

if (!bench.skips('balance')) {
  bench.table('balance: max/mean at 100 nodes over 40 sets of names, exact', [
    { ring: 'Ring, 512 points', ...spreadOf(nameSets.map((nodes) => Ring.of(nodes).ownership().maxOverMean)) },
    { ring: 'Ring, 160 points', ...spreadOf(nameSets.map((nodes) => ring160(nodes).ownership().maxOverMean)) },
    { ring: 'Maglev, 65537 entries', ...spreadOf(nameSets.map((nodes) => Maglev.of(nodes).ownership().maxOverMean)) },
    { ring: 'npm hashring, 160 points', ...spreadOf(nameSets.map(peerBalance)) },
  ]);
}

if (!bench.skips('points per node')) {
  const rows = [];
  const nodes = servers(100);
  for (const pointsPerNode of [16, 64, 160, 256, 512, 1024, 2048, 4096]) {
    const { figures } = (await bench.compare({
      clock: 'cpu',
      title: `points per node: ${pointsPerNode}, 100 nodes`,
      unit: 'operations',
      operations: KEYS,
      contenders: [
        lookups(
          'lookup',
          (
            (ring) => (key: string) =>
              ring.owner(key)
          )(Ring.of(nodes, { pointsPerNode })),
          false,
        ),
        { name: 'build', operations: 1, run: () => Ring.of(nodes, { pointsPerNode }) },
      ],
    }))!;
    const balance = spreadOf(nameSets.map((names) => Ring.of(names, { pointsPerNode }).ownership().maxOverMean));
    const { table } = Ring.of(nodes, { pointsPerNode });
    const bytes = [table.positions, table.owners, table.start].reduce((sum, column) => sum + column.byteLength, 0);
    rows.push({
      'points per node': pointsPerNode,
      'max/mean': balance.median,
      worst: balance.worst,
      'kB a node': round3(bytes / 1024 / 100),
      'M lookups/s': round3(figures[0]!.perSecond / 1e6),
      'build ms': round3(1000 / figures[1]!.perSecond),
    });
  }
  bench.table('points per node, 100 nodes: what they bring and cost', rows);
}

for (const count of [10, 100, 1000]) {
  const title = `strategies, fresh strings, ${count} nodes`;
  if (bench.skips(title)) continue;
  const nodes = servers(count);
  const weighted = nodes.map((id, i) => ({ id, weight: 1 + (i % 3) }));
  const strategies: [string, Placement<string> | Placement<{ id: string; weight: number }>][] = [
    ['Ring', Ring.of(nodes)],
    ['Maglev', Maglev.of(nodes)],
    ['JumpBack', JumpBack.of(nodes)],
    ['Jump', Jump.of(nodes)],
    ['Rendezvous', Rendezvous.of(nodes)],
    ['Rendezvous, weighted', Rendezvous.of(weighted)],
  ];
  await bench.compare({
    clock: 'cpu',
    title,
    unit: 'lookups',
    operations: KEYS,
    contenders: strategies.map(([name, strategy]) =>
      lookups(
        name,
        (key) => strategy.owner(key),
        false,
        name.startsWith('Rendezvous') && count > 100 ? PEER_KEYS / 4 : KEYS,
      ),
    ),
  });
}

bench.end();
