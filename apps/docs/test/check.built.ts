/** *Check a history*, by mouse and by keyboard, in the built site. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, openSite, type Site, SKIP, textOf, visit } from './browser.js';

const PATH = 'demos/check/index.html';

describe.skipIf(SKIP)('check a history, in a browser (needs chromium)', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  }, 30_000);
  afterAll(() => site?.close());

  test('an edge is dragged until the history is legal, judged as it moves; the link has it', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url + PATH);
    await page.getByRole('button', { name: 'in order for each, late for all', exact: true }).click();
    expect(await textOf(page, '.check-verdict')).toContain('Not linearizable');
    const edge = (await page.locator('[data-bar="1"] [data-edge=start]').boundingBox())!;
    const unit = (await page.locator('[data-bar="1"] .hit').boundingBox())!.width / 5;
    const [x, y] = [edge.x + edge.width / 2, edge.y + edge.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let i = 1; i <= 5; i++) await page.mouse.move(x - i * unit, y);
    expect(await textOf(page, '.check-verdict')).toContain('Linearizable.');
    expect(await textOf(page, '.kit-event')).toBe('Event 1 of 1');
    await page.mouse.up();
    expect(await textOf(page, '[data-goal=edge]')).toContain('Reached by event 2');
    const link = page.url();
    await page.goto('about:blank');
    await visit(page, link);
    expect(await textOf(page, '.check-verdict')).toContain('Linearizable.');
    await close();
  }, 60_000);

  test('the keyboard alone moves, stretches, edits and deletes', async () => {
    const { page, close } = await openPage(site, { viewport: { width: 360, height: 800 } });
    await visit(page, site.url + PATH);
    await page.getByRole('button', { name: 'Add an operation' }).focus();
    await page.keyboard.press('Enter');
    for (const key of ['ArrowRight', 'Shift+ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    expect(await textOf(page, '.kit-event')).toBe('Event 2 of 2');
    expect(await textOf(page, '.kit-sentence')).toContain('is of client 2 now');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('.check-editor select').first().inputValue()).toBe('read');
    await page.locator('.line-bar.selected').focus();
    await page.keyboard.press('Delete');
    expect(await textOf(page, '.kit-sentence')).toMatch(/^Without “read → 3” of client 2/);
    await close();
  }, 60_000);

  test('a pasted history is drawn, and what is none says where', async () => {
    const { page, close } = await openPage(site);
    await visit(page, site.url + PATH);
    const lines = ['invoke', 'ok'].map((type) => JSON.stringify({ process: 'p', type, f: 'dequeue', value: 7 }));
    await page.fill('textarea', lines.join('\n'));
    await page.getByRole('button', { name: 'Check it' }).click();
    expect(await textOf(page, '.check-verdict')).toContain('At the beginning one copy is empty');
    await page.fill('textarea', `${lines[0]}\nnonsense`);
    await page.getByRole('button', { name: 'Check it' }).click();
    expect(await textOf(page, '.kit-complaint')).toContain('line 2: not JSON');
    await close();
  }, 60_000);
});
