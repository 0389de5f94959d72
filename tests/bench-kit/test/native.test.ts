import { describe, expect, test } from 'vitest';
import { besideNative, type Native, native, nativeKeys } from '../src/native.js';

const figure = (perSecond: number) => ({ perSecond, slowest: perSecond, fastest: perSecond, checksum: 0 });
const there: Native = {
  absent: null,
  compiler: 'g++ 12',
  figures: { strings: figure(100e6), packed: figure(200e6), words: figure(400e6) },
};

test('the C++ program runs, or what it needs is named', () => {
  for (const structure of ['bloom', 'cms', 'hll', 'hash'] as const) {
    const baseline = native(structure, { keys: 2_000, rounds: 1 });
    if (baseline.absent !== null) {
      expect(baseline.absent).toMatch(/g\+\+|xxhash\.h|AVX2/);
    } else {
      const { strings, packed, words } = baseline.figures;
      expect(strings.perSecond).toBeGreaterThan(0);
      expect(strings.checksum).toBe(packed.checksum);
      expect(strings.checksum).not.toBe(words.checksum);
    }
  }
}, 120_000);

describe('the table beside it', () => {
  test('has a row for each kind of keys, with the ratio and whether the target is reached', () => {
    expect(
      besideNative(there, { strings: 28.1e6, packed: 100e6, words: 40e6 }, { strings: 0.28, packed: 0.65 }),
    ).toEqual([
      { keys: 'strings', 'C++ M/s': 100, 'ours M/s': 28.1, ratio: 0.281, 'at least': 0.28, reached: 'yes' },
      { keys: 'packed', 'C++ M/s': 200, 'ours M/s': 100, ratio: 0.5, 'at least': 0.65, reached: 'MISSED' },
      { keys: 'words', 'C++ M/s': 400, 'ours M/s': 40, ratio: 0.1 },
    ]);
  });

  test('says what is absent', () => {
    expect(besideNative({ absent: 'g++' }, { strings: 1 })).toEqual([
      { 'C++ -O3 -mavx2': 'absent', 'for want of': 'g++' },
    ]);
  });
});

test('the keys are distinct strings of 16 characters, and the same ones packed', () => {
  const { strings, packed, words } = nativeKeys(1_000);
  expect(new Set(strings).size).toBe(1_000);
  expect(strings.every((key) => /^[a-z]{16}$/.test(key))).toBe(true);
  expect(Buffer.from(packed.bytes).toString('latin1')).toBe(strings.join(''));
  expect([...packed.offsets]).toEqual(Array.from({ length: 1_001 }, (_, i) => 16 * i));
  expect(words).toHaveLength(1_000);
});
