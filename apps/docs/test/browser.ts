/**
 * A page of the built site in Debian's Chromium, watched: whatever it says on the console, and whatever it asks of
 * another host, fails the test that opened it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Served, serve } from '../build/serve.js';

export const SITE: string = join(import.meta.dirname, '../.vitepress/dist');

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Browser tests are skipped where there is no Chromium, unless they are demanded: then they fail. */
export const SKIP: boolean = EXECUTABLE === undefined && process.env['DSYS_DEMAND'] !== '1';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Site {
  readonly browser: Browser;
  /** Address of the site, under a path that it was not built for. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the built site under `base` and starts a browser. */
export async function openSite(base = '/some/sub/path/'): Promise<Site> {
  if (EXECUTABLE === undefined) throw new Error('There is no Chromium here: `apt install chromium`.');
  const served: Served = await serve({ folder: SITE, base, port: 0 });
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  return {
    browser,
    url: served.url,
    async close() {
      await browser.close();
      await served.close();
    },
  };
}

export interface Watched {
  readonly page: Page;
  /** Paths asked for, below the site's address. */
  readonly requests: readonly string[];
  /** Fails when the page said something on the console, threw, or asked another host; then closes it. */
  close(): Promise<void>;
}

/** A new, empty profile with one page. */
export async function openPage({ browser, url }: Site, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const said: string[] = [];
  const foreign: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`thrown: ${error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // 'csp' is how a script fails in a page without JavaScript; aborted is what was under way when one left the page.
    if (why !== 'csp' && why !== 'net::ERR_ABORTED') said.push(`failed: ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) said.push(`${response.status()}: ${response.url()}`);
  });
  context.on('request', (request) => {
    if (request.url().startsWith(url)) requests.push(request.url().slice(url.length));
    else if (!/^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  return {
    page,
    requests,
    async close() {
      await context.close();
      expect(said, 'what the page said on the console').toEqual([]);
      expect(foreign, 'requests to other hosts').toEqual([]);
    },
  };
}

/** Opens a page of the site and waits until it is alive: hydrated, its demo loaded. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}));
  await page.waitForSelector('.kit-place.waiting', { state: 'detached' });
}

/** How far the page is wider than its window, in pixels. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

/** The text of an element as a reader sees it: without what is hidden. */
export const textOf = (page: Page, selector: string): Promise<string> =>
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not to be found.
  page.locator(selector).first().innerText();
