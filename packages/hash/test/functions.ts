import type { Key } from '../src/index.js';
import * as hashes from '../src/index.js';

/**
 * Every hash function of the package under its name, as text of its bits, with seeds that differ from 0 beside those
 * that don't. Whoever adds a function without adding it here is told so by `laws.test.ts`.
 */
export const functions: Record<string, (key: Key) => string> = {
  crc16: (key) => `${hashes.crc16(key)}`,
  crc16Uncut: (key) => `${hashes.crc16Uncut(key)}`,
  crc32: (key) => `${hashes.crc32(key)} ${hashes.crc32(key, 0x12345678)}`,
  djb2: (key) => `${hashes.djb2(key)}`,
  fnv1_32: (key) => `${hashes.fnv1_32(key)} ${hashes.fnv1_32(key, 'signed')}`,
  fnv1_64: (key) => `${hashes.fnv1_64(key)} ${hashes.fnv1_64(key, 'signed')}`,
  fnv1a_32: (key) => `${hashes.fnv1a_32(key)} ${hashes.fnv1a_32(key, 'signed')}`,
  fnv1a_64: (key) => `${hashes.fnv1a_64(key)} ${hashes.fnv1a_64(key, 'signed')}`,
  hsieh: (key) => `${hashes.hsieh(key)} ${hashes.hsieh(key, 'signed')}`,
  jenkinsLookup3: (key) => `${hashes.jenkinsLookup3(key)} ${hashes.jenkinsLookup3(key, 13)}`,
  jenkinsOneAtATime: (key) => `${hashes.jenkinsOneAtATime(key)} ${hashes.jenkinsOneAtATime(key, 'signed')}`,
  md5: (key) => Buffer.from(hashes.md5(key)).toString('hex'),
  murmur2: (key) => `${hashes.murmur2(key)} ${hashes.murmur2(key, 0x9747b28c)}`,
  murmur3_x64_128: (key) => `${hashes.murmur3_x64_128(key)} ${hashes.murmur3_x64_128(key, 0xfedcba9876543210n)}`,
  murmur3_x86_128: (key) => `${hashes.murmur3_x86_128(key)} ${hashes.murmur3_x86_128(key, 0x87654321)}`,
  murmur3_x86_32: (key) => `${hashes.murmur3_x86_32(key)} ${hashes.murmur3_x86_32(key, 0x87654321)}`,
  murmur64a: (key) => `${hashes.murmur64a(key)} ${hashes.murmur64a(key, 0xfedcba9876543210n)}`,
  sdbm: (key) => `${hashes.sdbm(key)}`,
  wt6: (key) => `${hashes.wt6(key)}`,
  xxh3: (key) => `${hashes.xxh3(key)} ${hashes.xxh3(key, 0xfedcba9876543210n)}`,
  xxh32: (key) => `${hashes.xxh32(key)} ${hashes.xxh32(key, 0x87654321)}`,
  xxh3_128: (key) => `${hashes.xxh3_128(key)} ${hashes.xxh3_128(key, 0xfedcba9876543210n)}`,
  xxh64: (key) => `${hashes.xxh64(key)} ${hashes.xxh64(key, 0xfedcba9876543210n)}`,
};

/** Exports that are no hash function of a key alone: other faces of those above, and helpers. */
export const others: readonly string[] = [
  'fnv1_64Lanes',
  'fnv1a_64Lanes',
  'haproxyAvalanche',
  'hash',
  'hashedLanes',
  'isHashedKey',
  'keyBytes',
  'md5Lanes',
  'md5Word',
  'murmur3_x64_128Lanes',
  'murmur3_x86_128Lanes',
  'murmur64aLanes',
  'xxh32Bytes',
  'xxh3Lanes',
  'xxh3_128Lanes',
  'xxh64Bytes',
  'xxh64Lanes',
];
