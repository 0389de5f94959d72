import { expect, test } from 'vitest';
import { fuzz } from './fuzz.js';

test('20,000 byte strings are each read or refused by a DecodeError', () => {
  expect(fuzz(20_000, 1).taken).toBeGreaterThan(100);
});
