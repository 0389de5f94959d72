/**
 * The bug museum. A mutant is a known fault, put back into a package's own sources at test time: a piece of text and its
 * replacement. Its package's tests must notice; a mutant that survives says that a test is missing.
 *
 *     museum(import.meta.url, [{ id: 'R20', sentence, file: 'src/file/log.ts', find, replace, killedBy: ['test/a.test.ts'] }]);
 */
export { type Mutant, museum } from './museum.js';
export { type Exhibited, type Verdict, visit } from './visit.js';
