import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { DecodeError } from '@dsys/codec';
import { type CodecUnderTest, codecLaws, insideEnvelope } from '@dsys/codec/testing';
import { xxh64 } from '@dsys/hash';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Member, Ring, type RingDialect, type RingError, type RingJson } from '../src/index.js';
import { readRingBytes, ringBytes, type StoredRing } from '../src/ring-bytes.js';
import { anyWeight, holds, keysOf, nodesOf, shuffled } from './laws.js';

const small = { pointsPerNode: 4 };
const { dialect: own } = Ring.of(['a']);
/** As our own, but with one point a node: bytes that ask for much cost a test little. */
const light: RingDialect = { ...own, name: 'light', points: (members) => members.map((_, i) => Uint32Array.of(i)) };
const listed: RingDialect = { ...light, name: 'listed', ties: 'first' };

/**
 * That bytes name another dialect is a refusal too, if not the bytes' fault: what the laws ask for is that it is one.
 */
function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if ((error as RingError).code !== 'unknown-dialect') throw error;
    throw new DecodeError('decode-invalid-value', { offset: 0, field: 'dialect', expected: 'ours', found: 'another' });
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe.each([own, listed])('the codec of the bytes, in the dialect $name', (dialect) => {
  const samples = [
    [{ id: 'a' }],
    [
      { id: 'b', weight: 0.5, zone: 'east' },
      { id: 'a', weight: 1e6 },
    ],
    [{ id: 'größe', zone: 'süd' }, { id: '\u{1f511}' }, { id: '\uffff' }],
    [{ id: 'x'.repeat(130) }],
  ].map((nodes): StoredRing => {
    const { members } = Ring.of(nodes, { dialect: { ...light, ties: dialect.ties } });
    return { dialect, pointsPerNode: 160, members };
  });
  const codec: CodecUnderTest<StoredRing> = {
    encode: ringBytes,
    decode: (bytes) => refusing(() => readRingBytes(bytes, dialect, (stored) => stored)),
    samples,
    equal: (a, b) => isDeepStrictEqual(a, b),
    checksummed: true,
    inside: insideEnvelope,
  };
  for (const law of codecLaws(codec)) test(law.name, () => void law.check());
});

describe('a ring out of bytes, by way of a dialect of few points', () => {
  const codec: CodecUnderTest<Ring<Member>> = {
    encode: (ring) => ring.toBytes(),
    decode: (bytes) => refusing(() => Ring.from(bytes, { dialect: listed })),
    samples: [['a'], ['b', 'a', 'c']].map((ids) =>
      Ring.of(
        ids.map((id) => ({ id, weight: 2, zone: 'z' })),
        { dialect: listed },
      ),
    ),
    equal: (a, b) => hexOf(a.toBytes()) === hexOf(b.toBytes()),
    checksummed: true,
    inside: insideEnvelope,
  };
  for (const law of codecLaws(codec)) test(law.name, () => void law.check());
});

test('a ring comes back from bytes and from JSON with every key where it was', () => {
  holds(
    fc.property(nodesOf(1, 10), anyWeight, (nodes, weight) => {
      const ring = Ring.of(nodes, small).reweight(nodes[0]!.id, weight);
      const keys = keysOf(50);
      const expected = ring.ownerMany(keys).map(({ id }) => id);
      for (const restored of [Ring.from(ring.toBytes()), Ring.from(JSON.parse(JSON.stringify(ring)) as RingJson)]) {
        expect(restored.ownerMany(keys).map(({ id }) => id)).toEqual(expected);
        expect(restored.members).toEqual(ring.members);
        expect(restored.nodes).toEqual(ring.members);
        expect(restored.fingerprint).toBe(ring.fingerprint);
        expect(hexOf(restored.toBytes())).toBe(hexOf(ring.toBytes()));
      }
    }),
  );
});

test('equal rings have equal bytes and fingerprints, however they are listed and whatever else the nodes hold', () => {
  holds(
    fc.property(
      nodesOf(1, 10).chain((nodes) => fc.tuple(fc.constant(nodes), shuffled(nodes))),
      ([nodes, order]) => {
        const ring = Ring.of(nodes, small);
        const other = Ring.of(
          order.map((node) => ({ ...node, extra: Math.PI })),
          small,
        );
        expect(hexOf(other.toBytes())).toBe(hexOf(ring.toBytes()));
        expect(other.fingerprint).toBe(ring.fingerprint);
        expect(JSON.stringify(other)).toBe(JSON.stringify(ring));
      },
    ),
  );
});

test('whatever tells two rings apart changes the fingerprint', () => {
  const of = (weight: number, zone: string, options = {}) => Ring.of([{ id: 'a', weight, zone }, { id: 'b' }], options);
  const rings = [
    of(1, ''),
    of(1.0000000000000002, ''),
    of(1, 'z'),
    of(1, '', { pointsPerNode: 511 }),
    of(1, '', { dialect: light }),
    of(1, '').without('b'),
    Ring.of(['b', 'a'], { dialect: listed }),
    Ring.of(['a', 'b'], { dialect: listed }),
  ];
  expect(new Set(rings.map(({ fingerprint }) => fingerprint)).size).toBe(rings.length);
  for (const { fingerprint } of rings) expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
});

test('the bytes are those of the README, field by field', () => {
  const ring = Ring.of(
    [
      { id: 'b', weight: 2 },
      { id: 'a', zone: 'z' },
    ],
    { pointsPerNode: 300 },
  );
  const payload = [
    '04',
    Buffer.from('dsys').toString('hex'), // dialect
    'ac02', // 300 points per node
    '02', // nodes
    '01',
    '61',
    '01',
    '7a',
    '000000000000f03f', // a, zone z, weight 1
    '01',
    '62',
    '00',
    '0000000000000040', // b, no zone, weight 2
  ].join('');
  const head = `e4737973${Buffer.from('ring\0\0\0').toString('hex')}01${'1f000000'}`;
  const checksum = Buffer.alloc(8);
  checksum.writeBigUInt64LE(xxh64(bytesOf(head + payload)));
  expect(hexOf(ring.toBytes())).toBe(head + payload + checksum.toString('hex'));
  expect(ring.fingerprint).toBe(xxh64(bytesOf(payload)).toString(16).padStart(16, '0'));
});

interface Frozen {
  readonly hex: string;
  readonly json: RingJson;
  readonly keys: readonly (string | number)[];
  readonly owners: readonly string[];
}

const frozen = JSON.parse(readFileSync(new URL('vectors/ring-v1.json', import.meta.url), 'utf8')) as Record<
  string,
  Frozen
>;

test.each(Object.entries(frozen))('version 1 is read and written as ever: %s', (_, { hex, json, keys, owners }) => {
  const ring = Ring.from(bytesOf(hex));
  expect(hexOf(ring.toBytes())).toBe(hex);
  expect(ring.toJSON()).toEqual(json);
  expect(hexOf(Ring.from(json).toBytes())).toBe(hex);
  expect(keys.map((key) => ring.owner(key).id)).toEqual(owners);
});

describe('revive', () => {
  const servers = new Map([
    ['a', { id: 'a', url: 'http://a' }],
    ['b', { id: 'b', url: 'http://b' }],
  ]);
  const bytes = Ring.of([...servers.values()])
    .reweight('a', 3)
    .toBytes();

  test('puts the caller’s own nodes in the place of the stored ones, whose weight and zone count', () => {
    const ring = Ring.from(bytes, { revive: ({ id }) => servers.get(id)! });
    expect([...servers.values()]).toContain(ring.owner('key'));
    expect(ring.weightOf('a')).toBe(3);
    const names: readonly string[] = Ring.from(bytes, { revive: ({ id }) => id }).nodes;
    expect(names).toEqual(['a', 'b']);
  });

  test.each([
    ['another id', () => 'x'],
    ['nothing', () => undefined as never],
  ])('may not give %s', (_, revive) => {
    expect(() => Ring.from(bytes, { revive })).toThrow(
      expect.objectContaining({ name: 'RingError', code: 'different-node' }),
    );
  });
});
