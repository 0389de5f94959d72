import { describe, expect, test } from 'vitest';
import { api, differences } from '../../../scripts/check/api/api.js';
import { apiReports } from '../../../scripts/check/api/report.js';
import { readMembers } from '../../../scripts/check/workspace.js';
import { type Files, folder, library, said } from './fixture.js';

/** The report of a package with this `dist/index.d.ts`, without what stands above the first signature. */
function reported(declarations: string, more: Files = {}): string {
  const root = folder(library('hash', { 'dist/index.d.ts': declarations, ...more }));
  const report = apiReports(readMembers(root)).get('packages/hash')!;
  return report.slice(report.indexOf('## '));
}

function block(...lines: string[]): string {
  return ['## `@dsys/hash`', '', '```ts', ...lines, '```', ''].join('\n');
}

describe('a report', () => {
  test('lists exports by name, with full signatures and without comments', () => {
    const declarations = `
/** Second. */
export declare function second(a: string, b?: number): Map<string, number>;
export declare const first: readonly string[];
export type Third = 'a' | 'b';
`;
    expect(reported(declarations)).toBe(
      block(
        "type Third = 'a' | 'b';",
        '',
        'const first: readonly string[];',
        '',
        'function second(a: string, b?: number): Map<string, number>;',
      ),
    );
  });

  test('follows exports to the file that declares them, renamed ones and namespaces too', () => {
    const more = {
      'dist/one.d.ts': 'export declare const one: 1;\nexport declare function f(): void;\n',
      'dist/two.d.ts': 'export declare const inner: 2;\n',
    };
    expect(reported("export { one as uno } from './one.js';\nexport * as two from './two.js';\n", more)).toBe(
      block('namespace two {', '    const inner: 2;', '}', '', 'const one: 1;', '', 'export { one as uno };'),
    );
  });

  test('shows every overload, and of a class what is public', () => {
    const declarations = `
export declare function f(a: string): string;
export declare function f(a: number): number;
export declare class Ring<N> { #private; private secret; private constructor(); protected guarded: N; readonly size: number; static from(): Ring<string>; }
`;
    const text = reported(declarations);
    expect(text).toContain(
      'class Ring<N> {\n    protected guarded: N;\n    readonly size: number;\n    static from(): Ring<string>;\n}',
    );
    expect(text).toContain('function f(a: string): string;\n\nfunction f(a: number): number;');
  });

  test('names the package that another export comes from', () => {
    const more = {
      'node_modules/@dsys/codec/package.json': {
        name: '@dsys/codec',
        type: 'module',
        exports: { '.': { types: './index.d.ts' } },
      },
      'node_modules/@dsys/codec/index.d.ts': 'export declare class DecodeError extends Error {}\n',
    };
    expect(reported("export { DecodeError } from '@dsys/codec';\n", more)).toBe(
      block("export { DecodeError } from '@dsys/codec';"),
    );
  });

  test('lists what is mentioned and exported nowhere, since it is part of the API all the same', () => {
    const declarations = `
interface Hidden { deeper: Deeper }
type Deeper = { x: number };
interface Unmentioned { y: number }
export declare function f(a: Hidden): void;
export {};
`;
    const text = reported(declarations);
    expect(text).toContain('## Mentioned above, exported by no entry point');
    expect(text).toContain('interface Hidden {\n    deeper: Deeper;\n}');
    expect(text).toContain('type Deeper = {');
    expect(text).not.toContain('Unmentioned');
  });
});

describe('the check', () => {
  const declarations = { 'dist/index.d.ts': 'export declare const one: 1;\n' };

  test('passes when api.md says what is exported', async () => {
    const report = apiReports(readMembers(folder(library('hash', declarations)))).get('packages/hash')!;
    expect(await api.run(folder(library('hash', { ...declarations, 'api.md': report })), () => {})).toEqual([]);
  });

  test('finds a report that is missing or out of date, and shows the difference', async () => {
    expect(said(await api.run(folder(library('hash', declarations)), () => {}))).toEqual([
      'packages/hash/api.md: is not there',
    ]);
    const report = apiReports(readMembers(folder(library('hash', declarations)))).get('packages/hash')!;
    const stale = { ...declarations, 'api.md': report.replace('one: 1', 'one: 2') };
    const [finding] = await api.run(folder(library('hash', stale)), () => {});
    expect(finding!.what).toBe('is not what the package exports:\n      - const one: 2;\n      + const one: 1;');
    expect(finding!.todo).toContain('npm run fix');
  });

  test('finds an entry point whose declarations the build did not write', async () => {
    const findings = said(await api.run(folder(library('hash', { 'api.md': '' })), () => {}));
    expect(findings).toContain('packages/hash/package.json: @dsys/hash has no declarations in dist');
  });

  test('says so when only the order differs', () => {
    expect(differences('a\nb\n', 'b\na\n')).toBe('      the same lines in another order');
    expect(differences('a\n', 'a\n')).toBe('');
  });
});
