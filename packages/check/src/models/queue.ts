import { ILLEGAL, type Model, same } from '../model.js';

/** First in, first out: `enqueue` with a value; `dequeue` gives the oldest, or `null` when there is none. */
export const queue: Model<readonly unknown[]> = {
  name: 'queue',
  init: [],
  step(state, { f, input, output }) {
    switch (f) {
      case 'enqueue':
        return [...state, input];
      case 'dequeue': {
        const [head = null, ...rest] = state;
        return output === undefined || same(output, head) ? rest : ILLEGAL;
      }
      default:
        throw new RangeError(`a queue has no "${f}"`);
    }
  },
};
