/** What each file imports, read from its syntax tree, against the arrows, the manifest and the places of the world. */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { ARROWS, isWorldly, isWorldlySpecifier, SCOPE } from '../arrows.js';
import type { Finding } from '../check.js';
import { type Member, placeOf, type Repository, runtimeDependencies } from '../workspace.js';

export interface Import {
  readonly specifier: string;
  readonly position: number;
}

/** Static, re-exporting, dynamic and type-only imports, `require` and `import('…')` types alike. */
export function importsOf(source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push({ specifier: node.text, position: node.getStart(source) });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isCallExpression(node) && node.arguments[0]) {
      const callee = node.expression;
      const isRequire = ts.isIdentifier(callee) && callee.text === 'require';
      if (callee.kind === ts.SyntaxKind.ImportKeyword || isRequire) add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const BUILTINS = new Set(builtinModules);

/** Every import of every TypeScript file of a workspace. */
export function arrowsInImports(repository: Repository): Finding[] {
  const findings: Finding[] = [];
  for (const member of repository.members) {
    const prefix = `${member.folder}/`;
    for (const file of repository.files) {
      if (!file.startsWith(prefix) || !/\.[cm]?tsx?$/.test(file)) continue;
      const source = repository.source(file);
      const inSrc = member.kind === 'library' && file.startsWith(`${prefix}src/`);
      for (const one of importsOf(source)) {
        const at = placeOf(source, one.position);
        for (const [what, todo] of [
          ...spelling(one.specifier),
          ...staysInside(one.specifier, file, member),
          ...(inSrc ? allowedInSource(one.specifier, file.slice(prefix.length + 4), member) : []),
        ]) {
          findings.push({ at, what, todo });
        }
      }
    }
  }
  return findings;
}

type Complaint = readonly [what: string, todo: string];

function* spelling(specifier: string): Generator<Complaint> {
  if (BUILTINS.has(specifier)) yield [`imports '${specifier}'`, `write 'node:${specifier}'`];
  if (!specifier.startsWith('.')) return;
  const path = specifier.replace(/[?#].*$/, '');
  if (/\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path)) {
    yield [`imports '${specifier}'`, `end it in '.js': that is the file's name once it is built`];
  } else if (posix.extname(path) === '' || path.endsWith('/')) {
    yield [`imports '${specifier}', which names no file`, `end it in '.js' (or '/index.js'): Node guesses nothing`];
  }
}

/** Relative paths end at the workspace's border; the shared settings in the root are the exception. */
function* staysInside(specifier: string, file: string, member: Member): Generator<Complaint> {
  if (!specifier.startsWith('.')) return;
  const target = posix.join(posix.dirname(file), specifier);
  if (target.startsWith(`${member.folder}/`)) return;
  if (/^[^/]+\.base\.js$/.test(target)) return;
  // What people copy may be what a package is tested on. By name it would be a cycle: examples depend on the packages.
  if (file.startsWith(`${member.folder}/test/`) && target.startsWith('examples/')) return;
  // The workspaces that test the tooling and the tarballs are about `scripts/`.
  if (member.kind === 'private' && target.startsWith('scripts/')) return;
  yield [
    `imports '${specifier}' from outside ${member.folder}`,
    "import another package by its name; copy vectors into the package's own test/vectors",
  ];
}

function* allowedInSource(specifier: string, fileInSrc: string, member: Member): Generator<Complaint> {
  const { manifest } = member;
  const worldly = isWorldly(fileInSrc);
  const self = manifest.name;
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(fileInSrc), specifier);
    if (target.startsWith('..'))
      yield [`imports '${specifier}' from outside src`, 'move it into src: only src and dist are published'];
    else if (!worldly && isWorldly(target) && posix.basename(fileInSrc) !== 'index.ts') {
      yield [
        `is pure, and imports '${specifier}', which touches the world`,
        'turn the arrow round: let the driver import this file and hand the effect in',
      ];
    }
    return;
  }
  if (specifier.startsWith('node:') || BUILTINS.has(specifier)) {
    if (!worldly) {
      yield [
        `imports '${specifier}'`,
        'keep Node out of the package: take bytes or an interface, and put what needs Node in a driver/ folder, in one of the named entry points (scripts/check/arrows.ts), or in an app',
      ];
    }
    return;
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (name === self) {
    yield [`imports itself as '${specifier}'`, 'import the file by its relative path'];
    return;
  }
  if (name.startsWith(SCOPE)) {
    const allowed = ARROWS[self.slice(SCOPE.length)] ?? [];
    if (!allowed.includes(name.slice(SCOPE.length))) {
      const todo = `use only ${allowed.join(', ') || 'no other package'}; or change scripts/check/arrows.ts with a decision record`;
      yield [`imports '${specifier}', which the arrows do not allow`, todo];
      return;
    }
    if (/\/testing(\/|$)/.test(specifier) && !fileInSrc.startsWith('testing')) {
      yield [`imports '${specifier}' in code that ships`, 'only tests and other /testing entry points use test kits'];
    }
    if (!worldly && isWorldlySpecifier(specifier)) {
      yield [
        `is pure, and imports '${specifier}'`,
        'move this file into a driver/ folder, or import the pure entry point',
      ];
    }
  }
  if (runtimeDependencies(manifest)[name] === undefined) {
    yield [
      `imports '${specifier}', which is not among its dependencies`,
      `add ${name} to the dependencies of ${member.folder}/package.json`,
    ];
  }
}
