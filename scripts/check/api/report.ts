/**
 * The API of a package on one page: every export of every entry point with its full signature and without comments,
 * read from the built declarations. It is committed as `api.md`, so that a review sees what changes for users.
 *
 * What a signature mentions and no entry point exports is listed too: changing it changes the API all the same.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import ts from 'typescript';
import type { Member } from '../workspace.js';

const HEADER = `Written by \`npm run fix\` from the built declarations and held by \`npm run check -- api\`.
What changes here changes for users: it wants a changeset.`;

/** Folder of the package → its report. One program for all of them, so that the standard library is read once. */
export function apiReports(members: readonly Member[]): Map<string, string> {
  const rootNames = members.flatMap((member) => entryPoints(member).map((entry) => entry.file));
  const program = ts.createProgram(rootNames, {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    strict: true,
    noEmit: true,
  });
  return new Map(members.map((member) => [member.folder, reportOf(member, program)]));
}

interface EntryPoint {
  readonly specifier: string;
  readonly file: string;
}

/** The entry points whose declarations exist; `missingDeclarations` tells of the others. */
function entryPoints(member: Member): EntryPoint[] {
  return declaredEntryPoints(member).filter(({ file }) => existsSync(file));
}

export function missingDeclarations(member: Member): string[] {
  return declaredEntryPoints(member)
    .filter(({ file }) => !existsSync(file))
    .map(({ specifier }) => specifier);
}

function declaredEntryPoints({ manifest, path }: Member): EntryPoint[] {
  return Object.entries(manifest.exports ?? {})
    .filter(([, conditions]) => conditions['types'] !== undefined)
    .map(([subpath, conditions]) => ({
      specifier: manifest.name + subpath.slice(1),
      file: join(path, conditions['types']!),
    }));
}

function reportOf(member: Member, program: ts.Program): string {
  const checker = program.getTypeChecker();
  const pages: string[] = [];
  const exported = new Set<ts.Symbol>();
  const shown: ts.Declaration[] = [];
  for (const { specifier, file } of entryPoints(member)) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!);
    const lines: string[] = [];
    for (const symbol of module === undefined ? [] : sorted(checker.getExportsOfModule(module))) {
      lines.push(...print(symbol, member, checker, exported, shown));
    }
    pages.push(`## \`${specifier}\`\n\n${fence(lines)}`);
  }
  const hidden = reached(shown, exported, member, checker);
  if (hidden.size > 0) {
    const lines = [...hidden]
      .sort((a, b) => compare(a.name, b.name))
      .flatMap((s) => declarationsOf(s).map(printDeclaration));
    pages.push(`## Mentioned above, exported by no entry point\n\n${fence(lines)}`);
  }
  return `# The API of ${member.manifest.name}\n\n${HEADER}\n\n${pages.join('\n\n')}\n`;
}

function fence(lines: readonly string[]): string {
  return lines.length === 0 ? 'Nothing.' : `\`\`\`ts\n${lines.join('\n\n')}\n\`\`\``;
}

/** One export: what it declares, or where it comes from when another package declares it. */
function print(
  symbol: ts.Symbol,
  member: Member,
  checker: ts.TypeChecker,
  exported: Set<ts.Symbol>,
  shown: ts.Declaration[],
): string[] {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declarations = declarationsOf(target);
  const [first] = declarations;
  if (first === undefined) return [`export { ${symbol.name} }; // cannot be resolved`];
  const owner = packageOf(first.getSourceFile().fileName);
  if (owner !== member.manifest.name) return [`export { ${renamed(target.name, symbol.name)} } from '${owner}';`];
  exported.add(target);
  if (ts.isSourceFile(first)) {
    const inner = sorted(checker.getExportsOfModule(target)).flatMap((s) => print(s, member, checker, exported, shown));
    return [`namespace ${symbol.name} {\n${inner.join('\n\n').replace(/^(?=.)/gm, '    ')}\n}`];
  }
  shown.push(...declarations);
  const lines = declarations.map(printDeclaration);
  if (target.name !== symbol.name) lines.push(`export { ${renamed(target.name, symbol.name)} };`);
  return lines;
}

function renamed(from: string, to: string): string {
  return from === to ? from : `${from} as ${to}`;
}

function declarationsOf(symbol: ts.Symbol): ts.Declaration[] {
  return symbol.declarations ?? [];
}

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

function printDeclaration(declaration: ts.Declaration): string {
  const source = declaration.getSourceFile();
  let node: ts.Node = declaration;
  if (ts.isVariableDeclaration(declaration)) {
    const list = ts.factory.createVariableDeclarationList([declaration], declaration.parent.flags);
    node = ts.factory.createVariableStatement(undefined, list);
  } else if (ts.isClassDeclaration(declaration)) {
    node = ts.factory.updateClassDeclaration(
      declaration,
      declaration.modifiers,
      declaration.name,
      declaration.typeParameters,
      declaration.heritageClauses,
      declaration.members.filter(isPublic),
    );
  }
  const text = printer.printNode(ts.EmitHint.Unspecified, node, source);
  return text.replace(/^(?:(?:export|declare|default) )+/, '');
}

function isPublic(member: ts.ClassElement): boolean {
  if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) return false;
  return !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private);
}

/** Everything at the top level of this package's modules that the shown declarations lead to and nobody exports. */
function reached(
  shown: readonly ts.Declaration[],
  exported: ReadonlySet<ts.Symbol>,
  member: Member,
  checker: ts.TypeChecker,
): Set<ts.Symbol> {
  const hidden = new Set<ts.Symbol>();
  const queue: ts.Node[] = [...shown];
  const visit = (node: ts.Node): void => {
    if (ts.isClassElement(node) && !isPublic(node)) return;
    if (ts.isIdentifier(node)) {
      let symbol = checker.getSymbolAtLocation(node);
      if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
      if (symbol && !exported.has(symbol) && !hidden.has(symbol)) {
        const declarations = declarationsOf(symbol).filter(isTopLevel);
        if (declarations.some((d) => packageOf(d.getSourceFile().fileName) === member.manifest.name)) {
          hidden.add(symbol);
          queue.push(...declarations);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) visit(node);
  return hidden;
}

function isTopLevel(declaration: ts.Declaration): boolean {
  if (ts.isVariableDeclaration(declaration)) return ts.isSourceFile(declaration.parent.parent.parent);
  const isNamed = ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration);
  const isCode =
    ts.isClassDeclaration(declaration) || ts.isFunctionDeclaration(declaration) || ts.isEnumDeclaration(declaration);
  return (isNamed || isCode) && ts.isSourceFile(declaration.parent);
}

const owners = new Map<string, string>();

/** Name of the package that a file belongs to. */
function packageOf(file: string): string {
  const folder = dirname(file);
  let name = owners.get(folder);
  if (name === undefined) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) name = (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name ?? folder;
    else name = folder === dirname(folder) || !folder.includes(sep) ? folder : packageOf(folder);
    owners.set(folder, name);
  }
  return name;
}

function sorted(symbols: readonly ts.Symbol[]): ts.Symbol[] {
  return [...symbols].sort((a, b) => compare(a.name, b.name));
}

/** By code unit: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
