/** The player, by mouse and by keyboard, in the built site. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, openSite, type Site, SKIP, textOf, visit } from './browser.js';

const PATH = 'demos/protocol/index.html';

describe.skipIf(SKIP)('a protocol step by step, in a browser (needs chromium)', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 30_000);
  afterAll(() => site?.close());

  const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

  async function elect(page: Page): Promise<void> {
    await press(page, 'Time out n1');
    await press(page, 'Disk flushes n1');
    await press(page, 'Deliver ask, term 1 from n1 to n2');
    await press(page, 'Disk flushes n2');
    await press(page, 'Deliver vote 0 from n2 to n1');
  }

  test('an election by hand; back, forward, and to an event by its row', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url + PATH);
    await elect(page);
    expect(await textOf(page, '[aria-label="Node n1"] h2')).toContain('elected');
    expect(await textOf(page, '[data-goal=elect]')).toContain('Reached by event 5');
    await press(page, 'Back');
    expect(await textOf(page, '[aria-label="Node n1"] h2')).toContain('asking');
    await page.locator('.player-sequence .row').nth(5).click();
    expect(await textOf(page, '.kit-event')).toBe('Event 5 of 5');
    const link = page.url();
    await page.goto('about:blank');
    await visit(page, link);
    expect(await textOf(page, '[aria-label="Node n1"] h2')).toContain('elected');
    await close();
  }, 60_000);

  test('a seed chooses, the same each time', async () => {
    const sentences: string[] = [];
    for (let i = 0; i < 2; i++) {
      const { page, close } = await openPage(site, { viewport: { width: 360, height: 800 } });
      await visit(page, site.url + PATH);
      await press(page, 'Ten');
      sentences.push(await textOf(page, '.kit-sentence'));
      expect(await textOf(page, '.kit-event')).toBe('Event 10 of 10');
      await close();
    }
    expect(sentences[0]).toBe(sentences[1]);
  }, 60_000);

  test('the keyboard alone is enough', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url + PATH);
    await page.getByRole('button', { name: 'Time out n2', exact: true }).focus();
    await page.keyboard.press('Enter');
    expect(await textOf(page, '[aria-label="Node n2"] h2')).toContain('asking');
    await page.keyboard.press('b');
    expect(await textOf(page, '.kit-event')).toContain('start');
    await close();
  }, 60_000);
});
