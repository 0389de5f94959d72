import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { md5, md5Lanes, xxh32, xxh32Bytes, xxh64, xxh64Bytes } from '../src/index.js';
import vectors from './vectors/hash-vectors/xxhash.json' with { type: 'json' };
const input = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i * 37 + 11) & 255);
test('x', () => {
  for (const v of vectors.vectors) {
    const seed = BigInt(`0x${v.seed}`);
    expect(xxh32(input(v.len), Number(seed & 0xffffffffn)).toString(16).padStart(8, '0')).toBe(v.xxh32);
    expect(xxh64(input(v.len), seed).toString(16).padStart(16, '0')).toBe(v.xxh64);
  }
  for (let n = 0; n < 300; n++) expect(Buffer.from(md5(input(n))).toString('hex')).toBe(createHash('md5').update(input(n)).digest('hex'));
});
