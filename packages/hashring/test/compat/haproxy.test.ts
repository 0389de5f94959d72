import { haproxyAvalanche } from '@dsys/hash';
import { describe, expect, test } from 'vitest';
import { type HaproxyHash, haproxy, nodesOf } from '../../src/compat/index.js';
import { Ring } from '../../src/index.js';
import { expectMap, keys, type Vector, vectors } from './ground-truth.js';

interface HaproxyVector extends Vector {
  readonly hash: HaproxyHash;
  readonly avalanche: boolean;
}

describe('HAProxy 2.6.12 sends every key where the real one does', () => {
  test.each(vectors<HaproxyVector>('haproxy'))(
    '$config $hash, avalanche: $avalanche',
    ({ servers, map, hash, avalanche }) => {
      const nodes = nodesOf(servers);
      expectMap(Ring.of(nodes, { dialect: haproxy({ hash, avalanche }) }), nodes, map);
    },
  );
});

test('hash-type consistent alone is sdbm with avalanche; a function named has none unless it is asked for', () => {
  expect(haproxy().name).toBe('haproxy(sdbm,avalanche)');
  expect(haproxy({ hash: 'sdbm' }).name).toBe('haproxy(sdbm)');
  expect(haproxy({ hash: 'wt6', avalanche: true }).name).toBe('haproxy(wt6,avalanche)');
  expect(haproxy({ avalanche: false }).name).toBe('haproxy(sdbm)');
  for (const hash of ['sdbm', 'djb2', 'wt6', 'crc32'] as const) {
    const plain = haproxy({ hash });
    const mixed = haproxy({ hash, avalanche: true });
    for (const key of keys.slice(0, 50)) expect(mixed.position(key)).toBe(haproxyAvalanche(plain.position(key)));
  }
});

describe('the nearest point owns, whichever side it is on', () => {
  // Found by asking every server: distance mod 2^32, the lower point at equal distance.
  test.each(['sdbm', 'crc32'] as const)('%s', (hash) => {
    const dialect = haproxy({ hash, avalanche: true });
    const ids = Array.from({ length: 9 }, (_, i) => String(i + 1));
    const ring = Ring.of(ids, { dialect });
    const points = ids.flatMap((id) =>
      Array.from({ length: 16 }, (_, k) => ({ id, at: haproxyAvalanche(Number(id) * 4096 + k) })),
    );
    for (const key of keys) {
      const h = dialect.position(key);
      const distance = ({ at }: { at: number }): number => Math.min((h - at) >>> 0, (at - h) >>> 0);
      const isLower = ({ at }: { at: number }): boolean => (h - at) >>> 0 <= (at - h) >>> 0;
      const best = points.reduce((a, b) =>
        distance(b) < distance(a) || (distance(b) === distance(a) && isLower(b)) ? b : a,
      );
      expect(ring.owner(key)).toBe(best.id);
    }
  });
});

describe('ids', () => {
  const servers = ['app1', 'app2', 'app3', 'app4'];

  test('from a record: the same places as nodes that are named by their numbers', () => {
    const ids = { app1: 11, app2: 7, app3: 300, app4: 4 };
    const named = Ring.of(servers, { dialect: haproxy({ ids }) });
    const numbered = Ring.of(['11', '7', '300', '4'], { dialect: haproxy() });
    for (const key of keys) expect(String(ids[named.owner(key) as keyof typeof ids])).toBe(numbered.owner(key));
  });

  test('as listed: 1, 2, 3 …, so that leaving the list moves those behind, and with ids of their own it does not', () => {
    const listed = Ring.of(servers, { dialect: haproxy({ ids: 'listed' }) });
    const numbered = Ring.of(['1', '2', '3', '4'], { dialect: haproxy() });
    for (const key of keys) expect(`app${numbered.owner(key)}`).toBe(listed.owner(key));
    const between = (before: Ring<string>, after: Ring<string>, gone: string): number =>
      keys.filter((key) => before.owner(key) !== gone && before.owner(key) !== after.owner(key)).length;
    expect(between(listed, listed.without('app1'), 'app1')).toBeGreaterThan(keys.length / 3);
    expect(between(numbered, numbered.without('1'), '1')).toBe(0);
  });

  test('are part of the dialect and so of its name, whatever their order', () => {
    const name = (ids: Record<string, number>): string => haproxy({ ids }).name;
    expect(name({ a: 1, b: 2 })).toBe(name({ b: 2, a: 1 }));
    expect(name({ a: 1, b: 2 })).not.toBe(name({ a: 2, b: 1 }));
    expect(haproxy({ ids: 'listed' }).name).not.toBe(haproxy().name);
  });

  test.each<[string, () => unknown]>([
    ['a name where a number is wanted', () => Ring.of(servers, { dialect: haproxy() })],
    ['a server without a number', () => Ring.of(servers, { dialect: haproxy({ ids: { app1: 1 } }) })],
    ['number 0', () => Ring.of(['0'], { dialect: haproxy() })],
    ['number 0 in a record', () => Ring.of(['a'], { dialect: haproxy({ ids: { a: 0 } }) })],
    ['half a number', () => Ring.of(['a'], { dialect: haproxy({ ids: { a: 1.5 } }) })],
    ['a number too great', () => Ring.of(['2147483648'], { dialect: haproxy() })],
    ['a property of all objects', () => Ring.of(['constructor'], { dialect: haproxy({ ids: {} }) })],
    ['weight 257', () => Ring.of([{ id: '1', weight: 257 }], { dialect: haproxy() })],
    ['an unknown function', () => haproxy({ hash: 'md5' as never })],
  ])('%s is refused', (_, make) => {
    expect(make).toThrow(/must be/);
  });
});

test('ids that differ by 2^20 have the same points: the first listed has them from below, the last from above', () => {
  const [low, high] = ['5', String(5 + 2 ** 20)];
  const ring = Ring.of([low!, high!], { dialect: haproxy({ hash: 'crc32' }) });
  const owners = new Set(keys.map((key) => ring.owner(key)));
  expect(owners).toEqual(new Set([low, high]));
  for (const key of keys) {
    const { position, point } = ring.explain(key);
    const below = (point.position - position) >>> 0 < 2 ** 31;
    expect(ring.owner(key)).toBe(below ? low : high);
  }
});
