/** *Explore*, in the built site: the search in its worker, stopped and to its end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, openSite, type Site, SKIP, textOf, visit } from './browser.js';

const PATH = 'demos/explore/index.html';

describe.skipIf(SKIP)('explore, in a browser (needs chromium)', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 30_000);
  afterAll(() => site?.close());

  test('the shortest way to the fault is found beside the page, and taken', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url + PATH);
    await page.getByLabel('broken: the coordinator decides in memory only').check();
    await page.getByRole('button', { name: 'Look at every state from the start' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(await textOf(page, '.explore-verdict')).toMatch(/Stopped|Searching/);
    await page.getByRole('button', { name: 'Look at every state from the start' }).click();
    await page.getByRole('button', { name: 'Take the shortest way there' }).click({ timeout: 60_000 });
    expect(await textOf(page, '.explore-verdict')).toContain('takes 15 events');
    expect(await textOf(page, '.kit-event')).toBe('Event 15 of 15');
    expect(await textOf(page, '[data-goal=break]')).toContain('Reached by event 15');
    await page.locator('.player-sequence').focus();
    await page.keyboard.press('ArrowUp');
    expect(await textOf(page, '.kit-event')).toBe('Event 14 of 15');
    await close();
  }, 90_000);
});
