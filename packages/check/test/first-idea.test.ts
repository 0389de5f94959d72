import { expect, test } from 'vitest';
import { firstIdea } from '../src/index.js';

test('counts zero bytes and no others', () => {
  expect(firstIdea(new Uint8Array([0, 1, 0, 255]))).toBe(2);
  expect(firstIdea(new Uint8Array(0))).toBe(0);
});
