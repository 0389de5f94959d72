/**
 * Where a binary fuse filter looks for a key: in three neighbouring segments, one place in each.
 *
 *     mixed = fmix64(hash + seed)                             64 bits, other ones for each seed
 *     first      mixed * (segments * length) >>> 64           where the three segments begin, and a place in the first
 *     second     first + length, its low bits ^ mixed >>> 18
 *     third      first + 2 * length, its low bits ^ mixed
 *     fingerprint                                             mixed ^ mixed >>> 32, 8 or 16 bits of it
 *
 * Graf, Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor Filters", 2022, §2; the mixing and the shifts are those
 * of the authors' xor_singleheader, so that fingerprints made by it are read here. fmix64 is MurmurHash3's.
 */
import { multiplyHigh } from './multiply-high.js';

/** A seed and the segments. */
export interface FuseShape {
  readonly seedLow: number;
  readonly seedHigh: number;
  /** A power of two. */
  readonly segmentLength: number;
  /** How many segments the first of the three may be. */
  readonly segmentCount: number;
}

/** What `locate` leaves: the three places. */
export const places: Uint32Array = /* @__PURE__ */ new Uint32Array(3);
/** What `locate` leaves: the mixed hash, low first. */
export const mixed: Int32Array = /* @__PURE__ */ new Int32Array(2);

/** Finds the places of a hash, and mixes it. */
export function locate(low: number, high: number, shape: FuseShape): void {
  const { seedLow, seedHigh, segmentLength, segmentCount } = shape;
  const sum = (low >>> 0) + (seedLow >>> 0);
  let a = sum | 0;
  let b = (high + seedHigh + (sum > 0xffff_ffff ? 1 : 0)) | 0;
  // fmix64: xor with >>> 33, times a constant, twice, and once more the xor.
  a ^= b >>> 1;
  b = (multiplyHigh(a, 0xed558ccd) + Math.imul(b, 0xed558ccd) + Math.imul(a, 0xff51afd7)) | 0;
  a = Math.imul(a, 0xed558ccd);
  a ^= b >>> 1;
  b = (multiplyHigh(a, 0x1a85ec53) + Math.imul(b, 0x1a85ec53) + Math.imul(a, 0xc4ceb9fe)) | 0;
  a = Math.imul(a, 0x1a85ec53);
  a ^= b >>> 1;

  const range = segmentCount * segmentLength;
  // Upper 64 bits of (b, a) * range, of which the upper half is 0.
  const middle = (Math.imul(b, range) >>> 0) + (multiplyHigh(a, range) >>> 0);
  const first = (multiplyHigh(b, range) + (middle > 0xffff_ffff ? 1 : 0)) >>> 0;
  const mask = segmentLength - 1;
  places[0] = first;
  places[1] = (first + segmentLength) ^ (((a >>> 18) | (b << 14)) & mask);
  places[2] = (first + 2 * segmentLength) ^ (a & mask);
  mixed[0] = a;
  mixed[1] = b;
}
