/** Format, lint, manifests in agreement, nothing unused: three well-kept tools, each asked for a list. */
import { relative } from 'node:path';
import type { Check, Finding } from './check.js';
import { program } from './program.js';

export const style: Check = {
  name: 'style',
  holds: 'Code is formatted and linted (biome), versions agree across workspaces (sherif), nothing is unused (knip).',
  needsBuild: false,
  async run(root) {
    const [a, b, c] = await Promise.all([biome(root), sherif(root), knip(root)]);
    return [...a, ...b, ...c];
  },
};

/** Its GitHub reporter prints one line a diagnostic: `::error title=RULE,file=PATH,line=N,…::MESSAGE`. */
async function biome(root: string): Promise<Finding[]> {
  const args = ['check', '--error-on-warnings', '--reporter=github', '--max-diagnostics=none'];
  const ended = await program('biome', args, { cwd: root });
  const findings: Finding[] = [];
  for (const line of ended.stdout.split('\n')) {
    const match = /^::(\w+) title=([^,]*),file=([^,]*),line=(\d+)[^:]*::(.*)$/.exec(line);
    if (match === null || match[1] === 'notice') continue;
    const [, , rule, file, number, message] = match;
    // Biome does not know all of Vue's CSS (`:deep(> p)`). Vue's own compiler reads these files when the site is built.
    if (rule === 'parse' && file!.endsWith('.vue')) continue;
    const isLint = rule!.startsWith('lint/');
    findings.push({
      at: `${relative(root, file!)}:${number}`,
      what: isLint ? `${message} (${rule!.slice(5)})` : rule === 'format' ? 'is not formatted' : message!,
      todo: isLint ? `mend it; \`npx biome explain ${rule!.split('/').at(-1)}\` says why` : '`npm run fix` does it',
    });
  }
  if (ended.status !== 0 && !/^::(?:error|warning)/m.test(ended.stdout)) {
    findings.push({ at: 'biome.json', what: lastLines(ended.output), todo: 'run `npx biome check` to see all of it' });
  }
  return findings;
}

async function sherif(root: string): Promise<Finding[]> {
  const ended = await program('sherif', ['--fail-on-warnings'], { cwd: root });
  if (ended.status === 0) return [];
  const todo = '`npm run fix` mends most of it; then `npm run lock`';
  const findings: Finding[] = [];
  // A heading `N issues found in ./packages/x/package.json:`, then a line `⨯ error …` for each.
  let at = 'package.json';
  for (const line of ended.stdout.split('\n')) {
    at = /issues? found in \.\/(\S+):$/.exec(line)?.[1] ?? at;
    const what = /^\s*(?:⨯ error|⚠️ warning) (.*)$/.exec(line)?.[1];
    if (what !== undefined) findings.push({ at, what, todo });
  }
  if (findings.length === 0) findings.push({ at, what: lastLines(ended.output), todo });
  return findings;
}

interface KnipIssue {
  readonly file: string;
  readonly [kind: string]: unknown;
}

const KNIP: Readonly<Record<string, readonly [string, string]>> = {
  files: ['no file imports it', 'delete it, or name it as an entry in knip.json with a reason'],
  dependencies: ['is a dependency that nothing imports', 'remove it from package.json, then npm run lock'],
  devDependencies: ['is a dev dependency that nothing uses', 'remove it from package.json, then npm run lock'],
  unlisted: ['is imported and not listed', 'add it to package.json and the catalog, then npm run lock'],
  unresolved: ['cannot be resolved', 'correct the path or add the dependency'],
  exports: ['is exported and imported nowhere', 'drop the `export`, or the code'],
  types: ['is an exported type that is imported nowhere', 'drop the `export`, or the type'],
  duplicates: ['is exported twice', 'keep one name'],
  catalogReferences: [
    'is taken from the catalog, which does not have it',
    'add it to pnpm-workspace.yaml, then npm run lock',
  ],
  catalog: ['is in the catalog and used nowhere', 'remove it from pnpm-workspace.yaml'],
};

async function knip(root: string): Promise<Finding[]> {
  const ended = await program('knip', ['--no-progress', '--reporter', 'json'], { cwd: root });
  if (ended.status === 0) return [];
  let issues: readonly KnipIssue[];
  try {
    issues = (JSON.parse(ended.stdout) as { issues: readonly KnipIssue[] }).issues;
  } catch {
    return [{ at: 'knip.json', what: lastLines(ended.output), todo: 'run `npx knip` to see all of it' }];
  }
  const findings: Finding[] = [];
  for (const issue of issues) {
    for (const [kind, list] of Object.entries(issue)) {
      if (!Array.isArray(list)) continue;
      const [what, todo] = KNIP[kind] ?? [`knip: ${kind}`, 'run `npx knip` to see more'];
      for (const one of list.flat() as readonly { name?: string; line?: number }[]) {
        const isFile = kind === 'files';
        const at = one.line === undefined ? issue.file : `${issue.file}:${one.line}`;
        findings.push({ at, what: isFile ? what : `${one.name ?? JSON.stringify(one)} ${what}`, todo });
      }
    }
  }
  return findings;
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-12).join('\n      ');
}
