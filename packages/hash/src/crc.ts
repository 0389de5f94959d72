/**
 * Cyclic redundancy checks: the remainder of the key, read as a polynomial over one bit, divided by a fixed one.
 *
 *     CRC-16/XMODEM   x^16 + x^12 + x^5 + 1, highest bit first, starts at 0     Redis Cluster: slot = crc16(key) mod 16384
 *     CRC-32          0x04c11db7, lowest bit first, starts at and ends with ~   zlib, nginx, HAProxy, memcached clients
 *
 * A table holds the remainders of the 256 bytes, so that a byte costs one look-up. It is made at the first call.
 *
 * Source: Redis Cluster specification, "Key distribution model" and its appendix; RFC 1952 §8 (CRC-32). Both of
 * '123456789', the check value of the CRC catalogues: 0x31c3 and 0xcbf43926.
 */
import { byteCount, bytesOf, encodedBytes, type Key, SHORT_STRING } from './key.js';

let table16: Uint16Array | undefined;
let table32: Int32Array | undefined;

/** CRC-16/XMODEM, in 0..65535. */
export function crc16(key: Key): number {
  const table = (table16 ??= makeTable16());
  if (typeof key === 'string' && key.length <= SHORT_STRING) {
    let crc = 0;
    let seen = 0;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      seen |= code;
      crc = ((crc << 8) & 0xffff) ^ table[((crc >>> 8) ^ code) & 0xff]!;
    }
    if (seen < 0x80) return crc;
  }
  const bytes = encodedBytes(key);
  let crc = 0;
  for (let i = 0; i < byteCount; i++) crc = ((crc << 8) & 0xffff) ^ table[(crc >>> 8) ^ bytes[i]!]!;
  return crc;
}

/**
 * What twemproxy calls `crc16`, in 0..2^32−1: its register is 32 bits wide and never cut, so that the two bytes above
 * the CRC still show what was shifted out. The lower 16 bits are `crc16(key)`.
 */
export function crc16Uncut(key: Key): number {
  const table = (table16 ??= makeTable16());
  const bytes = bytesOf(key);
  let crc = 0;
  for (let i = 0; i < byteCount; i++) crc = (crc << 8) ^ table[((crc >>> 8) ^ bytes[i]!) & 0xff]!;
  return crc >>> 0;
}

/**
 * CRC-32, in 0..2^32−1. `previous` continues the CRC of what came before: `crc32('b', crc32('a'))` is `crc32('ab')`.
 * (libmemcached's and twemproxy's `crc32` are bits 16 to 30 of it: `(crc32(key) >>> 16) & 0x7fff`.)
 */
export function crc32(key: Key, previous = 0): number {
  const table = (table32 ??= makeTable32());
  if (typeof key === 'string' && key.length <= SHORT_STRING) {
    let crc = ~previous;
    let seen = 0;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      seen |= code;
      crc = (crc >>> 8) ^ table[(crc ^ code) & 0xff]!;
    }
    if (seen < 0x80) return ~crc >>> 0;
  }
  const bytes = encodedBytes(key);
  let crc = ~previous;
  for (let i = 0; i < byteCount; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}

function makeTable16(): Uint16Array {
  const table = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte << 8;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder << 1) ^ (remainder & 0x8000 ? 0x1021 : 0);
    table[byte] = remainder;
  }
  return table;
}

function makeTable32(): Int32Array {
  const table = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    // 0xedb88320 is 0x04c11db7 with its bits in reverse.
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
    table[byte] = remainder;
  }
  return table;
}
