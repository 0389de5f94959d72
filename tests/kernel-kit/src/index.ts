import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a kernel is. */
export interface KernelOptions {
  /** `import.meta.url` of the package's `kernel/kernel.ts`. */
  readonly url: string;
  /** Its source is `assembly/NAME.ts` beside that. */
  readonly name: string;
  /** 64 KiB each. */
  readonly memoryPages: number;
  /** The memory never grows, so that views of it stay valid. */
  readonly isFixed?: boolean;
  readonly simd?: boolean;
}

/** The kernel of one package. */
export class Kernel {
  private readonly options: KernelOptions;

  constructor(options: KernelOptions) {
    this.options = options;
  }

  /**
   * The module: the same bytes wherever the same compiler runs. The compiler is a program of its own here, since its types
   * declare AssemblyScript's globals over TypeScript's.
   */
  compile(): Buffer {
    const { url, name } = this.options;
    const asc = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
    const folder = mkdtempSync(join(tmpdir(), 'dsys-kernel-'));
    try {
      const out = join(folder, `${name}.wasm`);
      execFileSync(process.execPath, [asc, `assembly/${name}.ts`, ...this.flags(), '--outFile', out], {
        cwd: fileURLToPath(new URL('.', url)),
      });
      return readFileSync(out);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** `src/kernel.bytes.ts`, which holds the module. */
  file(binary: Buffer = this.compile()): string {
    const lines = binary.toString('base64').match(/.{1,110}/g)!;
    return `/** What \`kernel/assembly/${this.options.name}.ts\` compiles to, in base64. Written by \`pnpm kernel\`; a test compiles it again. */
export const KERNEL: string =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
  }

  /** Compiles it and writes the file. */
  write(): void {
    const binary = this.compile();
    writeFileSync(new URL('../src/kernel.bytes.ts', this.options.url), this.file(binary));
    console.log(`src/kernel.bytes.ts: ${binary.length} bytes of WebAssembly`);
  }

  private flags(): string[] {
    const { memoryPages, isFixed = false, simd = false } = this.options;
    return [
      ['--optimizeLevel', '3'],
      ['--shrinkLevel', '0'],
      ['--runtime', 'stub'], // no allocator, no collector: nothing is allocated
      ['--initialMemory', `${memoryPages}`],
      isFixed ? ['--maximumMemory', `${memoryPages}`] : [],
      simd ? ['--enable', 'simd'] : [],
      ['--noAssert'],
    ].flat();
  }
}
