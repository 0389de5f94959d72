/** What the trial of the tarballs would notice, shown on packages that are broken on purpose. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, program } from '../../../scripts/check/program.js';
import { install, type Project } from './consumer.js';
import { HERE } from './nodes.js';
import { BROWSER, bundleEntry, importAll, requireAll } from './programs.js';

const folder = mkdtempSync(join(tmpdir(), 'dsys-harness-'));
let project: Project;

/** Name → the code of its only module. */
const PACKAGES: Readonly<Record<string, string>> = {
  good: 'export const one = 1;\nexport class Two { get three() { return 3; } }\n',
  awaits: 'export const one = await Promise.resolve(1);\n',
  undeclared: "import 'vitest';\nexport const one = 1;\n",
  unfilled: 'export let one;\n',
  needsNode: 'export const one = process.version;\n',
  needsFiles: "import { readFileSync } from 'node:fs';\nexport const one = readFileSync;\n",
};

beforeAll(async () => {
  const tarballs = new Map<string, string>();
  for (const [key, code] of Object.entries(PACKAGES)) {
    const name = `@broken/${key.toLowerCase()}`;
    const path = join(folder, 'packages', key);
    mkdirSync(path, { recursive: true });
    const manifest = { name, version: '1.0.0', type: 'module', exports: './index.js' };
    writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(path, 'index.js'), code);
    const packed = await program('npm', ['pack', '--silent', '--pack-destination', path], { cwd: path });
    tarballs.set(name, join(path, packed.stdout.trim()));
  }
  project = await install(join(folder, 'project'), [...tarballs.keys()], tarballs);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(file: string, code: string): Promise<Ended> {
  writeFileSync(join(project.folder, file), code);
  return project.run(HERE.path, file);
}

const imported = (key: string) => run('import.mjs', importAll([`@broken/${key}`]));
const required = (key: string) => run('require.cjs', requireAll([`@broken/${key}`]));

async function inBrowser(key: string): Promise<Ended> {
  const entry = join(project.folder, 'entry.mjs');
  const outfile = join(project.folder, 'bundle.js');
  writeFileSync(entry, bundleEntry(`@broken/${key}`));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'browser', format: 'iife', logLevel: 'silent' });
  writeFileSync(join(project.folder, 'browser.mjs'), BROWSER);
  return project.run(HERE.path, 'browser.mjs', outfile);
}

describe('the trial of a tarball', () => {
  test('finds nothing in a good one', async () => {
    const found = { one: 'number', Two: 'function' };
    expect(JSON.parse((await imported('good')).stdout)).toEqual({ '@broken/good': found });
    expect(JSON.parse((await required('good')).stdout)).toEqual({ '@broken/good': found });
    expect(JSON.parse((await inBrowser('good')).stdout)).toEqual(found);
  });

  test('notices a top-level await, which require() cannot load', async () => {
    expect((await imported('awaits')).status).toBe(0);
    const ended = await required('awaits');
    expect(ended.status).not.toBe(0);
    expect(ended.stderr).toContain('ERR_REQUIRE_ASYNC_MODULE');
  });

  test('notices a dependency that was not declared', async () => {
    const ended = await imported('undeclared');
    expect(ended.status).not.toBe(0);
    expect(ended.stderr).toContain('ERR_MODULE_NOT_FOUND');
  });

  test('notices an export that was never filled in', async () => {
    expect(JSON.parse((await imported('unfilled')).stdout)).toEqual({ '@broken/unfilled': { one: 'undefined' } });
  });

  test("notices a use of Node's globals in a browser", async () => {
    const ended = await inBrowser('needsnode');
    expect(ended.status).not.toBe(0);
    expect(ended.stderr).toContain('process is not defined');
  });

  test("notices an import of Node's modules in a browser", async () => {
    await expect(inBrowser('needsfiles')).rejects.toThrow('node:fs');
  });
});
