import { expect, test } from 'vitest';
import { fuzz } from './fuzz.js';

test('20,000 byte strings: each is refused by a DecodeError, or is what encoding gives', () => {
  const { count, taken } = fuzz(20_000, 1);
  // Both happen: a fuzzer whose bytes are all refused at the first byte has tried nothing.
  expect(taken).toBeGreaterThan(count / 100);
  expect(taken).toBeLessThan(count / 2);
});
