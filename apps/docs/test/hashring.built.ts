import { readdirSync, readFileSync } from 'node:fs';
import { diff, Ring } from '@dsys/hashring';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULTS } from '../demos/hashring/state.js';
import { openPage, openSite, overflow, type Site, SKIP, textOf, type Watched } from './browser.js';
import { measure } from './ring-demo.js';

const PATH = 'demos/hashring/index.html';
const sentence = (page: Page): Promise<string> => textOf(page, '.kit-sentence');
const focused = (page: Page): Promise<string | null> =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? null,
  );

describe.skipIf(SKIP)('the hash ring in a browser (needs chromium)', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 30_000);
  afterAll(() => site?.close());

  async function open(options: Parameters<typeof openPage>[1] = {}, hash = ''): Promise<Watched> {
    const watched = await openPage(site, options);
    await watched.page.goto(site.url + PATH + hash);
    await watched.page.waitForSelector('.kit-sentence');
    return watched;
  }

  test('by mouse: taking a node away says what the package says', async () => {
    const { page, close } = await open();
    await page.click('[aria-label="Remove cache-3"]');
    const before = Ring.of(DEFAULTS.nodes, { pointsPerNode: DEFAULTS.pointsPerNode });
    const after = before.without('cache-3');
    const moved = measure.keySet.keys.filter((key) => before.owner(key) !== after.owner(key)).length;
    expect(await sentence(page)).toContain(`cache-3 left: ${moved} keys of 2,385 moved`);
    expect(await textOf(page, '.kit-share code')).toBe(after.fingerprint);
    expect(await textOf(page, '[aria-labelledby=ring-plan]')).toContain(
      `in ${diff(before, after).ranges.length} ranges`,
    );
    expect(await page.locator('[data-contender]').count()).toBe(3);
    expect(await textOf(page, '[data-contender=modulo]')).toContain('moved between nodes that nobody touched');
    expect(await textOf(page, '[data-contender=one-point]')).toMatch(/cache-\d inherits all of cache-3’s load/);
    await close();
  });

  test('by keyboard alone: take away, add, weigh, choose points, go back and forward', async () => {
    const { page, close } = await open();
    const tabTo = async (label: string): Promise<void> => {
      for (let i = 0; i < 80 && (await focused(page)) !== label; i++) await page.keyboard.press('Tab');
      expect(await focused(page)).toBe(label);
    };
    await tabTo('Remove cache-3');
    await page.keyboard.press('Enter');
    expect(await sentence(page)).toMatch(/^cache-3 left/);
    // The button is gone with its row; the focus is on the one in its place.
    expect(await focused(page)).toBe('Remove cache-4');

    await tabTo('Add it');
    await page.keyboard.press('Space');
    expect(await sentence(page)).toMatch(/^cache-6 joined/);

    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    expect(await sentence(page)).toMatch(/^64 points a node/);

    await page.keyboard.press('b');
    expect(await textOf(page, '.kit-event')).toBe('Event 2 of 3');
    await page.keyboard.press('f');
    expect(await textOf(page, '.kit-event')).toBe('Event 3 of 3');

    await page.keyboard.press('Home');
    await page.locator('.ring-name').first().focus();
    await tabTo('Weight of cache-1 up to 2');
    await page.keyboard.press('Enter');
    expect(await sentence(page)).toMatch(/^cache-1 has weight 2 now/);
    await close();
  });

  test('a link replays what was done, branches and all, and shows the digest that a test without a page gets', async () => {
    for (const name of readdirSync(new URL('runs/', import.meta.url))) {
      const fixture = JSON.parse(readFileSync(new URL(`runs/${name}`, import.meta.url), 'utf8')) as {
        link: string;
        digest: string;
        sentence: string;
      };
      const { page, close } = await open({}, `#run=${fixture.link}`);
      await expect.poll(() => sentence(page)).toBe(fixture.sentence);
      expect(await textOf(page, '.kit-share code')).toBe(fixture.digest);
      expect(new URL(page.url()).hash).toBe(`#run=${fixture.link}`);
      await close();
    }
  });

  test('the address follows what is done, and the copied link opens the same run elsewhere', async () => {
    const { page, close } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.click('[aria-label="Remove cache-2"]');
    await page.click('text=Add it');
    await page.click('text=Copy the link to this run');
    await page.waitForSelector('text=Copied');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(() => page.url()).toBe(link);
    const said = await sentence(page);
    const other = await openPage(site);
    await other.page.goto(link);
    await expect.poll(() => textOf(other.page, '.kit-sentence')).toBe(said);
    await other.close();
    await close();
  });

  test('going back and doing something else keeps both futures', async () => {
    const { page, close } = await open();
    await page.click('[aria-label="Remove cache-2"]');
    await page.click('.kit-time >> text=Back');
    await page.click('[aria-label="Remove cache-4"]');
    expect(await page.locator('.kit-history ol').count()).toBe(2);
    await page.click('.kit-history ol:nth-child(2) .kit-step');
    expect(await sentence(page)).toMatch(/^cache-2 left/);
    await close();
  });

  test('a damaged link says so and leaves the demo usable', async () => {
    const { page, close } = await open({}, '#run=abc%00');
    expect(await textOf(page, '.kit-complaint')).toContain('This link is damaged');
    await page.click('[aria-label="Remove cache-1"]');
    expect(await page.locator('.kit-complaint').count()).toBe(0);
    await close();
  });

  test('own keys are placed in the page: nothing is sent, and no link holds them', async () => {
    const { page, requests, close } = await open();
    await page.waitForLoadState('networkidle');
    const asked = requests.length;
    await page.click('text=Use your own keys');
    await page.fill('textarea', 'secret-1\nsecret-2\nsecret-3\nsecret-2');
    await page.click('text=Use this list');
    expect(await textOf(page, '[data-keys]')).toContain('4 lines, 3 distinct keys');
    await page.click('[aria-label="Remove cache-1"]');
    expect(await sentence(page)).toContain('of 3 moved');
    expect(requests.length).toBe(asked);
    const run = Buffer.from(new URL(page.url()).hash.slice(5), 'base64url').toString();
    expect(run).toContain('"ownKeys":true');
    expect(run).not.toContain('secret');
    await page.click('text=Back to the bundled log');
    expect(await textOf(page, '[data-keys]')).toContain('2,385 distinct keys');
    await close();
  });

  test('a file can be dropped on the keys', async () => {
    const { page, close } = await open();
    await page.locator('[aria-labelledby=ring-keys]').scrollIntoViewIfNeeded();
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['a\nb\nc\nd\n'], 'tenants.txt', { type: 'text/plain' }));
      return transfer;
    });
    await page.dispatchEvent('[aria-labelledby=ring-keys]', 'drop', { dataTransfer: data });
    await page.waitForSelector('text=tenants.txt: 4 lines, 4 distinct keys');
    await close();
  });

  test('what a strategy can’t do is switched off, with the reason', async () => {
    const { page, close } = await open();
    await page.check('input[value=jump]');
    expect(await page.locator('[aria-label="Remove cache-2"]').isDisabled()).toBe(true);
    expect(await page.locator('[aria-label="Remove cache-5"]').isDisabled()).toBe(false);
    const page1 = await textOf(page, '.ring-nodes');
    expect(page1).toContain('only the one that came last, cache-5, can leave');
    expect(page1).toContain('Jump knows no weights');
    expect(await textOf(page, '[aria-labelledby=ring-plan]')).toContain('Jump gives no plan');
    expect(await page.locator('[name=points]').first().isDisabled()).toBe(true);
    await close();
  });

  test('goals are reached by doing', async () => {
    const { page, close } = await open();
    await page.locator('[name=points][value="1"]').check();
    await page.click('[aria-label="Remove cache-1"]');
    expect(await textOf(page, '[data-goal=sole-heir]')).toContain('Reached by event 2.');
    await close();
  });

  test('a key can be followed: position, next point, and who HAProxy would ask', async () => {
    const { page, close } = await open();
    await page.fill('.ring-follow input', 'user:42');
    const { position, owner } = Ring.of(DEFAULTS.nodes, { pointsPerNode: DEFAULTS.pointsPerNode }).explain('user:42');
    const text = await textOf(page, '[data-explanation]');
    expect(text).toContain(position.toString(16).padStart(8, '0'));
    expect(text).toContain(owner);
    expect(text).toContain('HAProxy would take the nearest point');
    await close();
  });

  test('nothing is wider than a phone, whatever was done', async () => {
    const { page, close } = await open({ viewport: { width: 360, height: 740 }, hasTouch: true });
    await page.fill('.ring-add input', 'a-node-with-a-rather-long-name.example.o');
    await page.tap('text=Add it');
    await page.locator('[name=points][value="2048"]').check();
    await page.tap('[aria-label="Remove cache-3"]');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.check('input[value=maglev]');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await close();
  });

  test('its code is loaded on its page only', async () => {
    const { page, requests, close } = await openPage(site);
    for (const path of ['index.html', 'demos/index.html', 'guide/hash-ring.html']) {
      await page.goto(site.url + path, { waitUntil: 'networkidle' });
      expect(requests.filter((request) => /HashRing|access-log/.test(request))).toEqual([]);
    }
    await page.goto(site.url + PATH, { waitUntil: 'networkidle' });
    expect(requests.filter((request) => /HashRing/.test(request)).length).toBeGreaterThan(0);
    await close();
  });
});
