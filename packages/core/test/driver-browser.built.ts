/** The built driver in Debian's Chromium, in a page and in a worker, bundled without a polyfill. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'];
/** Skipped where there is no Chromium, unless it is demanded: then it fails. */
const SKIP = EXECUTABLE === undefined && process.env['DSYS_DEMAND'] !== '1';

describe.skipIf(SKIP)('the driver in a browser', () => {
  let browser: Browser | undefined;
  let bundle = '';

  beforeAll(async () => {
    const built = await build({
      entryPoints: [fileURLToPath(new URL('driver-browser.entry.ts', import.meta.url))],
      bundle: true,
      platform: 'browser',
      format: 'iife',
      write: false,
      logLevel: 'silent',
    });
    bundle = built.outputFiles[0]!.text;
    browser = await chromium.launch({ executablePath: EXECUTABLE!, args: FLAGS });
  });
  afterAll(() => browser?.close());

  const RAN = { outcomes: ['applied', 'applied', 'applied'], heard: expect.any(Number) as number, state: 'closed' };

  test('in a page, also one that may not read its own storage', async () => {
    const page = await browser!.newPage();
    await page.addScriptTag({ content: bundle });
    expect(await page.evaluate('runNodes()')).toEqual(RAN);
  });

  test('in a worker', async () => {
    const page = await browser!.newPage();
    const ran = await page.evaluate((script) => {
      const source = `${script}; runNodes().then(postMessage, (error) => postMessage(String(error)));`;
      // The page's own types are not those of this program.
      const { Worker, Blob, URL } = globalThis as unknown as {
        readonly Worker: new (url: string) => { onmessage: (event: { readonly data: unknown }) => void };
        readonly Blob: new (parts: readonly string[]) => object;
        readonly URL: { createObjectURL(blob: object): string };
      };
      const worker = new Worker(URL.createObjectURL(new Blob([source])));
      return new Promise<unknown>((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
      });
    }, bundle);
    expect(ran).toEqual(RAN);
  });
});
