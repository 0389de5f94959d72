/** What the demo holds and what can be done to it: plain data, pure functions. */
import { planBloomFilter } from '@dsys/bloom';
import { fieldsOf, integerIn, oneOf, unknownStep } from '../kit/read.js';
import { filterOf, wrongYes } from './filter.js';
import { nextWords } from './words.js';

/** A filter small enough to see every bit. */
export interface Shape {
  readonly layout: 'classic' | 'split-block';
  readonly bitCount: number;
  /** Bits a word; of split-block always 8. */
  readonly hashCount: number;
}

/** What the calculator is asked for. */
export interface Wish {
  readonly expected: number;
  readonly falsePositiveRate: number;
  readonly layout: 'auto' | 'classic' | 'split-block';
}

export interface State {
  readonly shape: Shape;
  /** What was added, in this order. */
  readonly words: readonly string[];
  /** What was asked for last. */
  readonly asked: string | null;
  readonly wish: Wish;
  /** Of the trials. */
  readonly seed: number;
}

export interface Options {
  readonly shape: Shape;
  readonly words: readonly string[];
}

export type Action =
  | { readonly type: 'add'; readonly word: string }
  /** Adds so many of the bundled words. */
  | { readonly type: 'more'; readonly count: number }
  | { readonly type: 'ask'; readonly word: string }
  /** Asks for the first word that was never added and that the filter takes for one of its own. */
  | { readonly type: 'hunt' }
  | { readonly type: 'shape'; readonly shape: Shape }
  | { readonly type: 'wish'; readonly wish: Wish }
  | { readonly type: 'seed'; readonly seed: number };

export const BIT_COUNTS: readonly number[] = [256, 512, 1024];
export const HASH_COUNTS: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 12];
export const RATES: readonly number[] = [0.1, 0.05, 0.02, 0.01, 0.001, 0.0001];
export const LAYOUTS: readonly Shape['layout'][] = ['classic', 'split-block'];
export const WISHED_LAYOUTS: readonly Wish['layout'][] = ['auto', 'classic', 'split-block'];
export const MAX_WORDS = 400;
export const MAX_WORD_LENGTH = 40;
export const MAX_SEED = 9_999;

export const DEFAULTS: Options = {
  shape: { layout: 'classic', bitCount: 256, hashCount: 4 },
  words: ['raft', 'paxos', 'gossip'],
};

const FIRST_WISH: Wish = { expected: 1_000_000, falsePositiveRate: 0.01, layout: 'auto' };

export const start = ({ shape, words }: Options): State => ({ shape, words, asked: null, wish: FIRST_WISH, seed: 1 });

/** The state after `action`. Throws `RangeError` with a sentence when it can't be done. */
export function step(state: State, action: Action): State {
  switch (action.type) {
    case 'add':
      if (state.words.includes(action.word)) throw new RangeError(`“${action.word}” is in already.`);
      return grown(state, [action.word]);
    case 'more':
      return grown(state, nextWords(state.words, action.count));
    case 'ask':
      return { ...state, asked: action.word };
    case 'hunt': {
      const found = wrongYes(filterOf(state.shape, state.words), state.words);
      if (found === undefined)
        throw new RangeError('None of 10,000 other words fools this filter: put more in, or make it smaller.');
      return { ...state, asked: found };
    }
    case 'shape':
      return { ...state, shape: action.shape };
    case 'wish':
      // The package's own refusal is a sentence too: too many items for 2^32 bits.
      planBloomFilter(action.wish);
      return { ...state, wish: action.wish };
    case 'seed':
      return { ...state, seed: action.seed };
  }
}

function grown(state: State, words: readonly string[]): State {
  if (state.words.length + words.length > MAX_WORDS)
    throw new RangeError(`${MAX_WORDS} words are enough for a filter that one can see.`);
  return { ...state, words: [...state.words, ...words], asked: null };
}

/** An action from a link. Throws `RangeError` on anything else. */
export function readAction(value: unknown): Action {
  const { type, word, count, shape, wish, seed } = fieldsOf(value);
  switch (type) {
    case 'add':
    case 'ask':
      return { type, word: readWord(word) };
    case 'more':
      return { type, count: integerIn('The number of words', count, 1, 100) };
    case 'hunt':
      return { type };
    case 'shape':
      return { type, shape: readShape(shape) };
    case 'wish':
      return { type, wish: readWish(wish) };
    case 'seed':
      return { type, seed: integerIn('A seed', seed, 1, MAX_SEED) };
    default:
      throw unknownStep(type);
  }
}

/** Options from a link. Throws `RangeError` on anything else. */
export function readOptions(value: unknown): Options {
  const { shape, words } = fieldsOf(value);
  if (!Array.isArray(words) || words.length > 20 || new Set(words).size !== words.length)
    throw new RangeError('This link must name at most 20 different words.');
  return { shape: readShape(shape), words: words.map(readWord) };
}

function readShape(value: unknown): Shape {
  const { layout, bitCount, hashCount } = fieldsOf(value);
  const shape = {
    layout: oneOf('A layout', layout, LAYOUTS),
    bitCount: oneOf('The number of bits', bitCount, BIT_COUNTS),
    hashCount: oneOf('The number of bits a word', hashCount, HASH_COUNTS),
  };
  if (shape.layout === 'split-block' && shape.hashCount !== 8)
    throw new RangeError('A word of a split-block filter sets 8 bits, one in each word of its block.');
  return shape;
}

function readWish(value: unknown): Wish {
  const { expected, falsePositiveRate, layout } = fieldsOf(value);
  return {
    expected: integerIn('The number of items', expected, 1, 1_000_000_000),
    falsePositiveRate: oneOf('The rate', falsePositiveRate, RATES),
    layout: oneOf('The layout', layout, WISHED_LAYOUTS),
  };
}

function readWord(value: unknown): string {
  if (typeof value !== 'string' || !isWord(value))
    throw new RangeError(`A word has 1 to ${MAX_WORD_LENGTH} characters.`);
  return value;
}

/** Whether `text` can be put in. */
export const isWord = (text: string): boolean =>
  text.trim() === text && text.length >= 1 && text.length <= MAX_WORD_LENGTH && !/\p{C}/u.test(text);
