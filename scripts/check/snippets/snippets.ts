/**
 * Every program in a README or a guide compiles under strict settings and runs against the built packages. They are
 * written below `.snippets/` in the root, one file a program, beside links to every package.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Check, Finding } from '../check.js';
import { inParallel, program } from '../program.js';
import { published, readMembers, readRepository, runtimeDependencies } from '../workspace.js';
import { extract, promises, type Snippet } from './extract.js';

export const snippets: Check = {
  name: 'snippets',
  holds: 'Every program in a README or a guide compiles, runs, and prints what it says it prints.',
  needsBuild: true,
  async run(root, note) {
    const found = collect(root);
    note(`${found.snippets.length} programs in ${found.pages} pages`);
    const folder = ownFolder(join(root, '.snippets'));
    prepare(root, folder, found.snippets);
    const wrong = await compile(folder, found.snippets);
    const broken = new Set(wrong.map((finding) => finding.at));
    const runnable = found.snippets.filter(
      (s) => s.run && !s.lines.some(({ line }) => broken.has(`${s.file}:${line}`)),
    );
    const ran = await inParallel(2, runnable, (snippet) => execute(folder, snippet));
    const failed = [...wrong, ...ran.flat()];
    if (failed.length === 0) rmSync(folder, { recursive: true, force: true });
    return [...found.misused, ...programless(root, found.snippets), ...failed];
  },
};

const KEPT_MS = 10 * 60_000;

/** A folder for this run alone. What earlier runs kept, for someone to look at why they failed, is gone after a while. */
function ownFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
  return mkdtempSync(join(parent, 'run-'));
}

/** READMEs anywhere, and the guides: what git knows of `docs/` and `apps/docs/`, generated pages left out. */
function isPage(file: string): boolean {
  return (
    basename(file) === 'README.md' || (/^(?:docs|apps\/docs)\/.+\.md$/.test(file) && basename(file) !== 'CHANGELOG.md')
  );
}

function collect(root: string): { snippets: Snippet[]; misused: Finding[]; pages: number } {
  const repository = readRepository(root);
  const pages = repository.files.filter(isPage);
  const extracted = pages.map((file) => extract(file, repository.text(file)));
  const todo = 'write ```ts fragment: reason, or ```ts compiled: reason, or make it a program';
  const misused = extracted
    .flatMap((e) => e.misuses)
    .map(({ file, line, what }) => ({ at: `${file}:${line}`, what, todo }));
  return { snippets: extracted.flatMap((e) => e.snippets), misused, pages: pages.length };
}

/** A library's README shows how it is used, in a program that runs. */
function programless(root: string, all: readonly Snippet[]): Finding[] {
  const todo = 'show in ten to twenty lines what a user does with it';
  return published(readMembers(root))
    .filter((member) => member.kind === 'library')
    .map((member) => `${member.folder}/README.md`)
    .filter((file) => !all.some((snippet) => snippet.run && snippet.file === file))
    .map((at) => ({ at, what: 'shows no program', todo }));
}

/** A readable name that leads back: `packages-hashring-README-12.ts`. */
function nameOf({ file, line, language }: Snippet): string {
  return `${file.replace(/\.md$/, '').replaceAll('/', '-')}-${line}.${language}`;
}

/** Files, settings, and a `node_modules` in which every package and whatever a package depends on can be found. */
function prepare(root: string, folder: string, all: readonly Snippet[]): void {
  mkdirSync(join(folder, 'out'));
  const links = new Map<string, string>();
  const members = readMembers(root);
  for (const { manifest, path } of members) {
    for (const name of Object.keys(runtimeDependencies(manifest))) links.set(name, join(path, 'node_modules', name));
  }
  for (const { manifest, path, kind } of members) if (kind === 'library') links.set(manifest.name, path);
  for (const [name, target] of links) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, 'dir');
  }
  for (const snippet of all) {
    const text = `${snippet.lines.map((line) => line.text).join('\n')}\n`;
    // `export {}` makes a module of a program without imports, so that each has names of its own.
    if (snippet.language === 'ts') writeFileSync(join(folder, nameOf(snippet)), `${text}export {};\n`);
    else writeFileSync(join(folder, 'out', nameOf(snippet)), text);
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: SETTINGS, include: ['*.ts'] }));
}

/** What a careful consumer has, unused names apart: a snippet may show what it does not use. */
const SETTINGS = {
  target: 'es2022',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: ['node'],
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  rootDir: '.',
  outDir: 'out',
};

async function compile(folder: string, all: readonly Snippet[]): Promise<Finding[]> {
  const byName = new Map(all.map((snippet) => [nameOf(snippet), snippet]));
  if (!all.some((snippet) => snippet.language === 'ts')) return [];
  const ended = await program('tsc', ['-p', folder, '--pretty', 'false'], { cwd: folder });
  const findings: Finding[] = [];
  for (const line of ended.output.split('\n')) {
    const match = /^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(line);
    const snippet = match && byName.get(basename(match[1]!));
    if (!match || !snippet) continue;
    const place = snippet.lines[Number(match[2]) - 1]?.line ?? snippet.line;
    const todo = 'make the snippet compile as a reader would paste it, imports included';
    findings.push({ at: `${snippet.file}:${place}`, what: `${match[3]}: ${match[4]}`, todo });
  }
  if (ended.status !== 0 && findings.length === 0) {
    findings.push({
      at: '.snippets',
      what: ended.output.trim(),
      todo: `run \`npx tsc -p .snippets/${basename(folder)}\``,
    });
  }
  return findings;
}

async function execute(folder: string, snippet: Snippet): Promise<Finding[]> {
  const name = nameOf(snippet).replace(/\.ts$/, '.js');
  const at = `${snippet.file}:${snippet.line}`;
  const ended = await program('node', [join('out', name)], { cwd: folder, timeoutMs: 20_000 });
  if (ended.status === 124) {
    return [
      {
        at,
        what: 'does not end by itself within 20 s',
        todo: 'close what it opens, or mark it ```ts compiled: reason',
      },
    ];
  }
  if (ended.status !== 0) {
    const again = `\`node ${join('.snippets', basename(folder), 'out', name)}\``;
    const what = `throws:\n      ${errorOf(ended.stderr)}`;
    return [{ at, what, todo: `correct the snippet or the package; ${again} runs it again` }];
  }
  return brokenPromises(snippet, ended.stdout);
}

/** The promised texts appear among the printed lines, in their order. */
export function brokenPromises(snippet: Snippet, stdout: string): Finding[] {
  const printed = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  let next = 0;
  for (const { text, line } of promises(snippet)) {
    const found = printed.indexOf(text, next);
    if (found === -1) {
      const what = `promises "${text}", and it printed "${printed.slice(next).join('" "')}"`;
      return [{ at: `${snippet.file}:${line}`, what, todo: 'write after the arrow what the line prints' }];
    }
    next = found + 1;
  }
  return [];
}

function errorOf(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const start = lines.findIndex((line) => /^\w*(?:Error|Exception|Violation)\b/.test(line.trim()));
  return lines.slice(Math.max(start, 0)).slice(0, 6).join('\n      ');
}
