/**
 * The quick start of `@dsys/sim`, as a reader follows it: an empty project, the package and vitest, the two programs of its
 * README as two files.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../../scripts/check/program.js';
import { published, readMembers } from '../../../scripts/check/workspace.js';
import { pack } from '../../../scripts/pack.js';
import { install, type Project } from './consumer.js';
import { HERE } from './nodes.js';

const folder = mkdtempSync(join(tmpdir(), 'dsys-sim-in-vitest-'));
let project: Project;

/** The package and what it needs. */
const NEEDED = ['sim', 'core', 'codec', 'hash', 'transport', 'wal'].map((name) => `@dsys/${name}`);

beforeAll(async () => {
  const tarballs = new Map<string, string>();
  for (const member of published(readMembers(ROOT)))
    if (NEEDED.includes(member.manifest.name))
      tarballs.set(member.manifest.name, await pack(member, join(folder, 'tarballs')));
  const { version } = createRequire(import.meta.url)('vitest/package.json') as { version: string };
  project = await install(join(folder, 'project'), ['@dsys/sim', '@dsys/core'], tarballs, { vitest: version });
  const readme = readFileSync(join(ROOT, 'packages/sim/README.md'), 'utf8');
  const [program, suite] = [...readme.matchAll(/^```ts.*\n([\s\S]*?)^```/gm)].map(([, text]) => text!);
  write('counter.ts', program!.replace('const counter:', 'export const counter:'));
  write('counter.test.ts', suite!);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (file: string, text: string): void => writeFileSync(join(project.folder, file), text);

const vitest = (file: string) => project.run(HERE.path, join('node_modules', 'vitest', 'vitest.mjs'), 'run', file);

test('the suite of the README finds the fault, and prints a test that vitest runs', async () => {
  const { status, output } = await vitest('counter.test.ts');
  expect(status, output).toBe(1);
  const [, seed] = /Seed (\d+): no count is answered twice/.exec(output) ?? [];
  expect(seed, output).toBeDefined();
  const [, text] = /Shrunk to 4 actions, as a test:\s+(import \{ replay \}[\s\S]*?\n\s*\}\);)\n/.exec(output) ?? [];
  expect(text, output).toBeDefined();
  write(
    'kept.test.ts',
    text!.replace("import { system } from './system.js';", "import { counter as system } from './counter.js';"),
  );
  const kept = await vitest('kept.test.ts');
  expect(kept.status, kept.output).toBe(1);
  expect(kept.output).toMatch(/expected '1 after 1' to be undefined/);
});

test('the suite passes once the fault is mended: an answer waits for its own write', async () => {
  const mended = replaced(readFileSync(join(project.folder, 'counter.ts'), 'utf8'), [
    [
      '  private writes = 0;',
      '  private writes = 0;\n  private waiting: { id: number; ref: number; answer: Words["answer"] }[] = [];',
    ],
    [
      "    if (input.type !== 'count') return [];",
      `    if (input.type === 'persisted' || input.type === 'refused') {
      const { type, id } = input;
      const done = this.waiting.filter((each) => each.id <= id && type === 'persisted');
      this.waiting = this.waiting.filter((each) => (type === 'persisted' ? each.id > id : each.id < id));
      return done.map(({ ref, answer }) => ({ type: 'answer', ref, answer }));
    }
    if (input.type !== 'count') return [];`,
    ],
    [", { type: 'answer', ref: input.ref, answer }];", '];'],
    [
      "    return [{ type: 'persist', id: ++",
      "    this.waiting = [...this.waiting, { id: this.writes + 1, ref: input.ref, answer }];\n    return [{ type: 'persist', id: ++",
    ],
  ]);
  write('counter.ts', mended);
  const { status, output } = await vitest('counter.test.ts');
  expect(status, output).toBe(0);
});

function replaced(text: string, changes: readonly (readonly [string, string])[]): string {
  let changed = text;
  for (const [from, to] of changes) {
    expect(changed.split(from), from).toHaveLength(2);
    changed = changed.replace(from, to);
  }
  return changed;
}
