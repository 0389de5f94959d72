/**
 * The split-block layout: all bits of a key lie in one block of 256 bits, which is half a cache line, so that a key costs
 * one access to memory. A block is eight words, and a key sets one bit in each of them:
 *
 *     XXH64 of the key     high ───▸ which block                    low × salt ───▸ which bit, 0..31, of each word
 *
 *     block 17             ····1···   1·······   ······1·   …       (each word 32 bits wide, 8 of them)
 *
 * Blocks fill unevenly, and the full ones answer wrongly more often: that costs some 10 % more bits than `classic` for
 * 1 %, and is counted in `sizing.ts`. Bit for bit the filter of Parquet (Apache Parquet format, BloomFilter.md; the idea
 * is of Putze, Sanders, Singler, "Cache-, hash- and space-efficient Bloom filters", 2007).
 */
import { multiplyHigh } from './multiply-high.js';
import { popcount } from './popcount.js';

/** Words of a block. */
export const BLOCK_WORDS = 8;

// The salts of BloomFilter.md are literals in each loop: bundlers turn constants of a module into variables.

/**
 * Sets the bits of one hash. Whether one of them was unset before is not worth 11 ns to everybody: who wants to know
 * asks first.
 */
export function insertIntoBlock(words: Uint32Array, low: number, high: number): void {
  const at = multiplyHigh(high, words.length >>> 3) << 3;
  words[at]! |= 1 << (Math.imul(low, 0x47b6137b) >>> 27);
  words[at + 1]! |= 1 << (Math.imul(low, 0x44974d91) >>> 27);
  words[at + 2]! |= 1 << (Math.imul(low, 0x8824ad5b) >>> 27);
  words[at + 3]! |= 1 << (Math.imul(low, 0xa2b7289d) >>> 27);
  words[at + 4]! |= 1 << (Math.imul(low, 0x705495c7) >>> 27);
  words[at + 5]! |= 1 << (Math.imul(low, 0x2df1424b) >>> 27);
  words[at + 6]! |= 1 << (Math.imul(low, 0x9efc4947) >>> 27);
  words[at + 7]! |= 1 << (Math.imul(low, 0x5c6bfb31) >>> 27);
}

/** Whether all bits of one hash are set. */
export function isInBlock(words: Uint32Array, low: number, high: number): boolean {
  const at = multiplyHigh(high, words.length >>> 3) << 3;
  return (
    ((words[at]! >>> (Math.imul(low, 0x47b6137b) >>> 27)) &
      (words[at + 1]! >>> (Math.imul(low, 0x44974d91) >>> 27)) &
      (words[at + 2]! >>> (Math.imul(low, 0x8824ad5b) >>> 27)) &
      (words[at + 3]! >>> (Math.imul(low, 0xa2b7289d) >>> 27)) &
      (words[at + 4]! >>> (Math.imul(low, 0x705495c7) >>> 27)) &
      (words[at + 5]! >>> (Math.imul(low, 0x2df1424b) >>> 27)) &
      (words[at + 6]! >>> (Math.imul(low, 0x9efc4947) >>> 27)) &
      (words[at + 7]! >>> (Math.imul(low, 0x5c6bfb31) >>> 27)) &
      1) !==
    0
  );
}

/** Chance of a wrong yes, given the bits that are set: the mean over blocks of the product of their words' shares. */
export function rateOfBlocks(words: Uint32Array): number {
  let sum = 0;
  let product = 1;
  for (let i = 0; i < words.length; i++) {
    product *= popcount(words[i]!) / 32;
    if ((i & 7) < 7) continue;
    sum += product;
    product = 1;
  }
  return (sum * BLOCK_WORDS) / words.length;
}
