/** Words to put in when one is tired of typing, in this order; after them `word-61`, `word-62`, and so on. */
const WORDS =
  'amber anchor apple arrow badger bamboo basil beacon birch bottle bridge bronze butter candle canyon carbon cedar cherry clover cobalt copper coral cotton cricket crystal daisy delta desert dolphin dragon ember falcon feather fern flint forest garnet ginger glacier granite harbor hazel heron indigo island ivory jasmine juniper lantern lemon lotus maple marble meadow mint nectar olive onyx opal pepper'.split(
    ' ',
  );

/** The next `count` words that are not in yet. */
export function nextWords(words: readonly string[], count: number): string[] {
  const taken = new Set(words);
  const next: string[] = [];
  for (let i = 0; next.length < count; i++) {
    const word = WORDS[i] ?? `word-${i + 1}`;
    if (!taken.has(word)) next.push(word);
  }
  return next;
}
