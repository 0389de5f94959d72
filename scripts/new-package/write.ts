/** Writes a new package and enters it wherever packages are listed. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageFiles } from './template.js';

/** What was written or changed, relative to `root`. Throws a `RangeError` before anything is written when the name is no good. */
export function newPackage(root: string, name: string, description: string): string[] {
  const here = `packages/${name}`;
  if (!/^[a-z][a-z0-9-]{1,30}$/.test(name)) {
    throw new RangeError(`a package is called by 2 to 31 letters, digits and dashes, lower case, got "${name}"`);
  }
  if (existsSync(join(root, here))) throw new RangeError(`${here} is there already`);
  const written: string[] = [];
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    written.push(file);
  };
  for (const [file, text] of Object.entries(packageFiles(name, description))) write(`${here}/${file}`, text);
  copyFileSync(join(root, 'LICENSE'), join(root, here, 'LICENSE'));
  written.push(`${here}/LICENSE`);
  write(`.changeset/${name}-arrives.md`, `---\n'@dsys/${name}': minor\n---\n\nFirst release: ${description}\n`);

  const edit = (file: string, change: (text: string) => string): void => {
    const before = readFileSync(join(root, file), 'utf8');
    const after = change(before);
    if (after !== before) write(file, after);
  };
  edit('scripts/check/arrows.ts', (text) => withArrow(text, name));
  edit('.size-limit.js', (text) => withBudget(text, name));
  edit('tests/packed/package.json', (text) => withOnlooker(text, name));
  return written;
}

/** A row in the table of arrows, unless it is there: the packages to come are. */
function withArrow(text: string, name: string): string {
  const key = /^[a-z]\w*$/.test(name) ? name : `'${name}'`;
  if (new RegExp(`^  '?${name}'?: \\[`, 'm').test(text)) return text;
  return insertBefore(text, /^};$/m, `  ${key}: [],\n`, 'scripts/check/arrows.ts');
}

function withBudget(text: string, name: string): string {
  if (text.includes(`'@dsys/${name}'`)) return text;
  return insertBefore(text, /^\];$/m, `  row('{ firstIdea }', '@dsys/${name}', '1 kB'),\n`, '.size-limit.js');
}

/** The workspace that tries every tarball waits for every package to be built. */
function withOnlooker(text: string, name: string): string {
  const manifest = JSON.parse(text) as { devDependencies: Record<string, string> };
  const all = { ...manifest.devDependencies, [`@dsys/${name}`]: 'workspace:^' };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...manifest, devDependencies: sorted }, null, 2)}\n`;
}

/** Before the first match: each table ends with a line that is its closing bracket alone. */
function insertBefore(text: string, mark: RegExp, line: string, file: string): string {
  const match = mark.exec(text);
  if (match === null)
    throw new Error(
      `${file} no longer ends its table with a closing bracket alone on a line: mend scripts/new-package`,
    );
  return text.slice(0, match.index) + line + text.slice(match.index);
}
