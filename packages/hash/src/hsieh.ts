/**
 * Paul Hsieh's SuperFastHash, which twemproxy offers as `hsieh`: four bytes at a time as two 16-bit words, then whatever
 * is left, then six shifts. Two keys collide more often than with a good hash; it is here for fleets that use it.
 *
 * Source: P. Hsieh, "Hash functions" (2004-2008). Differs from it as twemproxy does: it starts from 0, not from the
 * length, and of the bytes left over only the third may be signed.
 */
import { type ByteSign, byteCount, bytesOf, type Key } from './key.js';

/** SuperFastHash, in 0..2^32−1. Pass `'signed'` for what twemproxy computes. */
export function hsieh(key: Key, sign: ByteSign = 'unsigned'): number {
  const bytes = bytesOf(key);
  const length = byteCount;
  let hash = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    hash = (hash + half(bytes, i)) | 0;
    hash = (hash << 16) ^ (half(bytes, i + 2) << 11) ^ hash;
    hash = (hash + (hash >>> 11)) | 0;
  }
  const rest = length - i;
  if (rest === 3) {
    const last = sign === 'signed' ? (bytes[i + 2]! << 24) >> 24 : bytes[i + 2]!;
    hash = (hash + half(bytes, i)) | 0;
    hash ^= (hash << 16) ^ (last << 18);
    hash = (hash + (hash >>> 11)) | 0;
  } else if (rest === 2) {
    hash = (hash + half(bytes, i)) | 0;
    hash ^= hash << 11;
    hash = (hash + (hash >>> 17)) | 0;
  } else if (rest === 1) {
    hash = (hash + bytes[i]!) | 0;
    hash ^= hash << 10;
    hash = (hash + (hash >>> 1)) | 0;
  }
  hash ^= hash << 3;
  hash = (hash + (hash >>> 5)) | 0;
  hash ^= hash << 4;
  hash = (hash + (hash >>> 17)) | 0;
  hash ^= hash << 25;
  return (hash + (hash >>> 6)) >>> 0;
}

const half = (bytes: Uint8Array, i: number): number => bytes[i]! | (bytes[i + 1]! << 8);
