/** Keys that wait show in nothing: a filter that lets them wait and one that does not (of `/lean`) answer alike. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BloomFilter } from '../src/index.js';
import { BloomFilter as Lean } from '../src/lean.js';

const PLAN = { expected: 600, falsePositiveRate: 0.01 } as const;
const fill = <F extends Lean>(filter: F, from: number, to: number): F => {
  for (let i = from; i < to; i++) filter.add(`key:${i}`);
  return filter;
};
const make = (from: number, to: number): BloomFilter => fill(BloomFilter.forItems(PLAN), from, to);
const lean = (from: number, to: number): Lean => fill(Lean.forItems(PLAN), from, to);
const bits = (filter: Lean): number[] => [...filter.words];

const cleared = (filter: BloomFilter): BloomFilter => {
  filter.clear();
  return filter;
};

const questions: [name: string, ask: (filter: BloomFilter) => unknown, expected: (n: number) => unknown][] = [
  ['has', (filter) => filter.has('key:0'), (n) => n > 0],
  ['hasMany', (filter) => [...filter.hasMany(['key:0', 'key:2'])], (n) => [n > 0 ? 1 : 0, n > 2 ? 1 : 0]],
  ['addIfNew', (filter) => filter.addIfNew('key:0'), (n) => n === 0],
  ['words', bits, (n) => bits(lean(0, n))],
  ['toParts', (filter) => [...filter.toParts().words], (n) => bits(lean(0, n))],
  ['toBytes', (filter) => bits(BloomFilter.fromBytes(filter.toBytes())), (n) => bits(lean(0, n))],
  ['clone', (filter) => bits(filter.clone()), (n) => bits(lean(0, n))],
  ['fold', (filter) => bits(filter.fold(1)), (n) => bits(lean(0, n))],
  ['estimateCount', (filter) => filter.estimateCount(), (n) => lean(0, n).estimateCount()],
  ['the rate', (filter) => filter.estimateFalsePositiveRate(), (n) => lean(0, n).estimateFalsePositiveRate()],
  ['merge into it', (filter) => bits(filter.merge(make(9, 40))), (n) => bits(lean(0, n).merge(lean(9, 40)))],
  ['merge of it', (filter) => bits(make(9, 40).merge(filter)), (n) => bits(lean(9, 40).merge(lean(0, n)))],
  ['intersect', (filter) => bits(make(9, 40).intersect(filter)), (n) => bits(lean(9, 40).intersect(lean(0, n)))],
  ['clear', (filter) => bits(cleared(filter)), () => bits(lean(0, 0))],
  [
    'addMany',
    (filter) => filter.addMany(['a']) && bits(filter),
    (n) => {
      const filter = lean(0, n);
      filter.add('a');
      return bits(filter);
    },
  ],
];

test.each(questions)('%s knows the keys that wait', (_, ask, expected) => {
  for (const n of [0, 1, 3, 30, 1023, 1024, 1100]) expect(ask(make(0, n))).toEqual(expected(n));
});

test('once the words are known outside, a key is in them when add returns', () => {
  const known: [filter: BloomFilter, words: Uint32Array][] = [];
  const byWords = BloomFilter.forItems(PLAN);
  known.push([byWords, byWords.words]);
  const byParts = BloomFilter.forItems(PLAN);
  known.push([byParts, byParts.toParts().words]);
  const { words } = BloomFilter.forItems(PLAN);
  known.push([new BloomFilter({ layout: 'split-block', hashCount: 8, words }), words]);
  const bytes = BloomFilter.forItems(PLAN).toBytes();
  const view = BloomFilter.fromBytes(bytes, { view: true });
  known.push([view, new Uint32Array(bytes.buffer, 32, view.bitCount / 32)]);
  for (const [filter, array] of known) {
    for (let i = 0; i < 10; i++) {
      filter.add(`key:${i}`);
      expect([...array]).toEqual(bits(lean(0, i + 1)));
    }
  }
});

const manyKeys = (count: number): string[] => Array.from({ length: count }, (_, i) => `key:${i}`);

test('filters that take turns, and keys of all kinds, leave the same bits', () => {
  const key = fc.oneof(
    fc.nat(300).map((i) => `key:${i}`),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.nat(300),
    fc.uint8Array({ maxLength: 8 }),
  );
  const step = fc.record({
    which: fc.nat(1),
    keys: fc.oneof(fc.array(key, { maxLength: 20 }), fc.integer({ min: 900, max: 1100 }).map(manyKeys)),
    asks: fc.boolean(),
  });
  const law = fc.property(
    fc.array(step, { maxLength: 8 }),
    fc.constantFrom('split-block' as const, 'classic' as const),
    (steps, layout) => {
      const filters = [0, 1].map(() => BloomFilter.forItems({ ...PLAN, layout }));
      const direct = [0, 1].map(() => Lean.forItems({ ...PLAN, layout }));
      for (const { which, keys, asks } of steps)
        for (const one of keys) {
          filters[which]!.add(one);
          direct[which]!.add(one);
          if (asks) expect(filters[which]!.has(one)).toBe(true);
        }
      expect(filters.map(bits)).toEqual(direct.map(bits));
    },
  );
  fc.assert(law, { numRuns: 30, seed: 7 });
});

test('what is no key throws where it is added', () => {
  const filter = BloomFilter.forItems(PLAN);
  filter.add('a');
  expect(() => filter.add(undefined as never)).toThrow(TypeError);
  expect(bits(filter)).toEqual(bits(fill(Lean.forItems(PLAN), 0, 0).merge(one('a'))));
});

const one = (key: string): Lean => {
  const filter = Lean.forItems(PLAN);
  filter.add(key);
  return filter;
};
