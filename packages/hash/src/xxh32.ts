import { byteCount, bytesOf, checkRange, type Key } from './key.js';

const P1 = 0x9e3779b1 | 0;
const P2 = 0x85ebca77 | 0;
const P3 = 0xc2b2ae3d | 0;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

export function xxh32(key: Key, seed = 0): number {
  const bytes = bytesOf(key);
  return ofBytes(bytes, 0, byteCount, seed | 0);
}

export function xxh32Bytes(bytes: Uint8Array, start: number, end: number, seed = 0): number {
  checkRange(bytes, start, end);
  return ofBytes(bytes, start, end, seed | 0);
}

const round = (lane: number, word: number): number => {
  const sum = (lane + Math.imul(word, P2)) | 0;
  return Math.imul((sum << 13) | (sum >>> 19), P1);
};

const wordAt = (bytes: Uint8Array, i: number): number =>
  bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);

function ofBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let i = start;
  let h: number;
  if (end - start >= 16) {
    let v1 = (seed + P1 + P2) | 0;
    let v2 = (seed + P2) | 0;
    let v3 = seed;
    let v4 = (seed - P1) | 0;
    for (; i <= end - 16; i += 16) {
      v1 = round(v1, wordAt(bytes, i));
      v2 = round(v2, wordAt(bytes, i + 4));
      v3 = round(v3, wordAt(bytes, i + 8));
      v4 = round(v4, wordAt(bytes, i + 12));
    }
    h = (((v1 << 1) | (v1 >>> 31)) + ((v2 << 7) | (v2 >>> 25)) + ((v3 << 12) | (v3 >>> 20)) + ((v4 << 18) | (v4 >>> 14))) | 0;
  } else {
    h = (seed + P5) | 0;
  }
  h = (h + (end - start)) | 0;
  for (; i <= end - 4; i += 4) {
    h = (h + Math.imul(wordAt(bytes, i), P3)) | 0;
    h = Math.imul((h << 17) | (h >>> 15), P4);
  }
  for (; i < end; i++) {
    h = (h + Math.imul(bytes[i]!, P5)) | 0;
    h = Math.imul((h << 11) | (h >>> 21), P1);
  }
  h = Math.imul(h ^ (h >>> 15), P2);
  h = Math.imul(h ^ (h >>> 13), P3);
  return (h ^ (h >>> 16)) >>> 0;
}
