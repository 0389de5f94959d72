import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Checkout } from './checkout.js';

/** A lock that fences, and a museum in which it does not, or never ends, or is as it was. */
const checkout = new Checkout({
  'packages/lock/src/how.ts': 'export const isFenced = true;\nexport const name = () => "lock";\n',
  'packages/lock/sim/system.ts': `
    import { OPTIONS } from 'SIM/test/systems/all.js';
    import { lock, lockByClock } from 'SIM/test/systems/lock.js';
    import { isFenced, name } from '../src/how.js';
    export const system = { ...(isFenced ? lock : lockByClock), name: name() };
    export const options = OPTIONS;`,
  'packages/lock/test/museum.ts': `
    const file = 'src/how.ts';
    const killedBy = ['test/paper/tokens.test.ts', 'test/lock.test.ts'];
    export const rows = [
      { id: 'L1', sentence: 'Nobody looks at the token.', file, find: 'isFenced = true', replace: 'isFenced = false', killedBy },
      { id: 'L2', sentence: 'It has another name.', file, find: '"lock"', replace: '"look"', killedBy },
      { id: 'L3', sentence: 'It can’t be shown.', file, find: '"lock"', replace: '"book"', killedBy, unshowable: 'only people read it' },
      { id: 'L4', sentence: 'Its text is gone.', file, find: 'isOpen = true', replace: '', killedBy },
    ];`,
  'packages/bare/sim/system.ts': '',
});
afterAll(() => checkout.remove());

interface Kill {
  readonly id: string;
  readonly found: { readonly seed: number; readonly what: string } | null;
}

describe('the museum', () => {
  test('says in which seed a fault falls, and which survives; too few that fall is a failure', async () => {
    const { code, stdout } = await checkout.museum('lock', '--only', 'L1,L2,L3', '--seconds', '4', '--json');
    const { control, kills } = JSON.parse(stdout) as { control: Kill; kills: Kill[] };
    expect(kills.map(({ id, found }) => [id, found === null])).toEqual([
      ['L1', false],
      ['L2', true],
    ]);
    expect(control.found).toBeNull();
    expect(kills[0]!.found!.what).toBe('no older holder writes after a newer one');
    expect(code).toBe(1);
  });

  test('is a page, with the voice of each test and a word for what no schedule shows', async () => {
    const { code } = await checkout.museum('lock', '--only', 'L1,L3', '--seconds', '4', '--out', 'page.md');
    expect(code).toBe(0);
    const text = readFileSync(join(checkout.root, 'page.md'), 'utf8');
    expect(text).toMatch(/\*\*1 of 1\*\* that a schedule can show, and that were tried, fell to blind seeds \(100 %\)/);
    expect(text).toMatch(
      /\| L1 \| Nobody looks at the token\. \| paper, test \| [\d.]+ s \| no older holder .*\(lock, seed \d+; \d+ seeds, [\d,]+ events\) \|/,
    );
    expect(text).toContain('| L3 | It can’t be shown. | paper, test | – | only people read it |');
  });

  test.each([
    [[], /missing required argument/],
    [['look'], /packages\/look has no test\/museum\.ts/],
    [['bare'], /packages\/bare has no test\/museum\.ts/],
    [['lock', '--only', 'L9'], /no fault is called L9; there are L1 L2 L3 L4/],
    [['lock', '--only', 'L4'], /L4: its text must be once in .*how\.ts/],
    [['lock', '--seconds', '0'], /--seconds must be a whole number from 1, got "0"/],
  ])('%j is bad input, and says what to mend', async (argv, message) => {
    const { code, stdout, stderr } = await checkout.museum(...argv);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });
});
