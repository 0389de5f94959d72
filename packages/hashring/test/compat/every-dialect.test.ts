import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CompatDialect,
  envoyRing,
  haproxy,
  libketama,
  libmemcached,
  libmemcachedWeighted,
  nginx,
  npmHashringDialect,
  pythonHashRing,
  spymemcached,
  twemproxy,
  uhashring,
} from '../../src/compat/index.js';
import {
  LIBMEMCACHED_HASHES,
  type LibmemcachedHash,
  TWEMPROXY_HASHES,
  type TwemproxyHash,
} from '../../src/compat/libhashkit.js';
import { diff, Ring } from '../../src/index.js';
import { keys } from './ground-truth.js';

const DIALECTS: CompatDialect[] = [
  libketama(),
  ...(Object.keys(LIBMEMCACHED_HASHES) as LibmemcachedHash[]).flatMap((hash) => [
    libmemcached({ hash }),
    libmemcachedWeighted({ hash }),
  ]),
  libmemcached({ char: 'unsigned' }),
  spymemcached(),
  spymemcached({ client: 'java' }),
  ...(Object.keys(TWEMPROXY_HASHES) as TwemproxyHash[]).map((hash) => twemproxy({ hash })),
  twemproxy({ hash: 'md5', hashTag: '{}' }),
  twemproxy({ char: 'unsigned', hashTag: '$$' }),
  pythonHashRing(),
  uhashring(),
  npmHashringDialect(),
  npmHashringDialect({ vnodeCount: 100, replicas: 3, defaultPort: 11_211 }),
  nginx(),
  ...(['sdbm', 'djb2', 'wt6', 'crc32'] as const).flatMap((hash) => [
    haproxy({ hash, ids: 'listed' }),
    haproxy({ hash, avalanche: true, ids: 'listed' }),
  ]),
  envoyRing(),
  envoyRing({ minimumRingSize: 5000, hashFunction: 'MURMUR_HASH_2' }),
];
const named = DIALECTS.map((dialect) => [dialect.name, dialect] as const);

test('names stand for all parameters, so no two dialects share one', () => {
  expect(new Set(DIALECTS.map(({ name }) => name)).size).toBe(DIALECTS.length);
});

/** Also what the vectors have none of: bytes beyond ASCII, and tags. */
const moreKeys = [...keys, 'größe', 'clé', '鍵', '🔑', 'a{b}c', 'a$b$c'];
const text = fc.oneof(fc.string({ maxLength: 100 }), fc.string({ unit: 'binary', maxLength: 100 }));

describe.each(named)('%s', (_, dialect) => {
  const servers = Array.from({ length: 12 }, (_, i) => ({ id: `10.0.0.${i}:${11_205 + i}`, weight: 1 + (i % 3) }));
  const ring = Ring.of(servers, { dialect });

  test('a string is its UTF-8 bytes, and its position a whole number below 2^32', () => {
    fc.assert(
      fc.property(text, (key) => {
        const bytes = new TextEncoder().encode(key);
        const position = dialect.position(key);
        expect(position).toBe(dialect.position(bytes));
        expect(dialect.positionLow?.(key)).toBe(dialect.positionLow?.(bytes));
        expect(Number.isInteger(position) && position >= 0 && position < 2 ** 32).toBe(true);
      }),
    );
  });

  test('answers what a ring answers: owner, owners, explain, shares, diff, and comes back from its bytes', () => {
    const again = Ring.from(ring.toBytes(), { dialect });
    expect(again.fingerprint).toBe(ring.fingerprint);
    for (const key of keys.slice(0, 100)) {
      const owner = ring.owner(key);
      expect(ring.owners(key, { n: 3 })[0]).toBe(owner);
      expect(ring.explain(key).owner).toBe(owner);
      expect(again.owner(key).id).toBe(owner.id);
    }
    const { nodes } = ring.ownership();
    expect(nodes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    const plan = diff(ring, ring.without(servers[3]!.id));
    expect(plan.moved).toBeGreaterThan(nodes.find(({ id }) => id === servers[3]!.id)!.share - 1e-6);
  });

  test('a ring that is changed is the ring built anew, and an independent one moves no key between servers that stay', () => {
    const less = ring.without(servers[3]!.id);
    const anew = Ring.of(
      servers.filter((_, i) => i !== 3),
      { dialect },
    );
    expect(less.fingerprint).toBe(anew.fingerprint);
    for (const key of keys) {
      expect(less.owner(key)).toBe(anew.owner(key));
      if (dialect.independent && ring.owner(key) !== servers[3]) expect(less.owner(key)).toBe(ring.owner(key));
    }
  });

  test('says what its rules are', () => {
    const { program, keyHash, pointHash, labelOf } = dialect.rules;
    for (const part of [program, keyHash, pointHash, labelOf(servers[0]!.id)]) expect(part).not.toBe('');
  });
});

describe('dialects of one key hash place a key alike, and only those', () => {
  test.each(named)('%s', (_, dialect) => {
    for (const other of DIALECTS) {
      const same = moreKeys.every((key) => dialect.position(key) === other.position(key));
      expect(other.rules.keyHash === dialect.rules.keyHash, other.name).toBe(same);
    }
  });
});
