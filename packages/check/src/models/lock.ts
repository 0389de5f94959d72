import { ILLEGAL, type Model, textOf } from '../model.js';

/**
 * Held by one process or by none: `acquire` and `release`. The result `false` says that it was not acquired; a release
 * by who doesn't hold it is illegal.
 */
export const lock: Model<string | null> = {
  name: 'lock',
  init: null,
  step(holder, { f, process, output, end }) {
    const who = textOf(process);
    switch (f) {
      case 'acquire':
        if (output === false) return holder === null ? ILLEGAL : holder;
        if (holder === null) return who;
        return end === Number.POSITIVE_INFINITY ? holder : ILLEGAL;
      case 'release':
        if (holder === who) return null;
        return end === Number.POSITIVE_INFINITY ? holder : ILLEGAL;
      default:
        throw new RangeError(`a lock has no "${f}"`);
    }
  },
};
