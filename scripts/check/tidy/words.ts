/** Nothing in the repository speaks of the machine that somebody wrote it on. */
import type { Finding } from '../check.js';
import type { Repository } from '../workspace.js';

interface Word {
  readonly pattern: RegExp;
  readonly what: string;
  readonly todo: string;
  /** Only in these files; everywhere when absent. */
  readonly only?: RegExp;
}

const RELATIVE = 'write it relative to the repository, or ask the system for it';

const WORDS: readonly Word[] = [
  { pattern: /(?<![\w.])\/(?:home|Users)\/[\w.-]+\//, what: "somebody's home folder", todo: RELATIVE },
  { pattern: /(?<![\w.~])\/root\/[\w.-]/, what: "root's home folder", todo: RELATIVE },
  { pattern: /\b[A-Z]:\\\\?Users\\/, what: "somebody's home folder", todo: RELATIVE },
  {
    pattern: /['"`]\/tmp\//,
    what: 'a fixed temporary path',
    todo: 'use mkdtemp below os.tmpdir()',
    only: /\.[cm]?[jt]sx?$/,
  },
  {
    pattern: /https?:\/\/[^\s'"]*registry/i,
    what: 'the host of a registry',
    todo: 'remove it (in the lockfile: `npm run lock` with the default registry)',
    only: /(?:pnpm-lock\.yaml|pnpm-workspace\.yaml|\.npmrc|package\.json)$/,
  },
];

const BINARY = /\.(?:png|jpe?g|gif|ico|woff2?|wasm|bin|gz|zst|tgz|pdf|parquet)$/i;
const GROUND_TRUTH = /(?:^|\/)(?:vectors|fixtures)\//;
const LARGEST = 2 << 20;

export function noWordsOfMachines(repository: Repository): Finding[] {
  const findings: Finding[] = [];
  for (const file of repository.files) {
    if (BINARY.test(file) || GROUND_TRUTH.test(file)) continue;
    const text = repository.text(file);
    if (text.length > LARGEST) continue;
    const words = WORDS.filter((word) => word.only === undefined || word.only.test(file));
    const here = text.includes(repository.root);
    if (!here && !words.some((word) => word.pattern.test(text))) continue;
    for (const [index, line] of text.split('\n').entries()) {
      const at = `${file}:${index + 1}`;
      if (line.includes(repository.root)) findings.push({ at, what: 'the path of this checkout', todo: RELATIVE });
      for (const { pattern, what, todo } of words) if (pattern.test(line)) findings.push({ at, what, todo });
    }
  }
  return findings;
}
