import { describe, expect, test } from 'vitest';
import {
  murmur2,
  murmur3_x64_128Lanes,
  murmur3_x86_32,
  murmur3_x86_128Lanes,
  murmur64a,
  xxh3,
  xxh3_128,
  xxh32,
  xxh64,
} from '../src/index.js';
import { hex, vectorInput } from './inputs.js';
import murmur from './vectors/hash-vectors/murmur.json' with { type: 'json' };
import xxhash from './vectors/hash-vectors/xxhash.json' with { type: 'json' };
import everyLength from './vectors/hash-vectors/xxhash-every-length.json' with { type: 'json' };

describe('libxxhash 0.8.1', () => {
  const rows = xxhash.vectors;
  test('there are 141 rows, of 0 to 1025 bytes', () => {
    expect(rows.length).toBe(141);
    expect([Math.min(...rows.map((row) => row.len)), Math.max(...rows.map((row) => row.len))]).toEqual([0, 1025]);
  });
  test.each(rows)('$len bytes with seed $seed give the same XXH32, XXH64, XXH3-64 and XXH3-128', (row) => {
    const input = vectorInput(row.len);
    const seed = BigInt(`0x${row.seed}`);
    expect({
      xxh32: hex(xxh32(input, Number(BigInt.asUintN(32, seed))), 8),
      xxh64: hex(xxh64(input, seed), 16),
      xxh3_64: hex(xxh3(input, seed), 16),
      xxh3_128: hex(xxh3_128(input, seed), 32),
    }).toEqual({ xxh32: row.xxh32, xxh64: row.xxh64, xxh3_64: row.xxh3_64, xxh3_128: row.xxh3_128 });
  });
});

describe('libxxhash 0.8.1, every length to 299 and some to 100,001', () => {
  const rows = everyLength.vectors as [number, string, string, string, string, string][];
  test('there are three seeds for each of 319 lengths', () => expect(rows.length).toBe(957));
  test.each([2, 3, 4, 5])('column %i agrees in every row', (column) => {
    const compute = [
      (input: Uint8Array, seed: bigint) => hex(xxh32(input, Number(BigInt.asUintN(32, seed))), 8),
      (input: Uint8Array, seed: bigint) => hex(xxh64(input, seed), 16),
      (input: Uint8Array, seed: bigint) => hex(xxh3(input, seed), 16),
      (input: Uint8Array, seed: bigint) => hex(xxh3_128(input, seed), 32),
    ][column - 2]!;
    for (const row of rows) {
      const got = compute(vectorInput(row[0]), BigInt(`0x${row[1]}`));
      expect(got, `${row[0]} bytes, seed ${row[1]}`).toBe(row[column]);
    }
  });
});

describe('the MurmurHash family of libmurmurhash 1.5 and RedisBloom', () => {
  const rows = murmur.vectors;
  test('there are 136 rows, of 0 to 1024 bytes', () => {
    expect(rows.length).toBe(136);
    expect([Math.min(...rows.map((row) => row.len)), Math.max(...rows.map((row) => row.len))]).toEqual([0, 1024]);
  });
  test.each(rows)('$len bytes with seed $seed give the same of all five functions', (row) => {
    const input = vectorInput(row.len);
    const x86 = new Uint32Array(4);
    murmur3_x86_128Lanes(input, x86, row.seed);
    const x64 = new Uint32Array(4);
    murmur3_x64_128Lanes(input, x64, row.seed);
    expect({
      m3_x86_32: hex(murmur3_x86_32(input, row.seed), 8),
      m3_x86_128: [...x86].map((lane) => hex(lane, 8)),
      m3_x64_128: [hex(x64[1]!, 8) + hex(x64[0]!, 8), hex(x64[3]!, 8) + hex(x64[2]!, 8)],
      m64a: hex(murmur64a(input, BigInt(row.seed)), 16),
      m2: hex(murmur2(input, row.seed), 8),
    }).toEqual({
      m3_x86_32: row.m3_x86_32,
      m3_x86_128: row.m3_x86_128,
      m3_x64_128: row.m3_x64_128,
      m64a: row.m64a,
      m2: row.m2,
    });
  });
});
