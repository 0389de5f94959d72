import { readFileSync } from 'node:fs';
import { BloomFilter } from '@dsys/bloom';
import { RedisHyperLogLog } from '@dsys/hll/redis';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULTS } from '../demos/bloom/state.js';
import { openPage, openSite, overflow, type Site, SKIP, textOf, type Watched } from './browser.js';

const REDIS = new URL('../../../packages/hll/test/vectors/redis/hll-n100.hyll', import.meta.url);
const sentence = (page: Page): Promise<string> => textOf(page, '.kit-sentence');

describe.skipIf(SKIP)('the demos of the sketches in a browser (needs chromium)', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 30_000);
  afterAll(() => site?.close());

  async function open(name: string, options: Parameters<typeof openPage>[1] = {}, hash = ''): Promise<Watched> {
    const watched = await openPage(site, options);
    await watched.page.goto(`${site.url}demos/${name}/index.html${hash}`);
    await watched.page.waitForSelector('.kit-sentence');
    return watched;
  }

  test('Bloom: a typed word is added and asked for by keyboard, and the grid tells who set a bit', async () => {
    const { page, close } = await open('bloom');
    await page.focus('.bloom-form input');
    await page.keyboard.type('lamport');
    await page.keyboard.press('Enter');
    expect(await sentence(page)).toMatch(/^“lamport” set \d bits?/);

    await page.focus('.bloom-grid [tabindex="0"]');
    const filter = BloomFilter.create({ layout: 'classic', bitCount: 256, hashCount: 4 });
    filter.addMany([...DEFAULTS.words, 'lamport']);
    const first = Array.from({ length: 256 }, (_, bit) => bit).find(
      (bit) => (filter.words[bit >>> 5]! >>> (bit & 31)) & 1,
    )!;
    for (let i = 0; i < first; i++) await page.keyboard.press('ArrowRight');
    expect(await textOf(page, '.bloom-caption')).toMatch(new RegExp(`^Bit ${first}: set by “`));
    await close();
  });

  test('Bloom: the size that was asked for is in the link, and the trials keep its promise', async () => {
    const { page, close } = await open('bloom');
    await page.locator('.bloom-items input').selectText();
    await page.keyboard.type('5000000');
    await page.keyboard.press('Enter');
    expect(await textOf(page, '.bloom-size')).toContain('6.58 MB');
    await page.waitForFunction(() => location.hash.startsWith('#run='));
    const again = await open('bloom', {}, new URL(page.url()).hash);
    expect(await textOf(again.page, '.bloom-size')).toContain('6.58 MB');
    await again.page.waitForSelector('text=1,000 of 1,000 trials');
    expect(await textOf(again.page, '.bloom-trials')).toMatch(/^✓/);
    await again.close();
    await close();
  });

  test('HyperLogLog: visitors of both days are counted once, and everybody coming again changes nothing', async () => {
    const { page, close } = await open('hll');
    await page.click('[aria-label="New visitors, both days"] >> text="+ 100"');
    expect(await textOf(page, '[data-row=union]')).toContain('112');
    const before = await textOf(page, '.kit-share code');
    await page.click('text=All of them again');
    expect(await sentence(page)).toContain('no register rose');
    expect(await textOf(page, '.kit-share code')).toBe(before);
    await page.keyboard.press('b');
    expect(await textOf(page, '.kit-event')).toBe('Event 1 of 2');
    await close();
  });

  test('count-min: a page of the list is asked for by pressing it, and the rules differ as measured', async () => {
    const { page, close } = await open('cms');
    await page.click('text="All"');
    await page.click('[data-update=plain] li:nth-child(1) button');
    expect(await sentence(page)).toMatch(/^\/: the least of its 4 cells is \d+, .* in truth 62\.$/);
    const mean = async (update: string): Promise<number> =>
      Number(/([\d.]+) too high/.exec(await textOf(page, `[data-update=${update}] h3`))![1]);
    expect(await mean('conservative')).toBeLessThan(0.7 * (await mean('plain')));
    await close();
  });

  test('explain: a file of one’s own is opened, and nothing is sent', async () => {
    const { page, requests, close } = await open('explain');
    // The site fetches the pages that are linked to, once it has nothing else to do.
    await page.waitForLoadState('networkidle');
    const asked = requests.length;
    await page.setInputFiles('input[type=file]', { name: 'visitors.hyll', mimeType: '', buffer: readFileSync(REDIS) });
    await page.waitForSelector('text=visitors.hyll');
    const { estimate } = RedisHyperLogLog.fromBytes(readFileSync(REDIS)).bounds(2);
    expect(await sentence(page)).toContain(`about ${Math.round(estimate)} items`);
    await page.click('text=Turn it into the dense form');
    expect(await sentence(page)).toContain('282 bytes became 12.3 kB');
    await page.fill('label:has-text("Or hexadecimal") input', '68 65 6c 6c 6f');
    await page.click('text=Read it');
    expect(await textOf(page, '.kit-complaint')).toContain('It begins with 68 65 6c 6c.');
    expect(requests.length).toBe(asked);
    await close();
  });

  test.each(['bloom', 'hll', 'cms', 'explain'])('%s fits a phone after something was done', async (name) => {
    const { page, close } = await open(name, { viewport: { width: 360, height: 740 }, hasTouch: true });
    await page.click(
      {
        bloom: 'text="Add 50"',
        hll: 'label:has-text("12")',
        cms: 'label:has-text("1,024")',
        explain: 'text=PostgreSQL, many',
      }[name]!,
    );
    expect(await textOf(page, '.kit-event')).toBe('Event 1 of 1');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await close();
  });
});
