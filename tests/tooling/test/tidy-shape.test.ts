import { describe, expect, test } from 'vitest';
import { sourcesHaveShape } from '../../../scripts/check/tidy/shape.js';
import { testsAllRun } from '../../../scripts/check/tidy/tests.js';
import { noWordsOfMachines } from '../../../scripts/check/tidy/words.js';
import { readRepository } from '../../../scripts/check/workspace.js';
import { folder, library, repository, said } from './fixture.js';

function shape(file: string, code: string): string[] {
  return said(sourcesHaveShape(repository(library('hash', { [file]: code }))));
}

describe('sources', () => {
  test('a welcome comment and exports make an index', () => {
    expect(
      shape('src/index.ts', "/** Welcome. */\nexport { one } from './one.js';\nexport type * from './two.js';\n"),
    ).toEqual([]);
  });

  test('code in an index is found', () => {
    expect(shape('src/index.ts', 'export const one: number = 1;\n')).toEqual([
      'packages/hash/src/index.ts:1: an index.ts holds code',
    ]);
  });

  test('a name that says nothing is found', () => {
    expect(shape('src/utils.ts', 'export const one: number = 1;\n')).toEqual([
      'packages/hash/src/utils.ts: is called utils',
    ]);
  });

  test.each([
    ['const x = 1;\nexport default x;\n', 2],
    ['export default class Ring {}\n', 1],
    ['export default function f(): void {}\n', 1],
    ['const x = 1;\nexport { x as default };\n', 2],
  ])('a default export is found: %j', (code, line) => {
    expect(shape('src/a.ts', code)).toEqual([`packages/hash/src/a.ts:${line}: has a default export`]);
  });

  test.each([
    ['export const x: number = await load();\n'],
    ['for await (const x of xs) use(x);\n'],
    ['export const x: number = { a: await load() }.a;\n'],
    ['if (true) { await load(); }\n'],
    ['await using x = open();\n'],
  ])('an await while loading is found: %j', (code) => {
    expect(shape('src/a.ts', code)).toEqual(['packages/hash/src/a.ts:1: awaits while the module loads']);
  });

  test('an await inside a function is fine', () => {
    const code =
      'export async function f(): Promise<void> {\n  await g();\n  for await (const x of xs) await x;\n}\nexport const h = async (): Promise<void> => await g();\n';
    expect(shape('src/a.ts', code)).toEqual([]);
  });
});

describe('tests', () => {
  const dot = '.';
  const run = (code: string) => said(testsAllRun(repository(library('hash', { 'test/a.test.ts': code }))));

  test('that run alone are found', () => {
    expect(run(`\ntest${dot}only('x', () => {});\n`)).toEqual([
      'packages/hash/test/a.test.ts:2: .only leaves every other test of the file out',
    ]);
    expect(run(`describe${dot}concurrent${dot}only('x', () => {});\n`)).toHaveLength(1);
    expect(run(`test${dot}only // now\n('x', () => {});\n`)).toHaveLength(1);
  });

  test('that are left out need a reason on the line', () => {
    expect(run(`test${dot}skip('x', () => {});\n`)).toEqual(['packages/hash/test/a.test.ts:1: .skip without a reason']);
    expect(run(`it${dot}todo('x');\n`)).toHaveLength(1);
    expect(run(`test${dot}skip('x', () => {}); // needs IPv6, which containers lack\n`)).toEqual([]);
  });

  test('that depend on a condition, and other things called only, are fine', () => {
    expect(run("test.skipIf(!chromium)('x', () => {});\nfc.only(1);\noptions.only('x');\n")).toEqual([]);
  });
});

describe('words of machines', () => {
  const slash = '/';
  const find = (file: string, text: string) => said(noWordsOfMachines(repository({ [file]: text })));

  test('home folders are found', () => {
    expect(find('a.ts', `// fine\nconst p = '${slash}home/ann/dsys';\n`)).toEqual(["a.ts:2: somebody's home folder"]);
    expect(find('a.md', `see ${slash}Users/ann/dsys\n`)).toHaveLength(1);
    expect(find('a.sh', `cd ${slash}root/dsys\n`)).toEqual(["a.sh:1: root's home folder"]);
  });

  test('the path of the checkout is found, wherever it is', () => {
    const root = folder({ 'a.md': 'x' });
    const files = { ...readRepository(root), files: ['b.md'], text: () => `see ${root}/a.md` };
    expect(said(noWordsOfMachines(files))).toEqual(['b.md:1: the path of this checkout']);
  });

  test('a fixed temporary path in code is found; in a text it is an example', () => {
    expect(find('a.ts', `open('${slash}tmp/log');\n`)).toEqual(['a.ts:1: a fixed temporary path']);
    expect(find('a.md', `dsys wal inspect ${slash}tmp/log\n`)).toEqual([]);
  });

  test('the host of a registry in the lockfile is found; a link in a text is fine', () => {
    expect(find('pnpm-lock.yaml', 'tarball: https://registry.example.com/x.tgz\n')).toEqual([
      'pnpm-lock.yaml:1: the host of a registry',
    ]);
    expect(find('a.md', 'https://www.npmjs.com/package/@dsys/hash and /homepage/ and examples/root/x\n')).toEqual([]);
  });
});
