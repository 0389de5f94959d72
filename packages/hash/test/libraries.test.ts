import { createHash } from 'node:crypto';
import { md5 as nobleMd5 } from '@noble/hashes/legacy.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import xxhash, { type XXHashAPI } from 'xxhash-wasm';
import {
  crc16,
  crc32,
  fnv1a_32,
  fnv1a_64,
  jenkinsLookup3,
  jenkinsOneAtATime,
  md5,
  murmur3_x86_32,
  xxh3,
  xxh32,
  xxh64,
} from '../src/index.js';

const bytes = fc.uint8Array({ maxLength: 400 });

describe('the libraries beside which our own code stands', () => {
  let wasm: XXHashAPI;
  beforeAll(async () => {
    wasm = await xxhash();
  });

  test('xxhash-wasm gives the same XXH64 of any bytes, text and seed', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.string({ unit: 'grapheme', maxLength: 100 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (input, text, seed) => {
          expect(xxh64(input, seed)).toBe(wasm.h64Raw(input, seed));
          expect(xxh64(text, seed)).toBe(wasm.h64(text, seed));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('xxhash-wasm gives the same XXH32 of any bytes, text and seed', () => {
    fc.assert(
      fc.property(bytes, fc.string({ unit: 'grapheme', maxLength: 100 }), fc.nat(0xffffffff), (input, text, seed) => {
        expect(xxh32(input, seed)).toBe(wasm.h32Raw(input, seed));
        expect(xxh32(text, seed)).toBe(wasm.h32(text, seed));
      }),
      { numRuns: 1000 },
    );
  });

  test('@noble/hashes and node:crypto give the same MD5 of any bytes', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        const ours = Buffer.from(md5(input)).toString('hex');
        expect(ours).toBe(Buffer.from(nobleMd5(input)).toString('hex'));
        expect(ours).toBe(createHash('md5').update(input).digest('hex'));
      }),
      { numRuns: 500 },
    );
  });

  test('node:crypto gives the same MD5 at every length round the ends of blocks, as text and as bytes', () => {
    for (const length of [...Array(260).keys(), 1000, 4095, 4096, 4097, 1_000_003]) {
      const text = 'abcdefghijklmnopqrstuvwxyz'.repeat(length / 26 + 1).slice(0, length);
      const expected = createHash('md5').update(text).digest('hex');
      expect(Buffer.from(md5(text)).toString('hex'), `length ${length}`).toBe(expected);
      expect(Buffer.from(md5(Buffer.from(text))).toString('hex'), `length ${length}`).toBe(expected);
    }
  });
});

describe('published check values', () => {
  test.each<[string, number | bigint, number | bigint]>([
    ["xxh64('abc')", xxh64('abc'), 0x44bc2cf5ad770999n],
    ["xxh32('')", xxh32(''), 0x02cc5d05],
    ["xxh3('')", xxh3(''), 0x2d06800538d394c2n],
    ["fnv1a_32('a')", fnv1a_32('a'), 0xe40c292c],
    ["fnv1a_64('a')", fnv1a_64('a'), 0xaf63dc4c8601ec8cn],
    ["jenkinsOneAtATime('a')", jenkinsOneAtATime('a'), 0xca2e9442],
    ["jenkinsLookup3('Four score and seven years ago')", jenkinsLookup3('Four score and seven years ago'), 0x17770551],
    ['the same, initial value 1', jenkinsLookup3('Four score and seven years ago', 1), 0xcd628161],
    ["crc16('123456789')", crc16('123456789'), 0x31c3],
    ["crc32('123456789')", crc32('123456789'), 0xcbf43926],
    ["murmur3_x86_32('', 1)", murmur3_x86_32('', 1), 0x514e28b7],
  ])('%s', (_, got, expected) => expect(got).toBe(expected));

  test('the seven digests of RFC 1321, §A.5', () => {
    const suite: Record<string, string> = {
      '': 'd41d8cd98f00b204e9800998ecf8427e',
      a: '0cc175b9c0f1b6a831c399e269772661',
      abc: '900150983cd24fb0d6963f7d28e17f72',
      'message digest': 'f96b697d7cb7938d525a2f31aaf161d0',
      abcdefghijklmnopqrstuvwxyz: 'c3fcd3d76192e4007dfb496cca67e13b',
      ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789: 'd174ab98d277d9f5a5611c2c9f419d9f',
      [`${'1234567890'.repeat(8)}`]: '57edf4a22be3c955ac49da2e2107b67a',
    };
    for (const [text, digest] of Object.entries(suite)) expect(Buffer.from(md5(text)).toString('hex')).toBe(digest);
  });
});
