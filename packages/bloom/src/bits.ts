/**
 * The bits of one hash, or of a batch of them, in either layout: where a filter's methods, and all filters that are made
 * of such filters, meet the words. Lanes are those of XXH64, low first.
 *
 * Each refuses words that are gone (posted to a worker): a detached array would swallow keys, and deny them.
 */
import { insertAnywhere, isAnywhere } from './classic.js';
import { moved } from './errors.js';
import type { BloomLayout } from './sizing.js';
import { insertIntoBlock, isInBlock } from './split-block.js';

/** What says where the bits of a hash are, beside the number of words. */
export interface Shape {
  readonly layout: BloomLayout;
  readonly hashCount: number;
}

export function insert(words: Uint32Array, { layout, hashCount }: Shape, low: number, high: number): void {
  if (words.length === 0) throw moved();
  if (layout === 'split-block') insertIntoBlock(words, low, high);
  else insertAnywhere(words, hashCount, low, high);
}

export function isIn(words: Uint32Array, { layout, hashCount }: Shape, low: number, high: number): boolean {
  if (words.length === 0) throw moved();
  return layout === 'split-block' ? isInBlock(words, low, high) : isAnywhere(words, hashCount, low, high);
}

export function insertAll(words: Uint32Array, { layout, hashCount }: Shape, lanes: Uint32Array, count: number): void {
  if (words.length === 0) throw moved();
  if (layout === 'split-block') {
    for (let i = 0; i < 2 * count; i += 2) insertIntoBlock(words, lanes[i]! | 0, lanes[i + 1]! | 0);
  } else {
    for (let i = 0; i < 2 * count; i += 2) insertAnywhere(words, hashCount, lanes[i]! | 0, lanes[i + 1]! | 0);
  }
}

/** Puts a 1 or a 0 for each into `answers`, from `at` on. */
export function searchAll(
  words: Uint32Array,
  { layout, hashCount }: Shape,
  lanes: Uint32Array,
  count: number,
  answers: Uint8Array,
  at: number,
): void {
  if (words.length === 0) throw moved();
  if (layout === 'split-block') {
    for (let i = 0; i < count; i++)
      answers[at + i] = isInBlock(words, lanes[2 * i]! | 0, lanes[2 * i + 1]! | 0) ? 1 : 0;
  } else {
    for (let i = 0; i < count; i++)
      answers[at + i] = isAnywhere(words, hashCount, lanes[2 * i]! | 0, lanes[2 * i + 1]! | 0) ? 1 : 0;
  }
}
