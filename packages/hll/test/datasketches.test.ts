import { describe, expect, test } from 'vitest';
import { DataSketchesHyperLogLog, type DataSketchesType } from '../src/datasketches/index.js';
import { toHex, vector } from './support.js';

const of = (n: number, type: DataSketchesType = 'HLL_4', precision = 12): DataSketchesHyperLogLog => {
  const sketch = DataSketchesHyperLogLog.create({ precision, type });
  for (let i = 0; i < n; i++) sketch.add(i);
  return sketch;
};
const TYPES = ['HLL_4', 'HLL_6', 'HLL_8'] as const;
const COUNTS = [0, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
const own = new Map(COUNTS.map((n) => [n, of(n)]));

describe.each(TYPES)('%s', (type) => {
  test.each(COUNTS.flatMap((n) => ['java', 'cpp', 'go'].map((by) => [n, by] as const)))(
    '%i items, by %s: read, counted, written',
    (n, by) => {
      const bytes = vector(`datasketches/hll${type[4]}_n${n}_${by}.sk`);
      const read = DataSketchesHyperLogLog.fromBytes(bytes);
      const ours = own.get(n)!;
      expect(read.type).toBe(type);
      expect(read.precision).toBe(12);
      expect(read.registers()).toEqual(ours.registers());
      expect(read.representation).toBe(n < 8 ? 'list' : n < 384 ? 'set' : 'hll');
      expect(read.hasMartingale).toBe(true);
      expect(Math.abs(read.estimate() - ours.estimate())).toBeLessThanOrEqual(1e-6 * n);
      if (by !== 'java') return;
      // Bit for bit Java's, but for the martingale's last digits: it starts from what DataSketches interpolates in a table.
      const written = ours.toBytes({ type });
      if (n > 384) written.set(bytes.subarray(8, 16), 8);
      expect(toHex(written)).toBe(toHex(bytes));
      // A compact table has lost its gaps, so whoever reads it lays it out anew: DataSketches, too.
      if (read.representation !== 'set') expect(toHex(read.toBytes())).toBe(toHex(bytes));
      else expect([...read.toBytes()].sort()).toEqual([...bytes].sort());
    },
  );
});

test('every form becomes every other one', () => {
  const sketch = own.get(100_000)!;
  for (const from of TYPES)
    for (const to of TYPES) {
      const converted = DataSketchesHyperLogLog.fromBytes(sketch.toBytes({ type: from })).toBytes({ type: to });
      expect(toHex(converted)).toBe(toHex(sketch.toBytes({ type: to })));
    }
});

test('a union of overlapping halves has the registers of the whole, out of order', () => {
  const half = DataSketchesHyperLogLog.create();
  for (let i = 40_000; i < 100_000; i++) half.add(i);
  const merged = of(60_000).merge(half);
  expect(merged.registers()).toEqual(own.get(100_000)!.registers());
  expect(merged.hasMartingale).toBe(false);
  const read = DataSketchesHyperLogLog.fromBytes(merged.toBytes());
  expect(merged.toBytes()[5]! & 16).toBe(16);
  expect(read.hasMartingale).toBe(false);
  expect(read.estimate()).toBe(merged.estimate());
  expect(Math.abs(merged.estimate() / 100_000 - 1)).toBeLessThan(0.05);
});

test('across precisions the lower one counts, in lists, sets and registers', () => {
  for (const n of [5, 300, 20_000])
    for (const k of [5, 300, 20_000]) {
      const low = of(n, 'HLL_8', 9);
      const high = DataSketchesHyperLogLog.create({ precision: 13 });
      for (let i = n; i < n + k; i++) high.add(i);
      const whole = of(n + k, 'HLL_8', 9).registers();
      expect(low.copy().merge(high).registers()).toEqual(whole);
      expect(high.copy().merge(low).registers()).toEqual(whole);
      expect(high.copy().merge(low).precision).toBe(9);
    }
});

test('HLL_4 with exceptions: a register far above the lowest one comes back', () => {
  const sketch = of(2000);
  const eight = sketch.toBytes({ type: 'HLL_8' });
  for (const [index, value] of [
    [3, 40],
    [2051, 63],
    [4095, 15],
    [7, 16],
  ] as const)
    eight[40 + index] = value;
  const raised = DataSketchesHyperLogLog.fromBytes(eight);
  const four = raised.toBytes({ type: 'HLL_4' });
  expect(new DataView(four.buffer).getUint32(36, true)).toBe(4);
  expect(DataSketchesHyperLogLog.fromBytes(four).registers()).toEqual(raised.registers());
});

test('empty strings and bytes are ignored, as DataSketches does', () => {
  const sketch = DataSketchesHyperLogLog.create();
  expect(sketch.add('')).toBe(false);
  expect(sketch.add(new Uint8Array(0))).toBe(false);
  expect(sketch.estimate()).toBe(0);
});

const thousand = (type: DataSketchesType): Uint8Array => of(1000, type).toBytes();
const patched = (bytes: Uint8Array, at: number, ...values: number[]): Uint8Array => {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
};
test.each([
  ['another version', patched(thousand('HLL_8'), 1, 2), /serialVersion .* expected 1, found 2/],
  ['another family', patched(thousand('HLL_8'), 2, 3), /family .* 7 \(HLL\), found 3/],
  ['lgK of 3', patched(thousand('HLL_8'), 3, 3), /lgK .* 4\.\.21/],
  ['lgK of 22', patched(thousand('HLL_8'), 3, 22), /lgK/],
  ['a mode of 3', patched(thousand('HLL_8'), 7, 11), /mode/],
  ['a preamble of another mode', patched(thousand('HLL_8'), 0, 2), /preambleInts .* 10/],
  ['a value of 64', patched(thousand('HLL_8'), 40, 64), /values up to 63/],
  ['HLL_8 and short', thousand('HLL_8').subarray(0, 4135), /registers/],
  ['HLL_8 and long', Uint8Array.from([...thousand('HLL_8'), 0]), /end/],
  ['a negative martingale', patched(thousand('HLL_8'), 15, 0xc0), /hipAccum/],
  ['exceptions in HLL_6', patched(thousand('HLL_6'), 36, 1), /auxCount/],
  ['a register of 15 without an exception', patched(thousand('HLL_4'), 40, 0xff), /auxCount/],
  ['2^32 − 1 exceptions', patched(thousand('HLL_4'), 36, 255, 255, 255, 255), /auxCount .* at most 4096/],
  ['2^32 − 1 coupons', patched(of(100).toBytes(), 8, 255, 255, 255, 255), /count .* at most/],
  ['a coupon twice', patched(of(5).toBytes(), 12, ...of(5).toBytes().subarray(8, 12)), /coupon/],
  ['a coupon without a value', patched(of(5).toBytes(), 8, 1, 0, 0, 0), /coupon/],
  ['a list and half a coupon', of(5).toBytes().subarray(0, 26), /coupons/],
])('%s is refused', (_, bytes, message) => {
  expect(() => DataSketchesHyperLogLog.fromBytes(bytes)).toThrow(message);
  expect(() => DataSketchesHyperLogLog.fromBytes(bytes)).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^decode-/) }),
  );
});

describe('updatable images, which keep the gaps of their tables', () => {
  const updatable = (compact: Uint8Array, pairsAt: number, slots: number): Uint8Array => {
    const bytes = new Uint8Array(pairsAt + 4 * slots);
    const count = (compact.length - pairsAt) / 4;
    bytes.set(compact.subarray(0, pairsAt));
    bytes[5]! &= ~8;
    // Gaps anywhere: before, between and behind.
    for (let i = 0; i < count; i++)
      bytes.set(
        compact.subarray(pairsAt + 4 * i, pairsAt + 4 * i + 4),
        pairsAt + 4 * Math.floor(((i + 0.5) * slots) / count),
      );
    return bytes;
  };

  test('lists', () => {
    const compact = of(5).toBytes();
    const bytes = new Uint8Array(40);
    bytes.set(compact);
    bytes[5]! &= ~8;
    expect(DataSketchesHyperLogLog.fromBytes(bytes).toBytes()).toEqual(compact);
    const empty = new Uint8Array(40);
    empty.set(of(0).toBytes());
    empty[5]! &= ~8;
    expect(DataSketchesHyperLogLog.fromBytes(empty).estimate()).toBe(0);
  });

  test('sets', () => {
    const sketch = of(100);
    const read = DataSketchesHyperLogLog.fromBytes(updatable(sketch.toBytes(), 12, 256));
    expect(read.registers()).toEqual(sketch.registers());
    expect(read.estimate()).toBe(sketch.estimate());
  });

  test('exceptions of HLL_4', () => {
    const eight = of(2000).toBytes({ type: 'HLL_8' });
    for (const [index, value] of [
      [3, 40],
      [2051, 63],
      [7, 16],
    ] as const)
      eight[40 + index] = value;
    const raised = DataSketchesHyperLogLog.fromBytes(eight);
    const compact = raised.toBytes({ type: 'HLL_4' });
    const bytes = updatable(compact, 40 + 2048, 2 ** compact[4]!);
    expect(DataSketchesHyperLogLog.fromBytes(bytes).registers()).toEqual(raised.registers());
    const none = updatable(of(1000).toBytes(), 40 + 2048, 32);
    expect(DataSketchesHyperLogLog.fromBytes(none).registers()).toEqual(of(1000).registers());
  });
});
