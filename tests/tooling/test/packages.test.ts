import { describe, expect, test } from 'vitest';
import { contents, nothingOfTheWorkspace, packages } from '../../../scripts/check/packages.js';
import { folder, library, said } from './fixture.js';

const GOOD = [
  'package.json',
  'README.md',
  'LICENSE',
  'src/index.ts',
  'dist/index.js',
  'dist/index.js.map',
  'dist/index.d.ts',
  'dist/index.d.ts.map',
];

describe('the files of a tarball', () => {
  test('are source, build, maps and what explains them', () => {
    expect(contents('p', [...GOOD, 'CHANGELOG.md'])).toEqual([]);
  });

  test.each([['README.md'], ['LICENSE'], ['dist/index.js.map'], ['dist/index.d.ts.map']])(
    'without %s they are incomplete',
    (file) => {
      expect(
        contents(
          'p',
          GOOD.filter((name) => name !== file),
        ),
      ).toHaveLength(1);
    },
  );

  test.each([
    ['test/ring.test.ts'],
    ['tsup.config.ts'],
    ['.turbo/build.log'],
    ['src/test/vectors.ts'],
    ['dist/ring.test.js'],
  ])('with %s they are too many', (file) => {
    expect(said(contents('p', [...GOOD, file, `${file}.map`]))).toContain(`p: the tarball holds ${file}`);
  });

  test('without source or build they are none', () => {
    expect(said(contents('p', ['package.json', 'README.md', 'LICENSE']))).toEqual([
      'p: the tarball has no dist',
      'p: the tarball has no src',
    ]);
  });
});

describe('the published manifest', () => {
  test('has no range that means something only here', () => {
    const manifest = {
      name: 'p',
      dependencies: { a: 'workspace:^', b: '^1.0.0' },
      peerDependencies: { c: 'catalog:' },
    };
    expect(said(nothingOfTheWorkspace('p', manifest))).toEqual([
      'p: the published dependencies say a: workspace:^',
      'p: the published peerDependencies say c: catalog:',
    ]);
  });

  test('does not lead consumers to our TypeScript', () => {
    const manifest = { name: 'p', exports: { '.': { '@dsys/source': './src/index.ts', default: './dist/index.js' } } };
    expect(said(nothingOfTheWorkspace('p', manifest))).toEqual([
      'p: the published exports have the condition "@dsys/source"',
    ]);
  });
});

describe('the check', () => {
  const workspace = {
    'package.json': { name: 'root', private: true },
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\npmOnFail: ignore\n',
  };
  const dist = {
    'dist/index.js': 'export const one = 1;\n',
    'dist/index.js.map': '{}',
    'dist/index.d.ts': 'export declare const one: 1;\n',
    'dist/index.d.ts.map': '{}',
  };

  test('passes a good package', async () => {
    expect(said(await packages.run(folder({ ...workspace, ...library('hash', dist) }), () => {}))).toEqual([]);
  });

  test('lets publint and attw speak', async () => {
    const exports = {
      '.': { default: './dist/index.js', types: './dist/index.d.ts' },
      './gone': { types: './dist/gone.d.ts', default: './dist/gone.js' },
    };
    const manifest = { exports, publishConfig: { access: 'public', exports } };
    const findings = said(await packages.run(folder({ ...workspace, ...library('hash', dist, manifest) }), () => {}));
    expect(findings.join('\n')).toMatch(/gone\.js/);
    expect(findings.join('\n')).toMatch(/types.*first/i);
    expect(findings.some((finding) => finding.includes('attw:'))).toBe(true);
  });
});
