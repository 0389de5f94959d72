import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, openSite, type Site, SKIP, textOf, visit } from './browser.js';

const PATH = 'demos/raft/index.html';

describe.skipIf(SKIP)('Raft in a browser (needs chromium)', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 30_000);
  afterAll(() => site?.close());

  const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

  test('five clicks elect a leader; another variant begins anew', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url + PATH);
    await press(page, 'Time out n1');
    await press(page, 'Disk flushes n1');
    await press(page, 'Deliver RequestVote, term 2 from n1 to n2');
    await press(page, 'Disk flushes n2');
    await press(page, 'Deliver vote, term 2 from n2 to n1');
    expect(await textOf(page, '[aria-label="Node n1"] h2')).toContain('leader');
    expect(await textOf(page, '[data-goal=elect]')).toContain('Reached by event 5');
    expect(await page.locator('[aria-label="Log of n1"] li').count()).toBe(2);
    await page.getByLabel('five nodes').check();
    expect(await page.locator('.player-card').count()).toBe(5);
    expect(await textOf(page, '.kit-event')).toBe('The start');
    await close();
  }, 60_000);

  test('the variant that forgets its vote breaks Election Safety, which is shown where it is stated', async () => {
    const { page, close } = await openPage(site, { viewport: { width: 360, height: 800 } });
    await visit(page, site.url + PATH);
    await page.getByLabel('it forgets its vote').check();
    for (const name of [
      'Time out n1',
      'Disk flushes n1',
      'Deliver RequestVote, term 2 from n1 to n2',
      'Disk flushes n2',
      'Crash n2',
      'Restart n2',
      'Time out n3',
      'Disk flushes n3',
      'Deliver RequestVote, term 2 from n3 to n2',
      'Disk flushes n2',
      'Deliver vote, term 2 from n2 to n1',
      'Deliver vote, term 2 from n2 to n3',
    ])
      await press(page, name);
    expect(await textOf(page, '.player-verdict')).toContain('In term 2 both n1 and n3 lead.');
    expect(await textOf(page, '.raft-properties .broken')).toContain('Election Safety (broken)');
    await close();
  }, 60_000);
});
