import { xxh64Lanes } from '@dsys/hash';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Candidate, Candidates } from '../src/top-k/candidates.js';
import { holds } from './laws.js';

const lanes = new Uint32Array(2);
const hashOf = (key: number): [low: number, high: number] => {
  xxh64Lanes(key, lanes);
  // Few homes in the table, so that keys push each other along, round its end too.
  return [(lanes[0]! & 3) - 2, lanes[1]!].map((lane) => lane >>> 0) as [number, number];
};

test('what is watched is found, and the root is the least, through every insertion, replacement and rise', () => {
  holds(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 1, max: 9 })), { maxLength: 300 }),
      (capacity, steps) => {
        const candidates = new Candidates(capacity);
        const model = new Map<number, number>();
        for (const [key, n] of steps) {
          const [low, high] = hashOf(key);
          const slot = candidates.find(low, high);
          expect(slot >= 0).toBe(model.has(key));
          if (slot >= 0) {
            model.set(key, model.get(key)! + n);
            candidates.raise(slot, candidates.counts[slot]! + n);
          } else if (candidates.isFull) {
            const least = candidates.keys[candidates.root] as number;
            const { floor } = candidates;
            expect(floor).toBe(Math.min(...model.values()));
            expect(model.get(least)).toBe(floor);
            model.delete(least);
            model.set(key, floor + n);
            candidates.replaceRoot(low, high, key, floor + n, floor);
          } else {
            model.set(key, n);
            candidates.insert(low, high, key, n, 0);
          }
        }
        for (const [key, count] of model) expect(candidates.counts[candidates.find(...hashOf(key))]).toBe(count);
        const sorted = candidates.sorted();
        expect(new Map(sorted.map(({ key, count }) => [key, count]))).toEqual(model);
        expect(sorted.map(({ count }) => count)).toEqual([...model.values()].sort((a, b) => b - a));
      },
    ),
    200,
  );
});

test('which keys stay does not depend on their order', () => {
  holds(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }), (counts) => {
      const all = counts.map((count, key): Candidate => ({ key, count, extra: 0 }));
      const keysOf = (list: readonly Candidate[]): unknown[] =>
        Candidates.of(7, list)
          .sorted()
          .map(({ key }) => key);
      expect(keysOf([...all].reverse())).toEqual(keysOf(all));
    }),
  );
});
