import { DecodeError } from '@dsys/codec';
import { expect, test } from 'vitest';
import { DataSketchesCountMin } from '../src/datasketches/index.js';
import {
  ConservativeCountMin,
  CountMinSketch,
  DyadicCountMin,
  handOver,
  TopK,
  takeOver,
  WindowedCountMin,
} from '../src/index.js';
import { RedisBloomCountMin } from '../src/redisbloom/index.js';

const small = { width: 10, depth: 2 };

/** What is thrown, as "name code option-or-message". */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    const { name, code, option, message } = error as Error & { code?: string; option?: string };
    return `${name} ${code} ${option ?? message}`;
  }
  return 'nothing was thrown';
}

test.each([0, 1, -0.1, 2, Number.NaN, undefined])('epsilon and delta are shares: not %s', (bad) => {
  const value = bad as number;
  for (const make of [CountMinSketch, ConservativeCountMin]) {
    expect(refusal(() => make.forError({ epsilon: value, delta: 0.1 }))).toBe('RangeError bad-option epsilon');
    expect(refusal(() => make.forError({ epsilon: 0.1, delta: value }))).toBe('RangeError bad-option delta');
  }
  expect(refusal(() => WindowedCountMin.forError({ epsilon: 0.1, delta: value, panes: 3 }))).toBe(
    'RangeError bad-option delta',
  );
  expect(refusal(() => DyadicCountMin.forError({ epsilon: value, delta: 0.1, bits: 8 }))).toBe(
    'RangeError bad-option epsilon',
  );
  expect(refusal(() => TopK.countMin({ epsilon: 0.1, delta: value, k: 3 }))).toBe('RangeError bad-option delta');
  expect(refusal(() => RedisBloomCountMin.byProb({ error: value, probability: 0.1 }))).toBe(
    'RangeError bad-option epsilon',
  );
  expect(refusal(() => DataSketchesCountMin.forError({ epsilon: 0.1, delta: value }))).toBe(
    'RangeError bad-option delta',
  );
});

test.each([0, -1, 1.5, Number.NaN, Infinity, 2 ** 28 + 1, '10', undefined])(
  'width and depth are integers in their range: not %s',
  (bad) => {
    const value = bad as number;
    expect(refusal(() => CountMinSketch.create({ width: value, depth: 2 }))).toBe('RangeError bad-option width');
    expect(refusal(() => CountMinSketch.create({ width: 2, depth: value }))).toBe('RangeError bad-option depth');
    expect(refusal(() => RedisBloomCountMin.byDim({ width: value, depth: 2 }))).toBe('RangeError bad-option width');
    expect(refusal(() => DataSketchesCountMin.create({ width: 3, depth: value }))).toBe('RangeError bad-option depth');
  },
);

test('options that are none of the words', () => {
  const odd = { update: 'clever' } as never as { update: 'plain' };
  expect(refusal(() => CountMinSketch.create({ ...small, ...odd }))).toBe('TypeError bad-option update');
  expect(refusal(() => CountMinSketch.forError({ epsilon: 0.1, delta: 0.1, rule: 'mine' as never }))).toBe(
    'TypeError bad-option rule',
  );
  expect(refusal(() => CountMinSketch.create({ ...small, counterBits: 64 as never }))).toBe(
    'RangeError bad-option counterBits',
  );
  expect(refusal(() => WindowedCountMin.create({ ...small, panes: 0 }))).toBe('RangeError bad-option panes');
  expect(refusal(() => WindowedCountMin.create({ width: 2 ** 26, depth: 2, panes: 4 }))).toBe(
    'RangeError bad-option panes',
  );
  expect(refusal(() => DyadicCountMin.create({ ...small, bits: 54 }))).toBe('RangeError bad-option bits');
  expect(refusal(() => TopK.spaceSaving({ capacity: 0 }))).toBe('RangeError bad-option capacity');
  expect(refusal(() => TopK.countMin({ ...small, k: 1.5 }))).toBe('RangeError bad-option k');
  expect(refusal(() => DataSketchesCountMin.create({ width: 3, depth: 1, seed: 9001 as never }))).toBe(
    'TypeError bad-option seed',
  );
  expect(refusal(() => DataSketchesCountMin.create({ width: 3, depth: 1, rows: [1n, 2n] }))).toBe(
    'RangeError bad-option rows',
  );
  expect(refusal(() => RedisBloomCountMin.byDim(small).toDump({ rdbVersion: 7 }))).toBe(
    'RangeError bad-option rdbVersion',
  );
});

test.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53, '1'])('a count is an integer from 0: not %s', (bad) => {
  const n = bad as number;
  for (const sketch of [
    CountMinSketch.create(small),
    ConservativeCountMin.create(small),
    WindowedCountMin.create({ ...small, panes: 2 }),
    TopK.spaceSaving({ capacity: 3 }),
    TopK.countMin({ ...small, k: 3 }),
    RedisBloomCountMin.byDim(small),
    DataSketchesCountMin.create({ width: 3, depth: 1 }),
  ])
    expect(refusal(() => sketch.add('a', n))).toBe('RangeError bad-option n');
  expect(refusal(() => DyadicCountMin.create({ ...small, bits: 4 }).add(1, n))).toBe('RangeError bad-option n');
  expect(refusal(() => CountMinSketch.create(small).remove('a', n))).toBe('RangeError bad-option n');
  expect(refusal(() => CountMinSketch.create(small).addMany(['a'], [n]))).toBe('RangeError bad-option counts[0]');
});

test('what is no key is refused, and nothing is counted', () => {
  const sketch = CountMinSketch.create(small);
  for (const key of [null, undefined, {}, [1], true]) {
    expect(refusal(() => sketch.add(key as never))).toMatch(/^TypeError key-type/);
    expect(refusal(() => sketch.count(key as never))).toMatch(/^TypeError key-type/);
  }
  expect(refusal(() => sketch.addMany('one key' as never))).toMatch(/^TypeError keys-type/);
  expect(refusal(() => sketch.addMany(['a', 'b'], [1]))).toBe('RangeError bad-option counts');
  expect(sketch.total).toBe(0);
});

test('a counter never passes what it can hold, and the sketch stays as it was', () => {
  const wide = { width: 1000, depth: 2 };
  for (const sketch of [CountMinSketch.create(wide), ConservativeCountMin.create(wide)]) {
    sketch.add('a', 0xffff_ffff);
    const before = sketch.toBytes();
    expect(refusal(() => sketch.add('a'))).toMatch(
      /^CountMinError counter-overflow a counter of 32 bits must be 0\.\.4294967295, would be 4294967296/,
    );
    expect(refusal(() => sketch.addMany(['a']))).toMatch(/^CountMinError counter-overflow/);
    expect(refusal(() => sketch.add('b', Number.MAX_SAFE_INTEGER))).toMatch(
      /^CountMinError counter-overflow the sum of all/,
    );
    expect(sketch.toBytes()).toEqual(before);
    // The sum may pass it.
    sketch.add('b', 5);
    expect(sketch.total).toBe(0xffff_ffff + 5);
  }
});

test('nor after a merge', () => {
  const [a, b] = [CountMinSketch.create(small), CountMinSketch.create(small)];
  a.add('a', 2 ** 31);
  b.add('a', 2 ** 31);
  const before = a.toBytes();
  expect(refusal(() => a.merge(b))).toMatch(/^CountMinError counter-overflow/);
  expect(refusal(() => a.merge(b, { weight: 2 ** 40 }))).toMatch(/^CountMinError counter-overflow/);
  expect(refusal(() => a.merge(b, { weight: 0 }))).toBe('RangeError bad-option weight');
  expect(refusal(() => a.merge(b, { weight: 0.5 }))).toBe('RangeError bad-option weight');
  b.add('b');
  expect(refusal(() => a.merge(b, { weight: -1 }))).toMatch(/^CountMinError negative-count/);
  expect(a.toBytes()).toEqual(before);
});

test('more than was added can’t be removed', () => {
  const sketch = CountMinSketch.create(small);
  sketch.add('a', 3);
  const before = sketch.toBytes();
  expect(refusal(() => sketch.remove('a', 4))).toMatch(/^CountMinError negative-count at most 3/);
  expect(sketch.toBytes()).toEqual(before);
  const dyadic = DyadicCountMin.create({ ...small, bits: 8 });
  dyadic.add(7, 3);
  expect(refusal(() => dyadic.remove(7, 4))).toMatch(/^CountMinError negative-count/);
  expect(dyadic.total).toBe(3);
});

test('sketches that differ are not merged, and the message says in what', () => {
  const sketch = CountMinSketch.create(small);
  const merging = (other: unknown): string => refusal(() => sketch.merge(other as CountMinSketch));
  expect(merging(CountMinSketch.create({ width: 11, depth: 2 }))).toMatch(
    /same width: this one has 10, the other one 11/,
  );
  expect(merging(CountMinSketch.create({ width: 10, depth: 3 }))).toMatch(/same depth/);
  expect(merging(CountMinSketch.create({ ...small, counterBits: 53 }))).toMatch(/same counterBits/);
  expect(merging(ConservativeCountMin.create(small))).toMatch(
    /different-parameters.*same update: this one has plain, the other one conservative/,
  );
  expect(merging(undefined)).toMatch(/different-parameters/);
  expect(refusal(() => sketch.innerProduct(ConservativeCountMin.create(small) as never))).toMatch(
    /different-parameters/,
  );
  const window = WindowedCountMin.create({ ...small, panes: 2 });
  expect(refusal(() => window.merge(WindowedCountMin.create({ ...small, panes: 3 })))).toMatch(/same panes/);
  const dyadic = DyadicCountMin.create({ ...small, bits: 8 });
  expect(refusal(() => dyadic.merge(DyadicCountMin.create({ ...small, bits: 9 })))).toMatch(/same bits/);
  expect(refusal(() => TopK.spaceSaving({ capacity: 3 }).merge(TopK.countMin({ ...small, k: 3 }) as never))).toMatch(
    /same algorithm/,
  );
  expect(refusal(() => TopK.countMin({ ...small, k: 3 }).merge(TopK.countMin({ ...small, k: 4 })))).toMatch(/same k/);
  const cpp = DataSketchesCountMin.create({ width: 3, depth: 1 });
  expect(refusal(() => cpp.merge(DataSketchesCountMin.create({ width: 3, depth: 1, seed: 1n })))).toMatch(/same seed/);
  expect(refusal(() => cpp.merge(DataSketchesCountMin.create({ width: 3, depth: 1, rows: 'java' })))).toMatch(
    /hash their rows alike/,
  );
});

test('factors, quantiles, shares and panes outside of their range', () => {
  const sketch = CountMinSketch.create(small);
  for (const factor of [0, 1, -1, Number.NaN])
    expect(refusal(() => sketch.decay(factor))).toBe('RangeError bad-option factor');
  expect(refusal(() => sketch.errorAt({ delta: 1 }))).toBe('RangeError bad-option delta');
  const dyadic = DyadicCountMin.create({ ...small, bits: 4 });
  for (const value of [-1, 16, 0.5, Number.NaN])
    expect(refusal(() => dyadic.add(value))).toBe('RangeError bad-option value');
  expect(refusal(() => dyadic.range(3, 2))).toBe('RangeError bad-option high');
  expect(refusal(() => dyadic.quantile(1.5))).toBe('RangeError bad-option q');
  expect(refusal(() => dyadic.heavyHitters({ above: 0.01 }))).toBe('RangeError bad-option above');
  const window = WindowedCountMin.create({ ...small, panes: 3 });
  window.advanceTo(10);
  expect(refusal(() => window.advanceTo(9))).toMatch(/^CountMinError outside-window/);
  expect(refusal(() => window.advanceTo(10.5))).toBe('RangeError bad-option pane');
  expect(refusal(() => window.add('a', 1, { pane: 7 }))).toMatch(
    /^CountMinError outside-window pane must be in the window, 8\.\.10, got 7/,
  );
  expect(refusal(() => window.count('a', { last: 4 }))).toBe('RangeError bad-option last');
});

test('blobs of others are told apart', () => {
  const bytes = CountMinSketch.create(small).toBytes();
  const decoding = (read: () => unknown): string => refusal(read).replace(/ at byte \d+/, '');
  expect(decoding(() => ConservativeCountMin.fromBytes(bytes))).toBe(
    'DecodeError decode-invalid-value update: expected conservative, which this class reads, found plain: read it by CountMinSketch',
  );
  expect(decoding(() => DyadicCountMin.fromBytes(bytes))).toMatch(/decode-other-kind kind: expected dyadic, found cms/);
  expect(decoding(() => TopK.fromBytes(bytes))).toMatch(/decode-other-kind/);
  expect(decoding(() => WindowedCountMin.fromBytes(bytes))).toMatch(/decode-other-kind/);
  expect(decoding(() => CountMinSketch.fromBytes(Buffer.from('HYLL\u0001')))).toMatch(/decode-not-an-envelope/);
  expect(decoding(() => RedisBloomCountMin.fromDump(bytes))).toMatch(/decode-other-kind type: expected 7/);
  expect(decoding(() => DataSketchesCountMin.fromBytes(bytes))).toMatch(/decode-other-kind family/);
  expect(() => CountMinSketch.fromBytes(undefined as never)).toThrow(TypeError);
});

test('a view is refused where there can be none', () => {
  const bytes = CountMinSketch.create(small).toBytes();
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(refusal(() => CountMinSketch.fromBytes(shifted.subarray(1), { view: true }))).toBe(
    'RangeError bad-option view',
  );
  const wide = CountMinSketch.create({ ...small, counterBits: 53 }).toBytes();
  expect(refusal(() => CountMinSketch.fromBytes(wide, { view: true }))).toBe('RangeError bad-option view');
});

test('top-k names keys, so it takes no hashes and no endless keys', () => {
  const { hash } = { hash: { algorithm: 'xxh64', low: 1, high: 2 } };
  for (const top of [TopK.spaceSaving({ capacity: 3 }), TopK.countMin({ ...small, k: 3 })]) {
    expect(refusal(() => top.add(hash as never))).toBe('TypeError bad-option key');
    expect(refusal(() => top.addMany([hash] as never))).toBe('TypeError bad-option key');
    expect(refusal(() => top.add('x'.repeat(65_537)))).toBe('RangeError bad-option key');
    expect(refusal(() => top.add(new Uint8Array(65_537)))).toBe('RangeError bad-option key');
    expect(refusal(() => top.addMany('abc' as never))).toMatch(/^TypeError keys-type/);
    expect(refusal(() => top.addMany(new Uint8Array(3) as never))).toMatch(/^TypeError keys-type/);
    expect([top.total, top.top()]).toEqual([0, []]);
  }
});

test('messages that are none of handOver', () => {
  for (const message of [null, {}, { tables: [] }, { tables: [null], kind: 'plain' }])
    expect(refusal(() => takeOver(message as never))).toMatch(/^TypeError bad-option/);
  const { message } = handOver(CountMinSketch.create(small));
  const cut = { ...message, tables: [{ ...message.tables[0]!, cells: new Uint32Array(3) }] };
  expect(refusal(() => takeOver(cut))).toMatch(/^TypeError bad-option message.tables/);
  expect(refusal(() => takeOver({ ...message, kind: 'other' } as never))).toMatch(/^TypeError bad-option message.kind/);
  expect(refusal(() => handOver({} as never))).toBe('TypeError bad-option sketch');
});

test('errors of bytes are DecodeErrors', () => {
  expect(() => TopK.fromBytes(new Uint8Array(3))).toThrow(DecodeError);
});
