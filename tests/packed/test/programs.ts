/** The small programs that a project runs, as text; each prints one line of JSON. */

/** What every entry point exports, by `import`. An export that is `undefined` was never filled in. */
export function importAll(specifiers: readonly string[]): string {
  return `const found = {};
for (const name of ${JSON.stringify(specifiers)}) found[name] = touch(await import(name));
console.log(JSON.stringify(found));
${TOUCH}`;
}

/** The same by \`require\`, which Node has for ES modules from 20.19. */
export function requireAll(specifiers: readonly string[]): string {
  return `const found = {};
for (const name of ${JSON.stringify(specifiers)}) found[name] = touch(require(name));
console.log(JSON.stringify(found));
${TOUCH}`;
}

/** Touching reads each export and, of a class, its prototype: enough to run every initialiser that hangs on it. */
const TOUCH = `function touch(namespace) {
  const found = {};
  for (const name of Object.keys(namespace).sort()) {
    if (name === 'module.exports' || name === '__esModule') continue;
    const value = namespace[name];
    if (typeof value === 'function' && value.prototype) Object.getOwnPropertyNames(value.prototype);
    found[name] = typeof value;
  }
  return found;
}
`;

/** What esbuild is given for a browser: every export of one entry point, handed to a global. */
export function bundleEntry(specifier: string): string {
  return `import * as namespace from ${JSON.stringify(specifier)};\nglobalThis.found = touch(namespace);\n${TOUCH}`;
}

/**
 * Runs a bundle in a realm that has what browsers have and lacks what only Node has. (A fresh vm context would have
 * arrays of its own, which is another difference than the one we are after.)
 */
export const BROWSER = `import { readFileSync } from 'node:fs';
const code = readFileSync(process.argv[2], 'utf8');
const print = process.stdout.write.bind(process.stdout);
for (const name of ['process', 'Buffer', 'global', 'setImmediate', 'clearImmediate', 'require', 'module', 'exports', '__filename', '__dirname']) {
  delete globalThis[name];
  if (name in globalThis) throw new Error(name + ' is still there');
}
(0, eval)(code);
print(JSON.stringify(globalThis.found));
`;
