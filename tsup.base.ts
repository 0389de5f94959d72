import { defineConfig } from 'tsup';

/**
 * How every library here is built: ESM for any runtime, one file per public entry point, no minifying
 * (people read what they debug). Declarations come from `tsc`, which runs next to this in the `build` script.
 */
export function library(entry: Record<string, string>): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    splitting: true,
    clean: true,
    dts: false,
    silent: true,
  });
}
