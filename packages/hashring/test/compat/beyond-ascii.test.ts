import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type HaproxyHash,
  haproxy,
  keySlot,
  type LibmemcachedHash,
  libketama,
  libmemcached,
  libmemcachedWeighted,
  nginx,
  nodesOf,
  pythonHashRing,
  spymemcached,
  type TwemproxyHash,
  twemproxy,
  uhashring,
} from '../../src/compat/index.js';
import { Ring, type RingDialect } from '../../src/index.js';

/**
 * What the thousand keys of the other vectors have none of: text beyond ASCII, hash tags, keys of one byte and of 239; and servers with names, without
 * ports, on IPv6 and on Unix sockets, with fractions for weights. Made by the real programs as well.
 */
interface Truth {
  readonly keys: readonly string[];
  readonly redisSlots: readonly number[];
  readonly libketama: readonly Listed[];
  readonly uhashring: readonly Listed[];
  readonly hash_ring: readonly Listed[];
  readonly nginx: readonly Listed[];
  readonly libmemcached: readonly (Addressed & {
    readonly mode: 'KETAMA' | 'WEIGHTED' | 'SPY';
    readonly hash: LibmemcachedHash | null;
  })[];
  readonly twemproxy: readonly (Addressed & { readonly hash: TwemproxyHash; readonly hashTag: string | null })[];
  readonly haproxy: readonly {
    readonly hash: HaproxyHash | null;
    readonly avalanche: boolean;
    /** null where the configuration gave no id. */
    readonly ids: readonly (number | null)[];
    readonly weights: readonly number[];
    readonly map: readonly number[];
  }[];
}
interface Listed {
  readonly servers: readonly { readonly id: string; readonly weight: number }[];
  readonly map: readonly number[];
}
interface Addressed {
  readonly servers: readonly {
    readonly host: string;
    readonly port: number;
    readonly weight: number;
    readonly name?: string;
  }[];
  readonly map: readonly number[];
}

const truth = JSON.parse(
  readFileSync(new URL('../vectors/ketama/beyond-ascii.json', import.meta.url), 'utf8'),
) as Truth;

function expectSame(
  nodes: readonly { readonly id: string; readonly weight: number }[],
  dialect: RingDialect,
  map: readonly number[],
): void {
  const ring = Ring.of(nodes, { dialect });
  const got = Object.fromEntries(truth.keys.map((key) => [key, nodes.indexOf(ring.owner(key))]));
  expect(got).toEqual(Object.fromEntries(truth.keys.map((key, i) => [key, map[i]])));
}

test('the keys are what they are for', () => {
  expect(truth.keys.filter((key) => /[^\x00-\x7f]/.test(key)).length).toBeGreaterThan(50);
  expect(truth.keys.some((key) => new TextEncoder().encode(key).length > 230)).toBe(true);
  expect(truth.keys.some((key) => key.length === 1)).toBe(true);
});

describe.each([
  ['libketama', libketama],
  ['uhashring', uhashring],
  ['hash_ring', pythonHashRing],
  ['nginx', nginx],
] as const)('%s', (program, dialect) => {
  test.each(truth[program].map((vector, i) => ({ ...vector, i, n: vector.servers.length })))(
    'list $i, $n servers',
    ({ servers, map }) => {
      expectSame(servers, dialect(), map);
    },
  );
});

test.each(truth.libmemcached.map((vector, i) => ({ ...vector, i })))(
  'libmemcached, list $i: $mode $hash',
  ({ servers, mode, hash, map }) => {
    const options = hash === null ? {} : { hash };
    const dialect = {
      KETAMA: () => libmemcached(options),
      WEIGHTED: () => libmemcachedWeighted(options),
      SPY: () => spymemcached(),
    }[mode]();
    expectSame(nodesOf(servers), dialect, map);
  },
);

test.each(truth.twemproxy.map((vector, i) => ({ ...vector, i })))(
  'twemproxy, list $i: $hash $hashTag',
  ({ servers, hash, hashTag, map }) => {
    expectSame(nodesOf(servers), twemproxy(hashTag === null ? { hash } : { hash, hashTag }), map);
  },
);

test.each(truth.haproxy.map((vector, i) => ({ ...vector, i })))(
  'HAProxy, list $i: $hash, avalanche: $avalanche',
  ({ hash, avalanche, ids, weights, map }) => {
    const names = ids.map((_, i) => `app${i}`);
    const dialect = haproxy({
      // No function named is sdbm with avalanche.
      ...(hash === null ? {} : { hash, avalanche }),
      ids: ids[0] === null ? 'listed' : Object.fromEntries(names.map((name, i) => [name, ids[i]!])),
    });
    expectSame(
      names.map((id, i) => ({ id, weight: weights[i]! })),
      dialect,
      map,
    );
  },
);

test('Redis 7.0: CLUSTER KEYSLOT of every key', () => {
  expect(truth.keys.map((key) => keySlot(key))).toEqual(truth.redisSlots);
});
