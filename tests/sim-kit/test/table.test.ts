import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { columns, page } from '../src/planted-faults.js';
import { Checkout } from './checkout.js';

/** Fails at the first operation, whatever happens: each seed of each column is found. */
const checkout = new Checkout({
  'packages/lock/sim/system.ts': `
    import { OPTIONS } from 'SIM/test/systems/all.js';
    import { lock } from 'SIM/test/systems/lock.js';
    const observe = (state, event, report) => (event.type === 'asked' ? report.broken('at once') : state);
    export const system = lock;
    export const variants = { doomed: { ...lock, name: 'doomed', monitors: [{ name: 'm', init: 0, observe }] } };
    export const options = OPTIONS;`,
});
afterAll(() => checkout.remove());

test('the table says in how many seeds each planted fault is found, and is a page', async () => {
  const { code } = await checkout.sim('lock', '--table', '--seeds', '2', '--out', 'table.md');
  const text = readFileSync(join(checkout.root, 'table.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (\w+) \| ([\d–]+) \|$/gm)].map(([, name, count]) => [name, count]);
  const untolerated = ['fullDisk', 'wipe', 'rot'];
  expect(code).toBe(0);
  expect(rows).toEqual(columns().map(({ name }) => [name, untolerated.includes(name) ? '–' : '2']));
  expect(text).toMatch(
    /^# Planted faults\n[^|]*in how many of 2 seeds[^|]*\| faults \| lock: doomed \|\n\| --- \| --: \|\n/,
  );
});

test('a mistake that no seed finds is named', async () => {
  const { code, stderr } = await checkout.sim('lock', '--table', '--seeds', '1', '--operations', '1', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  checkout.write(
    'examples/right/system.ts',
    `
    import { OPTIONS } from 'SIM/test/systems/all.js';
    import { lock } from 'SIM/test/systems/lock.js';
    export const system = lock;
    export const variants = { same: { ...lock, name: 'same' } };
    export const options = { ...OPTIONS, maxUs: 200_000, tailUs: 100_000 };`,
  );
  const missed = await checkout.sim('right', '--table', '--seeds', '1', '--operations', '1');
  expect(missed).toMatchObject({ code: 1, stderr: 'No seed finds same of right.\n' });
});

test('the page has what a count of none is, and of not tolerated', () => {
  const found = Object.fromEntries(columns().map(({ name }) => [name, name === 'crash' ? null : 0]));
  const text = page([{ system: 's', variant: 'v', seeds: 3, found }], { seeds: 3, operations: 1_000 });
  expect(text).toContain('| harsh | 0 |\n');
  expect(text).toContain('| crash | – |\n');
  expect(text).toContain('1,000 operations');
});
