/**
 * What the three length classes of XXH3 share: the secret, the two avalanches, and the mixing of sixteen bytes.
 *
 * Source: xxHash specification 0.2.0, "XXH3 Algorithm Overview": defaultSecret, PRIME_MX1, avalanche(),
 * avalanche_XXH64(), mixStep().
 */
import { carry, mulHigh, multiply, product, wordAt } from './lanes.js';

let defaultSecret: Uint8Array | undefined;

/** The 192 bytes that every XXH3 without a secret of its own is mixed with. Made at the first call. */
export function secretBytes(): Uint8Array {
  if (defaultSecret !== undefined) return defaultSecret;
  const hex =
    'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221' +
    'b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8' +
    'a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb' +
    '170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e';
  const bytes = new Uint8Array(192);
  for (let i = 0; i < 192; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return (defaultSecret = bytes);
}

/** 1 when the 32-bit difference `a - b`, which is `difference`, ran under. */
export const borrow = (a: number, b: number, difference: number): number => ((~a & b) | ((~a | b) & difference)) >>> 31;

/** XXH3's avalanche of (high, low) into `out[at]` (low) and `out[at + 1]`: xor with >> 37, * PRIME_MX1, xor with >> 32. */
export function avalanche(low: number, high: number, out: Uint32Array, at: number): void {
  const once = low ^ (high >>> 5);
  const twice = mulHigh(high, once, 0x16566791, 0x9e3779f9);
  out[at] = Math.imul(once, 0x9e3779f9) ^ twice;
  out[at + 1] = twice;
}

/** XXH64's avalanche, which XXH3 uses for up to three bytes. */
export function avalancheXxh64(low: number, high: number, out: Uint32Array, at: number): void {
  let l = low ^ (high >>> 1);
  let h = mulHigh(high, l, 0xc2b2ae3d, 0x27d4eb4f);
  l = Math.imul(l, 0x27d4eb4f);
  l ^= (h << 3) | (l >>> 29);
  h ^= h >>> 29;
  h = mulHigh(h, l, 0x165667b1, 0x9e3779f9);
  out[at] = Math.imul(l, 0x9e3779f9) ^ h;
  out[at + 1] = h;
}

/** Adds (high, low) to the 64-bit lane at `out[at]`, modulo 2^64. */
export function addTo(out: Uint32Array, at: number, low: number, high: number): void {
  const before = out[at]! | 0;
  const sum = (before + low) | 0;
  out[at + 1] = out[at + 1]! + high + carry(before, low, sum);
  out[at] = sum;
}

/** Adds the two halves of `product`, xored, to the 64-bit lane at `out[at]`. */
export const addFolded = (out: Uint32Array, at: number): void =>
  addTo(out, at, product[0]! ^ product[2]!, product[1]! ^ product[3]!);

/** mixStep(): sixteen bytes, xored with secret plus and minus the seed, multiplied, folded and added to `out[at]`. */
export function mixInto(
  out: Uint32Array,
  at: number,
  bytes: Uint8Array,
  i: number,
  secretAt: number,
  seedLow: number,
  seedHigh: number,
): void {
  const secret = secretBytes();
  const plainLow = wordAt(secret, secretAt);
  const sumLow = (plainLow + seedLow) | 0;
  const sumHigh = wordAt(secret, secretAt + 4) + seedHigh + carry(plainLow, seedLow, sumLow);
  const otherLow = wordAt(secret, secretAt + 8);
  const differenceLow = (otherLow - seedLow) | 0;
  const differenceHigh = wordAt(secret, secretAt + 12) - seedHigh - borrow(otherLow, seedLow, differenceLow);
  multiply(
    wordAt(bytes, i + 4) ^ sumHigh,
    wordAt(bytes, i) ^ sumLow,
    wordAt(bytes, i + 12) ^ differenceHigh,
    wordAt(bytes, i + 8) ^ differenceLow,
  );
  addFolded(out, at);
}
