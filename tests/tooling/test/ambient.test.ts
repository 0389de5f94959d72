/**
 * `ambient/universal.d.ts` says less than Node and browsers have, and nothing else than they have: whatever compiles
 * against it compiles against theirs. Each declaration is put beside theirs in a program that TypeScript checks.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../scripts/check/program.js';
import { folder } from './fixture.js';

const text = readFileSync(join(ROOT, 'ambient/universal.d.ts'), 'utf8');

/** The file's declarations in a namespace `Ours`, and the names of its values and of its interfaces. */
function inNamespace(source: string): { code: string; values: string[]; types: string[] } {
  const file = ts.createSourceFile('universal.d.ts', source, ts.ScriptTarget.Latest, true);
  const values: string[] = [];
  const types: string[] = [];
  const lines: string[] = [];
  const take = (statements: readonly ts.Statement[]): void => {
    for (const statement of statements) {
      if (ts.isVariableStatement(statement)) {
        for (const { name } of statement.declarationList.declarations) values.push(name.getText(file));
      } else if (ts.isFunctionDeclaration(statement)) values.push(statement.name!.text);
      else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
        types.push(statement.name.text);
      else if (ts.isModuleDeclaration(statement)) values.push(statement.name.text);
      else throw new Error(`a declaration of a kind that this test does not know: ${statement.getText(file)}`);
      lines.push(statement.getText(file).replace(/^(?:declare )?/, 'export '));
    }
  };
  take(file.statements);
  return { code: `declare namespace Ours {\n${lines.join('\n')}\n}`, values, types };
}

/** What TypeScript says when each value of theirs is used where ours is asked for. */
function complaints(source: string, surroundings: { lib: string[]; types: string[] }): string[] {
  const { code, values, types } = inNamespace(source);
  const uses = values.map((name) => `export const value_${name}: typeof Ours.${name} = globalThis.${name};`);
  const objects = types
    .filter((name) => !LIBRARY_TYPES.has(name) && !name.endsWith('Constructor'))
    .map(
      (name) =>
        `export const type_${name} = (theirs: ${generic(source, name)}): Ours.${generic(source, name)} => theirs;`,
    );
  const root = folder({});
  const file = join(root, 'program.ts');
  mkdirSync(root, { recursive: true });
  writeFileSync(file, [code, ...uses, ...objects].join('\n'));
  const options: ts.CompilerOptions = {
    ...surroundings,
    typeRoots: [join(ROOT, 'node_modules/@types')],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const program = ts.createProgram([file], options, hostWithMemory(options));
  return ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'));
}

const parsed = new Map<string, ts.SourceFile>();

/** The libraries and Node's types are read once for all programs. */
function hostWithMemory(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (file, ...more) => {
    if (!file.includes('node_modules')) return read(file, ...more);
    let source = parsed.get(file);
    if (source === undefined) {
      source = read(file, ...more);
      if (source !== undefined) parsed.set(file, source);
    }
    return source;
  };
  return host;
}

/** Interfaces of ECMAScript's own library that ours adds to. */
const LIBRARY_TYPES = new Set(['SymbolConstructor']);

/** An interface with type parameters is compared with each of them `any`. */
function generic(source: string, name: string): string {
  const parameters = new RegExp(`(?:interface|type) ${name}<([^>]*)>`).exec(source)?.[1];
  return parameters === undefined
    ? name
    : `${name}<${parameters
        .split(',')
        .map(() => 'any')
        .join(', ')}>`;
}

const NODE = { lib: ['lib.es2023.d.ts'], types: ['node'] };
const BROWSER = { lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'], types: [] };

describe('ambient/universal.d.ts', () => {
  test("agrees with Node's own types", () => {
    expect(complaints(text, NODE)).toEqual([]);
  });

  test("agrees with the DOM's own types", () => {
    expect(complaints(text, BROWSER)).toEqual([]);
  });

  test('holds something to agree on', () => {
    expect(inNamespace(text).values).toContain('TextEncoder');
  });
});

describe('this test', () => {
  test('notices what only one of them has', () => {
    expect(complaints('declare function setImmediate(f: () => void): unknown;', NODE)).toEqual([]);
    expect(complaints('declare function setImmediate(f: () => void): unknown;', BROWSER)).not.toEqual([]);
    expect(complaints('declare var document: { title: string };', BROWSER)).toEqual([]);
    expect(complaints('declare var document: { title: string };', NODE)).not.toEqual([]);
  });

  test.each([
    [
      'a member that theirs lacks',
      'interface TextEncoder { encodeAll(): void }\ndeclare var TextEncoder: { new (): TextEncoder };',
    ],
    [
      'an argument that theirs refuses',
      'interface TextDecoder { decode(input: string): string }\ndeclare var TextDecoder: { new (): TextDecoder };',
    ],
    ['another result', 'declare function structuredClone(value: object): number;'],
    ['an argument that theirs needs', 'declare function queueMicrotask(): void;'],
  ])('notices %s', (_, source) => {
    expect(complaints(source, NODE)).not.toEqual([]);
    expect(complaints(source, BROWSER)).not.toEqual([]);
  });
});
