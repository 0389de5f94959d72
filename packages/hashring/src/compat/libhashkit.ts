import {
  type ByteSign,
  crc16Uncut,
  crc32,
  fnv1_32,
  fnv1_64Lanes,
  fnv1a_32,
  fnv1a_64Lanes,
  hsieh,
  jenkinsLookup3,
  jenkinsOneAtATime,
  keyBytes,
  murmur2,
  murmur3_x86_32,
} from '@dsys/hash';
import type { Key } from '../dialect.js';
import { outOfRange } from '../errors.js';
import { MD5_KEY, md5Position } from './ketama.js';

/**
 * The key hashes of libhashkit, which libmemcached calls and twemproxy has copied. Several are not what their names
 * promise:
 *
 *     crc, crc32       bits 16 to 30 of the CRC-32: all keys fall into the first 1/131072 of a ring
 *     crc16            32 bits, 16 of them left over: the register is never cut
 *     fnv1_64          the lower half of FNV-1 64
 *     murmur           MurmurHash2, seeded with 0xdeadbeef · length
 *
 * Some read bytes as C's `char`, which has a sign on x86 and none on ARM: keys with bytes from 0x80 on (all that is not
 * ASCII) then go elsewhere on each.
 */
export type NamedHash = PlainHash | CharHash;

/** Functions that are equal have equal names, whatever clients call them. */
interface PlainHash {
  readonly name: string;
  readonly hash: (key: Key) => number;
}

/** A hash to which the sign of `char` matters. */
interface CharHash {
  readonly name: string;
  readonly hashChars: (key: Key, char: ByteSign) => number;
}

/** What `MEMCACHED_BEHAVIOR_HASH` may be, in lower case. (`hsieh` is compiled out of libmemcached by default.) */
export type LibmemcachedHash =
  | 'default'
  | 'md5'
  | 'crc'
  | 'fnv1_64'
  | 'fnv1a_64'
  | 'fnv1_32'
  | 'fnv1a_32'
  | 'jenkins'
  | 'murmur'
  | 'murmur3';

/** What `hash:` of a twemproxy pool may be. */
export type TwemproxyHash =
  | 'one_at_a_time'
  | 'md5'
  | 'crc16'
  | 'crc32'
  | 'crc32a'
  | 'fnv1_64'
  | 'fnv1a_64'
  | 'fnv1_32'
  | 'fnv1a_32'
  | 'hsieh'
  | 'murmur'
  | 'jenkins';

const oneAtATime: NamedHash = { name: 'Jenkins one-at-a-time', hashChars: jenkinsOneAtATime };
const md5: NamedHash = { name: MD5_KEY, hash: md5Position };
const crc15: NamedHash = { name: 'CRC-32 (bits 16-30)', hash: (key) => (crc32(key) >>> 16) & 0x7fff };
const fnv1Low: NamedHash = {
  name: 'FNV-1 64 (lower half)',
  hashChars: (key, char) => low(fnv1_64Lanes, key, char),
};
const fnv1aLow: NamedHash = {
  name: 'FNV-1a 64 (lower half)',
  hashChars: (key, char) => low(fnv1a_64Lanes, key, char),
};
const fnv1: NamedHash = { name: 'FNV-1 32', hashChars: fnv1_32 };
const fnv1a: NamedHash = { name: 'FNV-1a 32', hashChars: fnv1a_32 };
const jenkins: NamedHash = { name: 'Jenkins lookup3 (seed 13)', hash: (key) => jenkinsLookup3(key, 13) };
const murmur: NamedHash = {
  name: 'MurmurHash2 (seed 0xdeadbeef · length)',
  hash: (key) => seededByLength(murmur2, key),
};
const murmur3: NamedHash = {
  name: 'MurmurHash3 x86_32 (seed 0xdeadbeef · length)',
  hash: (key) => seededByLength(murmur3_x86_32, key),
};

export const LIBMEMCACHED_HASHES: Readonly<Record<LibmemcachedHash, NamedHash>> = {
  default: oneAtATime,
  md5,
  crc: crc15,
  fnv1_64: fnv1Low,
  fnv1a_64: fnv1aLow,
  fnv1_32: fnv1,
  fnv1a_32: fnv1a,
  jenkins,
  murmur,
  murmur3,
};

export const TWEMPROXY_HASHES: Readonly<Record<TwemproxyHash, NamedHash>> = {
  one_at_a_time: oneAtATime,
  md5,
  crc16: { name: 'CRC-16 of twemproxy (32 bits)', hash: (key) => crc16Uncut(key) },
  crc32: crc15,
  crc32a: { name: 'CRC-32', hash: (key) => crc32(key) },
  fnv1_64: fnv1Low,
  fnv1a_64: fnv1aLow,
  fnv1_32: fnv1,
  fnv1a_32: fnv1a,
  hsieh: { name: 'SuperFastHash', hashChars: hsieh },
  murmur,
  jenkins,
};

/** A hash by the name that a client has for it. Throws `RangeError` that lists the names. */
export function hashNamed<K extends string>(
  hashes: Readonly<Record<K, NamedHash>>,
  hash: K,
  char: ByteSign = 'signed',
): PlainHash {
  if (!Object.hasOwn(hashes, hash)) throw outOfRange('hash', `one of ${Object.keys(hashes).join(', ')}`, hash);
  if (char !== 'signed' && char !== 'unsigned') throw outOfRange('char', 'signed or unsigned', char);
  const named = hashes[hash];
  if ('hash' in named) return named;
  return { name: `${named.name}, ${char} bytes`, hash: (key) => named.hashChars(key, char) };
}

const lanes = /* @__PURE__ */ new Uint32Array(2);

function low(hash: (key: Key, out: Uint32Array, sign: ByteSign) => void, key: Key, char: ByteSign): number {
  hash(key, lanes, char);
  return lanes[0]!;
}

function seededByLength(hash: (key: Key, seed: number) => number, key: Key): number {
  const bytes = keyBytes(key);
  return hash(bytes, Math.imul(0xdeadbeef, bytes.length));
}
