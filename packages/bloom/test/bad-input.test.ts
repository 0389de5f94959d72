/** What callers get wrong: each a `RangeError` or `TypeError` with `code: 'bad-option'` that names it. */
import { describe, expect, test } from 'vitest';
import { BloomFilter, planBloomFilter } from '../src/index.js';

const items = { expected: 100, falsePositiveRate: 0.01 };

describe.each([
  ['a rate of 0', { falsePositiveRate: 0 }, 'falsePositiveRate must be above 0 and below 1, got 0'],
  ['a rate of 1', { falsePositiveRate: 1 }, 'falsePositiveRate must be above 0 and below 1, got 1'],
  ['a rate that is NaN', { falsePositiveRate: Number.NaN }, 'falsePositiveRate must be above 0 and below 1, got NaN'],
  ['a rate that is text', { falsePositiveRate: '1%' }, 'falsePositiveRate must be above 0 and below 1, got "1%"'],
  ['no items', { expected: 0 }, 'expected must be an integer from 1, got 0'],
  ['items below none', { expected: -1 }, 'expected must be an integer from 1, got -1'],
  ['half an item', { expected: 0.5 }, 'expected must be an integer from 1, got 0.5'],
  ['NaN items', { expected: Number.NaN }, 'expected must be an integer from 1, got NaN'],
  ['a layout that is none', { layout: 'cuckoo' }, "layout must be 'auto', 'split-block' or 'classic', got \"cuckoo\""],
  ['more than 2^32 bits', { expected: 2 ** 40 }, 'expected must be few enough for 2^32 bits'],
])('%s', (_, change, message) => {
  test('is refused', () => {
    for (const call of [planBloomFilter, (options: typeof items) => BloomFilter.forItems(options)]) {
      expect(() => call({ ...items, ...change } as typeof items)).toThrow(message);
      try {
        call({ ...items, ...change } as typeof items);
      } catch (error) {
        expect(error).toMatchObject({ name: 'RangeError', code: 'bad-option', option: Object.keys(change)[0] });
      }
    }
  });
});

test.each([
  [{ layout: 'split-block', bitCount: 255 }, 'bitCount must be a multiple of 256, at most 2^32, got 255'],
  [{ layout: 'split-block', bitCount: 0 }, 'bitCount must be a multiple of 256'],
  [{ layout: 'split-block', bitCount: 2 ** 32 + 256 }, 'at most 2^32, got 4294967552'],
  [{ layout: 'split-block', bitCount: Number.NaN }, 'got NaN'],
  [{ layout: 'split-block', bitCount: 256, hashCount: 7 }, 'hashCount must be an integer in 8..8, got 7'],
  [{ layout: 'classic', bitCount: 33, hashCount: 3 }, 'bitCount must be a multiple of 32'],
  [{ layout: 'classic', bitCount: 32 }, 'hashCount must be an integer in 1..64, got undefined'],
  [{ layout: 'classic', bitCount: 32, hashCount: 0 }, 'hashCount must be an integer in 1..64, got 0'],
  [{ layout: 'classic', bitCount: 32, hashCount: 65 }, 'hashCount must be an integer in 1..64, got 65'],
  [{ layout: 'xor', bitCount: 32, hashCount: 3 }, "layout must be 'split-block' or 'classic', got \"xor\""],
])('the parameters %j are refused', (parameters, message) => {
  expect(() => BloomFilter.create(parameters as never)).toThrow(message);
});

test('parts that are none are refused', () => {
  const parts = BloomFilter.create({ layout: 'split-block', bitCount: 512 }).toParts();
  expect(() => new BloomFilter({ ...parts, words: [0] as never })).toThrow('words must be a Uint32Array, got object');
  expect(() => new BloomFilter({ ...parts, words: new Uint32Array(7) })).toThrow('bitCount must be a multiple of 256');
  expect(() => new BloomFilter({ ...parts, hashCount: 3 })).toThrow('hashCount must be an integer in 8..8');
});

test.each([[0], [-1], [1.5], [4], [Number.NaN]])('a filter of 3 blocks can’t be folded by %d', (factor) => {
  const filter = BloomFilter.create({ layout: 'split-block', bitCount: 3 * 256 });
  expect(() => filter.fold(factor)).toThrow(`factor must be a divisor of 3, got ${factor}`);
});

test('what is no key is refused, alone or among others', () => {
  const filter = BloomFilter.forItems(items);
  for (const key of [null, undefined, true, {}, [], Symbol('x')] as never[]) {
    expect(() => filter.add(key)).toThrow(TypeError);
    expect(() => filter.has(key)).toThrow(TypeError);
    expect(() => filter.addMany(['a', key])).toThrow(TypeError);
    expect(() => filter.hasMany([key])).toThrow(TypeError);
  }
  expect(() => filter.add(2n ** 64n)).toThrow(RangeError);
  expect(() => filter.addMany('abc' as never)).toThrow(TypeError);
  expect(() => filter.addMany(7 as never)).toThrow(TypeError);
});
