import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileKernel, kernelFile } from '../../kernel/compile.js';

test('the embedded WebAssembly is what its source compiles to', () => {
  const committed = readFileSync(new URL('../../src/batch/kernel.bytes.ts', import.meta.url), 'utf8');
  expect(kernelFile(compileKernel()), 'run `pnpm kernel` in packages/hash').toBe(committed);
});
