/** Two pages and a worker of one browser, through the built site. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, openSite, overflow, type Site, SKIP, textOf } from './browser.js';

const PATH = 'demos/tabs/index.html';
const NODES = ['tab 1', 'worker', 'tab 2'];

describe.skipIf(SKIP)('a cluster of tabs in a browser (needs chromium)', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 30_000);
  afterAll(() => site?.close());

  const role = (page: Page, id: string): Promise<string> => textOf(page, `[data-node="${id}"] [data-role]`);
  const sentence = (page: Page): Promise<string> => textOf(page, '.kit-sentence');
  const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();

  /** Waits until it is so, as the page shows it. */
  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < 300; i++) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${what} did not come about`);
  }

  async function visitDemo(page: Page): Promise<void> {
    await page.goto(site.url + PATH);
    await page.waitForSelector('.kit-sentence');
  }

  async function elected(page: Page, among: readonly string[] = NODES): Promise<string> {
    let found: string | undefined;
    await until(`an elected one among ${among.join(', ')}`, async () => {
      for (const id of among) if ((await role(page, id)) === 'elected') found = id;
      return found !== undefined;
    });
    return found!;
  }

  /** Presses until a ping is counted, and gives its number: who was elected may have been deposed just now. */
  async function count(page: Page): Promise<number> {
    let number = 0;
    await until('a count', async () => {
      await press(page, 'Count a ping');
      for (let i = 0; i < 20; i++) {
        const found = /^Ping (\d+) is counted/.exec(await sentence(page));
        if (found !== null && Number(found[1]) > last) number = Number(found[1]);
        if (number > 0) return true;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return false;
    });
    expect(number).toBeGreaterThan(last);
    last = number;
    return number;
  }
  let last = 0;

  test('a tab and its worker count; a second tab joins; both go on without the worker; it comes back; one alone counts nothing', async () => {
    last = 0;
    const { page: first, close } = await openPage(site);
    await visitDemo(first);
    await elected(first, ['tab 1', 'worker']);
    expect(await role(first, 'tab 2')).toBe('not here');
    await count(first);

    const second = await first.context().newPage();
    await visitDemo(second);
    await until('the second tab follows', async () => (await role(second, 'tab 2')).startsWith('follows'));
    const leader = await elected(second);
    await until('all see it', async () => (await role(first, 'tab 2')) === `follows ${leader}`);
    await until('its goal is reached', async () => (await first.locator('[data-goal=three].reached').count()) === 1);
    // From either tab, whoever is elected.
    await count(first);
    await count(second);
    await until('both see the count', async () => {
      const counts = await Promise.all([first, second].map((page) => textOf(page, '[data-node=worker] [data-count]')));
      return counts.every((seen) => Number(seen) >= last);
    });

    // From the tab that does not host it.
    await press(second, 'Kill the worker');
    await until('the worker is gone', async () => (await role(first, 'worker')) === 'not here');
    await elected(second, ['tab 1', 'tab 2']);
    await count(first);
    await until('its goal is reached', async () => (await first.locator('[data-goal=without].reached').count()) === 1);

    await press(first, 'Start it again');
    await until('the worker follows', async () => (await role(second, 'worker')).startsWith('follows'));
    await count(second);

    await second.close();
    await until('the second tab is gone', async () => (await role(first, 'tab 2')) === 'not here');
    await elected(first, ['tab 1', 'worker']);
    await count(first);
    await press(first, 'Kill the worker');
    await until('the worker is gone', async () => (await role(first, 'worker')) === 'not here');
    await press(first, 'Count a ping');
    await until('it says so', async () => (await sentence(first)).startsWith('Not counted'));
    await close();
  }, 120_000);

  test('a worker that is frozen while it is elected is deposed, and follows when it thaws', async () => {
    last = 0;
    const { page: first, close } = await openPage(site);
    await visitDemo(first);
    const second = await first.context().newPage();
    await visitDemo(second);
    // Until it is the worker's turn: whoever else is elected is loaded anew, and comes back with its disk.
    await until('the worker is elected', async () => {
      const leader = await elected(first);
      if (leader === 'worker') return true;
      await (leader === 'tab 2' ? second : first).reload();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      return false;
    });
    await count(first);
    await press(first, 'Freeze the worker');
    await until('it is silent', async () => (await role(first, 'worker')) === 'silent');
    await elected(first, ['tab 1', 'tab 2']);
    await count(second);
    await until('it follows', async () => (await role(first, 'worker')).startsWith('follows'));
    expect(await first.locator('[data-goal=deposed].reached').count()).toBe(1);
    await close();
  }, 120_000);

  test('a third tab finds no seat, and takes the one that becomes free', async () => {
    const { page: first, close } = await openPage(site);
    await visitDemo(first);
    const second = await first.context().newPage();
    await visitDemo(second);
    const third = await first.context().newPage();
    await visitDemo(third);
    await until('it says so', async () => (await sentence(third)).startsWith('Two tabs are in already'));
    expect(await third.getByRole('button', { name: 'Count a ping' }).isDisabled()).toBe(true);
    // The one that hosts the worker leaves: another tab runs it from then on.
    await first.close();
    await until('it has a seat', async () => (await textOf(third, '.kit-event')) === 'tab 1');
    await until('all three are there', async () => (await third.locator('.tabs-node.absent').count()) === 0);
    await elected(third);
    await close();
  }, 120_000);

  test('without a SharedWorker it is a tab and its worker', async () => {
    const { page, close } = await openPage(site, { viewport: { width: 360, height: 800 } });
    await page.addInitScript('delete globalThis.SharedWorker');
    await visitDemo(page);
    await elected(page, ['tab 1', 'worker']);
    last = 0;
    await count(page);
    expect(await page.getByText('This browser has no SharedWorker').count()).toBe(1);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await close();
  }, 60_000);
});
