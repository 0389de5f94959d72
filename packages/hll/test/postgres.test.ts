import { murmur3_x64_128 } from '@dsys/hash';
import { expect, test } from 'vitest';
import { boolean, integer, PostgresHyperLogLog, type PostgresParameters, smallint } from '../src/postgres/index.js';
import { hex, keys, toHex, vectorJson } from './support.js';

interface Vectors {
  sketches: {
    n: number;
    log2m: number;
    regwidth: number;
    expthresh: number;
    sparseon: number;
    hex: string;
    cardinality: number;
    type: number;
  }[];
  union: { cardinality: number; hex: string };
  hashes: { fn: string; in: string; hash: string }[];
}
const vectors = vectorJson<Vectors>('postgresql-hll/postgresql-hll.json');
const TYPES = ['empty', 'explicit', 'sparse', 'full'];
const of = (elements: readonly string[], parameters: Partial<PostgresParameters> = {}): PostgresHyperLogLog => {
  const sketch = PostgresHyperLogLog.create(parameters);
  sketch.addMany(elements);
  return sketch;
};

test.each(vectors.sketches)(
  'hll of $n keys, log2m $log2m, regwidth $regwidth, expthresh $expthresh, sparseon $sparseon',
  (v) => {
    const explicitThreshold = v.expthresh === -1 ? ('auto' as const) : v.expthresh;
    const sketch = of(keys(0, v.n), {
      precision: v.log2m,
      registerBits: v.regwidth,
      explicitThreshold,
      sparse: v.sparseon === 1,
    });
    expect(toHex(sketch.toBytes())).toBe(v.hex);
    expect(sketch.representation).toBe(TYPES[v.type - 1]);
    const read = PostgresHyperLogLog.fromBytes(hex(v.hex));
    expect(read.parameters).toEqual(sketch.parameters);
    expect(toHex(read.toBytes())).toBe(v.hex);
    expect(read.cardinality()).toBeCloseTo(v.cardinality, 6);
    expect(Math.abs(read.estimate() / Math.max(1, v.n) - (v.n > 0 ? 1 : 0))).toBeLessThan(0.1);
  },
);

test('hll_union', () => {
  const merged = of(keys(0, 1000)).merge(of(keys(500, 1500)));
  expect(toHex(merged.toBytes())).toBe(vectors.union.hex);
  expect(merged.cardinality()).toBeCloseTo(vectors.union.cardinality, 6);
});

test.each(vectors.hashes)('$fn($in)', ({ fn, in: text, hash }) => {
  const key = {
    hll_hash_text: () => text,
    hll_hash_bigint: () => BigInt(text),
    hll_hash_integer: () => integer(Number(text)),
    hll_hash_bytea: () => hex(text),
  }[fn]!();
  expect(BigInt.asIntN(64, murmur3_x64_128(key))).toBe(BigInt(hash));
});

test('narrower types have their own bytes, and their ranges', () => {
  expect(toHex(integer(-2))).toBe('feffffff');
  expect(toHex(smallint(-2))).toBe('feff');
  expect(toHex(boolean(true))).toBe('01');
  expect(() => integer(2 ** 31)).toThrow(RangeError);
  expect(() => smallint(1.5)).toThrow(RangeError);
});

test('hashes can be written as registers, registers never as hashes', () => {
  const sketch = of(keys(0, 5));
  for (const representation of ['explicit', 'sparse', 'full'] as const) {
    const read = PostgresHyperLogLog.fromBytes(sketch.toBytes({ representation }));
    expect(read.registers()).toEqual(sketch.registers());
  }
  expect(toHex(sketch.toBytes({ representation: 'full' })).slice(6)).toBe(vectors.sketches[4]!.hex.slice(6));
  const full = of(keys(0, 5), { explicitThreshold: 0 });
  expect(() => full.toBytes({ representation: 'explicit' })).toThrow(/sparse, and can't be written as explicit/);
  expect(() => sketch.toBytes({ representation: 'empty' })).toThrow(/can't be written as empty/);
});

test('sketches of other parameters are refused, and the error says which', () => {
  expect(() => of(['a']).merge(of(['b'], { registerBits: 6 }))).toThrow(/registerBits is 5 here and 6 there/);
  expect(() => of(['a']).fold(10)).toThrow(expect.objectContaining({ code: 'different-parameters' }));
});

test.each([
  { precision: 3 },
  { precision: 18 },
  { registerBits: 0 },
  { registerBits: 8 },
  { explicitThreshold: 3 },
  { explicitThreshold: -1 },
  { explicitThreshold: Number.NaN },
])('%o is out of range', (parameters) => {
  expect(() => PostgresHyperLogLog.create(parameters)).toThrow(expect.objectContaining({ code: 'bad-option' }));
});

test.each([
  ['another version', '218b7f', /version .* expected 1, found 2/],
  ['UNDEFINED', '108b7f', /type .* found 0/],
  ['a type of tomorrow', '158b7f', /type .* found 5/],
  ['log2m of 3', '11837f', /log2m .* 4\.\.17/],
  ['regwidth of 8', '11eb7f', /regwidth/],
  ['EMPTY with data', '118b7f00', /data .* nothing/],
  ['EXPLICIT with half a hash', '128b7f00', /hashes of 8 bytes/],
  ['EXPLICIT out of order', `128b7f${'00'.repeat(8)}${'ff'.repeat(8)}`, /ascending/],
  ['EXPLICIT twice', `128b7f${'00'.repeat(16)}`, /ascending/],
  ['EXPLICIT above its threshold', `128b40${'00'.repeat(8)}`, /at most 0/],
  ['FULL and short', '148b7f00', /1280 bytes/],
  ['SPARSE of another size', '138b7f0000000000', /registers/],
  ['SPARSE with a register of 0', '138b7f0020', /above 0/],
  ['SPARSE with ones behind', '138b7f00210001', /./],
  ['nothing', '', /version/],
])('%s is refused', (_, text, message) => {
  expect(() => PostgresHyperLogLog.fromBytes(hex(text))).toThrow(message);
  expect(() => PostgresHyperLogLog.fromBytes(hex(text))).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^decode-/) }),
  );
});
