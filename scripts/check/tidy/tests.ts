/** No test that runs alone, and none that is left out without saying why. */
import ts from 'typescript';
import type { Finding } from '../check.js';
import { placeOf, type Repository } from '../workspace.js';

const STARTERS = new Set(['test', 'it', 'describe', 'suite', 'bench']);

export function testsAllRun(repository: Repository): Finding[] {
  const findings: Finding[] = [];
  for (const file of repository.files) {
    if (!/(^|\/)tests?\//.test(file) || !/\.[cm]?[jt]sx?$/.test(file)) continue;
    const source = repository.source(file);
    for (const { verb, position, line } of modifiedTests(source)) {
      const at = placeOf(source, position);
      if (verb === 'only') {
        findings.push({ at, what: '.only leaves every other test of the file out', todo: 'remove it' });
      } else if (!line.includes('//')) {
        findings.push({
          at,
          what: `.${verb} without a reason`,
          todo: 'run it, remove it, or give the reason in a comment on this line',
        });
      }
    }
  }
  return findings;
}

interface Modified {
  readonly verb: 'only' | 'skip' | 'todo';
  readonly position: number;
  readonly line: string;
}

/** `test.only(…)`, `describe.concurrent.skip(…)`, `it.todo(…)`; a condition (`skipIf`) is its own reason. */
export function modifiedTests(source: ts.SourceFile): Modified[] {
  const lines = source.text.split('\n');
  const found: Modified[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && STARTERS.has(rootName(node))) {
      const verb = node.name.text;
      if (verb === 'only' || verb === 'skip' || verb === 'todo') {
        const position = node.name.getStart(source);
        const { line } = source.getLineAndCharacterOfPosition(position);
        found.push({ verb, position, line: lines[line]! });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function rootName(node: ts.Expression): string {
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return rootName(node.expression);
  return ts.isIdentifier(node) ? node.text : '';
}
