/** The lines that do with the package what the demo just did. */
import type { Action, State } from './state.js';

/** A program that reproduces what is shown. */
export function codeFor(state: State, action: Action | undefined): string {
  if (action?.type === 'wish' || action?.type === 'seed') return wishCode(state);
  const { shape, words, asked } = state;
  const hashes = shape.layout === 'classic' ? `, hashCount: ${shape.hashCount}` : '';
  return [
    "import { BloomFilter } from '@dsys/bloom';",
    '',
    'const filter = BloomFilter.create({',
    `  layout: '${shape.layout}', bitCount: ${shape.bitCount}${hashes},`,
    '});',
    `filter.addMany([${wrapped(words)}]);`,
    '',
    `console.log(filter.has(${quote(asked ?? words.at(-1) ?? 'raft')}));`,
    'console.log(filter.estimateCount());',
    'console.log(filter.estimateFalsePositiveRate());',
  ].join('\n');
}

function wishCode({ wish: { expected, falsePositiveRate, layout } }: State): string {
  return [
    "import { BloomFilter, planBloomFilter } from '@dsys/bloom';",
    '',
    `const wish = { expected: ${expected}, falsePositiveRate: ${falsePositiveRate}, layout: '${layout}' };`,
    'console.log(planBloomFilter(wish));',
    'const filter = BloomFilter.forItems(wish);',
  ].join('\n');
}

/** A few words stay on the line, more get lines of their own. */
function wrapped(words: readonly string[]): string {
  if (words.length <= 5) return words.map(quote).join(', ');
  const lines: string[] = [];
  for (let i = 0; i < words.length; i += 6)
    lines.push(
      `  ${words
        .slice(i, i + 6)
        .map(quote)
        .join(', ')},`,
    );
  return `\n${lines.join('\n')}\n`;
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
