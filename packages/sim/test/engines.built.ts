/** The same seeds in other engines: a newer Node where there is one, and Debian's Chromium. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';

const TOOLS = fileURLToPath(new URL('../../../.tools/', import.meta.url));
const NODES = (existsSync(TOOLS) ? readdirSync(TOOLS) : [])
  .filter((name) => /^node\d+$/.test(name))
  .map((name) => [name, `${TOOLS}${name}/node_modules/node/bin/node`] as const)
  .filter(([, path]) => existsSync(path));
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
const isDemanded = process.env['DSYS_DEMAND'] === '1';

describe('traces agree', () => {
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as unknown;
  const frozen = { cores: read('trace-hashes.json'), services: read('service-hashes.json') };
  let bundle = '';

  beforeAll(async () => {
    const built = await build({
      entryPoints: [fileURLToPath(new URL('browser.entry.ts', import.meta.url))],
      bundle: true,
      platform: 'browser',
      format: 'iife',
      conditions: ['@dsys/source'],
      write: false,
      logLevel: 'silent',
    });
    bundle = built.outputFiles[0]!.text;
  });

  test('in this Node, bundled', () => {
    expect(run(process.execPath)).toEqual(frozen);
  });

  // Without a newer Node or a Chromium here; where they are demanded their absence fails.
  test.skipIf(NODES.length === 0 && !isDemanded)('in a newer Node', () => {
    expect(NODES).not.toEqual([]);
    for (const [name, path] of NODES) expect(run(path), name).toEqual(frozen);
  });

  test.skipIf(CHROMIUM === undefined && !isDemanded)('in Chromium', async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM!, args: FLAGS });
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: bundle });
      expect(await page.evaluate('all()')).toEqual(frozen);
    } finally {
      await browser.close();
    }
  });

  function run(node: string): unknown {
    const program = `${bundle};all().then((found) => console.log(JSON.stringify(found)))`;
    return JSON.parse(execFileSync(node, ['-'], { input: program, encoding: 'utf8' }));
  }
});
