import { configDefaults, defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * How every workspace tests: sources through the `@dsys/source` condition (no build needed), results as JSON
 * for the totals that `npm test` prints. Which files, and where the results go, follows from the script that runs:
 *
 *     test         test/**\/*.test.ts     .results/test.json
 *     test:built   test/**\/*.built.ts    .results/test-built.json    what needs `dist`: packed, browsers, commands
 *     test:long    test/**\/*.long.ts     .results/long.json          also `soak`; both set DSYS_SCALE
 *
 * DSYS_MUSEUMS=0 leaves out `museum*.long.ts` (`npm run test:long -- --without-museums`).
 */
export function tests(more: ViteUserConfig['test'] = {}): ViteUserConfig {
  const long = process.env['DSYS_SCALE'] !== undefined;
  const built = process.env['npm_lifecycle_event'] === 'test:built';
  const [kind, results] = long ? ['long', 'long'] : built ? ['built', 'test-built'] : ['test', 'test'];
  return defineConfig({
    resolve: { conditions: ['@dsys/source'] },
    ssr: { resolve: { conditions: ['@dsys/source'] } },
    test: {
      include: [`test/**/*.${kind}.ts`],
      exclude: [...configDefaults.exclude, ...(process.env['DSYS_MUSEUMS'] === '0' ? ['test/museum*.long.ts'] : [])],
      passWithNoTests: long,
      reporters: ['default', 'json'],
      outputFile: { json: `.results/${results}.json` },
      testTimeout: long ? 600_000 : 60_000,
      // Of a machine under load, removing a folder can take seconds.
      hookTimeout: 60_000,
      ...more,
    },
  });
}
