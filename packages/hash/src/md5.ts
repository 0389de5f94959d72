/**
 * MD5, for placement only: NOT FOR SECURITY. Anyone can make two keys with one MD5; where that matters take SHA-256 from
 * `@noble/hashes` or the platform.
 *
 * It is here because ketama, the placement that memcached clients agree on, is defined by it: the 16 bytes of
 * MD5('10.0.1.1:11211-0') are four points of a ring, and four bytes of MD5(key) are the key's position. A client computes
 * one per lookup, and the libraries are made for digests of messages: `@noble/hashes` and `node:crypto` do 0.25-0.4
 * million short strings a second, this 6-7 million, synchronously and in every runtime. It is tested against both.
 *
 * Source: RFC 1321, §3; the shift amounts are those of §3.4, the table is its T[1..64] = floor(2^32 · |sin i|).
 * MD5 of no bytes is d41d8cd98f00b204e9800998ecf8427e.
 */
import { byteCount, encodedBytes, type Key } from './key.js';
import { checkOut } from './lanes.js';

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

function digest(key: Key): void {
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  if (typeof key === 'string' && key.length <= ONE_BLOCK && fillFromString(key, key.length)) {
    compress();
    return;
  }
  const bytes = encodedBytes(key);
  const length = byteCount;
  let i = 0;
  for (; i + 64 <= length; i += 64) {
    fillFromBytes(bytes, i, 64);
    compress();
  }
  fillFromBytes(bytes, i, length - i);
  if (length - i > ONE_BLOCK) {
    compress();
    block.fill(0);
  }
  block[14] = length << 3;
  block[15] = Math.floor(length / 2 ** 29);
  compress();
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

let table: Int32Array | undefined;

/**
 * §3.4: four rounds of sixteen steps, four steps to a line of the loop so that the variables need not be passed on. In
 * each step what is known early is added first (word, constant, the variable of three steps ago), so that only the
 * function, one addition, the rotation and one more addition wait for the step before: a quarter of the time. For the
 * same reason G is a sum of two terms that share no bit, of which one does not depend on the step before.
 */
function compress(): void {
  const m = block;
  const t = (table ??= makeTable());
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  // F(x, y, z) = (x and y) or (not x and z)
  for (let i = 0; i < 16; i += 4) {
    a = (a + m[i]! + t[i]! + (d ^ (b & (c ^ d)))) | 0;
    a = (((a << 7) | (a >>> 25)) + b) | 0;
    d = (d + m[i + 1]! + t[i + 1]! + (c ^ (a & (b ^ c)))) | 0;
    d = (((d << 12) | (d >>> 20)) + a) | 0;
    c = (c + m[i + 2]! + t[i + 2]! + (b ^ (d & (a ^ b)))) | 0;
    c = (((c << 17) | (c >>> 15)) + d) | 0;
    b = (b + m[i + 3]! + t[i + 3]! + (a ^ (c & (d ^ a)))) | 0;
    b = (((b << 22) | (b >>> 10)) + c) | 0;
  }
  // G(x, y, z) = (x and z) or (y and not z)
  for (let i = 16; i < 32; i += 4) {
    a = (a + m[(5 * i + 1) & 15]! + t[i]! + (c & ~d) + (b & d)) | 0;
    a = (((a << 5) | (a >>> 27)) + b) | 0;
    d = (d + m[(5 * i + 6) & 15]! + t[i + 1]! + (b & ~c) + (a & c)) | 0;
    d = (((d << 9) | (d >>> 23)) + a) | 0;
    c = (c + m[(5 * i + 11) & 15]! + t[i + 2]! + (a & ~b) + (d & b)) | 0;
    c = (((c << 14) | (c >>> 18)) + d) | 0;
    b = (b + m[(5 * i) & 15]! + t[i + 3]! + (d & ~a) + (c & a)) | 0;
    b = (((b << 20) | (b >>> 12)) + c) | 0;
  }
  // H(x, y, z) = x xor y xor z
  for (let i = 32; i < 48; i += 4) {
    a = (a + m[(3 * i + 5) & 15]! + t[i]! + (b ^ (c ^ d))) | 0;
    a = (((a << 4) | (a >>> 28)) + b) | 0;
    d = (d + m[(3 * i + 8) & 15]! + t[i + 1]! + (a ^ (b ^ c))) | 0;
    d = (((d << 11) | (d >>> 21)) + a) | 0;
    c = (c + m[(3 * i + 11) & 15]! + t[i + 2]! + (d ^ (a ^ b))) | 0;
    c = (((c << 16) | (c >>> 16)) + d) | 0;
    b = (b + m[(3 * i + 14) & 15]! + t[i + 3]! + (c ^ (d ^ a))) | 0;
    b = (((b << 23) | (b >>> 9)) + c) | 0;
  }
  // I(x, y, z) = y xor (x or not z)
  for (let i = 48; i < 64; i += 4) {
    a = (a + m[(7 * i) & 15]! + t[i]! + (c ^ (b | ~d))) | 0;
    a = (((a << 6) | (a >>> 26)) + b) | 0;
    d = (d + m[(7 * i + 7) & 15]! + t[i + 1]! + (b ^ (a | ~c))) | 0;
    d = (((d << 10) | (d >>> 22)) + a) | 0;
    c = (c + m[(7 * i + 14) & 15]! + t[i + 2]! + (a ^ (d | ~b))) | 0;
    c = (((c << 15) | (c >>> 17)) + d) | 0;
    b = (b + m[(7 * i + 21) & 15]! + t[i + 3]! + (d ^ (c | ~a))) | 0;
    b = (((b << 21) | (b >>> 11)) + c) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
}

/** T[1..64]. No sine is near enough to a whole 2^−32 for the engines' different last bits to matter: a test holds it to RFC 1321. */
function makeTable(): Int32Array {
  const made = new Int32Array(64);
  for (let i = 0; i < 64; i++) made[i] = Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1)));
  return made;
}
