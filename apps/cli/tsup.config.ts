import { defineConfig } from 'tsup';

/**
 * The command (`cli`, with its `#!` line) and its in-process seam (`index`). Each family of commands is a chunk that
 * only its own calls load.
 */
export default defineConfig({
  entry: { cli: 'src/cli.ts', index: 'src/index.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  splitting: true,
  clean: true,
  dts: false,
  silent: true,
});
