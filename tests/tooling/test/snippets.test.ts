import { describe, expect, test } from 'vitest';
import { extract, promises } from '../../../scripts/check/snippets/extract.js';
import { brokenPromises, snippets } from '../../../scripts/check/snippets/snippets.js';
import { folder, said } from './fixture.js';

const fence = '```';

function page(...lines: string[]): string {
  return lines.join('\n');
}

describe('programs in a page', () => {
  test('are the fences in TypeScript and JavaScript, with the lines they stand on', () => {
    const text = page(
      '# Title',
      '',
      `${fence}ts`,
      'const a = 1;',
      'a;',
      fence,
      '',
      `${fence}sh`,
      'ls',
      fence,
      `${fence}js`,
      'b;',
      fence,
    );
    const { snippets: found } = extract('README.md', text);
    expect(found).toEqual([
      {
        file: 'README.md',
        line: 3,
        language: 'ts',
        run: true,
        lines: [
          { text: 'const a = 1;', line: 4 },
          { text: 'a;', line: 5 },
        ],
      },
      { file: 'README.md', line: 11, language: 'mjs', run: true, lines: [{ text: 'b;', line: 12 }] },
    ]);
  });

  test('go on in a continued fence', () => {
    const text = page(`${fence}ts`, 'const a = 1;', fence, 'and then', `${fence}ts continued`, 'a;', fence);
    const { snippets: found } = extract('README.md', text);
    expect(found).toHaveLength(1);
    expect(found[0]!.lines.map(({ line }) => line)).toEqual([2, 6]);
  });

  test('may be left out or only compiled, for a reason', () => {
    const text = page(
      `${fence}ts fragment: the middle of a class`,
      '}',
      fence,
      `${fence}ts compiled: needs a Redis`,
      'x;',
      fence,
    );
    const { snippets: found, misuses } = extract('README.md', text);
    expect(misuses).toEqual([]);
    expect(found.map(({ line, run }) => ({ line, run }))).toEqual([{ line: 4, run: false }]);
  });

  test.each([
    [`${fence}ts fragment`, 'is marked "fragment" and gives no reason'],
    [`${fence}ts compiled: no`, 'is marked "compiled" and gives no reason'],
    [`${fence}ts continued`, 'continues nothing: no snippet before it in the same language'],
  ])('%s is misuse', (opening, what) => {
    expect(extract('README.md', page('', opening, 'x;', fence)).misuses).toEqual([
      { file: 'README.md', line: 2, what },
    ]);
  });

  test('may be indented, in a list, longer-fenced, or hold fences of another kind', () => {
    const text = page(
      '- item',
      '',
      `  ${fence}ts`,
      '  a;',
      '    b;',
      `  ${fence}`,
      '',
      '````ts',
      `// ${fence}`,
      '````',
      '~~~ts',
      fence,
      '~~~',
    );
    const texts = extract('README.md', text).snippets.map((s) => s.lines.map((line) => line.text));
    expect(texts).toEqual([['a;', '  b;'], [`// ${fence}`], [fence]]);
  });

  test('promise what they print after an arrow', () => {
    const { snippets: found } = extract(
      'README.md',
      page(`${fence}ts`, 'console.log(1 + 1); // → 2', 'x; // → no', 'console.log(f("a")); // -> b', fence),
    );
    expect(promises(found[0]!)).toEqual([
      { text: '2', line: 2 },
      { text: 'b', line: 4 },
    ]);
  });

  test('keep a promise in order, other output aside', () => {
    const [snippet] = extract(
      'README.md',
      page(`${fence}ts`, 'console.log(a); // → 1', 'console.log(b); // → 2', fence),
    ).snippets;
    expect(brokenPromises(snippet!, '1\nother\n2\n')).toEqual([]);
    expect(said(brokenPromises(snippet!, '2\n1\n'))).toEqual(['README.md:3: promises "2", and it printed ""']);
    expect(said(brokenPromises(snippet!, '3\n'))).toEqual(['README.md:2: promises "1", and it printed "3"']);
  });
});

describe('the check', () => {
  const manifest = {
    name: '@dsys/hash',
    type: 'module',
    exports: { '.': { '@dsys/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' } },
  };
  const built = {
    'packages/hash/package.json': manifest,
    'packages/hash/dist/index.js': 'export const double = (x) => 2 * x;\n',
    'packages/hash/dist/index.d.ts': 'export declare const double: (x: number) => number;\n',
  };

  /** Several pages in one run: compiling is the slow part. */
  async function check(pages: Record<string, string>): Promise<string[]> {
    return said(await snippets.run(folder({ ...built, ...pages }), () => {}));
  }

  const head = [`${fence}ts`, "import { double } from '@dsys/hash';"];

  test('passes programs that compile, run and print what they say, each with names of its own', async () => {
    const first = [...head, 'const a = await Promise.resolve(double(2));', 'console.log(a); // → 4', fence];
    const second = [`${fence}ts`, 'const a = 1;', 'console.log(a); // → 1', fence];
    const cjs = [`${fence}cjs`, "const { double } = require('@dsys/hash');", 'console.log(double(4)); // → 8', fence];
    const js = [`${fence}js`, "import { double } from '@dsys/hash';", 'console.log(double(5)); // → 10', fence];
    expect(await check({ 'packages/hash/README.md': page('# Title', ...first, ...second, ...cjs, ...js) })).toEqual([]);
  });

  test('finds what does not, with the line of the page', async () => {
    const findings = await check({
      'packages/hash/README.md': page('# A type error', ...head, '', "double('2');", fence),
      'docs/export.md': page(
        '# An export that is not there',
        `${fence}ts`,
        "import { triple } from '@dsys/hash';",
        'triple(1);',
        fence,
      ),
      'docs/throws.md': page(...head, "if (double(1) === 2) throw new RangeError('no twos');", fence),
      'docs/promise.md': page(...head, 'console.log(double(2)); // → 5', fence),
      'docs/misuse.md': page(`${fence}ts fragment`, '}', fence),
      'README.md': page(`${fence}js`, "console.log('fine'); // → fine", fence),
    });
    expect(findings.sort()).toEqual([
      expect.stringMatching(/^docs\/export\.md:3: TS2305: .* has no exported member 'triple'/),
      'docs/misuse.md:1: is marked "fragment" and gives no reason',
      'docs/promise.md:3: promises "5", and it printed "4"',
      expect.stringMatching(/^docs\/throws\.md:1: throws:\s+RangeError: no twos/),
      "packages/hash/README.md:5: TS2345: Argument of type 'string' is not assignable to parameter of type 'number'.",
    ]);
  });

  test('asks a library for a program in its README', async () => {
    expect(await check({ 'packages/hash/README.md': 'Fine words.' })).toEqual([
      'packages/hash/README.md: shows no program',
    ]);
  });
});
