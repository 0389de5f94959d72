/** The lines that do with the package what the demo just did. */
import { setOf } from './sketches.js';
import type { State } from './state.js';

/** A program that reproduces what is shown. */
export function codeFor(state: State): string {
  const { precision, counts, words, seed } = state;
  const visitors = (part: 'a' | 'b' | 'both'): string => `visitors(${setOf(seed, part)}n, ${counts[part]})`;
  const fill = (day: 'a' | 'b'): string[] =>
    ([day, 'both'] as const).filter((part) => counts[part] > 0).map((part) => `${day}.addMany(${visitors(part)});`);
  return [
    "import { HyperLogLog, intersection } from '@dsys/hll';",
    '',
    '// Numbers for visitors; yours are strings or whatever they are.',
    'const visitors = (set, count) => Array.from({ length: count }, (_, i) => (set << 32n) | BigInt(i));',
    '',
    `const a = HyperLogLog.create({ precision: ${precision} });`,
    ...fill('a'),
    ...(words.length > 0 ? [`a.addMany([${words.map(quote).join(', ')}]);`] : []),
    `const b = HyperLogLog.create({ precision: ${precision} });`,
    ...fill('b'),
    '',
    'console.log(a.bounds(2));',
    'console.log(a.copy().merge(b).estimate());',
    'console.log(intersection(a, b));',
  ].join('\n');
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
