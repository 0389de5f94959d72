/**
 * Every published package, as npm would get it, in an empty project of its own. A package joins by being there: its
 * entry points come from its manifest, and what it should do from its README, whose programs are run as a reader would.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODE_ENTRIES, SCOPE } from '../../../scripts/check/arrows.js';
import { ROOT } from '../../../scripts/check/program.js';
import { extract } from '../../../scripts/check/snippets/extract.js';
import { importsOf } from '../../../scripts/check/tidy/imports.js';
import { type Member, published, readMembers } from '../../../scripts/check/workspace.js';
import { pack } from '../../../scripts/pack.js';
import { install, type Project } from './consumer.js';
import { HERE, NEWER, type Node } from './nodes.js';
import { BROWSER, bundleEntry, importAll, requireAll } from './programs.js';

const members = published(readMembers(ROOT));
const folder = mkdtempSync(join(tmpdir(), 'dsys-packed-'));
const tarballs = new Map<string, string>();

beforeAll(async () => {
  for (const member of members) tarballs.set(member.manifest.name, await pack(member, join(folder, 'tarballs')));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there are packages to try', () => {
  expect(members.length).toBeGreaterThan(0);
});

test('a newer Node is here to try them on', (context) => {
  // Also without it every package is tried, on the Node that runs this; with DSYS_DEMAND=1 it has to be here.
  if (NEWER.length === 0 && process.env['DSYS_DEMAND'] !== '1') context.skip('npm i --prefix .tools/node24 node@24');
  expect(NEWER).not.toEqual([]);
});

for (const member of members) {
  describe(member.manifest.name, () => {
    const { name } = member.manifest;
    const specifiers = Object.keys(member.manifest.exports ?? {}).map((subpath) => name + subpath.slice(1));
    const programs = readmePrograms(member);
    let project: Project;

    beforeAll(async () => {
      const asked = [name, ...programs.flatMap((program) => program.packages)];
      project = await install(join(folder, name.slice(SCOPE.length)), [...new Set(asked)], tarballs);
    });

    async function exportsBy(node: Node, file: string, code: string): Promise<unknown> {
      writeFileSync(join(project.folder, file), code);
      const ended = await project.run(node.path, file);
      if (ended.status !== 0) throw new Error(ended.output);
      return JSON.parse(ended.stdout);
    }

    for (const node of [HERE, ...NEWER]) {
      test(`is imported and required alike (${node.name})`, async () => {
        const imported = await exportsBy(node, 'import.mjs', importAll(specifiers));
        expect(Object.keys(imported as object)).toEqual(specifiers);
        for (const [specifier, names] of Object.entries(imported as Record<string, Record<string, string>>)) {
          expect(Object.keys(names), `${specifier} exports something`).not.toEqual([]);
          expect(Object.values(names), specifier).not.toContain('undefined');
        }
        expect(await exportsBy(node, 'require.cjs', requireAll(specifiers))).toEqual(imported);
      });

      for (const program of programs) {
        test(`does what its README shows, line ${program.line} (${node.name})`, async () => {
          const file = `readme-${program.line}.${program.language === 'cjs' ? 'cjs' : 'mjs'}`;
          writeFileSync(join(project.folder, file), await withoutTypes(program));
          const ended = await project.run(node.path, file);
          expect(ended.status, ended.output).toBe(0);
        });
      }

      for (const [command, path] of Object.entries(commands(member))) {
        test(`has a command ${command} that explains itself (${node.name})`, async () => {
          const ended = await project.run(node.path, join('node_modules', name, path), '--help');
          expect(ended.status, ended.output).toBe(0);
          expect(ended.stdout).toContain(command);
        });
      }
    }

    const forBrowsers = member.kind === 'library' ? specifiers.filter((specifier) => !isForNode(specifier)) : [];
    for (const specifier of forBrowsers) {
      test(`${specifier} is bundled for a browser and runs without anything of Node's`, async () => {
        const entry = join(project.folder, 'browser-entry.mjs');
        const bundle = join(project.folder, 'browser-bundle.js');
        writeFileSync(entry, bundleEntry(specifier));
        await build({
          entryPoints: [entry],
          outfile: bundle,
          bundle: true,
          platform: 'browser',
          format: 'iife',
          target: 'es2022',
          logLevel: 'silent',
        });
        writeFileSync(join(project.folder, 'browser.mjs'), BROWSER);
        const ended = await project.run(HERE.path, 'browser.mjs', bundle);
        expect(ended.status, ended.output).toBe(0);
        const all = (await exportsBy(HERE, 'import-one.mjs', importAll([specifier]))) as Record<string, unknown>;
        expect(JSON.parse(ended.stdout)).toEqual(all[specifier]);
      });
    }
  });
}

interface ReadmeProgram {
  readonly line: number;
  readonly language: 'ts' | 'mjs' | 'cjs';
  readonly text: string;
  /** Our packages that a reader would install for it. */
  readonly packages: readonly string[];
}

function readmePrograms(member: Member): ReadmeProgram[] {
  const readme = join(member.path, 'README.md');
  if (!existsSync(readme)) return [];
  const { snippets } = extract('README.md', readFileSync(readme, 'utf8'));
  return snippets
    .filter((snippet) => snippet.run)
    .map(({ line, language, lines }) => {
      const text = lines.map((one) => one.text).join('\n');
      const source = ts.createSourceFile('readme.ts', text, ts.ScriptTarget.Latest, true);
      const names = importsOf(source).map(({ specifier }) => specifier.split('/').slice(0, 2).join('/'));
      return { line, language, text, packages: names.filter((name) => name.startsWith(SCOPE)) };
    });
}

async function withoutTypes({ text, language }: ReadmeProgram): Promise<string> {
  if (language !== 'ts') return text;
  return (await transform(text, { loader: 'ts', format: 'esm', target: 'node20' })).code;
}

function commands({ manifest }: Member): Record<string, string> {
  if (typeof manifest.bin === 'string') return { [manifest.name.split('/').at(-1)!]: manifest.bin };
  return manifest.bin ?? {};
}

/** Entry points that need Node by their nature, and test kits, which run where tests run. */
function isForNode(specifier: string): boolean {
  const [first] = specifier.split('/').slice(2);
  return first !== undefined && (NODE_ENTRIES.includes(first) || first === 'testing');
}
