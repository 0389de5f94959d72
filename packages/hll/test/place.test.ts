/** Where hashes land, against the definition in arithmetic of 64 bits: also those that no test key ever has. */
import { describe, expect, test } from 'vitest';
import { leadingZeros, MOST_ZEROS, rankOf, rankOfToken, tokenOf, zerosAbove } from '../src/place.js';
import { Registers } from '../src/registers.js';
import { UltraRegisters } from '../src/ultra-registers.js';
import { generator, splitmix64 } from './support.js';

const low = (hash: bigint): number => Number(hash & 0xffff_ffffn);
const high = (hash: bigint): number => Number(hash >> 32n);
const bits = (hash: bigint): string => hash.toString(2).padStart(64, '0');
/** Zeros at the beginning of a text of zeros and ones. */
const zeros = (text: string): number => /^0*/.exec(text)![0].length;

/** Random ones, and such as have long runs of zeros at every place: each shift of a one, behind each index. */
const hashes: bigint[] = [];
for (let i = 0; i < 2000; i++) hashes.push(splitmix64(i));
for (let zerosFrom = 0; zerosFrom <= 64; zerosFrom++)
  for (const one of [0, 1, 5, 6, 20, 26, 31, 32, 33, 40, 50, 62, 63]) {
    const index =
      (splitmix64(zerosFrom) >> BigInt(64 - Math.min(zerosFrom, 63))) << BigInt(64 - Math.min(zerosFrom, 63));
    hashes.push(BigInt.asUintN(64, index | (1n << BigInt(63 - one))));
    hashes.push(BigInt.asUintN(64, index));
  }
hashes.push(0n, 1n, 2n ** 64n - 1n, 2n ** 32n, 2n ** 32n - 1n);

describe.each([3, 4, 5, 9, 14, 18, 21, 26])('at precision %i', (precision) => {
  test('the rank is the place of the first 1 behind the index', () => {
    for (const hash of hashes)
      expect(rankOf(low(hash), high(hash), precision), bits(hash)).toBe(zeros(bits(hash).slice(precision)) + 1);
  });

  test('a token lands where its hash does', () => {
    for (const hash of hashes) {
      const token = tokenOf(low(hash), high(hash));
      expect(token & 63).toBeLessThanOrEqual(MOST_ZEROS);
      expect(token >>> (32 - precision), bits(hash)).toBe(Number(hash >> BigInt(64 - precision)));
      expect(rankOfToken(token, precision), bits(hash)).toBe(rankOf(low(hash), high(hash), precision));
    }
  });

  test('low bits as the index, and the zeros above them', () => {
    for (const hash of hashes) {
      const backwards = [...bits(hash)].reverse().join('').slice(precision);
      expect(zerosAbove(low(hash), high(hash), precision), bits(hash)).toBe(zeros(backwards));
    }
  });

  test('a batch does what one after the other does', () => {
    const random = generator(precision);
    const lanes = new Uint32Array(2 * hashes.length);
    const turned = hashes.map((hash) => [random(), hash] as const).sort((a, b) => a[0] - b[0]);
    for (const [i, [, hash]] of turned.entries()) lanes.set([low(hash), high(hash)], 2 * i);
    const ultra = [new UltraRegisters(precision), new UltraRegisters(precision)] as const;
    const plain = [new Registers(precision), new Registers(precision)] as const;
    for (let i = 0; i < lanes.length; i += 2) {
      const index = lanes[i + 1]! >>> (32 - precision);
      const rank = rankOf(lanes[i]!, lanes[i + 1]!, precision);
      ultra[0].see(index, rank);
      plain[0].raise(index, Math.min(rank, 63));
    }
    ultra[1].seeAll(lanes, hashes.length);
    expect(Buffer.compare(ultra[1].bytes, ultra[0].bytes)).toBe(0);
    expect(ultra[1].martingale).toBe(ultra[0].martingale);
    plain[1].raiseAll(lanes, hashes.length);
    if (precision >= 4) expect(Buffer.compare(plain[1].bytes, plain[0].bytes)).toBe(0);
  });
});

test('leading zeros of 64 bits', () => {
  for (const hash of hashes) expect(leadingZeros(low(hash), high(hash))).toBe(zeros(bits(hash)));
});
