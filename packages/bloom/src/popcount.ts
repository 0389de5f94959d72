/** How many bits of a word are set: pairs, then fours, then bytes, then the sum of the four (Warren, "Hacker's Delight", §5-1). */
export const popcount = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** How many bits of all words are set. */
export function countBits(words: Uint32Array): number {
  let set = 0;
  for (let i = 0; i < words.length; i++) set += popcount(words[i]!);
  return set;
}
