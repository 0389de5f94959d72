import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, openSite, overflow, type Site, SKIP, textOf, visit } from './browser.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PAGES = [
  'index.html',
  'guide/getting-started.html',
  'guide/hash-ring.html',
  'guide/sketches.html',
  'guide/carriers.html',
  'guide/how-a-protocol-runs.html',
  'guide/raft.html',
  'guide/glossary.html',
  'demos/index.html',
  'demos/hashring/index.html',
  'demos/bloom/index.html',
  'demos/hll/index.html',
  'demos/cms/index.html',
  'demos/protocol/index.html',
  'demos/raft/index.html',
  'demos/tabs/index.html',
  'demos/explain/index.html',
  'demos/check/index.html',
  'demos/explore/index.html',
  'reference/index.html',
  'reference/hashring/index.html',
  'reference/hashring/classes/Ring.html',
  'reference/hashring/functions/diff.html',
];

describe.skipIf(SKIP)('the site in a browser (needs chromium)', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 30_000);
  afterAll(() => site?.close());

  /** Every page once narrow and once wide, once light and once dark; what has most in it in all four. */
  const RICH = ['index.html', 'demos/hashring/index.html', 'reference/hashring/classes/Ring.html'];
  const everywhere = [
    { colorScheme: 'light', width: 360, paths: PAGES },
    { colorScheme: 'dark', width: 1400, paths: PAGES },
    { colorScheme: 'dark', width: 360, paths: RICH },
    { colorScheme: 'light', width: 1400, paths: RICH },
  ] as const;
  test.each(everywhere)(
    'pages fit $width px in $colorScheme, say nothing on the console, and axe finds nothing',
    async ({ colorScheme, width, paths }) => {
      const found: string[] = [];
      const look = async (path: string): Promise<void> => {
        const { page, close } = await openPage(site, { colorScheme, viewport: { width, height: 800 } });
        await visit(page, site.url + path);
        if (!(await page.locator('h1').first().isVisible())) found.push(`${path}: no heading`);
        if ((await overflow(page)) > 0) found.push(`${path}: wider than the window`);
        for (const violation of await axe(page)) found.push(`${path}: ${violation}`);
        await close();
      };
      // Three at a time: a page spends half of its time waiting for itself.
      const left: string[] = [...paths];
      const worker = async (): Promise<void> => {
        for (let path = left.shift(); path !== undefined; path = left.shift()) await look(path);
      };
      await Promise.all([worker(), worker(), worker()]);
      expect(found).toEqual([]);
    },
    120_000,
  );

  test('links lead from page to page under any path, and a page can be opened right at its address', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url);
    await page.click('.landing >> text=@dsys/hashring >> nth=-1');
    await page.waitForURL(`${site.url}reference/hashring/`);
    await page.click('.vp-doc table a:text-is("Ring")');
    await page.waitForURL(`${site.url}reference/hashring/classes/Ring.html`);
    await page.reload({ waitUntil: 'networkidle' });
    expect(await textOf(page, 'h1')).toContain('Ring');
    await page.click('.VPNavBar >> text=Demos');
    await page.waitForURL(`${site.url}demos/`);
    await page.click('.demo-page >> text=Hash ring');
    await page.waitForURL(`${site.url}demos/hashring/`);
    await page.waitForSelector('.kit');
    await close();
  });

  test('search finds a method of the reference by keyboard alone', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url);
    await page.keyboard.press('Control+k');
    await page.waitForSelector('.VPLocalSearchBox input:focus');
    await page.keyboard.type('ownership');
    await page.waitForSelector('.VPLocalSearchBox .result');
    await page.keyboard.press('Enter');
    await page.waitForURL(/reference\/hashring\//);
    await close();
  });

  test('the first thing a keyboard reaches is the way past the navigation', async () => {
    const { page, close } = await openPage(site);
    await visit(page, `${site.url}guide/hash-ring.html`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#VPContent');
    await close();
  });

  test('focus can be seen on everything that takes it', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url);
    const unseen: string[] = [];
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate(() => {
        const element = document.activeElement!;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return element === document.body || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2)
          ? ''
          : element.outerHTML.slice(0, 120);
      });
      if (found) unseen.push(found);
    }
    expect(unseen).toEqual([]);
    await close();
  });

  test('what is written can be read without JavaScript', async () => {
    const { page, close } = await openPage(site, { javaScriptEnabled: false });
    for (const path of PAGES) {
      await page.goto(site.url + path);
      expect(await page.locator('h1').first().isVisible(), path).toBe(true);
    }
    await close();
  });

  test('nothing moves for a reader who asked for that', async () => {
    const { page, close } = await openPage(site, { reducedMotion: 'reduce' });
    await visit(page, site.url);
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const { transitionDuration, animationDuration } = getComputedStyle(element);
          return [transitionDuration, animationDuration].some((list) =>
            list.split(',').some((one) => parseFloat(one) > 0.001),
          );
        }).length,
    );
    expect(moving).toBe(0);
    await close();
  });

  test('the landing page takes a node away and puts it back', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url);
    await page.click('text=Take node 3 away');
    expect(await textOf(page, '.landing figcaption')).toMatch(
      /Only its own keys move\. By “hash mod n” it would have been (79|80)\.\d %/,
    );
    await page.click('text=Put node 3 back');
    expect(await page.locator('.landing svg .big').textContent()).toBe('5 nodes');
    await close();
  });

  test('an address that is not there says so', async () => {
    const { page } = await openPage(site);
    await visit(page, `${site.url}nowhere.html`);
    expect(await textOf(page, 'body')).toContain('404');
    await page.context().close();
  });
});

/** What axe finds against WCAG 2.1 AA, a line each. */
async function axe(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  return page.evaluate(async () => {
    const { axe: tool } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
    const { violations } = await tool.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map(({ target, failureSummary }) => `${id}: ${target.join(' ')} (${failureSummary?.replace(/\s+/g, ' ')})`),
    );
  });
}
