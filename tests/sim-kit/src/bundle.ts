/** A system and the engine as one file that Node and its workers can load. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { BadInput } from './bad-input.js';
import type { Engine } from './engine.js';
import type { Place } from './systems.js';

/** A bundle that has been loaded. */
export interface Bundle {
  readonly engine: Engine;
  /** Its file, for workers. */
  readonly url: URL;
  /** Removes the file. */
  [Symbol.dispose](): void;
}

/** Bundles and loads, with plugins that may change what is read. Throws `BadInput` for a file that can't be read as what it should be. */
export async function bundle(root: string, { file, name }: Place, plugins: Plugin[] = []): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'dsys-sim-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const outfile = join(folder, `${name}.mjs`);
  const here = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
  try {
    await build({
      stdin: {
        contents: `import * as exported from ${JSON.stringify(join(root, file))};
import { engineOf } from ${here('worker.ts')};
export const engine = engineOf(exported);
`,
        resolveDir: root,
        loader: 'ts',
      },
      bundle: true,
      outfile,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['@dsys/source'],
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins,
    });
    const url = pathToFileURL(outfile);
    const { engine } = (await import(url.href)) as { engine: Engine };
    return { engine, url, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw new BadInput(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
