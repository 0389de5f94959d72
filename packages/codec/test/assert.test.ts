import { expect, test } from 'vitest';
import { assert, InvariantViolation, unreachable } from '../src/index.js';

test('a claim that holds is silent, and narrows the type', () => {
  const value = 5 as number | null;
  assert(value !== null, 'five is something');
  expect(value + 1).toBe(6);
});

test('a claim that does not hold stops the program with the claim as its message', () => {
  const fail = () => assert(1 + 1 === 3, 'only stored entries are committed');
  expect(fail).toThrow(InvariantViolation);
  expect(fail).toThrow('only stored entries are committed');
  expect(fail).toThrow(expect.objectContaining({ code: 'invariant-violation', name: 'InvariantViolation' }));
});

test('a switch that forgot a case does not compile, and throws if the case comes all the same', () => {
  type Input = { type: 'receive' } | { type: 'timeout' };
  const all = (input: Input): number => {
    switch (input.type) {
      case 'receive':
        return 1;
      case 'timeout':
        return 2;
      default:
        return unreachable(input);
    }
  };
  const forgetful = (input: Input): number => {
    switch (input.type) {
      case 'receive':
        return 1;
      default:
        // @ts-expect-error `timeout` is not handled: this is the compile error that `unreachable` is for.
        return unreachable(input);
    }
  };
  expect(all({ type: 'timeout' })).toBe(2);
  expect(() => forgetful({ type: 'timeout' })).toThrow('every case is handled, yet there came timeout');
  expect(() => all({ type: 'persisted' } as never)).toThrow(InvariantViolation);
  for (const odd of [null, undefined, 5, 'text']) expect(() => unreachable(odd as never)).toThrow(`there came ${odd}`);
});
