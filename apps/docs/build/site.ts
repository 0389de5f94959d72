/**
 * Builds the whole site into `.vitepress/dist`: the reference, then the pages.
 *
 *     tsx build/site.ts
 */
import { fileURLToPath } from 'node:url';
import { build } from 'vitepress';
import { generate } from './reference.js';

const status = await generate();
if (status === 0) {
  const began = Date.now();
  process.stdout.write('• Building the pages …\n');
  await build(fileURLToPath(new URL('..', import.meta.url)));
  process.stdout.write(`  done in ${((Date.now() - began) / 1000).toFixed(1)} s: apps/docs/.vitepress/dist\n`);
}
process.exitCode = status;
