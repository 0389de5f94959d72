/** The lines that do with the package what the demo just did. */
import type { State } from './state.js';

/** A program that reproduces what is shown, for a log of one's own. */
export function codeFor({ field, width, depth, update, lines, asked }: State, key: string): string {
  return [
    "import { readFileSync } from 'node:fs';",
    "import { CountMinSketch, TopK } from '@dsys/cms';",
    '',
    `const counts = CountMinSketch.create({ width: ${width}, depth: ${depth}${update === 'plain' ? '' : ", update: 'conservative'"} });`,
    '// Ten times as many as you want to know is a good start.',
    'const top = TopK.spaceSaving({ capacity: 100 });',
    '',
    `const lines = readFileSync('access-log.txt', 'utf8').split('\\n').slice(0, ${lines});`,
    `const keys = lines.map((line) => line.split(' ')[${field === 'path' ? 6 : 0}]);`,
    'counts.addMany(keys);',
    'top.addMany(keys);',
    '',
    `console.log(counts.count('${(asked ?? key).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'));`,
    'console.log(counts.epsilon * counts.total);',
    'console.log(top.top(10));',
  ].join('\n');
}
