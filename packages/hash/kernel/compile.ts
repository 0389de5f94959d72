import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OPTIONS = [
  ['--optimizeLevel', '3'],
  ['--shrinkLevel', '0'],
  ['--runtime', 'stub'], // no allocator, no collector: nothing is allocated
  ['--initialMemory', '2'],
  ['--maximumMemory', '2'], // never grows, so that views of it stay valid
  ['--noAssert'],
].flat();

/**
 * The module that `assembly/xxh64.ts` is: the same bytes wherever the same compiler runs. The compiler is a program of its
 * own here, since its types declare AssemblyScript's globals over TypeScript's.
 */
export function compileKernel(): Buffer {
  const asc = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
  const folder = mkdtempSync(join(tmpdir(), 'dsys-kernel-'));
  try {
    const out = join(folder, 'xxh64.wasm');
    execFileSync(process.execPath, [asc, 'assembly/xxh64.ts', ...OPTIONS, '--outFile', out], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `src/kernel.bytes.ts`, which holds the module. */
export function kernelFile(binary: Buffer): string {
  const lines = binary.toString('base64').match(/.{1,110}/g)!;
  return `/** What \`kernel/assembly/xxh64.ts\` compiles to, in base64. Written by \`pnpm kernel\`; a test compiles it again. */
export const KERNEL: string =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
}
