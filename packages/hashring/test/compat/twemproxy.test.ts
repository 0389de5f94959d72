import { describe, expect, test } from 'vitest';
import { libmemcachedWeighted, nodesOf, type TwemproxyHash, twemproxy } from '../../src/compat/index.js';
import { hashNamed, TWEMPROXY_HASHES } from '../../src/compat/libhashkit.js';
import { Ring } from '../../src/index.js';
import { expectMap, keyHashes, keys, sharedPosition, type Vector, vectors } from './ground-truth.js';

interface TwemproxyVector extends Vector {
  readonly hash: TwemproxyHash;
  readonly hashTag: string | null;
  readonly named: boolean;
}

describe('nutcracker 0.5.0 sends every key where the real one does', () => {
  test.each(vectors<TwemproxyVector>('twemproxy'))(
    '$config $hash, named: $named',
    ({ servers, map, hash, hashTag, named }) => {
      // A server without a name must not have a field for one.
      const nodes = nodesOf(
        servers.map((server, i) => (named ? { ...server, name: `cache-${String(i + 1).padStart(2, '0')}` } : server)),
      );
      const dialect = twemproxy(hashTag === null ? { hash } : { hash, hashTag });
      expectMap(Ring.of<(typeof nodes)[number]>(nodes, { dialect }), nodes, map);
    },
  );
});

const DOCUMENTED: TwemproxyHash[] = [
  'one_at_a_time',
  'md5',
  'crc16',
  'crc32',
  'crc32a',
  'fnv1_64',
  'fnv1a_64',
  'fnv1_32',
  'fnv1a_32',
  'hsieh',
  'murmur',
  'jenkins',
];

test('every hash that its documentation names is there, each a function of its own', () => {
  expect(Object.keys(TWEMPROXY_HASHES).sort()).toEqual([...DOCUMENTED].sort());
  const names = DOCUMENTED.map((hash) => hashNamed(TWEMPROXY_HASHES, hash).name);
  expect(new Set(names).size).toBe(DOCUMENTED.length);
  const values = DOCUMENTED.map((hash) => hashNamed(TWEMPROXY_HASHES, hash).hash('some key'));
  expect(new Set(values).size).toBe(DOCUMENTED.length);
});

test('what twemproxy has copied from libhashkit is the same function', () => {
  const truth = keyHashes();
  const copies: [TwemproxyHash, string][] = [
    ['one_at_a_time', 'DEFAULT_jenkins_oaat'],
    ['md5', 'MD5'],
    ['crc32', 'CRC'],
    ['fnv1_64', 'FNV1_64'],
    ['fnv1a_64', 'FNV1A_64'],
    ['fnv1_32', 'FNV1_32'],
    ['fnv1a_32', 'FNV1A_32'],
    ['murmur', 'MURMUR'],
    ['jenkins', 'JENKINS'],
  ];
  for (const [ours, theirs] of copies) {
    expect(keys.map(hashNamed(TWEMPROXY_HASHES, ours).hash), ours).toEqual(truth[theirs]);
  }
});

describe('hash tags', () => {
  const servers = Array.from({ length: 40 }, (_, i) => `10.0.0.${i}:6379`);
  const tagged = (hashTag: string) => Ring.of(servers, { dialect: twemproxy({ hash: 'md5', hashTag }) });
  const whole = Ring.of(servers, { dialect: twemproxy({ hash: 'md5' }) });
  const position = (ring: typeof whole, key: string | Uint8Array): number => ring.explain(key).position;

  test.each<[string, string, string]>([
    ['{}', 'user:{42}:name', '42'],
    ['{}', '{42}', '42'],
    ['{}', 'a{b}{c}', 'b'],
    ['{}', 'a{{b}}', '{b'],
    ['{}', 'a}b{c}', 'c'],
    ['{}', 'größe{schlüssel}ß', 'schlüssel'],
    ['{}', 'a{}b', 'a{}b'],
    ['{}', 'a{}{b}', 'a{}{b}'],
    ['{}', 'a{b', 'a{b'],
    ['{}', 'a}b', 'a}b'],
    ['{}', '{', '{'],
    ['$$', 'a$b$c', 'b'],
    ['$$', 'a$$c$', 'a$$c$'],
    ['$$', 'a$b', 'a$b'],
    ['[)', 'a[b)', 'b'],
  ])('with %s, %s is hashed as %s', (hashTag, key, part) => {
    expect(position(tagged(hashTag), key)).toBe(position(whole, part));
    expect(position(tagged(hashTag), new TextEncoder().encode(key))).toBe(position(whole, part));
  });

  test('must be two ASCII characters', () => {
    for (const hashTag of ['', '{', '{}}', 'ää', '🙂']) expect(() => twemproxy({ hashTag })).toThrow(/hashTag/);
  });
});

test('the empty key has hash 0 whatever the function, as server_pool_hash has it', () => {
  for (const hash of DOCUMENTED) {
    const ring = Ring.of(['a', 'b'], { dialect: twemproxy({ hash }) });
    expect(ring.explain('').position).toBe(0);
    expect(ring.explain(new Uint8Array(0)).position).toBe(0);
  }
});

test('a Unix socket keeps the colon of its line, a name is taken as it stands', () => {
  const { labelOf } = twemproxy().rules;
  expect([labelOf('/run/mc.sock'), labelOf('cache-01'), labelOf('10.0.0.1:11211'), labelOf('10.0.0.1:6379')]).toEqual([
    '/run/mc.sock:',
    'cache-01',
    '10.0.0.1',
    '10.0.0.1:6379',
  ]);
});

test('its points are those of libmemcached', () => {
  const servers = Array.from({ length: 25 }, (_, i) => ({ id: `10.0.0.${i}:11211`, weight: 1 + (i % 3) }));
  const points = (dialect: ReturnType<typeof twemproxy>) =>
    Ring.of(servers, { dialect })
      .points()
      .map(({ position, id }) => [position, id]);
  expect(points(twemproxy())).toEqual(points(libmemcachedWeighted()));
});

test('of servers with equal points the one with the shorter name wins, then the lower one, however they are listed', () => {
  const { a, b, position } = sharedPosition(twemproxy());
  for (const list of [
    [a, b],
    [b, a],
  ]) {
    const ring = Ring.of(list, { dialect: twemproxy({ hash: 'md5' }) });
    const owners = ring
      .points()
      .filter((point) => point.position === position)
      .map(({ id }) => id);
    expect(owners).toEqual([a]);
  }
});
