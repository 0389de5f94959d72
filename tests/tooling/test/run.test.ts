import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Ended, program, ROOT } from '../../../scripts/check/program.js';
import { type Files, folder } from './fixture.js';

/** One file of vitest's JSON results. */
function results(root: string, file: string, ...statuses: string[]): string {
  const assertionResults = statuses.map((status, index) => ({ status, fullName: `${status} ${index + 1}` }));
  const status = statuses.includes('failed') || statuses.length === 0 ? 'failed' : 'passed';
  return JSON.stringify({ testResults: [{ name: join(root, file), status, assertionResults }] });
}

/**
 * `run.mjs` in a repository whose pnpm does nothing and whose turbo is a few lines of shell: what it is asked goes to
 * `asked`, and it leaves results behind as the real one does.
 */
function checkout(
  turbo: (root: string) => string,
  more: Files = {},
): { root: string; run: (...args: string[]) => Promise<Ended> } {
  const root = folder({ 'package.json': { packageManager: 'pnpm@1.2.3' }, 'packages/a/package.json': {}, ...more });
  cpSync(join(ROOT, 'scripts/run.mjs'), join(root, 'scripts/run.mjs'));
  const command = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `#!/bin/sh\n${text}\n`);
    chmodSync(join(root, path), 0o755);
  };
  command('.tools/pnpm-1.2.3/node_modules/.bin/pnpm', 'echo "pnpm $*" >> asked');
  command(
    '.tools/pnpm-1.2.3/node_modules/.bin/turbo',
    `echo "turbo $*" >> asked\necho "$DSYS_RUNTIME|$DSYS_FOUND|$DSYS_SCALE" > environment\n${turbo(root)}`,
  );
  return {
    root,
    run: (...args) =>
      program('node', [join(root, 'scripts/run.mjs'), ...args], {
        cwd: root,
        env: { DSYS_DEMAND: '', DSYS_SCALE: '' },
      }),
  };
}

function leaving(file: string, ...statuses: string[]): (root: string) => string {
  return (root) =>
    `mkdir -p packages/a/.results\ncat > packages/a/.results/${file} <<'END'\n${results(root, 'packages/a/test/x.test.ts', ...statuses)}\nEND`;
}

const last = (ended: Ended): string => ended.stdout.trimEnd().split('\n').at(-1)!;

describe('npm test', () => {
  test('ends with the totals of every kind of test', async () => {
    const { run } = checkout(
      (root) =>
        `${leaving('test.json', 'passed', 'passed')(root)}\n${leaving('test-built.json', 'passed', 'pending')(root)}`,
    );
    const ended = await run('test');
    expect(last(ended)).toBe('3 passed, 0 failed, 1 skipped');
    expect(ended.stdout).toContain('• skipped: packages/a/test/x.test.ts: pending 2');
    expect(ended.status).toBe(0);
  });

  test('fails when a test failed, and names it, whatever turbo says', async () => {
    const ended = await checkout(leaving('test.json', 'passed', 'failed')).run('test');
    expect(last(ended)).toBe('1 passed, 1 failed, 0 skipped');
    expect(ended.stdout).toContain('• failed: packages/a/test/x.test.ts: failed 2');
    expect(ended.status).toBe(1);
  });

  test('counts a file that could not be loaded as a failure', async () => {
    const ended = await checkout(leaving('test.json')).run('test');
    expect(last(ended)).toBe('0 passed, 1 failed, 0 skipped');
    expect(ended.stdout).toContain('(could not be loaded)');
  });

  test('keeps the exit code when something else failed, and does not count what an earlier run left', async () => {
    const { root, run } = checkout(() => 'exit 7');
    mkdirSync(join(root, 'packages/a/.results'));
    writeFileSync(join(root, 'packages/a/.results/test.json'), results(root, 'x', 'passed'));
    writeFileSync(join(root, 'packages/a/.results/long.json'), results(root, 'x', 'passed'));
    const ended = await run('test');
    expect(last(ended)).toBe('0 passed, 0 failed, 0 skipped');
    expect(ended.stdout).toContain('Something other than a test failed');
    expect(ended.status).toBe(7);
    expect(existsSync(join(root, 'packages/a/.results/long.json'))).toBe(true);
  });

  test('skips nothing where everything is demanded', async () => {
    const { root } = checkout(leaving('test.json', 'passed', 'skipped'));
    const ended = await program('node', [join(root, 'scripts/run.mjs'), 'test'], {
      cwd: root,
      env: { DSYS_DEMAND: '1' },
    });
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain('DSYS_DEMAND=1');
    expect(last(ended)).toBe('1 passed, 0 failed, 1 skipped');
  });

  test('of some packages asks turbo for these', async () => {
    const { root, run } = checkout(leaving('test.json', 'passed'));
    await run('test', 'hashring', '@dsys/cli');
    const asked = (await program('cat', ['asked'], { cwd: root })).stdout;
    expect(asked).toContain('--filter=@dsys/hashring --filter=@dsys/cli');
  });
});

describe('every command', () => {
  test('installs by the lockfile first, and lock updates it', async () => {
    const { root, run } = checkout(leaving('test.json', 'passed'));
    await run('test');
    await run('lock');
    const asked = (await program('cat', ['asked'], { cwd: root })).stdout.split('\n');
    expect(asked[0]).toContain('pnpm install --frozen-lockfile');
    expect(asked.find((line) => line.includes('--no-frozen-lockfile'))).toBeDefined();
  });

  test('tells turbo the runtime and the programs that are there, so that its cache keeps them apart', async () => {
    const programs = '# comment\nshell     sh\nnonsense  no-such-program-here\n';
    const { root, run } = checkout(leaving('test.json', 'passed'), { '.ci/programs': programs, '.tools/node99/x': '' });
    await run('test');
    const seen = (await program('cat', ['environment'], { cwd: root })).stdout.trim();
    expect(seen).toMatch(new RegExp(`^${process.platform}-${process.arch}-node-v\\d+\\.\\d+\\.\\d+\\|sh node99\\|$`));
  });

  test('long runs have their scale and their own totals', async () => {
    const { root, run } = checkout(leaving('long.json', 'passed'));
    const ended = await run('soak');
    expect(last(ended)).toBe('1 passed, 0 failed, 0 skipped');
    expect((await program('cat', ['environment'], { cwd: root })).stdout.trim()).toMatch(/\|20$/);
  });

  test('explains itself, and one that is not there is misuse', async () => {
    const { run } = checkout(() => '');
    const help = await run('help');
    expect(help.status).toBe(0);
    for (const name of ['npm start', 'npm test', 'npm run check', 'npm run new']) expect(help.stdout).toContain(name);
    expect((await run('test', '--help')).stdout).toContain('npm test');
    const unknown = await run('tset');
    expect(unknown.status).toBe(2);
    expect(unknown.stdout).toContain('There is no command "tset"');
  });

  test('leaves the output to the command where it is for a program', async () => {
    const ended = await checkout(() => '').run('bench', '--json');
    expect(ended.stdout).not.toContain('•');
    expect(ended.stderr).toContain('• Installing the workspace …');
  });

  test('says what to do when the installation fails', async () => {
    const { root, run } = checkout(() => '');
    writeFileSync(join(root, '.tools/pnpm-1.2.3/node_modules/.bin/pnpm'), '#!/bin/sh\nexit 3\n');
    const ended = await run('test');
    expect(ended.status).toBe(3);
    expect(ended.stdout).toContain('npm run lock');
  });
});

describe('package.json', () => {
  test('has a script for every command, and no other', async () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const scripts = Object.keys(manifest.scripts);
    const help = (await program('node', [join(ROOT, 'scripts/run.mjs'), 'help'], { cwd: ROOT })).stdout;
    const commands = [...help.matchAll(/^ {2}npm (?:run )?(\S+)/gm)].map((match) => match[1]!);
    expect(scripts.sort()).toEqual(commands.sort());
  });
});
