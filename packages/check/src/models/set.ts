import { ILLEGAL, type Model, same, textOf } from '../model.js';

/** The members of a set, by their text, in order. */
export type Members = readonly string[];

/** `add` and `remove` with a value, `contains` with one gives a boolean, `read` gives all, in any order. */
export const set: Model<Members> = {
  name: 'set',
  init: [],
  step(state, { f, input, output }) {
    const value = textOf(input);
    switch (f) {
      case 'add':
        return state.includes(value) ? state : [...state, value].sort();
      case 'remove':
        return state.filter((each) => each !== value);
      case 'contains':
        return output === undefined || output === state.includes(value) ? state : ILLEGAL;
      case 'read':
        if (output === undefined) return state;
        if (!Array.isArray(output)) throw new RangeError('"read" of a set gives an array');
        return same(output.map(textOf).sort(), state) ? state : ILLEGAL;
      default:
        throw new RangeError(`a set has no "${f}"`);
    }
  },
  isRead: ({ f }) => f === 'contains' || f === 'read',
};
