import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * How every workspace tests: sources through the `@dsys/source` condition (no build needed), results as JSON
 * for the totals that `npm test` prints. `*.long.ts` joins in `test:long` and `soak`.
 */
export function tests(more: ViteUserConfig['test'] = {}): ViteUserConfig {
  const long = process.env['DSYS_SCALE'] !== undefined;
  return defineConfig({
    resolve: { conditions: ['@dsys/source'] },
    ssr: { resolve: { conditions: ['@dsys/source'] } },
    test: {
      include: long ? ['test/**/*.long.ts'] : ['test/**/*.test.ts'],
      passWithNoTests: long,
      reporters: ['default', 'json'],
      outputFile: { json: `.results/${long ? 'long' : 'test'}.json` },
      testTimeout: long ? 600_000 : 20_000,
      ...more,
    },
  });
}
