/**
 * The package's filter of some words, and what one can see of it. Which bits are a word's is asked of the package too: they
 * are those of a filter with that word alone.
 */
import { BloomFilter, type BloomParameters } from '@dsys/bloom';
import type { Shape } from './state.js';

/** An empty filter. */
export const emptyFilter = (parameters: BloomParameters): BloomFilter => BloomFilter.create(parameters);

/** A filter with these words in it. */
export function filterOf(shape: Shape, words: readonly string[]): BloomFilter {
  const filter = emptyFilter(shape);
  filter.addMany(words);
  return filter;
}

/** The bits that are set, ascending. */
export function bitsOf({ words }: BloomFilter): number[] {
  const bits: number[] = [];
  words.forEach((word, i) => {
    for (let bit = 0; bit < 32; bit++) if ((word >>> bit) & 1) bits.push(32 * i + bit);
  });
  return bits;
}

/** The bits of one word. */
export const bitsOfWord = (shape: Shape, word: string): number[] => bitsOf(filterOf(shape, [word]));

/** For each bit, the places in `words` of those that set it. */
export function settersOf(shape: Shape, words: readonly string[]): number[][] {
  const setters: number[][] = Array.from({ length: shape.bitCount }, () => []);
  words.forEach((word, i) => {
    for (const bit of bitsOfWord(shape, word)) setters[bit]!.push(i);
  });
  return setters;
}

/** How the filter answers, and on what grounds. */
export interface Answer {
  readonly word: string;
  readonly has: boolean;
  readonly added: boolean;
  readonly bits: readonly number[];
  readonly unset: readonly number[];
}

export function answerOf(shape: Shape, words: readonly string[], word: string): Answer {
  const filter = filterOf(shape, words);
  const set = new Set(bitsOf(filter));
  const bits = bitsOfWord(shape, word);
  return {
    word,
    has: filter.has(word),
    added: words.includes(word),
    bits,
    unset: bits.filter((bit) => !set.has(bit)),
  };
}

/** The first of `guess-1` … `guess-10000` that the filter has though it was never added. */
export function wrongYes(filter: BloomFilter, words: readonly string[]): string | undefined {
  const added = new Set(words);
  const guesses = Array.from({ length: 10_000 }, (_, i) => `guess-${i + 1}`).filter((guess) => !added.has(guess));
  const found = filter.hasMany(guesses).indexOf(1);
  return found < 0 ? undefined : guesses[found]!;
}
