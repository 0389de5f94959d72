/**
 * FNV, the Fowler-Noll-Vo hash: one multiplication and one xor a byte.
 *
 *     FNV-1:  hash = (hash * prime) xor byte       FNV-1a:  hash = (hash xor byte) * prime
 *
 * Old clients place keys with it, hence it is here; new code wants XXH32 (faster, and its bits are better mixed).
 * The 64-bit prime is 2^40 + 435, so 64 bits cost little more on 32-bit lanes: times 2^40 is a shift.
 *
 * Source: draft-eastlake-fnv (The FNV Non-Cryptographic Hash Algorithm), §2 and §5 for primes and offset bases.
 * FNV-1a of 'a': 0xe40c292c in 32 bits, 0xaf63dc4c8601ec8c in 64.
 */
import { type ByteSign, byteCount, bytesOf, encodedBytes, type Key, SHORT_STRING } from './key.js';
import { checkOut, result, toBigInt } from './lanes.js';

/** FNV-1 in 32 bits, in 0..2^32−1. Pass `'signed'` for what libmemcached and twemproxy compute. */
export function fnv1_32(key: Key, sign: ByteSign = 'unsigned'): number {
  if (typeof key === 'string' && key.length <= SHORT_STRING) {
    let hash = 0x811c9dc5 | 0;
    let seen = 0;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      seen |= code;
      hash = Math.imul(hash, 0x01000193) ^ code;
    }
    if (seen < 0x80) return hash >>> 0;
  }
  const bytes = encodedBytes(key);
  const unused = sign === 'signed' ? 24 : 0;
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < byteCount; i++) hash = Math.imul(hash, 0x01000193) ^ ((bytes[i]! << unused) >> unused);
  return hash >>> 0;
}

/** FNV-1a in 32 bits, in 0..2^32−1. Pass `'signed'` for what libmemcached and twemproxy compute. */
export function fnv1a_32(key: Key, sign: ByteSign = 'unsigned'): number {
  if (typeof key === 'string' && key.length <= SHORT_STRING) {
    let hash = 0x811c9dc5 | 0;
    let seen = 0;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      seen |= code;
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    if (seen < 0x80) return hash >>> 0;
  }
  const bytes = encodedBytes(key);
  const unused = sign === 'signed' ? 24 : 0;
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < byteCount; i++) hash = Math.imul(hash ^ ((bytes[i]! << unused) >> unused), 0x01000193);
  return hash >>> 0;
}

/**
 * FNV-1 in 64 bits, in 0..2^64−1. What libmemcached and twemproxy call `fnv1_64` is the lower half of it with
 * `'signed'` bytes.
 */
export function fnv1_64(key: Key, sign: ByteSign = 'unsigned'): bigint {
  fnv1_64Lanes(key, result, sign);
  return toBigInt(result, 2);
}

/** FNV-1 in 64 bits into `out[0]` (low) and `out[1]` (high). */
export function fnv1_64Lanes(key: Key, out: Uint32Array, sign: ByteSign = 'unsigned'): void {
  checkOut(out, 2);
  const bytes = bytesOf(key);
  const unused = sign === 'signed' ? 24 : 0;
  let low = 0x84222325 | 0;
  let high = 0xcbf29ce4 | 0;
  for (let i = 0; i < byteCount; i++) {
    const byte = (bytes[i]! << unused) >> unused;
    high = highTimesPrime(low, high) ^ (byte >> 31);
    low = Math.imul(low, 435) ^ byte;
  }
  out[0] = low;
  out[1] = high;
}

/**
 * FNV-1a in 64 bits, in 0..2^64−1. What libmemcached and twemproxy call `fnv1a_64` is the lower half of it with
 * `'signed'` bytes.
 */
export function fnv1a_64(key: Key, sign: ByteSign = 'unsigned'): bigint {
  fnv1a_64Lanes(key, result, sign);
  return toBigInt(result, 2);
}

/** FNV-1a in 64 bits into `out[0]` (low) and `out[1]` (high). */
export function fnv1a_64Lanes(key: Key, out: Uint32Array, sign: ByteSign = 'unsigned'): void {
  checkOut(out, 2);
  const bytes = bytesOf(key);
  const unused = sign === 'signed' ? 24 : 0;
  let low = 0x84222325 | 0;
  let high = 0xcbf29ce4 | 0;
  for (let i = 0; i < byteCount; i++) {
    const byte = (bytes[i]! << unused) >> unused;
    low ^= byte;
    high = highTimesPrime(low, high ^ (byte >> 31));
    low = Math.imul(low, 435);
  }
  out[0] = low;
  out[1] = high;
}

/** Upper lane of (high, low) * (2^40 + 435); the lower one is `imul(low, 435)`. */
const highTimesPrime = (low: number, high: number): number =>
  (Math.imul(high, 435) + (low << 8) + (((low >>> 16) * 435 + (((low & 0xffff) * 435) >>> 16)) >>> 16)) | 0;
