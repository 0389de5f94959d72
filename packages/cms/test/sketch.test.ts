import { hash } from '@dsys/hash';
import { packKeys } from '@dsys/hash/batch';
import { describe, expect, test } from 'vitest';
import { ConservativeCountMin, CountMinSketch } from '../src/index.js';

const errors = { epsilon: 0.01, delta: 0.01 };

test('width is e/epsilon and depth ln 1/delta, both rounded up (§3)', () => {
  const { width, depth, epsilon, delta } = CountMinSketch.forError({ epsilon: 0.001, delta: 0.001 });
  expect([width, depth]).toEqual([2719, 7]);
  expect(epsilon).toBeLessThanOrEqual(0.001);
  expect(delta).toBeLessThanOrEqual(0.001);
});

test('the rule of RedisBloom gives another shape for the same promise', () => {
  const { width, depth } = CountMinSketch.forError({ epsilon: 0.001, delta: 0.001, rule: 'redisbloom' });
  expect([width, depth]).toEqual([2000, 10]);
  // Of the error that it is asked for, it is as sure as the paper's is.
  const sketch = CountMinSketch.create({ width, depth });
  sketch.add('a', 1000);
  expect(sketch.errorAt({ delta: 0.001 })).toBeLessThanOrEqual(1);
});

describe.each([CountMinSketch, ConservativeCountMin])('%o', (Sketch) => {
  test('a key that came is counted, one that did not is not, when there is room for all', () => {
    const sketch = Sketch.forError(errors);
    sketch.add('a');
    sketch.add('a', 4);
    sketch.add('b', 2);
    expect(sketch.count('a')).toEqual({ estimate: 5, lower: 5, upper: 5 });
    expect(sketch.count('b').estimate).toBe(2);
    expect(sketch.count('c').estimate).toBe(0);
    expect(sketch.total).toBe(7);
  });

  test('a key is its bytes: text, bytes, numbers and hashes of them', () => {
    const sketch = Sketch.forError(errors);
    for (const key of ['a', Uint8Array.of(0x61), hash('a')]) sketch.add(key);
    for (const key of [42, 42n, hash(42)]) sketch.add(key);
    expect(sketch.count('a').estimate).toBe(3);
    expect(sketch.count(42).estimate).toBe(3);
    expect(sketch.count('42').estimate).toBe(0);
  });

  test('many keys at once are the same keys one by one', () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `key:${i % 777}`);
    const [single, array, iterable, packed] = [1, 2, 3, 4].map(() => Sketch.create({ width: 100, depth: 3 }));
    for (const key of keys) single!.add(key);
    expect(array!.addMany(keys)).toBe(10_000);
    iterable!.addMany(new Set(keys));
    for (let i = 0; i < 777; i++) iterable!.add(`key:${i}`, keys.filter((key) => key === `key:${i}`).length - 1);
    packed!.addMany(packKeys(keys));
    expect(array!.toBytes()).toEqual(single!.toBytes());
    expect(packed!.toBytes()).toEqual(single!.toBytes());
    if (Sketch === CountMinSketch) expect(iterable!.toBytes()).toEqual(single!.toBytes());
    expect([...single!.countMany(keys)]).toEqual(keys.map((key) => single!.count(key).estimate));
  });

  test('columns of integers are their integers', () => {
    const sketch = Sketch.forError(errors);
    sketch.addMany(BigUint64Array.of(1n, 2n, 2n, 2n ** 64n - 1n));
    expect([1, 2, -1].map((key) => sketch.count(key).estimate)).toEqual([1, 2, 1]);
  });

  test('many keys, each with its own count', () => {
    const sketch = Sketch.forError(errors);
    sketch.addMany(['a', 'b', 'a'], [3, 0, 4]);
    expect([sketch.count('a').estimate, sketch.count('b').estimate, sketch.total]).toEqual([7, 0, 7]);
  });

  test('the lower bound is the estimate less epsilon of all counts', () => {
    const sketch = Sketch.create({ width: 100, depth: 4 });
    sketch.add('a', 500);
    sketch.add('b', 500);
    const { estimate, lower } = sketch.count('a');
    expect(lower).toBe(Math.ceil(estimate - (Math.E / 100) * 1000));
  });

  test('decay makes old counts less, and the bounds know what it rounded off', () => {
    const sketch = Sketch.forError(errors);
    sketch.add('a', 9);
    sketch.add('b', 1);
    sketch.decay(0.5);
    expect(sketch.count('a')).toEqual({ estimate: 4, lower: 4, upper: 5 });
    expect(sketch.count('b')).toMatchObject({ estimate: 0, upper: 1 });
    sketch.decay(0.5);
    // 2.25 is the truth.
    expect(sketch.count('a')).toMatchObject({ estimate: 2, upper: 4 });
    expect(sketch.total).toBe(3);
  });

  test('a copy goes its own way, and clear forgets', () => {
    const sketch = Sketch.forError(errors);
    sketch.add('a');
    const copy = sketch.copy();
    copy.add('a');
    sketch.clear();
    expect([sketch.count('a').estimate, sketch.total, copy.count('a').estimate]).toEqual([0, 0, 2]);
  });

  test('a view counts in the bytes it was read from, a copy does not', () => {
    const sketch = Sketch.create({ width: 50, depth: 2 });
    sketch.add('a', 3);
    const bytes = sketch.toBytes();
    const before = bytes.slice();
    Sketch.fromBytes(bytes).add('a');
    expect(bytes).toEqual(before);
    const view = Sketch.fromBytes(bytes, { view: true });
    expect(view.count('a').estimate).toBe(3);
    view.add('a');
    expect(bytes).not.toEqual(before);
  });

  test('counters of 53 bits go past 2^32', () => {
    const sketch = Sketch.create({ width: 10, depth: 2, counterBits: 53 });
    sketch.add('a', 2 ** 40);
    sketch.add('a', 7);
    expect(Sketch.fromBytes(sketch.toBytes()).count('a').estimate).toBe(2 ** 40 + 7);
  });
});

describe('plain sketches', () => {
  test('what was removed is as if it had never come', () => {
    const sketch = CountMinSketch.create({ width: 20, depth: 3 });
    sketch.add('a', 5);
    const before = sketch.toBytes();
    sketch.add('b', 7);
    sketch.remove('b', 7);
    expect(sketch.toBytes()).toEqual(before);
  });

  test('a merge is the sketch of both streams, weights multiply, −1 takes back', () => {
    const [a, b, both] = [1, 2, 3].map(() => CountMinSketch.create({ width: 20, depth: 3 }));
    a!.addMany(['x', 'y', 'z']);
    const before = a!.toBytes();
    b!.addMany(['x', 'x', 'w']);
    both!.addMany(['x', 'y', 'z', 'x', 'x', 'w', 'x', 'x', 'w']);
    expect(a!.merge(b!, { weight: 2 }).toBytes()).toEqual(both!.toBytes());
    expect(a!.merge(b!, { weight: -1 }).merge(b!, { weight: -1 }).toBytes()).toEqual(before);
  });

  test('the inner product is the size of a join (§4.1)', () => {
    const [a, b] = [1, 2].map(() => CountMinSketch.forError({ epsilon: 0.001, delta: 0.001 }));
    for (let i = 0; i < 100; i++) a!.add(i, i);
    for (let i = 50; i < 150; i++) b!.add(i, 2);
    const truth = Array.from({ length: 50 }, (_, i) => 2 * (50 + i)).reduce((sum, product) => sum + product, 0);
    const { estimate, lower, upper } = a!.innerProduct(b!);
    expect(estimate).toBeGreaterThanOrEqual(truth);
    expect(lower).toBeLessThanOrEqual(truth);
    expect(upper).toBe(estimate);
    expect(estimate - truth).toBeLessThanOrEqual(0.001 * a!.total * b!.total);
  });
});

test('a conservative sketch is never above a plain one of the same stream', () => {
  const plain = CountMinSketch.create({ width: 50, depth: 3 });
  const conservative = CountMinSketch.create({ width: 50, depth: 3, update: 'conservative' });
  const keys = Array.from({ length: 3000 }, (_, i) => `key:${(i * i) % 499}`);
  for (const sketch of [plain, conservative]) sketch.addMany(keys);
  let less = 0;
  for (const key of new Set(keys)) {
    expect(conservative.count(key).estimate).toBeLessThanOrEqual(plain.count(key).estimate);
    if (conservative.count(key).estimate < plain.count(key).estimate) less++;
  }
  expect(less).toBeGreaterThan(100);
});
