import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../scripts/check/program.js';
import { sizes } from '../../../scripts/check/sizes.js';
import { style } from '../../../scripts/check/style.js';
import { type Files, folder, library, said } from './fixture.js';

const root = {
  'package.json': {
    name: 'root',
    private: true,
    type: 'module',
    packageManager: 'pnpm@12.21.0',
    devDependencies: { '@typescript/native': '*', tsup: '*', vitest: '*' },
  },
  'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
  '.gitignore': 'node_modules\ndist\n',
};

const KNIP = '{ "workspaces": { "packages/*": { "project": ["src/**"] } } }\n';

describe('style', () => {
  async function check(files: Files): Promise<string[]> {
    const path = folder({ ...root, ...files, 'knip.json': KNIP });
    cpSync(join(ROOT, 'biome.json'), join(path, 'biome.json'));
    return said(await style.run(path, () => {})).filter((line) => !line.startsWith('package.json: '));
  }

  test('passes what is formatted, linted and used', async () => {
    expect(await check(library('hash'))).toEqual([]);
  });

  test('finds what is not, with its place and its rule', async () => {
    const sources = {
      'src/one.ts': 'export const one: number = 1;\nexport const two: number = 2;\n',
      'src/spaces.ts': 'export const three: number   = 3\n',
      'src/unused.ts': 'export function f(): void {\n  const unused = 1;\n}\n',
      'src/talks.ts': 'console.log(1);\n',
      'src/lonely.ts': 'export const lonely: number = 1;\n',
    };
    const index = ['one', 'spaces', 'talks', 'unused'].map((name) => `import './${name}.js';\n`).join('');
    const findings = await check(
      library('hash', { ...sources, 'src/index.ts': index }, { dependencies: { publint: '^0.3.0' } }),
    );
    expect(findings).toEqual(
      expect.arrayContaining([
        'packages/hash/src/spaces.ts:1: is not formatted',
        'packages/hash/src/unused.ts:2: This variable unused is unused. (correctness/noUnusedVariables)',
        expect.stringMatching(/^packages\/hash\/src\/talks\.ts:1: .*\(suspicious\/noConsole\)$/),
        'packages/hash/src/lonely.ts: no file imports it',
        'packages/hash/src/one.ts:2: two is exported and imported nowhere',
        expect.stringMatching(/^packages\/hash\/package\.json:\d+: publint is a dependency that nothing imports$/),
      ]),
    );
  });

  test('finds manifests that sherif would order otherwise', async () => {
    const manifest = { dependencies: { tsup: '*', publint: '*' } };
    const findings = await check(library('hash', { 'src/index.ts': "import 'tsup';\nimport 'publint';\n" }, manifest));
    expect(findings).toContain(
      'packages/hash/package.json: dependencies should be ordered alphabetically. unordered-dependencies',
    );
  });
});

describe('sizes', () => {
  const built = {
    'dist/index.js': `export const one = ${JSON.stringify('abcdefghij'.repeat(3))};\nexport const more = 1;\n`,
  };

  async function check(limit: string, names = '{ one }', from = '@dsys/hash'): Promise<string[]> {
    const manifest = { ...root['package.json'], devDependencies: { '@size-limit/preset-small-lib': '*' } };
    const row = {
      name: `${names} from ${from}`,
      path: 'packages/hash/dist/index.js',
      import: names,
      gzip: true,
      limit,
    };
    const files = { ...root, 'package.json': manifest, '.size-limit.json': [row], ...library('hash', built) };
    return said(await sizes.run(folder(files), () => {}));
  }

  test('passes within the budget', async () => {
    expect(await check('200 B')).toEqual([]);
  });

  test('finds what is over, and by how much', async () => {
    expect(await check('10 B')).toEqual([
      expect.stringMatching(/^@dsys\/hash: \{ one \} from @dsys\/hash takes \d+ bytes, \d+ over its budget$/),
    ]);
  });

  test('finds a package without a row', async () => {
    expect(await check('200 B', '{ one }', '@dsys/other')).toEqual(['.size-limit.js: has no row for @dsys/hash']);
  });

  test('finds a row that names what is not exported', async () => {
    expect((await check('200 B', '{ nothing }'))[0]).toContain('.size-limit.js: size-limit could not measure');
  });
});
