/** `pnpm kernel`: compiles `assembly/xxh64.ts` into `src/kernel.bytes.ts`. */
import { writeFileSync } from 'node:fs';
import { compileKernel, kernelFile } from './compile.js';

const binary = compileKernel();
writeFileSync(new URL('../src/kernel.bytes.ts', import.meta.url), kernelFile(binary));
console.log(`src/kernel.bytes.ts: ${binary.length} bytes of WebAssembly`);
