import { describe, expect, test } from 'vitest';
import {
  changesetsMakeSense,
  dependenciesHaveReasons,
  manifestsAreComplete,
  onlookersSeeAll,
} from '../../../scripts/check/tidy/manifests.js';
import { type Files, library, repository, said } from './fixture.js';

function complaints(files: Files): string[] {
  return said(manifestsAreComplete(repository(files)));
}

describe('a complete manifest', () => {
  test('passes', () => {
    expect(complaints(library('hash'))).toEqual([]);
  });

  test.each([
    ['no description', { description: '' }, 'has no description'],
    ['another licence', { license: 'ISC' }, 'does not say MIT'],
    ['CommonJS', { type: 'commonjs' }, 'is not ESM'],
    ['side effects', { sideEffects: true }, 'may have side effects'],
    ['another folder', { repository: { directory: 'packages/other' } }, 'does not say where its source is'],
    ['an older Node', { engines: { node: '>=18' } }, 'does not say which Node it needs'],
    ['a promise of version 1', { version: '1.0.0' }, 'has version 1.0.0'],
    ['tests in the tarball', { files: ['dist', 'src', 'test'] }, 'packs ["dist","src","test"]'],
    ['no build', { scripts: { typecheck: 'tsc', test: 'vitest run' } }, 'has no script "build"'],
  ])('%s is found', (_, manifest, what) => {
    expect(complaints(library('hash', {}, manifest))).toEqual([`packages/hash/package.json: ${what}`]);
  });

  test('a package without README or LICENSE is found', () => {
    const files = { ...library('hash') } as Record<string, string | object>;
    delete files['packages/hash/README.md'];
    delete files['packages/hash/LICENSE'];
    expect(complaints(files)).toEqual([
      'packages/hash/package.json: packages/hash has no README.md',
      'packages/hash/package.json: packages/hash has no LICENSE',
    ]);
  });
});

describe('exports', () => {
  const types = './dist/index.d.ts';
  const main = './dist/index.js';

  test('whose conditions stand in another order are found, since the first match wins', () => {
    const exports = { '.': { types, '@dsys/source': './src/index.ts', default: main } };
    expect(complaints(library('hash', {}, { exports }))).toContain(
      'packages/hash/package.json: exports["."] has the conditions types, @dsys/source, default',
    );
  });

  test('that would publish our TypeScript are found', () => {
    const exports = { '.': { '@dsys/source': './src/index.ts', types, default: main } };
    const publishConfig = { access: 'public', provenance: true, exports };
    expect(complaints(library('hash', {}, { exports, publishConfig }))).toEqual([
      'packages/hash/package.json: publishConfig.exports is not what exports says',
    ]);
  });

  test('that name a missing source are found', () => {
    const manifest = {
      exports: { '.': { '@dsys/source': './src/gone.ts', types, default: main } },
      publishConfig: { access: 'public', provenance: true, exports: { '.': { types, default: main } } },
    };
    expect(complaints(library('hash', {}, manifest))).toEqual([
      'packages/hash/package.json: exports["."] names ./src/gone.ts, which is not there',
    ]);
  });
});

describe('third-party dependencies', () => {
  const workspace = "packages:\n  - packages/*\n\ncatalog:\n  '@noble/hashes': ^2.4.0\n  exact: 1.2.3\n\nother: 1\n";
  const reason = { 'docs/decisions/0002-dependencies.md': '- `@noble/hashes`: audited.\n- `exact`: because.\n' };

  test('with a line of reason and a caret pass', () => {
    const files = {
      ...library('hash', {}, { dependencies: { '@noble/hashes': 'catalog:' } }),
      ...reason,
      'pnpm-workspace.yaml': workspace,
    };
    expect(dependenciesHaveReasons(repository(files))).toEqual([]);
  });

  test('without a reason are found; dev dependencies need none', () => {
    const manifest = { dependencies: { '@noble/hashes': 'catalog:' }, devDependencies: { 'left-pad': '1.0.0' } };
    const [finding, ...rest] = dependenciesHaveReasons(
      repository({ ...library('hash', {}, manifest), 'pnpm-workspace.yaml': workspace }),
    );
    expect(finding!.what).toBe('depends on @noble/hashes, for which no decision record gives a reason');
    expect(rest).toEqual([]);
  });

  test('published at one exact version are found', () => {
    const files = {
      ...library('hash', {}, { dependencies: { exact: 'catalog:' } }),
      ...reason,
      'pnpm-workspace.yaml': workspace,
    };
    expect(said(dependenciesHaveReasons(repository(files)))).toEqual([
      'packages/hash/package.json: publishes exactly exact@1.2.3',
    ]);
  });

  test('that the catalog does not know are found', () => {
    const decision = { 'docs/decisions/1.md': '`novel`' };
    const files = {
      ...library('hash', {}, { dependencies: { novel: 'catalog:' } }),
      ...decision,
      'pnpm-workspace.yaml': workspace,
    };
    expect(said(dependenciesHaveReasons(repository(files)))).toEqual([
      'packages/hash/package.json: novel is not in the catalog',
    ]);
  });
});

describe('the workspace that tries every tarball', () => {
  test('has to wait for every package', () => {
    const packed = (devDependencies: object) => ({
      'tests/packed/package.json': { name: 'packed', private: true, devDependencies },
    });
    expect(onlookersSeeAll(repository({ ...library('hash'), ...packed({ '@dsys/hash': 'workspace:^' }) }))).toEqual([]);
    expect(said(onlookersSeeAll(repository({ ...library('hash'), ...packed({}) })))).toEqual([
      'tests/packed/package.json: does not wait for @dsys/hash to be built',
    ]);
  });
});

describe('changesets', () => {
  const changeset = (text: string): Files => ({ ...library('hash'), '.changeset/brave-cats.md': text });

  test('that name a package and tell its users something pass', () => {
    const text = '---\n"@dsys/hash": minor\n---\n\n`xxh32` takes a seed.\n';
    expect(changesetsMakeSense(repository(changeset(text)))).toEqual([]);
  });

  test.each([
    ['---\n"@dsys/hush": minor\n---\n\n`xxh32` takes a seed.\n', 'names @dsys/hush, which is not published from here'],
    ['---\n"@dsys/hash": minor\n---\n\n', 'says nothing'],
    ['---\n---\n\nSomething for someone.\n', 'names no package'],
    ['no front matter at all', 'names no package'],
  ])('%j is found', (text, what) => {
    expect(said(changesetsMakeSense(repository(changeset(text))))).toEqual([`.changeset/brave-cats.md: ${what}`]);
  });
});
