import type { Operation } from '../history.js';
import { ILLEGAL, type Model, same } from '../model.js';

/**
 * One value, `null` at first: `write` with a value, `read` gives it. Also under the names `put` and `get`.
 */
export const register: Model<unknown> = {
  name: 'register',
  init: null,
  step: stepRegister,
  isRead,
  isOverwrite,
};

/**
 * A register with `cas`, whose value is `[from, to]`: done when it holds `from`. An answer `ok` says that it was done, with
 * the result `false` that it wasn't; `fail` leaves it out.
 */
export const casRegister: Model<unknown> = {
  name: 'cas-register',
  init: null,
  step: (state, operation) => (operation.f === 'cas' ? stepCas(state, operation) : stepRegister(state, operation)),
  isRead,
  isOverwrite,
};

/** A map: each key is a register with `cas`, `delete` (makes it `null`) and `append` (to a string, or to an absent one). */
export const keyValue: Model<unknown> = {
  name: 'kv',
  init: null,
  step(state, operation) {
    if (operation.f === 'delete') return null;
    if (operation.f === 'append') return String(state ?? '') + String(operation.input);
    return casRegister.step(state, operation);
  },
  isRead,
  isOverwrite,
};

function isRead({ f }: Operation): boolean {
  return f === 'read' || f === 'get';
}

function isOverwrite({ f }: Operation): boolean {
  return f === 'write' || f === 'put' || f === 'delete';
}

function stepRegister(state: unknown, { f, input, output }: Operation): unknown {
  switch (f) {
    case 'read':
    case 'get':
      return output === undefined || same(output, state) ? state : ILLEGAL;
    case 'write':
    case 'put':
      return input ?? null;
    default:
      throw new RangeError(`a register has no "${f}"`);
  }
}

function stepCas(state: unknown, { input, output, end }: Operation): unknown {
  if (!Array.isArray(input) || input.length !== 2) throw new RangeError('the value of "cas" is [from, to]');
  const matches = same(state, input[0]);
  if (output === false) return matches ? ILLEGAL : state;
  if (matches) return input[1];
  // Without an answer it may have been tried, and found something else.
  return end === Number.POSITIVE_INFINITY ? state : ILLEGAL;
}
