import { byteCount, bytesOf, checkRange, type Key } from './key.js';
import { addHigh, mulHigh, toBigInt } from './lanes.js';

const P1H = 0x9e3779b1 | 0, P1L = 0x85ebca87 | 0;
const P2H = 0xc2b2ae3d | 0, P2L = 0x27d4eb4f;
const P3H = 0x165667b1, P3L = 0x9e3779f9 | 0;
const P4H = 0x85ebca77 | 0, P4L = 0xc2b2ae63 | 0;
const P5H = 0x27d4eb2f, P5L = 0x165667c5;

let outHigh = 0;
let outLow = 0;

export function xxh64(key: Key, seed = 0n): bigint {
  const bytes = bytesOf(key);
  ofBytes(bytes, 0, byteCount, Number(BigInt.asIntN(32, seed)), Number(BigInt.asIntN(32, seed >> 32n)));
  return toBigInt(outLow, outHigh);
}

export function xxh64Lanes(key: Key, out: Uint32Array, seedLow = 0, seedHigh = 0): void {
  const bytes = bytesOf(key);
  ofBytes(bytes, 0, byteCount, seedLow | 0, seedHigh | 0);
  out[0] = outLow;
  out[1] = outHigh;
}

export function xxh64Bytes(bytes: Uint8Array, start: number, end: number, out: Uint32Array, seedLow = 0, seedHigh = 0): void {
  checkRange(bytes, start, end);
  ofBytes(bytes, start, end, seedLow | 0, seedHigh | 0);
  out[0] = outLow;
  out[1] = outHigh;
}

const wordAt = (bytes: Uint8Array, i: number): number =>
  bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);

function add(ah: number, al: number, bh: number, bl: number): void {
  outLow = (al + bl) | 0;
  outHigh = addHigh(ah, al, bh, bl, outLow);
}
function round(h: number, l: number, wh: number, wl: number): void {
  add(h, l, mulHigh(wh, wl, P2H, P2L), Math.imul(wl, P2L));
  const rh = (outHigh << 31) | (outLow >>> 1);
  const rl = (outLow << 31) | (outHigh >>> 1);
  outHigh = mulHigh(rh, rl, P1H, P1L);
  outLow = Math.imul(rl, P1L);
}
function merge(h: number, l: number, vh: number, vl: number): void {
  round(0, 0, vh, vl);
  const xh = h ^ outHigh;
  const xl = l ^ outLow;
  add(mulHigh(xh, xl, P1H, P1L), Math.imul(xl, P1L), P4H, P4L);
}

function ofBytes(bytes: Uint8Array, start: number, end: number, sl: number, sh: number): void {
  let i = start;
  let h: number, l: number;
  if (end - start >= 32) {
    add(sh, sl, P2H, P2L);
    let v2h = outHigh, v2l = outLow;
    add(v2h, v2l, P1H, P1L);
    let v1h = outHigh, v1l = outLow;
    let v3h = sh, v3l = sl;
    let v4l = (sl - P1L) | 0;
    let v4h = (sh - P1H - (sl >>> 0 < P1L >>> 0 ? 1 : 0)) | 0;
    for (; i <= end - 32; i += 32) {
      round(v1h, v1l, wordAt(bytes, i + 4), wordAt(bytes, i));
      v1h = outHigh; v1l = outLow;
      round(v2h, v2l, wordAt(bytes, i + 12), wordAt(bytes, i + 8));
      v2h = outHigh; v2l = outLow;
      round(v3h, v3l, wordAt(bytes, i + 20), wordAt(bytes, i + 16));
      v3h = outHigh; v3l = outLow;
      round(v4h, v4l, wordAt(bytes, i + 28), wordAt(bytes, i + 24));
      v4h = outHigh; v4l = outLow;
    }
    add((v1h << 1) | (v1l >>> 31), (v1l << 1) | (v1h >>> 31), (v2h << 7) | (v2l >>> 25), (v2l << 7) | (v2h >>> 25));
    add(outHigh, outLow, (v3h << 12) | (v3l >>> 20), (v3l << 12) | (v3h >>> 20));
    add(outHigh, outLow, (v4h << 18) | (v4l >>> 14), (v4l << 18) | (v4h >>> 14));
    merge(outHigh, outLow, v1h, v1l);
    merge(outHigh, outLow, v2h, v2l);
    merge(outHigh, outLow, v3h, v3l);
    merge(outHigh, outLow, v4h, v4l);
  } else {
    add(sh, sl, P5H, P5L);
  }
  add(outHigh, outLow, 0, end - start);
  h = outHigh; l = outLow;
  for (; i <= end - 8; i += 8) {
    round(0, 0, wordAt(bytes, i + 4), wordAt(bytes, i));
    h ^= outHigh; l ^= outLow;
    const rh = (h << 27) | (l >>> 5), rl = (l << 27) | (h >>> 5);
    add(mulHigh(rh, rl, P1H, P1L), Math.imul(rl, P1L), P4H, P4L);
    h = outHigh; l = outLow;
  }
  if (i <= end - 4) {
    const w = wordAt(bytes, i);
    h ^= mulHigh(0, w, P1H, P1L); l ^= Math.imul(w, P1L);
    const rh = (h << 23) | (l >>> 9), rl = (l << 23) | (h >>> 9);
    add(mulHigh(rh, rl, P2H, P2L), Math.imul(rl, P2L), P3H, P3L);
    h = outHigh; l = outLow;
    i += 4;
  }
  for (; i < end; i++) {
    h ^= mulHigh(0, bytes[i]!, P5H, P5L); l ^= Math.imul(bytes[i]!, P5L);
    const rh = (h << 11) | (l >>> 21), rl = (l << 11) | (h >>> 21);
    h = mulHigh(rh, rl, P1H, P1L); l = Math.imul(rl, P1L);
  }
  l ^= h >>> 1;
  h = mulHigh(h, l, P2H, P2L); l = Math.imul(l, P2L);
  l ^= (h << 3) | (l >>> 29); h ^= h >>> 29;
  outHigh = mulHigh(h, l, P3H, P3L); outLow = Math.imul(l, P3L);
  outLow ^= outHigh; // h ^= h >>> 32
}
