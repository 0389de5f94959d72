/** The shape of a library's sources: names for everything, a welcome page per entry, nothing awaited while loading. */
import { posix } from 'node:path';
import ts from 'typescript';
import type { Finding } from '../check.js';
import { placeOf, type Repository } from '../workspace.js';

const VAGUE = new Set(['utils', 'util', 'types', 'helpers', 'helper', 'common', 'misc']);

export function sourcesHaveShape(repository: Repository): Finding[] {
  const findings: Finding[] = [];
  for (const member of repository.members) {
    if (member.kind !== 'library') continue;
    for (const file of repository.files) {
      if (!file.startsWith(`${member.folder}/src/`) || !/\.[cm]?ts$/.test(file)) continue;
      const source = repository.source(file);
      const base = posix.basename(file).replace(/\.[cm]?ts$/, '');
      if (VAGUE.has(base)) {
        findings.push({
          at: file,
          what: `is called ${base}`,
          todo: 'put each thing next to what it serves, and name the file after its idea',
        });
      }
      for (const statement of source.statements) {
        const at = placeOf(source, statement.getStart(source));
        if (isDefaultExport(statement)) {
          findings.push({
            at,
            what: 'has a default export',
            todo: 'give it a name: one thing, one word, in code and docs',
          });
        }
        if (base === 'index' && !isExportOrImport(statement)) {
          findings.push({
            at,
            what: 'an index.ts holds code',
            todo: 'move it to a file of its own; index.ts is the welcome comment and the exports',
          });
        }
      }
      for (const position of topLevelAwaits(source)) {
        const todo = 'move it into a function: with a top-level await, require() of the package throws';
        findings.push({ at: placeOf(source, position), what: 'awaits while the module loads', todo });
      }
    }
  }
  return findings;
}

function isDefaultExport(node: ts.Statement): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportDeclaration(node) && node.exportClause && ts.isNamedExports(node.exportClause)) {
    return node.exportClause.elements.some((element) => element.name.text === 'default');
  }
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

function isExportOrImport(node: ts.Statement): boolean {
  return ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && !ts.isExportAssignment(node));
}

export function topLevelAwaits(source: ts.SourceFile): number[] {
  const found: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return;
    const awaits = ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
    const using =
      ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing;
    if (awaits || using) found.push(node.getStart(source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
