/**
 * Determinism: a library's code reads no clock, sets no timer and draws no random number, except in the places that
 * `arrows.ts` names. Names are looked up in the syntax tree: a property `clock.setTimeout`, a type `Date` or a
 * parameter called `performance` is fine; the global is not.
 */
import ts from 'typescript';
import { isWorldly } from '../arrows.js';
import type { Finding } from '../check.js';
import { placeOf, type Repository } from '../workspace.js';

const HAND_IT_IN = 'take it as an argument or an option; drivers own the clock, the timers and the randomness';

/** Global → why it is not allowed. */
const GLOBALS: Readonly<Record<string, string>> = {
  Date: 'reads the clock',
  performance: 'reads the clock',
  setTimeout: 'sets a timer',
  setInterval: 'sets a timer',
  setImmediate: 'sets a timer',
  requestAnimationFrame: 'sets a timer',
  requestIdleCallback: 'sets a timer',
  crypto: 'draws random numbers',
  getRandomValues: 'draws random numbers',
  process: 'reads the process',
  fetch: 'uses the network',
  WeakRef: 'lets the garbage collector decide',
  FinalizationRegistry: 'lets the garbage collector decide',
};

export function noClockTimerOrRandom(repository: Repository): Finding[] {
  const findings: Finding[] = [];
  for (const member of repository.members) {
    if (member.kind !== 'library') continue;
    const prefix = `${member.folder}/src/`;
    for (const file of repository.files) {
      if (!file.startsWith(prefix) || !/\.[cm]?ts$/.test(file) || isWorldly(file.slice(prefix.length))) continue;
      const source = repository.source(file);
      for (const { name, why, position } of worldlyNames(source)) {
        findings.push({ at: placeOf(source, position), what: `${name} ${why}`, todo: HAND_IT_IN });
      }
    }
  }
  return findings;
}

interface Use {
  readonly name: string;
  readonly why: string;
  readonly position: number;
}

/** Uses of the globals as values. A name that the file itself declares anywhere is taken for that declaration. */
export function worldlyNames(source: ts.SourceFile): Use[] {
  const own = declaredNames(source);
  const found: Use[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    const member = memberAccess(node);
    if (member !== undefined && !own.has(member.object)) {
      const { object, property } = member;
      if (object === 'Math' && property === 'random') {
        found.push({ name: 'Math.random', why: 'draws random numbers', position: node.getStart(source) });
        return;
      }
      if (object === 'globalThis' && GLOBALS[property] !== undefined) {
        found.push({ name: property, why: GLOBALS[property], position: node.getStart(source) });
        return;
      }
    }
    if (ts.isIdentifier(node) && GLOBALS[node.text] !== undefined && !own.has(node.text) && isValue(node)) {
      found.push({ name: node.text, why: GLOBALS[node.text]!, position: node.getStart(source) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `a.b` and `a['b']`. */
function memberAccess(node: ts.Node): { object: string; property: string } | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    return { object: node.expression.text, property: node.name.text };
  }
  if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const key = node.argumentExpression;
    if (ts.isStringLiteralLike(key)) return { object: node.expression.text, property: key.text };
  }
  return undefined;
}

/** Whether the name stands for the global itself. `x instanceof Date` asks what x is, and reads no clock. */
function isValue(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return false;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent)) return false;
  const isLabel = ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent);
  if (isLabel && parent.name === node) return false;
  const isMember = ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent) || ts.isEnumMember(parent);
  const isAccessor = ts.isGetAccessorDeclaration(parent) || ts.isSetAccessorDeclaration(parent);
  return !((isMember || isAccessor) && parent.name === node);
}

function declaredNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node);
    if (declares && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}
