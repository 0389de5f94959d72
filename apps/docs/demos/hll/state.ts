/** What the demo holds and what can be done to it: plain data, pure functions. */
import { fieldsOf, integerIn, oneOf, unknownStep } from '../kit/read.js';

/** Visitors who came on the first day only, on the second only, on both. */
export type Part = 'a' | 'b' | 'both';

export type Estimator = 'best' | 'improved';

export interface State {
  readonly precision: number;
  /** How many visitors each part has. */
  readonly counts: Readonly<Record<Part, number>>;
  /** Words that were typed; they are in A too. */
  readonly words: readonly string[];
  /** Other seeds have other visitors. */
  readonly seed: number;
  /** Of the trials. */
  readonly estimator: Estimator;
}

export interface Options {
  readonly precision: number;
  readonly a: number;
  readonly b: number;
  readonly both: number;
}

export type Action =
  | { readonly type: 'add'; readonly part: Part; readonly count: number }
  | { readonly type: 'word'; readonly word: string }
  /** Everybody comes once more. */
  | { readonly type: 'again' }
  | { readonly type: 'precision'; readonly precision: number }
  | { readonly type: 'seed'; readonly seed: number }
  | { readonly type: 'estimator'; readonly estimator: Estimator };

export const PRECISIONS: readonly number[] = [4, 6, 8, 10, 12];
export const COUNTS: readonly number[] = [1, 10, 100, 1_000, 10_000];
export const PARTS: readonly Part[] = ['a', 'b', 'both'];
export const ESTIMATORS: readonly Estimator[] = ['improved', 'best'];
export const MAX_COUNT = 100_000;
export const MAX_WORDS = 50;
export const MAX_WORD_LENGTH = 40;
export const MAX_SEED = 9_999;

export const DEFAULTS: Options = { precision: 6, a: 12, b: 0, both: 0 };

export const start = ({ precision, a, b, both }: Options): State => ({
  precision,
  counts: { a, b, both },
  words: [],
  seed: 1,
  estimator: 'improved',
});

/** The state after `action`. Throws `RangeError` with a sentence when it can't be done. */
export function step(state: State, action: Action): State {
  switch (action.type) {
    case 'add': {
      const count = state.counts[action.part] + action.count;
      if (count > MAX_COUNT)
        throw new RangeError(`${MAX_COUNT.toLocaleString('en')} visitors of one kind are enough for a page.`);
      return { ...state, counts: { ...state.counts, [action.part]: count } };
    }
    case 'word':
      if (state.words.length >= MAX_WORDS)
        throw new RangeError(`${MAX_WORDS} words are enough: add visitors by the thousand.`);
      return { ...state, words: [...state.words, action.word] };
    case 'again':
      return state;
    case 'precision':
      return { ...state, precision: action.precision };
    case 'seed':
      return { ...state, seed: action.seed };
    case 'estimator':
      return { ...state, estimator: action.estimator };
  }
}

/** An action from a link. Throws `RangeError` on anything else. */
export function readAction(value: unknown): Action {
  const { type, part, count, word, precision, seed, estimator } = fieldsOf(value);
  switch (type) {
    case 'add':
      return { type, part: oneOf('Who comes', part, PARTS), count: oneOf('The number of visitors', count, COUNTS) };
    case 'word':
      if (typeof word !== 'string' || !isWord(word))
        throw new RangeError(`A word has 1 to ${MAX_WORD_LENGTH} characters.`);
      return { type, word };
    case 'again':
      return { type };
    case 'precision':
      return { type, precision: oneOf('The precision', precision, PRECISIONS) };
    case 'seed':
      return { type, seed: integerIn('A seed', seed, 1, MAX_SEED) };
    case 'estimator':
      return { type, estimator: oneOf('The estimator', estimator, ESTIMATORS) };
    default:
      throw unknownStep(type);
  }
}

/** Options from a link. Throws `RangeError` on anything else. */
export function readOptions(value: unknown): Options {
  const { precision, a, b, both } = fieldsOf(value);
  const count = (one: unknown): number => integerIn('A number of visitors', one, 0, MAX_COUNT);
  return { precision: oneOf('The precision', precision, PRECISIONS), a: count(a), b: count(b), both: count(both) };
}

/** Whether `text` can be counted. */
export const isWord = (text: string): boolean =>
  text.trim() === text && text.length >= 1 && text.length <= MAX_WORD_LENGTH && !/\p{C}/u.test(text);
