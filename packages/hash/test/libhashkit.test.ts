import { describe, expect, test } from 'vitest';
import {
  crc32,
  fnv1_32,
  fnv1_64Lanes,
  fnv1a_32,
  fnv1a_64Lanes,
  jenkinsLookup3,
  jenkinsOneAtATime,
  type Key,
  keyBytes,
  md5Lanes,
  murmur2,
  murmur3_x86_32,
} from '../src/index.js';
import { fromHex } from './inputs.js';
import keys from './vectors/ketama/keys.json' with { type: 'json' };
import bytesFile from './vectors/ketama/libhashkit-bytes.json' with { type: 'json' };
import libhashkit from './vectors/ketama/libhashkit-key-hashes.json' with { type: 'json' };

const lanes = new Uint32Array(4);
const lengthSeed = (key: Key): number => Math.imul(0xdeadbeef, keyBytes(key).length);

/** Each function of libhashkit, as it reads in ours. It returns 32 bits of everything, and C's `char` has a sign. */
const functions: Record<string, (key: Key) => number> = {
  MD5: (key) => {
    md5Lanes(key, lanes);
    return lanes[0]!;
  },
  DEFAULT_jenkins_oaat: (key) => jenkinsOneAtATime(key, 'signed'),
  CRC: (key) => (crc32(key) >>> 16) & 0x7fff,
  FNV1_64: (key) => {
    fnv1_64Lanes(key, lanes, 'signed');
    return lanes[0]!;
  },
  FNV1A_64: (key) => {
    fnv1a_64Lanes(key, lanes, 'signed');
    return lanes[0]!;
  },
  FNV1_32: (key) => fnv1_32(key, 'signed'),
  FNV1A_32: (key) => fnv1a_32(key, 'signed'),
  JENKINS: (key) => jenkinsLookup3(key, 13),
  MURMUR: (key) => murmur2(key, lengthSeed(key)),
  MURMUR3: (key) => murmur3_x86_32(key, lengthSeed(key)),
};

describe('libhashkit of libmemcached 1.1.4', () => {
  const { producedBy: _, keys: __, note: ___, ...columns } = libhashkit;

  test('every function that the file has is known here', () => {
    expect(Object.keys(functions).sort()).toEqual(Object.keys(columns).sort());
    expect(keys.length).toBe(1000);
  });

  test.each(Object.entries(columns))('%s agrees on all 1,000 keys', (name, expected) => {
    expect(keys.map((key) => functions[name]!(key))).toEqual(expected);
  });

  test.each(Object.keys(functions))('%s agrees on 124 more keys, most of them not ASCII', (name) => {
    const rows = bytesFile.vectors as { key: string; [name: string]: string | number }[];
    expect(rows.length).toBe(124);
    expect(rows.map((row) => functions[name]!(fromHex(row.key)))).toEqual(rows.map((row) => row[name]));
  });

  test('the sign of bytes matters for keys that are not ASCII, and for no others', () => {
    const differs = (key: Uint8Array): boolean => jenkinsOneAtATime(key) !== jenkinsOneAtATime(key, 'signed');
    const others = bytesFile.vectors.map((row) => fromHex(row.key)).filter((key) => key.some((byte) => byte > 127));
    expect(others.length).toBeGreaterThan(100);
    expect(others.every(differs)).toBe(true);
    expect(keys.map(keyBytes).some(differs)).toBe(false);
  });
});
