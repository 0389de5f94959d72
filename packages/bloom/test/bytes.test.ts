import { DecodeError, openEnvelope, peekEnvelope, sealEnvelope } from '@dsys/codec';
import { codecLaws, insideEnvelope } from '@dsys/codec/testing';
import { describe, expect, test } from 'vitest';
import { BloomFilter } from '../src/index.js';
import { kinds } from './samples.js';
import { fileOf, jsonOf, keysOf } from './support.js';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe.each(Object.entries(kinds))('bytes of the kind %s', (kind, { fromBytes, samples }) => {
  const laws = codecLaws({
    encode: (filter: (typeof samples)[string]) => filter.toBytes(),
    decode: fromBytes,
    samples: Object.values(samples),
    equal: (a, b) => hexOf(a.toBytes()) === hexOf(b.toBytes()),
    checksummed: true,
    inside: insideEnvelope,
  });
  for (const law of laws) test(law.name, () => void law.check());

  test('begin with the head that all sketches have: XXH64, seed 0, keys by the rules of @dsys/hash', () => {
    for (const filter of Object.values(samples)) {
      const bytes = filter.toBytes();
      expect(peekEnvelope(bytes)).toMatchObject({ kind, version: 1 });
      const { payload } = openEnvelope(bytes, { kind, versions: [1], maxBytes: 1e6 });
      expect(hexOf(payload.subarray(0, 10))).toBe('01000000000000000001');
    }
  });

  test('of another hash, seed or key domain, of another kind or version are refused, and the error says so', () => {
    const [sample] = Object.values(samples);
    const { payload } = openEnvelope(sample!.toBytes(), { kind, versions: [1], maxBytes: 1e6 });
    const edited = (at: number): Uint8Array =>
      sealEnvelope(
        { kind, version: 1 },
        payload.map((byte, i) => (i === at ? 9 : byte)),
      );
    expect(() => fromBytes(edited(0))).toThrow('hashId at byte 0: expected 1, found 9');
    expect(() => fromBytes(edited(1))).toThrow('seed at byte 1: expected 0, found 9');
    expect(() => fromBytes(edited(9))).toThrow('keyDomain at byte 9: expected 1, found 9');
    expect(() => fromBytes(sealEnvelope({ kind: 'ring', version: 1 }, payload))).toThrow(
      `kind at byte 4: expected ${kind}, found ring`,
    );
    expect(() => fromBytes(sealEnvelope({ kind, version: 2 }, payload))).toThrow(/by a newer release/);
    expect(() => fromBytes(Buffer.from('neither'))).toThrow(DecodeError);
  });
});

describe.each(Object.entries(jsonOf('frozen/v1.json') as Record<string, { kind: string; keys: number }>))(
  'what version 1 wrote: %s',
  (name, { kind, keys }) => {
    const bytes = fileOf(`frozen/v1-${name.replace(/\W+/g, '-')}.bin`);

    test('is read as it was meant', () => {
      const filter = kinds[kind]!.fromBytes(bytes);
      expect(keysOf(keys).every((key) => filter.has(key))).toBe(true);
      expect(hexOf(filter.toBytes())).toBe(hexOf(bytes));
    });

    test('is written still, bit for bit', () => {
      expect(hexOf(kinds[kind]!.samples[name]!.toBytes())).toBe(hexOf(bytes));
    });
  },
);

test('every kind has frozen bytes', () => {
  const frozen = Object.keys(jsonOf('frozen/v1.json') as object);
  expect(frozen).toEqual(Object.values(kinds).flatMap(({ samples }) => Object.keys(samples)));
});

describe('a filter over bytes', () => {
  const filter = kinds['bloom']!.samples['split-block'] as BloomFilter;

  test('is a copy by default, and a view where asked', () => {
    const bytes = filter.toBytes();
    const before = hexOf(bytes);
    BloomFilter.fromBytes(bytes).add('another');
    expect(hexOf(bytes)).toBe(before);
    const view = BloomFilter.fromBytes(bytes, { view: true });
    expect(view.words.buffer).toBe(bytes.buffer);
    expect(view.words.byteOffset).toBe(32);
    view.add('another');
    expect(hexOf(bytes)).not.toBe(before);
    expect(hexOf(view.toBytes())).not.toBe(hexOf(bytes)); // its checksum is right again
  });

  test('that lie askew can be copied, not viewed', () => {
    const askew = new Uint8Array(filter.toBytes().length + 1);
    askew.set(filter.toBytes(), 1);
    expect(BloomFilter.fromBytes(askew.subarray(1)).words).toEqual(filter.words);
    expect(() => BloomFilter.fromBytes(askew.subarray(1), { view: true })).toThrow(
      'bytes must be at a multiple of 4 in their buffer for a view, got 1',
    );
  });
});
