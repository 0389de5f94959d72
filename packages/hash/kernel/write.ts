/** `pnpm kernel`: compiles `assembly/batch.ts` into `src/batch/kernel.bytes.ts`. */
import { writeFileSync } from 'node:fs';
import { compileKernel, kernelFile } from './compile.js';

const binary = compileKernel();
writeFileSync(new URL('../src/batch/kernel.bytes.ts', import.meta.url), kernelFile(binary));
console.log(`src/batch/kernel.bytes.ts: ${binary.length} bytes of WebAssembly`);
