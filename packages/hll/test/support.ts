import { readFileSync } from 'node:fs';
import type { HyperLogLog, UltraLogLog } from '../src/index.js';

/** A file of `test/vectors`. */
export function vector(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./vectors/${path}`, import.meta.url)));
}

export function vectorJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`./vectors/${path}`, import.meta.url), 'utf8')) as T;
}

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The vectors' keys: `key:0`, `key:1`, … */
export const keys = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `key:${from + i}`);

const U64 = (1n << 64n) - 1n;

/** The i-th output of SplitMix64 with seed 0, from 0: what hash4j's vectors are hashed by. */
export function splitmix64(i: number): bigint {
  let z = ((BigInt(i) + 1n) * 0x9e3779b97f4a7c15n) & U64;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & U64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & U64;
  return z ^ (z >> 31n);
}

/** Random lanes by xoshiro128** from a seed: quick, good, and the same everywhere. */
export function generator(seed: number): () => number {
  const s = new Uint32Array(4);
  for (let i = 0; i < 4; i++) s[i] = Number(splitmix64(seed * 4 + i) & 0xffff_ffffn) | (i === 0 ? 1 : 0);
  return () => {
    const five = Math.imul(s[1]!, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  };
}

/** Feeds hashes [from, to) of SplitMix64. */
export function feed(sketch: HyperLogLog | UltraLogLog, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const hash = splitmix64(i);
    sketch.addHash(Number(hash & 0xffff_ffffn), Number(hash >> 32n));
  }
}
