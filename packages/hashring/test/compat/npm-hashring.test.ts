import { createHash } from 'node:crypto';
import fc from 'fast-check';
// @ts-expect-error It has no types.
import Untyped from 'hashring';
import { describe, expect, test } from 'vitest';
import { npmHashringDialect } from '../../src/compat/npm-dialect.js';
import { NpmHashring, npmHashring } from '../../src/compat/npm-hashring.js';
import type { NpmHashringOptions } from '../../src/compat/npm-options.js';
import type { NpmServers } from '../../src/compat/npm-servers.js';
import { Ring } from '../../src/index.js';
import { sharedPosition } from './ground-truth.js';

/** The original, npm hashring 3.2.0, in what the tests use of it. */
interface Original {
  get(key: string): string | undefined;
  range(key: string, size?: number, unique?: boolean): string[];
  points(servers?: string[]): Record<string, number[]>;
  find(hashValue: number): number;
  hashValue(key: string): number;
  has(server: string): boolean;
  swap(from: string, to: string): Original;
  add(servers: unknown): Original;
  remove(server: unknown): Original;
  end(): Original;
  reset(): Original;
  readonly size: number;
}
const Original = Untyped as {
  new (servers?: unknown, algorithm?: unknown, options?: unknown): Original;
  version: string;
};

/** Servers are copied: the original writes into the objects that it is given. */
const both = (servers?: NpmServers, algorithm?: unknown, options: NpmHashringOptions = {}): [NpmHashring, Original] => [
  new NpmHashring(servers, algorithm as string, options),
  new Original(structuredClone(servers), algorithm, options),
];

function expectSame(ours: NpmHashring, original: Original, keys: readonly string[]): void {
  expect(ours.size).toBe(original.size);
  expect(keys.map((key) => ours.get(key))).toEqual(keys.map((key) => original.get(key)));
  expect(ours.points()).toEqual(original.points());
  for (const key of keys.slice(0, 5)) {
    expect(ours.hashValue(key)).toBe(original.hashValue(key));
    expect(ours.find(ours.hashValue(key))).toBe(original.find(original.hashValue(key)));
    for (const size of [undefined, 1, 2, 3, 1000]) {
      expect(ours.range(key, size)).toEqual(original.range(key, size));
      expect(ours.range(key, size, false)).toEqual(original.range(key, size, false));
    }
  }
}

const port = fc.integer({ min: 1, max: 65_535 });
const host = fc.oneof(
  fc.ipV4(),
  fc.constantFrom('localhost', 'cache.example', 'größe.example', '10.0.0.1', 'a', '7', ''),
);
const server = fc
  .oneof(
    fc.tuple(host, fc.oneof(fc.constant(11_211), port)).map(([h, p]) => `${h}:${p}`),
    host,
    fc.constantFrom('1', '2', '10', '::1:11211', 'unix:/tmp/a'),
  )
  .filter((text) => text !== '');
const weight = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 0, max: 10_000 }),
  fc.double({ min: 0.1, max: 9, noNaN: true }),
);
const list = fc.array(server, { minLength: 1, maxLength: 30 });
const weighted = fc.dictionary(
  server,
  fc.oneof(
    weight,
    fc.record({ weight }, { requiredKeys: [] }),
    fc.record({ weight, vnodes: fc.integer({ min: 0, max: 90 }) }, { requiredKeys: [] }),
  ),
  { minKeys: 1, maxKeys: 20 },
);
const objects = fc.array(fc.record({ host: fc.ipV4(), port }), { minLength: 1, maxLength: 10 });
const servers = fc.oneof(list, weighted, objects, server) as fc.Arbitrary<NpmServers>;
const options: fc.Arbitrary<NpmHashringOptions> = fc.record(
  {
    'vnode count': fc.integer({ min: 0, max: 80 }),
    replicas: fc.oneof(fc.integer({ min: -2, max: 6 }), fc.constantFrom(0.5, 2.5)),
    compatibility: fc.constantFrom('hash_ring', 'ketama'),
    'default port': fc.constantFrom(11_211, 80),
    'max cache size': fc.integer({ min: 1, max: 10 }),
  },
  { requiredKeys: [] },
);
/** What the original's cache chokes on is tested apart. */
const keys = fc.array(
  fc
    .oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }))
    .filter((key) => !(key in Object.prototype)),
  { minLength: 5, maxLength: 60 },
);

describe('it answers as npm hashring 3.2.0 does', () => {
  test('the original is that version', () => expect(Original.version).toBe(NpmHashring.version));

  test('for any servers, weights, options and keys', () => {
    fc.assert(
      fc.property(servers, options, keys, (s, o, k) => expectSame(...both(s, undefined, o), k)),
      { numRuns: 300 },
    );
  });

  test('after any series of add, remove and swap', () => {
    const change = fc.oneof(
      fc.record({ op: fc.constant('add' as const), servers }),
      fc.record({ op: fc.constant('remove' as const), at: fc.nat({ max: 40 }) }),
      fc.record({ op: fc.constant('swap' as const), at: fc.nat({ max: 40 }), to: server }),
    );
    fc.assert(
      fc.property(servers, fc.array(change, { maxLength: 6 }), keys, (first, changes, k) => {
        const [ours, original] = both(first);
        for (const c of changes) {
          if (c.op === 'add') {
            ours.add(c.servers);
            original.add(structuredClone(c.servers));
          } else {
            const at = ours.servers[c.at % Math.max(1, ours.servers.length)]?.string ?? '10.1.1.1:1';
            if (c.op === 'remove') {
              ours.remove(at);
              original.remove(at);
            } else {
              ours.swap(at, c.to);
              original.swap(at, c.to);
            }
          }
          expectSame(ours, original, k.slice(0, 5));
        }
        expectSame(ours, original, k);
        for (const { string } of ours.servers) expect(ours.has(string)).toBe(original.has(string));
      }),
      { numRuns: 150 },
    );
  });

  test('with another algorithm of Node, or a function', () => {
    const list = ['10.0.0.1:11211', '10.0.0.2:11211', '10.0.0.3:11211'];
    const some = Array.from({ length: 300 }, (_, i) => `key-${i}`);
    const digest = (key: string) => createHash('sha256').update(key).digest();
    const latin1 = (key: string) => createHash('md5').update(key).digest().toString('latin1');
    for (const algorithm of ['MD5', 'sha1', 'sha512', 'RSA-SHA256', digest, latin1]) {
      expectSame(...both(list, algorithm, { replicas: 5 }), some);
    }
  });

  test('with 1 to 60 equal servers, where rounding takes points away', () => {
    for (let n = 1; n <= 60; n++) {
      const list = Array.from({ length: n }, (_, i) => `10.0.0.${i}:11211`);
      expectSame(...both(list), ['a', 'b', 'c', 'd', 'e', 'f']);
    }
  });

  test('where points are equal, which a short hash makes likely', () => {
    const short = (key: string) =>
      Array.from(createHash('md5').update(key).digest(), (byte, i) => (i % 4 === 0 ? byte & 31 : 0));
    const some = Array.from({ length: 200 }, (_, i) => `key-${i}`);
    expectSame(...both(['b', 'a', 'c', 'd'], short), some);
    expectSame(...both({ b: 3, a: 1, c: 2 }, short), some);
  });

  test('with no servers at all, and after reset and end', () => {
    for (const none of [undefined, [], {}, ''] as NpmServers[]) {
      const [ours, original] = both(none);
      expect([ours.get('a'), ours.range('a'), ours.size, ours.find(7)]).toEqual([
        original.get('a'),
        original.range('a'),
        0,
        original.find(7),
      ]);
    }
    const [ours, original] = both(['a', 'b']);
    expect(ours.reset().get('x')).toBe(original.reset().get('x'));
    expect(ours.end().servers).toEqual([]);
    expect(original.end().points()).toEqual(ours.points());
    expectSame(ours.add('c'), original.add('c'), ['k1', 'k2', 'k3', 'k4', 'k5']);
  });

  test('for keys that are no strings, as text', () => {
    const [ours, original] = both(['a', 'b', 'c']);
    for (const key of [1, 0, -5.5, true, null, undefined, [1, 2]] as unknown as string[]) {
      expect(ours.get(key)).toBe(original.get(key));
    }
  });
});

describe('the dialect is the same ring', () => {
  test('for any servers and weights', () => {
    const servers = fc.uniqueArray(fc.record({ id: server, weight: fc.integer({ min: 1, max: 9 }) }), {
      selector: ({ id }) => id,
      minLength: 1,
      maxLength: 25,
    });
    const options = fc.record({ vnodeCount: fc.integer({ min: 1, max: 60 }), replicas: fc.constantFrom(3, 4) });
    fc.assert(
      fc.property(
        servers,
        options,
        fc.constantFrom(undefined, 11_211),
        keys,
        (list, { vnodeCount, replicas }, port, some) => {
          const ring = Ring.of(list, { dialect: npmHashringDialect({ vnodeCount, replicas, defaultPort: port }) });
          const weighted = new NpmHashring(Object.fromEntries(list.map(({ id, weight }) => [id, weight])), 'md5', {
            'vnode count': vnodeCount,
            replicas,
            ...(port === undefined ? {} : { 'default port': port }),
          });
          expect(ring.points().map(({ position }) => position)).toEqual(weighted.ring.map(({ value }) => value));
          // Servers that look like array indices change places in an object, and with them ties.
          if (list.some(({ id }) => /^\d+$/.test(id))) return;
          expect(some.map((key) => ring.owner(key).id)).toEqual(some.map((key) => weighted.get(key)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('also where points are equal', () => {
    const { a, b, position } = sharedPosition(npmHashringDialect());
    for (const list of [
      [a, b],
      [b, a],
    ]) {
      const points = Ring.of(list, { dialect: npmHashringDialect() })
        .points()
        .map((point) => ({ value: point.position, server: point.id }));
      expect(points).toEqual(new NpmHashring(list).ring);
      expect(points.find(({ value }) => value === position)?.server).toBe(list[0]);
    }
  });
});

describe('it leaves out faults that have no part in where keys go', () => {
  test('server objects may have a weight, and are not written into', () => {
    const servers = [
      { host: '10.0.0.1', port: 1, weight: 3 },
      { host: '10.0.0.2', port: 1 },
    ];
    expect(() => new Original(structuredClone(servers))).toThrow(TypeError);
    const ring = new NpmHashring(Object.freeze(servers.map(Object.freeze)) as typeof servers);
    const asRecord = new NpmHashring({ '10.0.0.1:1': 3, '10.0.0.2:1': 1 });
    expect(ring.points()).toEqual(asRecord.points());
    expect(servers[1]).toEqual({ host: '10.0.0.2', port: 1 });
  });

  test('keys named like properties of objects are keys like others', () => {
    const ring = new NpmHashring(['a', 'b', 'c', 'd']);
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const before = ring.get(key);
      expect(before).toBe(ring.range(key, 1)[0]);
      expect(ring.get(key)).toBe(before);
    }
    expect('value' in {}).toBe(false);
    expect('value' in Object).toBe(false);
  });

  test("a cache of size 0 is no cache, where the original's throws", () => {
    expect(() => new Original(['a', 'b'], 'md5', { 'max cache size': 0 }).get('k')).toThrow();
    expect(new NpmHashring(['a', 'b'], 'md5', { 'max cache size': 0 }).get('k')).toBe(
      new Original(['a', 'b']).get('k'),
    );
  });
});

describe('bad input is a typed error, and the ring stays as it was', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['servers null', () => new NpmHashring(null as never), /servers must be/],
    ['a server that is a number', () => new NpmHashring([7] as never), /a server must be/],
    ['vnode count', () => new NpmHashring(['a'], 'md5', { 'vnode count': Number.NaN }), /vnode count/],
    ['replicas', () => new NpmHashring(['a'], 'md5', { replicas: 65 }), /replicas/],
    ['an algorithm that nobody has', () => new NpmHashring(['a'], 'md7'), /./],
    ['too many points', () => new NpmHashring({ a: { vnodes: 1e9 } }), /number of points/],
    ['weights that cancel out', () => new NpmHashring({ a: 1, b: -1 }), /number of points/],
    ['remove of nothing', () => new NpmHashring(['a']).remove([]), /server to remove|server must be/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('a failed add changes nothing', () => {
    const ring = new NpmHashring(['a', 'b']);
    const before = ring.points();
    expect(() => ring.add({ c: { vnodes: 1e9 } })).toThrow(RangeError);
    expect(ring.points()).toEqual(before);
    expect(ring.servers.length).toBe(2);
  });
});

test('the old method names still work', () => {
  const ring = new NpmHashring(['a', 'b', 'c']);
  expect(ring.getNode('k')).toBe(ring.get('k'));
  expect([ring.getNodePosition(7), ring.position(7)]).toEqual([ring.find(7), ring.find(7)]);
  expect(ring.addServer('d').has('d')).toBe(true);
  expect(ring.removeServer('d').has('d')).toBe(false);
});

test('npmHashring() makes one without new', () => {
  expect(npmHashring(['a', 'b']).get('k')).toBe(new NpmHashring(['a', 'b']).get('k'));
});
