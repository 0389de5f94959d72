import { expect, test } from 'vitest';
import { outOfRange, wrongType } from '../src/index.js';

test('a bad option is a built-in error with a stable code, the name of the option, the range and the value', () => {
  const error = outOfRange('n', 'an integer of 1 or more', 0);
  expect(error).toBeInstanceOf(RangeError);
  expect(error).toMatchObject({
    code: 'bad-option',
    option: 'n',
    message: 'n must be an integer of 1 or more, got 0',
  });
  expect(wrongType('id', 'a string', 7)).toBeInstanceOf(TypeError);
});

test.each([
  ['a long text, which is cut', 'x'.repeat(10_000), `"${'x'.repeat(40)}"`],
  ['an object, which is not asked how it would like to be shown', { toString: () => 'hostile' }, 'object'],
  ['a function', () => 0, 'function'],
  ['null', null, 'null'],
  ['a bigint', 2n, '2'],
])('what was given is shown safely: %s', (_, value, shown) => {
  expect(outOfRange('n', 'a number', value).message).toBe(`n must be a number, got ${shown}`);
});
