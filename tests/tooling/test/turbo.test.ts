/** What turbo takes into its cache keys, read from its own dry runs on a copy of the settings and two packages. */
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program, ROOT } from '../../../scripts/check/program.js';
import { emptyFolder } from './fixture.js';

const { root, discard } = emptyFolder();
const LOWER = 'packages/lower';
const UPPER = 'packages/upper';

beforeAll(async () => {
  for (const file of ['turbo.json', 'tsconfig.base.json', 'tsup.base.ts', 'vitest.base.ts', 'ambient', '.gitignore']) {
    cpSync(join(ROOT, file), join(root, file), { recursive: true });
  }
  const scripts = { build: 'x', typecheck: 'x', test: 'x', 'test:built': 'x' };
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write('package.json', JSON.stringify({ name: 'root', private: true, packageManager: 'pnpm@12.21.0' }));
  write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n');
  write(
    'pnpm-lock.yaml',
    "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  packages/lower: {}\n  packages/upper:\n    dependencies:\n      '@dsys/lower':\n        specifier: workspace:^\n        version: link:../lower\n",
  );
  write(`${LOWER}/package.json`, JSON.stringify({ name: '@dsys/lower', version: '0.1.0', scripts }));
  write(
    `${UPPER}/package.json`,
    JSON.stringify({ name: '@dsys/upper', version: '0.1.0', scripts, dependencies: { '@dsys/lower': 'workspace:^' } }),
  );
  for (const here of [LOWER, UPPER]) {
    for (const file of ['src/index.ts', 'test/a.test.ts', 'bench/a.ts', 'README.md', 'api.md'])
      write(`${here}/${file}`, '1\n');
  }
  await program('git', ['init', '-q'], { cwd: root });
  await program('git', ['add', '-A'], { cwd: root });
  return discard;
});

afterAll(discard);

/** `@dsys/upper#test` → its cache key. */
async function keys(env: Record<string, string> = {}): Promise<Map<string, string>> {
  const ended = await program('turbo', ['run', 'build', 'typecheck', 'test', 'test:built', '--dry=json'], {
    cwd: root,
    env,
  });
  expect(ended.status, ended.output).toBe(0);
  const { tasks } = JSON.parse(ended.stdout.slice(ended.stdout.indexOf('{'))) as {
    tasks: readonly { taskId: string; hash: string }[];
  };
  return new Map(tasks.map((task) => [task.taskId, task.hash]));
}

/** Which tasks run again after a change of this file. */
async function rerunAfter(file: string): Promise<string[]> {
  const before = await keys();
  appendFileSync(join(root, file), '2\n');
  const after = await keys();
  const changed = [...before]
    .filter(([task, key]) => after.get(task) !== key)
    .map(([task]) => task.replace('@dsys/', ''));
  return changed.filter((task) => !task.endsWith('#sources')).sort();
}

const ALL = ['lower', 'upper'].flatMap((name) =>
  ['build', 'test', 'test:built', 'typecheck'].map((task) => `${name}#${task}`),
);

describe('a change', () => {
  test("of a package's source runs its own tasks again, and those of whoever imports it", async () => {
    expect(await rerunAfter(`${LOWER}/src/index.ts`)).toEqual(ALL);
    expect(await rerunAfter(`${UPPER}/src/index.ts`)).toEqual(ALL.filter((task) => task.startsWith('upper')));
  });

  test("of a package's tests or benches runs its own checks again, and builds nothing", async () => {
    const own = ['lower#test', 'lower#test:built', 'lower#typecheck'];
    expect(await rerunAfter(`${LOWER}/test/a.test.ts`)).toEqual(own);
    expect(await rerunAfter(`${LOWER}/bench/a.ts`)).toEqual(own);
  });

  test('of its README builds nothing', async () => {
    expect(await rerunAfter(`${LOWER}/README.md`)).not.toContain('lower#build');
    expect((await rerunAfter(`${LOWER}/api.md`)).filter((task) => task.startsWith('upper'))).toEqual([]);
  });

  test.each([['tsconfig.base.json'], ['tsup.base.ts'], ['vitest.base.ts'], ['ambient/universal.d.ts']])(
    'of %s runs everything again',
    async (file) => {
      expect(await rerunAfter(file)).toEqual(ALL);
    },
  );
});

describe('the surroundings', () => {
  async function tasksThatKnow(name: string): Promise<string[]> {
    const one = await keys({ [name]: 'one' });
    const two = await keys({ [name]: 'two' });
    return [...one]
      .filter(([task, key]) => two.get(task) !== key)
      .map(([task]) => task.replace('@dsys/', ''))
      .sort();
  }

  test('the runtime is part of every key', async () => {
    expect(await tasksThatKnow('DSYS_RUNTIME')).toEqual(expect.arrayContaining(ALL));
  });

  test.each([['DSYS_FOUND'], ['DSYS_DEMAND'], ['CI']])(
    '%s is part of the keys of tests, and of nothing else',
    async (name) => {
      expect(await tasksThatKnow(name)).toEqual(ALL.filter((task) => /#test/.test(task)));
    },
  );

  test.each([['DSYS_SCALE'], ['SOMETHING_ELSE']])('%s is part of none', async (name) => {
    expect(await tasksThatKnow(name)).toEqual([]);
  });
});
