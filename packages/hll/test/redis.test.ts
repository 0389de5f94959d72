import { describe, expect, test } from 'vitest';
import { RedisHyperLogLog } from '../src/redis/index.js';
import { keys, vector, vectorJson } from './support.js';

interface Vectors {
  hll: { n: number; encoding: 'sparse' | 'dense'; pfcount: number; file: string }[];
  hllUnicode: { keys: string[]; file: string; pfcount: number };
  hllDense100: { file: string; pfcount: number };
  hllRegs100: { nonzero: [number, number][] };
  hllMerge: { pfcountA: number; pfcountB: number; pfcountMerged: number; fileA: string; fileB: string; file: string }[];
}
const vectors = vectorJson<Vectors>('redis/hll.json');
const of = (elements: readonly string[]): RedisHyperLogLog => {
  const sketch = RedisHyperLogLog.create();
  sketch.addMany(elements);
  return sketch;
};

describe.each(vectors.hll)('Redis, $n elements, $encoding', ({ n, encoding, pfcount, file }) => {
  const theirs = vector(`redis/${file}`);

  test('the same registers, read and counted', () => {
    const read = RedisHyperLogLog.fromBytes(theirs);
    expect(read.storedEncoding).toBe(encoding);
    expect(read.registers()).toEqual(of(keys(0, n)).registers());
    expect(read.pfcount()).toBe(BigInt(pfcount));
  });

  test('we choose the same encoding, and write a string of the same length that reads back the same', () => {
    const bytes = of(keys(0, n)).toBytes();
    const read = RedisHyperLogLog.fromBytes(bytes);
    expect(read.storedEncoding).toBe(encoding);
    expect(bytes.length).toBeLessThanOrEqual(theirs.length);
    if (encoding === 'dense') expect(bytes.subarray(16)).toEqual(theirs.subarray(16));
    expect(read.registers()).toEqual(of(keys(0, n)).registers());
    expect(read.storedCount).toBe(BigInt(pfcount));
  });
});

test('every register of 100 elements is what PFDEBUG GETREG says', () => {
  const registers = of(keys(0, 100)).registers();
  const nonzero = [...registers].flatMap((value, index) => (value > 0 ? [[index, value]] : []));
  expect(nonzero).toEqual(vectors.hllRegs100.nonzero);
});

test('elements beyond ASCII and of every length are hashed as Redis hashes them', () => {
  const { keys: elements, file } = vectors.hllUnicode;
  expect(of(elements).registers()).toEqual(RedisHyperLogLog.fromBytes(vector(`redis/${file}`)).registers());
});

test('a sparse string that PFDEBUG TODENSE made dense has the same registers, and either form becomes the other', () => {
  const dense = RedisHyperLogLog.fromBytes(vector(`redis/${vectors.hllDense100.file}`));
  expect(dense.storedEncoding).toBe('dense');
  expect(dense.registers()).toEqual(of(keys(0, 100)).registers());
  const sparse = dense.toBytes({ encoding: 'sparse' });
  expect(sparse.subarray(16)).toEqual(vector('redis/hll-n100.hyll').subarray(16));
  const again = RedisHyperLogLog.fromBytes(sparse).toBytes({ encoding: 'dense' });
  expect(again.subarray(16)).toEqual(vector(`redis/${vectors.hllDense100.file}`).subarray(16));
});

test('merging gives the registers of PFMERGE', () => {
  for (const { fileA, fileB, file, pfcountMerged } of vectors.hllMerge) {
    const a = RedisHyperLogLog.fromBytes(vector(`redis/${fileA}`));
    const merged = a.copy().merge(RedisHyperLogLog.fromBytes(vector(`redis/${fileB}`)));
    expect(merged.registers()).toEqual(RedisHyperLogLog.fromBytes(vector(`redis/${file}`)).registers());
    expect(merged.pfcount()).toBe(BigInt(pfcountMerged));
  }
});

test('the cached count is read, told to be out of date, and left out where asked', () => {
  const sketch = of(keys(0, 10));
  expect(RedisHyperLogLog.fromBytes(sketch.toBytes()).storedCount).toBe(10n);
  const stale = sketch.toBytes({ cacheCount: false });
  expect([...stale.subarray(8, 16)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0x80]);
  expect(RedisHyperLogLog.fromBytes(stale).storedCount).toBeNull();
});

test('a value above 32 has no place in the sparse form', () => {
  const dense = RedisHyperLogLog.create().toBytes({ encoding: 'dense' });
  dense[16] = 33;
  const sketch = RedisHyperLogLog.fromBytes(dense);
  expect(RedisHyperLogLog.fromBytes(sketch.toBytes()).storedEncoding).toBe('dense');
  expect(() => sketch.toBytes({ encoding: 'sparse' })).toThrow(
    expect.objectContaining({ code: 'different-parameters' }),
  );
  dense[16] = 32;
  const last = RedisHyperLogLog.fromBytes(RedisHyperLogLog.fromBytes(dense).toBytes());
  expect(last.storedEncoding).toBe('sparse');
  expect(last.registers()[0]).toBe(32);
});

test('a number is refused, since a client would send its digits', () => {
  expect(() => RedisHyperLogLog.create().add(42 as unknown as string)).toThrow(/digits: String\(n\)/);
  expect(() => RedisHyperLogLog.create().addMany(BigUint64Array.of(1n) as never)).toThrow(TypeError);
});

test.each([
  ['no HYLL', 'decode-not-an-envelope', Uint8Array.from([1, 2, 3, 4, 5])],
  ['an unknown encoding', 'decode-unknown-version', Uint8Array.from([0x48, 0x59, 0x4c, 0x4c, 2])],
  ['a short header', 'decode-truncated', Uint8Array.from([0x48, 0x59, 0x4c, 0x4c, 1, 0])],
  ['dense and short', 'decode-truncated', vector('redis/hll-n2000.hyll').subarray(0, 12303)],
  ['dense and long', 'decode-trailing-bytes', Uint8Array.from([...vector('redis/hll-n2000.hyll'), 0])],
  ['runs that end early', 'decode-invalid-value', vector('redis/hll-n10.hyll').subarray(0, 45)],
  ['runs that go on', 'decode-invalid-value', Uint8Array.from([...vector('redis/hll-n10.hyll'), 0])],
  [
    'a rank that no element has',
    'decode-invalid-value',
    RedisHyperLogLog.create().toBytes({ encoding: 'dense' }).fill(63, 16, 17),
  ],
])('%s is refused', (_, code, bytes) => {
  expect(() => RedisHyperLogLog.fromBytes(bytes)).toThrow(expect.objectContaining({ code }));
});
