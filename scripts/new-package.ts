/**
 * `npm run new -- NAME`: the dull steps of a new package.
 *
 *     npm run new -- bloom --description "Bloom filters that are fast and say how wrong they are."
 *
 * Writes packages/NAME, complete enough to build, type-check, test and pass `npm run check`, and enters it wherever
 * packages are listed. Exit code 2 on misuse; nothing is written then.
 */
import { parseArgs } from 'node:util';
import { ROOT } from './check/program.js';
import { newPackage } from './new-package/write.js';

const USAGE = 'npm run new -- NAME [--description "One sentence: what a user gets."]';

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { description: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(`${USAGE}\n\nWrites packages/NAME from the template and enters it wherever packages are listed.`);
    return 0;
  }
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const description = values.description ?? 'Say here in one sentence what a user gets.';
  const written = newPackage(ROOT, name, description);
  for (const file of written) console.log(`• ${file}`);
  console.log(`
What is left to you:
  1. packages/${name}/src: write it, one file an idea; index.ts stays the welcome page
  2. packages/${name}/test: names are sentences
  3. packages/${name}/README.md: fill in each heading or remove it; its programs are compiled and run
  4. scripts/check/arrows.ts: what it may import; its package.json: what it does
  5. .size-limit.js: its headline import, and what that may cost
  6. README.md, ARCHITECTURE.md, docs/glossary.md, apps/docs: its row, its place, its words, its guide
  7. npm test -- ${name} && npm run fix && npm run check
`);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
