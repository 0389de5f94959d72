import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../demos/kit/replay.js';
import { decodeRun } from '../demos/kit/run.js';
import { demoOf } from '../demos/player/scene.js';
import { raftScene } from '../demos/raft/scene.js';
import { openPage, openSite, type Site, SKIP, textOf, visit } from './browser.js';

const demo = demoOf(raftScene);
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

  test('a stroke across the picture is a partition; the menu does the same by keyboard, and one way', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url + PATH);
    const svg = page.locator('.player-picture svg');
    await svg.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await svg.boundingBox())!;
    await page.mouse.move(x + 20, y + height * 0.42);
    await page.mouse.down();
    await page.mouse.move(x + width - 20, y + height * 0.42, { steps: 4 });
    await page.mouse.up();
    expect(await textOf(page, '.kit-sentence')).toBe('A partition: n1 on one side, n2 and n3 on the other.');
    expect(await page.locator('.player-link.cut').count()).toBe(4);
    await press(page, 'Mend all');
    expect(await page.locator('.player-link.cut').count()).toBe(0);
    await page.getByRole('group', { name: 'Cut between' }).getByLabel('n2').focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Only from n2' }).focus();
    await page.keyboard.press('Enter');
    expect(await textOf(page, '.kit-sentence')).toBe('Nothing gets from n2 to n1 and n3 any more.');
    await close();
  }, 60_000);

  test('a finger draws, too, once it is told to', async () => {
    const { page, close } = await openPage(site, {
      viewport: { width: 360, height: 800 },
      hasTouch: true,
      isMobile: true,
    });
    await visit(page, site.url + PATH);
    await page.getByLabel('Draw by touch').tap();
    const svg = page.locator('.player-picture svg');
    await svg.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await svg.boundingBox())!;
    const client = await page.context().newCDPSession(page);
    const touch = (type: string, points: readonly { x: number; y: number }[]) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints: points } as never);
    // From above between n1 and n2, down to the left of n2: what leads to n2 is cut.
    const [top, bottom] = [
      { x: x + width * 0.5, y: y + height * 0.98 },
      { x: x + width * 0.97, y: y + height * 0.3 },
    ];
    await touch('touchStart', [top]);
    for (const share of [0.25, 0.5, 0.75, 1])
      await touch('touchMove', [{ x: top.x + (bottom.x - top.x) * share, y: top.y + (bottom.y - top.y) * share }]);
    await touch('touchEnd', []);
    expect(await textOf(page, '.kit-sentence')).toContain('A partition');
    await close();
  }, 60_000);

  test('a message that is clicked can be delivered, copied, lost and delayed', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url + PATH);
    await press(page, 'Time out n1');
    await press(page, 'Disk flushes n1');
    const pick = (name: string) => page.locator('.player-picked').getByRole('button', { name });
    await page.locator('.player-frame circle').first().click();
    await pick('Delay').click();
    expect(await textOf(page, '.kit-sentence')).toContain('takes its time');
    await pick('Let go').click();
    await pick('Deliver a copy').click();
    expect(await textOf(page, '.kit-sentence')).toContain('a copy is still on its way');
    await pick('Lose').click();
    expect(await textOf(page, '.kit-sentence')).toContain('is lost');
    await close();
  }, 60_000);

  test('a way to each goal is laid out, and stepped through', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url + PATH);
    await page.locator('[data-goal=figure-8] summary').click();
    await page.locator('[data-goal=figure-8] button').click();
    expect(await textOf(page, '.kit-event')).toMatch(/^The start of \d+$/);
    expect(await textOf(page, '[data-goal=figure-8]')).toContain('Reached by event');
    await press(page, 'Forward');
    expect(await textOf(page, '.kit-sentence')).toContain('n1 has waited long enough');
    await close();
  }, 60_000);

  const folder = new URL('raft-runs/', import.meta.url);
  test.each(readdirSync(folder))(
    'the link %s shows what it showed when it was made',
    async (name) => {
      const fixture = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<'link' | 'sentence', string>;
      const { page, close } = await openPage(site);
      await visit(page, `${site.url}${PATH}#run=${fixture.link}`);
      // The page, built and in a browser, is where the sources are, in Node.
      expect(await textOf(page, '.kit-share code')).toBe(digestOf(demo, decodeRun(fixture.link, demo)));
      expect(await textOf(page, '.kit-sentence')).toBe(fixture.sentence);
      await close();
    },
    60_000,
  );
});
