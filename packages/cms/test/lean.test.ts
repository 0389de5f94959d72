import { expect, test } from 'vitest';
import { CountMinSketch } from '../src/index.js';
import * as lean from '../src/lean.js';

test('the lean sketch counts as the whole one does, which can go on with its counters', () => {
  const options = { epsilon: 0.05, delta: 0.05 };
  const [small, whole] = [lean.CountMinSketch.forError(options), CountMinSketch.forError(options)];
  for (const sketch of [small, whole]) {
    for (let i = 0; i < 500; i++) sketch.add(`key:${i % 77}`, i % 3);
    sketch.remove('key:1');
    sketch.decay(0.5);
  }
  expect(small).not.toBeInstanceOf(CountMinSketch);
  expect(new CountMinSketch(small.table).toBytes()).toEqual(whole.toBytes());
  expect(small.copy().merge(small).count('key:2')).toEqual(whole.copy().merge(whole).count('key:2'));
  expect(lean.CountMinSketch.create({ width: 3, depth: 1 }).total).toBe(0);
});
