import { expect, test } from 'vitest';
import { hash4jState, hyperLogLogOfHash4j, ultraLogLogOfHash4j } from '../src/hash4j/index.js';
import { HyperLogLog, UltraLogLog } from '../src/index.js';
import { feed, hex, toHex, vectorJson } from './support.js';

interface Vectors {
  ultraloglog: { p: number; n: number; fgra: number; ml: number; martingale: number; state: string }[];
  hyperloglog: { p: number; n: number; correctedRaw: number; ml: number; martingale: number; state: string }[];
  ullMerge: { mergedState: string; estimate: number; aDownsizedTo8: string; aAsHyperLogLog: string };
}
const vectors = vectorJson<Vectors>('hash4j/hash4j.json');
const ultra = (precision: number, from: number, to: number): UltraLogLog => {
  const sketch = UltraLogLog.create({ precision, hash: 'other' });
  feed(sketch, from, to);
  return sketch;
};

test.each(vectors.ultraloglog)('UltraLogLog of $n items at precision $p: state and the three estimates', (v) => {
  const sketch = ultra(v.p, 0, v.n);
  expect(toHex(hash4jState(sketch))).toBe(v.state);
  expect(sketch.estimate('fgra')).toBeCloseTo(v.fgra, 6);
  expect(Math.abs(sketch.estimate('likelihood') - v.ml)).toBeLessThanOrEqual(v.ml * 2e-5);
  expect(sketch.estimate()).toBeCloseTo(v.martingale, 6);
});

test.each(vectors.ultraloglog)(
  'reading an UltraLogLog of $n items at precision $p: the estimate without the martingale',
  (v) => {
    const sketch = ultraLogLogOfHash4j(hex(v.state), { hash: 'other' });
    expect(sketch.precision).toBe(v.p);
    expect(sketch.estimate('best')).toBeCloseTo(v.fgra, 6);
    expect(toHex(hash4jState(sketch))).toBe(v.state);
  },
);

test.each(vectors.hyperloglog)('HyperLogLog of $n items at precision $p: state and estimate', (v) => {
  const sketch = HyperLogLog.create({ precision: v.p, hash: 'other' });
  feed(sketch, 0, v.n);
  expect(toHex(hash4jState(sketch))).toBe(v.state);
  const read = hyperLogLogOfHash4j(hex(v.state), { hash: 'other' });
  expect(read.precision).toBe(v.p);
  expect(read.estimate()).toBeCloseTo(v.correctedRaw, 6);
  expect(toHex(hash4jState(read))).toBe(v.state);
});

test('merging across precisions, folding, and becoming a HyperLogLog, as hash4j does it', () => {
  const a = ultra(10, 0, 5000);
  const b = ultra(9, 2500, 9000);
  expect(toHex(hash4jState(a.fold(8)))).toBe(vectors.ullMerge.aDownsizedTo8);
  expect(toHex(hash4jState(a.toHyperLogLog()))).toBe(vectors.ullMerge.aAsHyperLogLog);
  for (const merged of [a.copy().merge(b), b.copy().merge(a)]) {
    expect(merged.precision).toBe(9);
    expect(toHex(hash4jState(merged))).toBe(vectors.ullMerge.mergedState);
    expect(merged.estimate()).toBeCloseTo(vectors.ullMerge.estimate, 6);
  }
});

test('a state of another length, or with registers that no hash leaves, is refused by name', () => {
  expect(() => ultraLogLogOfHash4j(new Uint8Array(100))).toThrow(/state .* expected 2\^3 to 2\^26 bytes, found 100/);
  expect(() => hyperLogLogOfHash4j(new Uint8Array(100))).toThrow(/state .* found 100/);
  const bad = new Uint8Array(256).fill(1);
  expect(() => ultraLogLogOfHash4j(bad)).toThrow(expect.objectContaining({ code: 'decode-invalid-value' }));
  expect(() => hyperLogLogOfHash4j(new Uint8Array(192).fill(255))).toThrow(/ranks of at most 57/);
  expect(() => hyperLogLogOfHash4j(new Uint8Array(3 * 2 ** 18))).toThrow(/state /);
});
