/**
 * MD5, for placement only: NOT FOR SECURITY. Anyone can make two keys with one MD5; where that matters take SHA-256 from
 * `@noble/hashes` or the platform.
 *
 * It is here because ketama, the placement that memcached clients agree on, is defined by it: the 16 bytes of
 * MD5('10.0.1.1:11211-0') are four points of a ring, and four bytes of MD5(key) are the key's position. A client computes
 * one per lookup, and the libraries are made for digests of messages: `@noble/hashes` does 0.6 million short strings a
 * second, `node:crypto` 0.9 (`createHash`) to 1.4 (`hash`), this 6-7 million, in every runtime. It is tested against both.
 *
 * Source: RFC 1321, §3; the steps of §3.4 are in `md5-steps.ts`.
 * MD5 of no bytes is d41d8cd98f00b204e9800998ecf8427e.
 */
import { byteCount, encodedBytes, type Key } from './key.js';
import { checkOut } from './lanes.js';
import { compress } from './md5-steps.js';

/** The longest string that fits into one block with its mark (a 1-bit) and its length in bits (8 bytes). */
const ONE_BLOCK = 55;

/** 16 words of the message, and the digest so far. Filled and emptied within one call. */
const block: Int32Array = /* @__PURE__ */ new Int32Array(16);
const state: Int32Array = /* @__PURE__ */ new Int32Array(4);

/** MD5 of a key as 16 bytes, for placement, not for security. Throws `TypeError` or `RangeError` for what is no key. */
export function md5(key: Key): Uint8Array {
  digest(key);
  const out = new Uint8Array(16);
  for (let i = 0; i < 16; i++) out[i] = state[i >> 2]! >>> (8 * (i & 3));
  return out;
}

/**
 * MD5 of a key as four words, each four bytes of the digest read as little-endian: the points that ketama makes of a
 * label, in its order. For placement, not for security.
 */
export function md5Lanes(key: Key, out: Uint32Array): void {
  checkOut(out, 4);
  digest(key);
  out[0] = state[0]!;
  out[1] = state[1]!;
  out[2] = state[2]!;
  out[3] = state[3]!;
}

/**
 * The first of the words of `md5Lanes`, in 0..2^32−1: where ketama puts a key on its ring. A tenth faster than taking it
 * out of four. For placement, not for security.
 */
export function md5Word(key: Key): number {
  digest(key);
  return state[0]! >>> 0;
}

function digest(key: Key): void {
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  if (typeof key === 'string' && key.length <= ONE_BLOCK && fillFromString(key, key.length)) {
    compress(block, state);
    return;
  }
  const bytes = encodedBytes(key);
  const length = byteCount;
  let i = 0;
  for (; i + 64 <= length; i += 64) {
    fillFromBytes(bytes, i, 64);
    compress(block, state);
  }
  fillFromBytes(bytes, i, length - i);
  if (length - i > ONE_BLOCK) {
    compress(block, state);
    block.fill(0);
  }
  block[14] = length << 3;
  block[15] = Math.floor(length / 2 ** 29);
  compress(block, state);
}

/** The one block of a short ASCII string; false for a string that is not ASCII. */
function fillFromString(key: string, length: number): boolean {
  let seen = 0;
  let i = 0;
  let word = 0;
  for (; i + 4 <= length; i += 4) {
    const a = key.charCodeAt(i);
    const b = key.charCodeAt(i + 1);
    const c = key.charCodeAt(i + 2);
    const d = key.charCodeAt(i + 3);
    seen |= a | b | c | d;
    block[word++] = a | (b << 8) | (c << 16) | (d << 24);
  }
  let rest = 0x80 << (8 * (length & 3));
  for (let shift = 0; i < length; i++, shift += 8) {
    const code = key.charCodeAt(i);
    seen |= code;
    rest |= code << shift;
  }
  block[word++] = rest;
  while (word < 14) block[word++] = 0;
  block[14] = length << 3;
  block[15] = 0;
  return seen < 0x80;
}

/** One block of `count` bytes; when there are fewer than 64, the mark follows them and then zeros. */
function fillFromBytes(bytes: Uint8Array, start: number, count: number): void {
  for (let word = 0; word < count >> 2; word++) {
    const i = start + 4 * word;
    block[word] = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
  }
  if (count === 64) return;
  let rest = 0x80 << (8 * (count & 3));
  for (let j = count & ~3; j < count; j++) rest |= bytes[start + j]! << (8 * (j & 3));
  block[count >> 2] = rest;
  block.fill(0, (count >> 2) + 1);
}
