/**
 * Where no program's output reaches (the upper half of signed FNV in 64 bits, the upper half of twemproxy's CRC), ours is
 * held against the definition, computed in the plainest way.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ByteSign, crc16, crc16Uncut, fnv1_64, fnv1a_64, hsieh, xxh3_128 } from '../src/index.js';
import { fromHex, vectorInput } from './inputs.js';

const bytes = fc.uint8Array({ maxLength: 80 });
const signed = (byte: number, sign: ByteSign): bigint => BigInt(sign === 'signed' ? (byte << 24) >> 24 : byte);

test('FNV in 64 bits is its definition, for both signs of bytes', () => {
  const prime = 2n ** 40n + 0x1b3n;
  fc.assert(
    fc.property(bytes, fc.constantFrom<ByteSign>('signed', 'unsigned'), (key, sign) => {
      let fnv1 = 0xcbf29ce484222325n;
      let fnv1a = fnv1;
      for (const byte of key) {
        fnv1 = BigInt.asUintN(64, (fnv1 * prime) ^ signed(byte, sign));
        fnv1a = BigInt.asUintN(64, (fnv1a ^ signed(byte, sign)) * prime);
      }
      expect(fnv1_64(key, sign)).toBe(BigInt.asUintN(64, fnv1));
      expect(fnv1a_64(key, sign)).toBe(fnv1a);
    }),
  );
});

test('crc16Uncut shifts through 32 bits what crc16 shifts through 16', () => {
  const remainderOf = (byte: number): number => {
    let remainder = byte << 8;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 0x8000 ? (remainder << 1) ^ 0x11021 : remainder << 1;
    return remainder;
  };
  fc.assert(
    fc.property(bytes, (key) => {
      let register = 0n;
      for (const byte of key) {
        const index = Number((register >> 8n) & 0xffn) ^ byte;
        register = BigInt.asUintN(32, register << 8n) ^ BigInt(remainderOf(index));
      }
      expect(BigInt(crc16Uncut(key))).toBe(register);
      expect(BigInt(crc16(key))).toBe(register & 0xffffn);
    }),
  );
});

// What nutcracker's hash_hsieh returned on x86-64.
test.each([
  ['e98db5', 3536979709],
  ['61cc81', 839663104],
  ['6772c3b6c39f65', 276255373],
  ['edb5d1b1ae9fb3', 330266428],
])('hsieh of the bytes %s, signed, is what twemproxy computes', (key, expected) => {
  expect(hsieh(fromHex(key), 'signed')).toBe(expected);
});

test('the sign of bytes matters to hsieh only for the last of three left over', () => {
  expect(hsieh(fromHex('e98db5'))).not.toBe(hsieh(fromHex('e98db5'), 'signed'));
  for (const key of ['e98d35', 'e9', 'e98d', 'e98db5e9', '6772c3b6c39f65']) {
    expect(hsieh(fromHex(key))).toBe(hsieh(fromHex(key), 'signed'));
  }
});

test('XXH3 of long input tells two seeds apart that share their lower half, one right after the other', () => {
  const input = vectorInput(1000);
  const first = xxh3_128(input, 0x0000000100000007n);
  const second = xxh3_128(input, 0x0000000200000007n);
  expect(second).not.toBe(first);
  expect(xxh3_128(input, 0x0000000100000007n)).toBe(first);
});
