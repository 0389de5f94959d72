/** The committed `api.md` of each library says what its built declarations say. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, Finding } from '../check.js';
import { type Member, readMembers } from '../workspace.js';
import { apiReports, missingDeclarations } from './report.js';

export const api: Check = {
  name: 'api',
  holds: 'The API of each package is the one written down in its api.md.',
  needsBuild: true,
  async run(root) {
    const findings: Finding[] = [];
    const built: Member[] = [];
    for (const member of readMembers(root).filter(({ kind }) => kind === 'library')) {
      const missing = missingDeclarations(member);
      const todo = 'make `build` write it: the entry in tsup.config.ts and "types" in package.json must agree';
      for (const specifier of missing) {
        findings.push({ at: `${member.folder}/package.json`, what: `${specifier} has no declarations in dist`, todo });
      }
      if (missing.length === 0) built.push(member);
    }
    for (const [folder, report] of apiReports(built)) {
      const at = `${folder}/api.md`;
      const file = join(root, at);
      if (!existsSync(file)) {
        findings.push({ at, what: 'is not there', todo: '`npm run fix` writes it; commit it' });
        continue;
      }
      const difference = differences(readFileSync(file, 'utf8'), report);
      if (difference === '') continue;
      const todo = 'if users should get this change: `npm run fix`, commit api.md, and tell them with `npx changeset`';
      findings.push({ at, what: `is not what the package exports:\n${difference}`, todo });
    }
    return findings;
  },
};

const SHOWN = 12;

/** Lines that are only in one of the two, in their order; enough to see what it is about. */
export function differences(before: string, after: string): string {
  const had = new Set(before.split('\n'));
  const has = new Set(after.split('\n'));
  const lines = [
    ...before
      .split('\n')
      .filter((line) => !has.has(line))
      .map((line) => `      - ${line}`),
    ...after
      .split('\n')
      .filter((line) => !had.has(line))
      .map((line) => `      + ${line}`),
  ];
  if (lines.length === 0) return before === after ? '' : '      the same lines in another order';
  const more = lines.length > SHOWN ? `\n      … ${lines.length - SHOWN} more lines` : '';
  return lines.slice(0, SHOWN).join('\n') + more;
}
