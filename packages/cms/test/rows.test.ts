import { xxh64Lanes } from '@dsys/hash';
import { expect, test } from 'vitest';
import { columnOf, ROW_STEP } from '../src/rows.js';

/** Columns of the first `keys` keys in each of the rows. */
function columns(keys: number, rows: number, width: number): Uint32Array[] {
  const lanes = new Uint32Array(2);
  const all = Array.from({ length: rows }, () => new Uint32Array(keys));
  for (let i = 0; i < keys; i++) {
    xxh64Lanes(`key:${i}`, lanes);
    for (let row = 0; row < rows; row++)
      all[row]![i] = columnOf(lanes[0]!, lanes[1]!, Math.imul(row + 1, ROW_STEP), width);
  }
  return all;
}

test('columns are below the width, for any width up to 2^28', () => {
  for (const width of [1, 2, 3, 1000, 65_535, 65_536, 65_537, 2 ** 28]) {
    for (const row of columns(200, 3, width)) for (const column of row) expect(column).toBeLessThan(width);
    expect(columnOf(-1, -1, ROW_STEP, width)).toBeLessThan(width);
  }
});

/** The same by arbitrary precision, as the README has it. */
function columnByBigInt(low: bigint, high: bigint, k: bigint, width: bigint): bigint {
  const u32 = (x: bigint): bigint => BigInt.asUintN(32, x);
  let hash = u32((low ^ k) * 0x85ebca6bn);
  hash = u32((hash ^ (hash >> 15n)) + high);
  hash = u32((hash ^ (hash >> 16n)) * 0x21f0aaadn);
  hash = u32((hash ^ (hash >> 15n)) * 0x735a2d97n);
  return ((hash ^ (hash >> 15n)) * width) >> 32n;
}

test('a column is the upper half of hash times width, exactly so up to a width of 2^21', () => {
  const lanes = new Uint32Array(2);
  for (const width of [7, 2719, 65_537, 2 ** 21 - 1, 2 ** 21])
    for (let i = 0; i < 500; i++) {
      xxh64Lanes(i, lanes);
      const k = Math.imul(1 + (i % 64), ROW_STEP);
      const expected = columnByBigInt(BigInt(lanes[0]!), BigInt(lanes[1]!), BigInt(k >>> 0), BigInt(width));
      expect(columnOf(lanes[0]!, lanes[1]!, k, width)).toBe(Number(expected));
    }
});

test('each row spreads keys evenly: chi-squared within four standard deviations', () => {
  for (const width of [64, 1000]) {
    for (const row of columns(100_000, 8, width)) {
      const cells = new Float64Array(width);
      for (const column of row) cells[column]!++;
      const mean = 100_000 / width;
      const chi = cells.reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0);
      expect(Math.abs(chi - (width - 1))).toBeLessThan(4 * Math.sqrt(2 * (width - 1)));
    }
  }
});

test('that two keys meet in one row says nothing about the others, also when the width is a power of two', () => {
  const KEYS = 4000;
  const pairs = (KEYS * (KEYS - 1)) / 2;
  for (const width of [64, 61]) {
    const rows = columns(KEYS, 6, width);
    for (let a = 0; a < rows.length; a++)
      for (let b = a + 1; b < rows.length; b++) {
        // Pairs that meet in both rows, by counting the keys of each pair of columns.
        const together = new Float64Array(width * width);
        for (let i = 0; i < KEYS; i++) together[rows[a]![i]! * width + rows[b]![i]!]!++;
        const met = together.reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
        const expected = pairs / width ** 2;
        expect(Math.abs(met - expected)).toBeLessThan(5 * Math.sqrt(expected));
      }
    // In three rows, and in all: double hashing has them meet in all as soon as they meet in two.
    const triple = new Map<number, number>();
    for (let i = 0; i < KEYS; i++) {
      const at = (rows[0]![i]! * width + rows[1]![i]!) * width + rows[2]![i]!;
      triple.set(at, (triple.get(at) ?? 0) + 1);
    }
    const met = [...triple.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
    const expected = pairs / width ** 3;
    expect(Math.abs(met - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});

test('keys that differ in few bits of their hashes part too', () => {
  // Neighbouring integers as hashes: what a structured hash would look like.
  for (const [dLow, dHigh] of [
    [1, 0],
    [0, 1],
    [1, -1],
    [1, 1],
    [1 << 31, 0],
    [0, 1 << 31],
  ] as const) {
    let met = 0;
    const trials = 20_000;
    for (let i = 0; i < trials; i++)
      if (columnOf(i, i * 7, ROW_STEP, 100) === columnOf(i + dLow, i * 7 + dHigh, ROW_STEP, 100)) met++;
    expect(Math.abs(met - trials / 100)).toBeLessThan(5 * Math.sqrt(trials / 100));
  }
});

test('stored bytes depend on the columns: these stay', () => {
  const lanes = new Uint32Array(2);
  xxh64Lanes('key:0', lanes);
  const found = Array.from({ length: 8 }, (_, row) =>
    columnOf(lanes[0]!, lanes[1]!, Math.imul(row + 1, ROW_STEP), 2719),
  );
  expect(found).toMatchInlineSnapshot(`
    [
      1755,
      1672,
      918,
      172,
      1137,
      1159,
      159,
      699,
    ]
  `);
});
