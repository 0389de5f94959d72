import { expect, test } from 'vitest';
import { fuzz } from './fuzz.js';
import { scale } from './support.js';

test('a million byte strings crash, hang and over-allocate nothing', () => {
  const before = process.memoryUsage().arrayBuffers;
  const { taken } = fuzz(1_000_000 * scale, 2);
  console.log(`${taken} were taken`);
  expect(taken).toBeGreaterThan(10_000);
  // What is refused is not kept, and nothing that is small asks for gigabytes.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 30);
});
