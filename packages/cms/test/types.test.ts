import { expect, expectTypeOf, test } from 'vitest';
import { type ConservativeCountMin, type Count, CountMinSketch, TopK } from '../src/index.js';

const shape = { width: 10, depth: 2 };
/** Code that is never run: it has only to compile, or not. */
const compiles = (_: () => unknown): void => undefined;

test('what conservative update gives up is not there, in types and at run time', () => {
  const plain = CountMinSketch.create(shape);
  const conservative = CountMinSketch.create({ ...shape, update: 'conservative' });
  expectTypeOf(plain).toEqualTypeOf<CountMinSketch>();
  expectTypeOf(conservative).toEqualTypeOf<ConservativeCountMin>();
  expectTypeOf(CountMinSketch.forError({ epsilon: 0.1, delta: 0.1 })).toEqualTypeOf<CountMinSketch>();
  compiles(() => {
    // @ts-expect-error What was raised no further than needed can't be taken back.
    conservative.remove('a');
    // @ts-expect-error The sum of two is not the sketch of both streams; mergeUpperBounds says so in its name.
    conservative.merge(conservative);
    // @ts-expect-error The cells are no sums.
    conservative.innerProduct(conservative);
    // @ts-expect-error Nor is one merged into a plain one,
    plain.merge(conservative);
    // @ts-expect-error nor multiplied with one.
    plain.innerProduct(conservative);
    // @ts-expect-error Nor a plain one into it.
    conservative.mergeUpperBounds(plain);
  });
  for (const name of ['remove', 'merge', 'innerProduct']) {
    expect(name in conservative).toBe(false);
    expect(name in plain).toBe(true);
  }
});

test('the kinds are told apart by a word', () => {
  const sketch = CountMinSketch.create(shape) as CountMinSketch | ConservativeCountMin;
  if (sketch.update === 'plain') expectTypeOf(sketch).toEqualTypeOf<CountMinSketch>();
  const top = TopK.spaceSaving({ capacity: 1 }) as TopK;
  if (top.algorithm === 'space-saving') expectTypeOf(top.maxError).toEqualTypeOf<number>();
  expectTypeOf(sketch.count('a')).toEqualTypeOf<Count>();
  compiles(() => {
    // @ts-expect-error A list of keys has to name them: a hash is no name.
    top.add({ algorithm: 'xxh64', low: 1, high: 2 });
  });
});
