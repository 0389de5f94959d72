import { byteCount, bytesOf, type Key } from './key.js';

let table: Int32Array | undefined;
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const block = /* @__PURE__ */ new Int32Array(16);
const state = /* @__PURE__ */ new Int32Array(4);

export function md5Lanes(key: Key, out: Uint32Array): void {
  const bytes = bytesOf(key);
  ofBytes(bytes, byteCount);
  out.set(state);
}

export function md5(key: Key): Uint8Array {
  const bytes = bytesOf(key);
  ofBytes(bytes, byteCount);
  const out = new Uint8Array(16);
  for (let i = 0; i < 16; i++) out[i] = state[i >> 2]! >>> (8 * (i & 3));
  return out;
}

function ofBytes(bytes: Uint8Array, length: number): void {
  state[0] = 0x67452301; state[1] = 0xefcdab89; state[2] = 0x98badcfe; state[3] = 0x10325476;
  let i = 0;
  for (; i <= length - 64; i += 64) {
    for (let j = 0; j < 16; j++) {
      const k = i + 4 * j;
      block[j] = bytes[k]! | (bytes[k + 1]! << 8) | (bytes[k + 2]! << 16) | (bytes[k + 3]! << 24);
    }
    compress();
  }
  block.fill(0);
  for (let j = i; j < length; j++) block[(j - i) >> 2]! |= bytes[j]! << (8 * (j & 3));
  block[(length - i) >> 2]! |= 0x80 << (8 * (length & 3));
  if (length - i > 55) {
    compress();
    block.fill(0);
  }
  block[14] = length << 3;
  block[15] = Math.floor(length / 2 ** 29);
  compress();
}

function compress(): void {
  if (table === undefined) {
    table = new Int32Array(64);
    for (let i = 0; i < 64; i++) table[i] = Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1)));
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
  for (let i = 0; i < 64; i++) {
    let f: number, g: number;
    if (i < 16) { f = (b & c) | (~b & d); g = i; }
    else if (i < 32) { f = (d & b) | (~d & c); g = (5 * i + 1) & 15; }
    else if (i < 48) { f = b ^ c ^ d; g = (3 * i + 5) & 15; }
    else { f = c ^ (b | ~d); g = (7 * i) & 15; }
    const sum = (a + f + table[i]! + block[g]!) | 0;
    const s = SHIFTS[(i >> 4) * 4 + (i & 3)]!;
    a = d; d = c; c = b;
    b = (b + ((sum << s) | (sum >>> (32 - s)))) | 0;
  }
  state[0]! += a; state[1]! += b; state[2]! += c; state[3]! += d;
}
