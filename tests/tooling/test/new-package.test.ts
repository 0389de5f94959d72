import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Ended, program, ROOT } from '../../../scripts/check/program.js';
import { extract } from '../../../scripts/check/snippets/extract.js';
import { tidy } from '../../../scripts/check/tidy/tidy.js';
import { newPackage } from '../../../scripts/new-package/write.js';
import { emptyFolder, said } from './fixture.js';

const DESCRIPTION = 'Counts what nobody else counts, one byte at a time.';

/** What a new package leans on, copied to a repository of its own. */
const SHARED = [
  '.gitignore',
  'LICENSE',
  'ambient',
  'biome.json',
  'package.json',
  'tsconfig.base.json',
  'tsup.base.ts',
  'vitest.base.ts',
  'typedoc.json',
  '.size-limit.js',
  'scripts/check/arrows.ts',
  'tests/packed/package.json',
];

function fresh(): { root: string; discard: () => void } {
  const { root, discard } = emptyFolder();
  for (const file of SHARED) cpSync(join(ROOT, file), join(root, file), { recursive: true });
  return { root, discard };
}

describe('a generated package', () => {
  let root: string;
  let written: string[];

  beforeAll(() => {
    const made = fresh();
    root = made.root;
    written = newPackage(root, 'novel', DESCRIPTION);
    return made.discard;
  });

  function inPackage(command: string, ...args: string[]): Promise<Ended> {
    return program(command, args, { cwd: join(root, 'packages/novel') });
  }

  test('builds', async () => {
    const code = await inPackage('tsup');
    expect(code.status, code.output).toBe(0);
    const types = await inPackage('tsc', '-p', 'tsconfig.build.json');
    expect(types.status, types.output).toBe(0);
    for (const file of ['index.js', 'index.js.map', 'index.d.ts', 'index.d.ts.map']) {
      expect(existsSync(join(root, 'packages/novel/dist', file)), file).toBe(true);
    }
  });

  test('passes its type checks', async () => {
    for (const project of ['tsconfig.json', 'tsconfig.test.json']) {
      const ended = await inPackage('tsc', '-p', project);
      expect(ended.status, ended.output).toBe(0);
    }
  });

  test('passes its own test, which fails when the code is wrong', async () => {
    const passes = await inPackage('vitest', 'run');
    expect(passes.status, passes.output).toBe(0);
    const code = join(root, 'packages/novel/src/first-idea.ts');
    const right = readFileSync(code, 'utf8');
    writeFileSync(code, right.replace('=== 0', '=== 1'));
    expect((await inPackage('vitest', 'run')).status).toBe(1);
    writeFileSync(code, right);
  });

  test('is formatted and linted', async () => {
    const ended = await program('biome', ['check', '--error-on-warnings', 'packages', 'scripts', '.size-limit.js'], {
      cwd: root,
    });
    expect(ended.status, ended.output).toBe(0);
  });

  test('is tidy, and waited for by the workspace that tries every tarball', async () => {
    const findings = said(await tidy.run(root, () => {}));
    // The check that runs here has our own table of arrows; the copy that has the new row is only a file to it.
    const ours = ['packages/novel/package.json: @dsys/novel is not in the table of arrows'];
    expect(findings.filter((finding) => finding.includes('novel'))).toEqual(ours);
  });

  test('explains every export to the reference', async () => {
    const ended = await program('typedoc', ['--options', 'typedoc.json', '--json', join(root, 'reference.json')], {
      cwd: root,
    });
    expect(ended.status, ended.output).toBe(0);
  });

  test('shows a program in its README', () => {
    const { snippets, misuses } = extract('README.md', readFileSync(join(root, 'packages/novel/README.md'), 'utf8'));
    expect(misuses).toEqual([]);
    expect(snippets.map((snippet) => snippet.run)).toEqual([true]);
  });

  test('is entered wherever packages are listed', () => {
    expect(written).toContain('scripts/check/arrows.ts');
    expect(readFileSync(join(root, 'scripts/check/arrows.ts'), 'utf8')).toMatch(/^ {2}novel: \[\],$/m);
    expect(readFileSync(join(root, '.size-limit.js'), 'utf8')).toContain("row('{ firstIdea }', '@dsys/novel', '1 kB')");
    expect(readFileSync(join(root, '.changeset/novel-arrives.md'), 'utf8')).toContain("'@dsys/novel': minor");
  });
});

describe('the generator', () => {
  test.each([['Novel'], ['no_vel'], ['../novel'], ['n'], ['']])('refuses the name %j and writes nothing', (name) => {
    const { root, discard } = fresh();
    expect(() => newPackage(root, name, DESCRIPTION)).toThrow(RangeError);
    expect(existsSync(join(root, 'packages'))).toBe(false);
    discard();
  });

  test('does not write over a package that is there', () => {
    const { root, discard } = fresh();
    newPackage(root, 'novel', DESCRIPTION);
    expect(() => newPackage(root, 'novel', DESCRIPTION)).toThrow('packages/novel is there already');
    discard();
  });

  test('leaves the row of a package that was foreseen', () => {
    const { root, discard } = fresh();
    const before = readFileSync(join(root, 'scripts/check/arrows.ts'), 'utf8');
    newPackage(root, 'bloom', DESCRIPTION);
    expect(readFileSync(join(root, 'scripts/check/arrows.ts'), 'utf8')).toBe(before);
    discard();
  });
});
