import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Checkout } from './checkout.js';

/** Short runs: what is tested is the command. */
const BRIEF = `import { OPTIONS } from 'SIM/test/systems/all.js';\n`;
const LOCK = `import { lock, lockByClock } from 'SIM/test/systems/lock.js';\n`;

const checkout = new Checkout({
  'packages/lock/sim/system.ts': `${BRIEF}${LOCK}
    export const system = lock;
    export const variants = { 'by-clock': lockByClock };
    export const options = OPTIONS;`,
  'packages/lock/sim/long.system.ts': "export { lock as system } from 'SIM/test/systems/lock.js';",
  'packages/lock/sim/shared.ts': 'export const not = "a system";',
  'examples/never/system.ts': `${BRIEF}${LOCK}
    export const options = OPTIONS;
    export const system = { ...lock, monitors: [{ name: 'm', init: 0, sometimes: ['it snows'], observe: (n) => n }] };`,
  'examples/moody/system.ts': `${BRIEF}${LOCK}
    let mood = 0;
    export const options = OPTIONS;
    export const system = { ...lock, workload: { ...lock.workload, next: (...from) => mood++ + lock.workload.next(...from) } };`,
  'examples/judged/system.ts': `${BRIEF}${LOCK}
    export const options = OPTIONS;
    export const judge = (history) => ({ verdict: history.length > 5 ? 'illegal' : 'ok', detail: 'stale' });
    export const system = lock;`,
  'examples/throws/system.ts': `${BRIEF}${LOCK}
    export const options = OPTIONS;
    export const system = { ...lock, workload: { ...lock.workload, next() { throw new Error('no idea'); } } };`,
  'examples/promises/system.ts': `
    import { counterSystem } from 'SIM/test/services.js';
    export const system = counterSystem();
    export const variants = { hasty: { ...counterSystem(true), name: 'hasty' } };
    export const options = { operations: 40, maxUs: 8_000_000 };
    export const show = { service: ({ value }) => \`value \${value}\` };`,
  'examples/typo/system.ts': 'export const sistem = 1;',
  'examples/syntax/system.ts': 'export const = 1;',
});
afterAll(() => checkout.remove());

const json = (text: string) => JSON.parse(text) as Record<string, never>;

describe('systems', () => {
  test('are files by name: a package’s, others beside it, and examples’', async () => {
    const { code, stdout } = await checkout.sim('--list', '--json');
    const names = (JSON.parse(stdout) as { name: string; file: string }[]).map(({ name, file }) => `${name} ${file}`);
    expect(code).toBe(0);
    expect(names).toContain('lock packages/lock/sim/system.ts');
    expect(names).toContain('long packages/lock/sim/long.system.ts');
    expect(names).toContain('never examples/never/system.ts');
    expect(names).toHaveLength(9);
  });

  test('with one name are refused', async () => {
    const twice = new Checkout({ 'packages/a/sim/x.system.ts': '', 'packages/b/sim/x.system.ts': '' });
    const { code, stderr } = await twice.sim('x');
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/a\/sim\/x.* and .*b\/sim\/x.* both called x/) as string,
    });
    twice.remove();
  });
});

test.each([
  [[], /which system\? There are judged, lock/],
  [['lck'], /no system "lck"; there are judged, lock/],
  [['lock', '--seeds', '0'], /--seeds must be a whole number from 1, got "0"/],
  [['lock', '--seed', '-1'], /--seed|unknown option/],
  [['lock', '--for', '5 parsecs'], /--for must be a time such as 90s, 10m or 2h/],
  [['lock', '--seed', '1', '--seeds', '2'], /--seed is one seed/],
  [['lock', '--seeds', '2', '--for', '1s'], /not both/],
  [['lock', '--profile', 'rude'], /--profile must be harsh or mild, got "rude"/],
  [['lock', '--variant', 'x'], /lock has no variant "x"; it has by-clock/],
  [['lock', '--trace'], /--trace needs --seed N or --replay FILE/],
  [['lock', '--out', 'x'], /--out needs --table/],
  [['lock', '--bogus'], /unknown option '--bogus'/],
  [['lock', '--replay', 'none.json'], /none.json can't be read/],
  [['typo'], /examples\/typo\/system.ts: system must be a System, with name, nodes and protocol, or/],
  [['syntax'], /examples\/syntax\/system.ts: .*Expected identifier/s],
])('%j is bad input, and says what to mend', async (argv, message) => {
  const { code, stdout, stderr } = await checkout.sim(...argv);
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
});

test('--help tells of options and exit codes', async () => {
  const { code, stdout } = await checkout.sim('--help');
  expect(code).toBe(0);
  for (const word of ['--seeds', '--replay', '--twice', 'Exit codes: 0 it held, 1']) expect(stdout).toContain(word);
});

describe('a batch', () => {
  test('adds up alike with one worker and with two, and proves nothing when no seed counts', async () => {
    const [one, two] = [1, 2].map((workers) =>
      checkout.sim('lock', '--seeds', '4', '--json', '--workers', `${workers}`),
    );
    const sums = [await one!, await two!].map(({ code, stdout }) => ({ code, ...json(stdout), tookMs: 0 }));
    expect(sums[0]).toEqual(sums[1]);
    expect(sums[0]).toMatchObject({
      code: 2,
      system: 'lock',
      seeds: 4,
      counted: 0,
      outcome: 'nothing-proven',
      failure: null,
    });
  });

  test('holds when seeds count', async () => {
    const { code, stdout } = await checkout.sim(
      'long',
      '--seeds',
      '2',
      '--from',
      '7',
      '--operations',
      '1000',
      '--profile',
      'harsh',
    );
    expect(stdout).toMatch(/^seeds {9}2 \(harsh 2\), [12] of them count\n/);
    expect(code).toBe(0);
  });

  test('proves nothing when something never happened that should', async () => {
    const { code, stdout } = await checkout.sim('never', '--seeds', '2');
    expect(stdout).toMatch(/it snows/);
    expect(code).toBe(2);
  });

  test('runs for as long as it is told to', async () => {
    const { stdout } = await checkout.sim('lock', '--for', '300ms', '--json');
    expect(json(stdout)['seeds']).toBeGreaterThan(0);
    expect(json(stdout)['tookMs']).toBeGreaterThanOrEqual(300);
  });

  test('that is interrupted says what was done by then', async () => {
    const control = new AbortController();
    const called = checkout.simUntil(control.signal, 'lock', '--seeds', '100000');
    setTimeout(() => control.abort(), 700);
    const { code, stdout } = await called;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^seeds .*\nInterrupted: what is above is what was done\.\n$/s);
  });

  test('with --twice finds a system that is not the same twice', async () => {
    expect((await checkout.sim('lock', '--seeds', '2', '--twice')).code).toBe(2);
    const { code, stdout } = await checkout.sim('moody', '--seeds', '1', '--twice');
    expect(code).toBe(1);
    expect(stdout).toMatch(/a seed runs alike twice\n {2}the trace hash was [0-9a-f]{16}, and then [0-9a-f]{16}/);
  });

  test('of a system that throws where nothing may names the seed and the place', async () => {
    const { code, stderr } = await checkout.sim('throws', '--seeds', '1');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /the system threw where nothing may: seed 1: Error: no idea\n.*examples\/throws\/system\.ts/s,
    );
  });

  test('is judged by what clients saw', async () => {
    const { code, stdout } = await checkout.sim('judged', '--seeds', '1');
    expect(code).toBe(1);
    expect(stdout).toMatch(/Seed 1: what clients saw can be explained\n {2}stale\n/);
    expect(stdout).toMatch(/Shrunk to \d+ actions/);
    const again = await checkout.sim('judged', '--replay', '.sim/judged-1.json');
    expect(again).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('what clients saw can be explained: stale') as string,
    });
  });
});

describe('a seed that breaks something', async () => {
  const { code, stdout, stderr } = await checkout.sim('lock', '--variant', 'by-clock', '--seeds', '60');
  const seed = /^Seed (\d+): no older holder/m.exec(stdout)?.[1];
  const file = `.sim/lock-by-clock-${seed}.json`;
  const whole = JSON.parse(readFileSync(join(checkout.root, file), 'utf8')) as {
    actions: [number, string][];
    trace: object[];
  };
  const saved = () => {
    const { trace: _, ...run } = whole;
    return run;
  };

  test('is told with its seed, the command, and the shrunk run as a test; and saved', () => {
    expect(code).toBe(1);
    expect(stderr).toContain(`Seed ${seed} breaks something; shrinking it`);
    expect(stdout).toContain(`Again:   npm run sim -- lock --variant by-clock --seed ${seed} --trace\n`);
    expect(stdout).toContain(`npm run sim -- lock --replay ${file} --trace\n`);
    expect(stdout).toContain("import { variants } from '../packages/lock/sim/system.js';");
    expect(stdout).toContain(`Shrunk to ${saved().actions.length} actions:`);
    expect(saved().actions.length).toBeLessThanOrEqual(20);
  });

  test('is seen again by each of the two lines', async () => {
    const again = await checkout.sim('lock', '--variant', 'by-clock', '--seed', seed!, '--trace');
    expect(again.code).toBe(1);
    expect(again.stdout).toMatch(/ broken .*no older holder writes after a newer one: Token/);
    const replayed = await checkout.sim('lock', '--replay', file, '--trace', '--clocks');
    expect(replayed.code).toBe(1);
    const lines = replayed.stdout.split('\n');
    expect(lines[0]).toMatch(/^ {6}0\.000 {2}lock {3}start {2,}\[lock:1\]$/);
    expect(lines.at(-2)).toBe(`Broken: ${/(no older.*)/.exec(lines.at(-4)!)![1]}`);
  });

  test('as JSON has its run', async () => {
    const { stdout } = await checkout.sim('lock', '--variant', 'by-clock', '--seed', seed!, '--json');
    expect(json(stdout)).toMatchObject({
      outcome: 'broken',
      seed: Number(seed),
      failure: { file, whole: null, run: saved() },
    });
  });

  test('replays as another run when its actions can’t happen', async () => {
    const { actions, ...rest } = saved();
    checkout.write('cut.json', JSON.stringify({ ...rest, actions: actions.slice(1) }));
    const { code, stdout } = await checkout.sim('lock', '--replay', 'cut.json');
    expect(code).toBe(0);
    expect(stdout).toMatch(/could not happen when it was their turn .*first: deliver/);
    expect(stdout).toContain('Nothing is broken any more.');
  });

  test.each([
    [{ version: 2 }, 'lock', /run\.version .*expected 1, found 2/],
    [{ actions: [[0, 'explode lock']] }, 'lock', /run\.actions\[0\] .*expected the name of an action/],
    [{ system: 'other' }, 'lock', /the run is of the system "other", not of lock, lock-by-clock/],
  ])('is not replayed when the file is another: %j', async (other, name, message) => {
    checkout.write('other.json', JSON.stringify({ ...saved(), ...other }));
    const { code, stderr } = await checkout.sim(name, '--replay', 'other.json');
    expect(stderr).toMatch(message);
    expect(code).toBe(3);
  });
});

test('services written with promises are run, caught, shrunk, traced and replayed alike', async () => {
  const { code, stdout } = await checkout.sim('promises', '--variant', 'hasty', '--seeds', '20', '--twice');
  expect(code).toBe(1);
  expect(stdout).toContain("import { replayService } from '@dsys/sim';");
  const seed = /^Seed (\d+): no number is answered twice/m.exec(stdout)![1]!;
  const replayed = await checkout.sim('promises', '--replay', `.sim/promises-hasty-${seed}.json`, '--trace');
  expect(replayed.code).toBe(1);
  expect(replayed.stdout).toMatch(/^ {6}0\.000 {2}primary {2}start .* value 0\n/);
  expect(replayed.stdout).toMatch(/ broken .*no number is answered twice: /);
  const right = await checkout.sim('promises', '--seed', seed, '--json');
  expect(json(right.stdout)).toMatchObject({ system: 'promises', violation: null });
});
