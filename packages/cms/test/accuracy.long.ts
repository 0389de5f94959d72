/**
 * The promise, measured: of many sketches, on streams of different skew, the share of keys that err by more than epsilon
 * of N, beside delta; and the same for ranges. Prints what it found.
 */
import { expect, test } from 'vitest';
import { ConservativeCountMin, CountMinSketch, DyadicCountMin } from '../src/index.js';
import { measure, truthOf } from './accuracy.js';
import { scale } from './laws.js';
import { Zipf } from './zipf.js';

const SHAPES = [
  { width: 28, depth: 1 },
  { width: 64, depth: 2 },
  { width: 272, depth: 3 },
  { width: 1024, depth: 4 },
  { width: 2719, depth: 7 },
];

for (const exponent of [0, 0.8, 1, 1.1, 1.5])
  test(`Zipf ${exponent}: epsilon and delta over ${20 * scale} sketches of each shape`, () => {
    for (const shape of SHAPES) {
      let [beyond, worst, conservative] = [0, 0, 0];
      for (let trial = 0; trial < 20 * scale; trial++) {
        const truth = truthOf({ keys: 20_000, exponent, length: 100_000, seed: trial });
        const plain = measure(CountMinSketch.create(shape), truth, trial);
        beyond += plain.beyond;
        worst = Math.max(worst, plain.worst / ((Math.E * 100_000) / shape.width));
        conservative += measure(ConservativeCountMin.create(shape), truth, trial).beyond;
      }
      const delta = Math.exp(-shape.depth);
      const share = beyond / (20 * scale);
      console.log(
        `Zipf ${exponent}, ${shape.width} × ${shape.depth}: beyond ${share.toExponential(2)}, delta ${delta.toExponential(2)}, worst ${worst.toFixed(2)} ε N`,
      );
      expect(share).toBeLessThanOrEqual(delta);
      expect(conservative / (20 * scale)).toBeLessThanOrEqual(share);
    }
  });

test(`dyadic ranges over ${5 * scale} sketches`, () => {
  let [beyond, asked] = [0, 0];
  for (let trial = 0; trial < 5 * scale; trial++) {
    const sketch = DyadicCountMin.forError({ bits: 16, epsilon: 0.02, delta: 0.05 });
    const draws = new Zipf({ keys: 2 ** 16, exponent: 0.5, seed: trial });
    const prefix = new Float64Array(2 ** 16 + 1);
    for (let i = 0; i < 50_000; i++) {
      const value = (draws.next() * 40_503) % 2 ** 16;
      sketch.add(value);
      prefix[value + 1]!++;
    }
    for (let i = 1; i < prefix.length; i++) prefix[i]! += prefix[i - 1]!;
    for (let i = 0; i < 2000; i++) {
      const [x, y] = [(i * 7919) % 2 ** 16, (i * 104_729) % 2 ** 16];
      const [low, high] = [Math.min(x, y), Math.max(x, y)];
      const error = sketch.range(low, high).estimate - (prefix[high + 1]! - prefix[low]!);
      expect(error).toBeGreaterThanOrEqual(0);
      asked++;
      if (error > 0.02 * 50_000) beyond++;
    }
  }
  console.log(`dyadic: ${beyond} of ${asked} ranges beyond epsilon, delta 0.05`);
  expect(beyond / asked).toBeLessThanOrEqual(0.05);
});
