/**
 * `@dsys/hash`: hash functions for placement, sketches and checksums, the same in every runtime.
 *
 *     xxh32('user:42')                      a 32-bit hash is a number
 *     xxh64('user:42')                      a 64-bit hash is a bigint for people …
 *     xxh64Lanes('user:42', out)            … and two 32-bit lanes, low first, for code in a hurry
 *     hash('user:42')                       what sketches accept instead of a key, to hash once only
 *
 * A key is a string (its UTF-8 bytes), bytes, an integer (8 bytes) or another number (float64): the exact rules are at
 * the top of `key.ts`. Streams have their own entry point, `@dsys/hash/stream`. Nothing here is for security.
 *
 * Start reading at `key.ts`, then `xxh32.ts`; `lanes.ts` has the 64-bit arithmetic that the others share.
 */
export { crc16, crc16Uncut, crc32 } from './crc.js';
export { fnv1_32, fnv1_64, fnv1_64Lanes, fnv1a_32, fnv1a_64, fnv1a_64Lanes } from './fnv.js';
export { djb2, haproxyAvalanche, sdbm, wt6 } from './haproxy.js';
export { type HashedKey, hash, hashedLanes, isHashedKey } from './hashed-key.js';
export { hsieh } from './hsieh.js';
export { jenkinsLookup3, jenkinsOneAtATime } from './jenkins.js';
export { type ByteSign, type Key, keyBytes } from './key.js';
export { md5, md5Lanes, md5Word } from './md5.js';
export { murmur2, murmur64a, murmur64aLanes } from './murmur2.js';
export { murmur3_x86_32 } from './murmur3.js';
export { murmur3_x64_128, murmur3_x64_128Lanes } from './murmur3-x64-128.js';
export { murmur3_x86_128, murmur3_x86_128Lanes } from './murmur3-x86-128.js';
export { xxh3, xxh3_128, xxh3_128Lanes, xxh3Lanes } from './xxh3.js';
export { xxh32, xxh32Bytes } from './xxh32.js';
export { xxh64, xxh64Bytes, xxh64Lanes } from './xxh64.js';
