/** Small repositories below the system's temporary folder, for checks to be tried on. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Finding } from '../../../scripts/check/check.js';
import { ROOT } from '../../../scripts/check/program.js';
import { type Repository, readRepository } from '../../../scripts/check/workspace.js';

/** Path → content; an object is written as JSON. */
export type Files = Readonly<Record<string, string | object>>;

/** A folder with the real `node_modules` and nothing else; who makes it discards it. */
export function emptyFolder(): { root: string; discard: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'dsys-tooling-'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'dir');
  return { root, discard: () => rmSync(root, { recursive: true, force: true }) };
}

/** A folder with these files besides, gone after the test. */
export function folder(files: Files): string {
  const { root, discard } = emptyFolder();
  onTestFinished(discard);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
  return root;
}

export function repository(files: Files): Repository {
  return readRepository(folder(files));
}

/** Everything that a library of this name must have; `more` replaces files, `manifest` adds to package.json. */
export function library(name: string, more: Files = {}, manifest: object = {}): Files {
  const here = `packages/${name}`;
  const published = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } };
  const files: Files = {
    'package.json': {
      name: `@dsys/${name}`,
      version: '0.1.0',
      description: 'A package that exists for the sake of a test.',
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      repository: { type: 'git', url: 'git+https://github.com/dsys/dsys.git', directory: here },
      engines: { node: '>=20.19' },
      files: ['dist', 'src'],
      exports: { '.': { '@dsys/source': './src/index.ts', ...published['.'] } },
      publishConfig: { access: 'public', provenance: true, exports: published },
      scripts: { build: 'tsup', typecheck: 'tsc', test: 'vitest run' },
      ...manifest,
    },
    'README.md': `# @dsys/${name}\n`,
    LICENSE: 'MIT\n',
    'src/index.ts': "export { one } from './one.js';\n",
    'src/one.ts': 'export const one: number = 1;\n',
    ...more,
  };
  return Object.fromEntries(Object.entries(files).map(([file, content]) => [`${here}/${file}`, content]));
}

/** Findings as `place: what`, which is what tests compare. */
export function said(findings: readonly Finding[]): string[] {
  return findings.map(({ at, what }) => `${at}: ${what}`);
}
