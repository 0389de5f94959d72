import { describe, expect, test } from 'vitest';
import {
  type CompatDialect,
  libmemcached,
  libmemcachedWeighted,
  nodesOf,
  spymemcached,
} from '../../src/compat/index.js';
import { hashNamed, LIBMEMCACHED_HASHES, type LibmemcachedHash } from '../../src/compat/libhashkit.js';
import { Ring, RingError } from '../../src/index.js';
import { expectMap, keyHashes, keys, type Vector, vectors } from './ground-truth.js';

interface LibmemcachedVector extends Vector {
  readonly mode: keyof typeof MODES;
  readonly points: number;
  readonly pointsPerServer: readonly number[];
  readonly first8Points: readonly (readonly [position: number, server: number])[];
}

const MODES = {
  KETAMA: () => libmemcached(),
  KETAMA_WEIGHTED: () => libmemcachedWeighted(),
  KETAMA_HASH_CRC: () => libmemcachedWeighted({ hash: 'crc' }),
  CONSISTENT_KETAMA_SPY: () => spymemcached(),
} as const satisfies Record<string, () => CompatDialect>;

describe('libmemcached 1.1.4: every key, every count and the first points', () => {
  test.each(vectors<LibmemcachedVector>('libmemcached'))('$mode $config', (vector) => {
    const nodes = nodesOf(vector.servers);
    const ring = Ring.of(nodes, { dialect: MODES[vector.mode]() });
    expect(ring.pointCount).toBe(vector.points);
    const counts = new Map(nodes.map(({ id }) => [id, 0]));
    for (const { id } of ring.points()) counts.set(id, counts.get(id)! + 1);
    expect([...counts.values()]).toEqual(vector.pointsPerServer);
    const first = [...ring.points()]
      .slice(0, 8)
      .map(({ position, id }) => [position, nodes.findIndex((n) => n.id === id)]);
    expect(first).toEqual(vector.first8Points);
    expectMap(ring, nodes, vector.map);
  });
});

describe('libhashkit hashes every key as the real one', () => {
  const NAMES: Record<string, LibmemcachedHash> = {
    MD5: 'md5',
    DEFAULT_jenkins_oaat: 'default',
    CRC: 'crc',
    FNV1_64: 'fnv1_64',
    FNV1A_64: 'fnv1a_64',
    FNV1_32: 'fnv1_32',
    FNV1A_32: 'fnv1a_32',
    JENKINS: 'jenkins',
    MURMUR: 'murmur',
    MURMUR3: 'murmur3',
  };
  const truth = keyHashes();

  test('no function of the vectors is left out', () => {
    const functions = Object.keys(truth).filter((name) => Array.isArray(truth[name]));
    expect(functions.sort()).toEqual(Object.keys(NAMES).sort());
  });

  test.each(Object.entries(NAMES))('%s', (name, ours) => {
    const { hash } = hashNamed(LIBMEMCACHED_HASHES, ours);
    expect(keys.map((key) => hash(key))).toEqual(truth[name]);
    const bytes = new TextEncoder();
    expect(keys.map((key) => hash(bytes.encode(key)))).toEqual(truth[name]);
  });
});

test('with hash crc all keys go to one server: the function leaves 15 bits, which is the first 1/131072 of the ring', () => {
  const servers = Array.from({ length: 20 }, (_, i) => `10.0.0.${i}:11211`);
  const ring = Ring.of(servers, { dialect: libmemcachedWeighted({ hash: 'crc' }) });
  expect(new Set(keys.map((key) => ring.owner(key))).size).toBe(1);
  for (const key of keys) expect(ring.explain(key).position).toBeLessThan(2 ** 15);
});

test('one weight above 1 turns 100 points each into the weighted ones, and keys are hashed as before', () => {
  const plain = Ring.of(['a', 'b', 'c'], { dialect: libmemcached() });
  const weighted = plain.reweight('b', 2);
  expect(plain.pointCount).toBe(300);
  expect(weighted.pointCount).toBe(480);
  const md5 = Ring.of(['a', { id: 'b', weight: 2 }, 'c'], { dialect: libmemcachedWeighted() });
  expect(weighted.points().map(({ position, id }) => [position, id])).toEqual(
    md5.points().map(({ position, id }) => [position, id]),
  );
  expect(weighted.explain('k').position).toBe(plain.explain('k').position);
  expect(weighted.reweight('b', 1).pointCount).toBe(300);
});

test('port 11211 is left out of the label, so a server without a port is the same server', () => {
  for (const dialect of [libmemcached(), libmemcachedWeighted()]) {
    const bare = Ring.of(['10.0.0.1', '10.0.0.2'], { dialect });
    const full = Ring.of(['10.0.0.1:11211', '10.0.0.2:11211'], { dialect });
    for (const key of keys) expect(full.owner(key)).toBe(`${bare.owner(key)}:11211`);
  }
  const spy = (id: string): string => spymemcached().rules.labelOf(id);
  expect([spy('10.0.0.1'), spy('10.0.0.1:11211'), spy('10.0.0.1:80')]).toEqual([
    '/10.0.0.1:11211',
    '/10.0.0.1:11211',
    '/10.0.0.1:80',
  ]);
});

test('equal points go to the server that is listed first, whatever its id', () => {
  // Two writings of one address have the same label and so the same points.
  for (const list of [
    ['10.0.0.1:11211', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1:11211'],
  ]) {
    const ring = Ring.of(list, { dialect: libmemcachedWeighted() });
    expect(new Set(keys.map((key) => ring.owner(key)))).toEqual(new Set([list[0]]));
  }
});

test('a char without sign, as on ARM, changes where keys beyond ASCII go, and no others', () => {
  const servers = Array.from({ length: 10 }, (_, i) => `10.0.0.${i}:11211`);
  const x86 = Ring.of(servers, { dialect: libmemcached() });
  const arm = Ring.of(servers, { dialect: libmemcached({ char: 'unsigned' }) });
  const position = ({ dialect }: Ring<string>, key: string): number => dialect.position(key);
  for (const key of keys) expect(position(arm, key)).toBe(position(x86, key));
  for (const key of ['größe', 'clé', '鍵', '🔑']) expect(position(arm, key)).not.toBe(position(x86, key));
  expect(x86.dialect.name).not.toBe(arm.dialect.name);
});

test('the Java client: 160 points for equal servers however many, no slash, the later server at equal points', () => {
  const servers = Array.from({ length: 25 }, (_, i) => `10.0.0.${i}:11211`);
  const java = Ring.of(servers, { dialect: spymemcached({ client: 'java' }) });
  expect(java.pointCount).toBe(25 * 160);
  expect(Ring.of(servers, { dialect: spymemcached() }).pointCount).toBe(25 * 156);
  const { labelOf } = spymemcached({ client: 'java' }).rules;
  expect([labelOf('cache/10.0.0.1:11211'), labelOf('/10.0.0.1:11211')]).toEqual([
    'cache/10.0.0.1:11211',
    '10.0.0.1:11211',
  ]);
  const twins = Ring.of(['/10.0.0.1:1', '10.0.0.1:1'], { dialect: spymemcached({ client: 'java' }) });
  expect(new Set(keys.map((key) => twins.owner(key)))).toEqual(new Set(['10.0.0.1:1']));
});

test('weights that libmemcached has no integer for, and unknown hashes, are refused by name', () => {
  const dialect = libmemcachedWeighted();
  expect(() => Ring.of([{ id: 'a', weight: 1.5 }], { dialect })).toThrow(
    /weight in the dialect libmemcached-ketama-weighted must be an integer/,
  );
  expect(() => Ring.of([], { dialect })).toThrow(RingError);
  expect(() => libmemcached({ hash: 'sha1' as never })).toThrow(/hash must be one of default, md5, crc/);
  expect(() => libmemcached({ char: 'wide' as never })).toThrow(/char must be signed or unsigned/);
});
