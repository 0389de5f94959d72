/** An empty project outside the checkout, into which tarballs are installed as a user would install packages. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, program, ROOT } from '../../../scripts/check/program.js';

export interface Project {
  readonly folder: string;
  /** Runs a file of the project under one Node, and nothing of ours in the environment. */
  run(node: string, file: string, ...args: string[]): Promise<Ended>;
}

/**
 * Installs these packages with what they need. pnpm keeps what a package did not declare out of its reach; our own
 * packages come from `tarballs` also where another one asks for them, the rest from pnpm's store or the registry;
 * `others` are packages that the user has, with their versions.
 */
export async function install(
  folder: string,
  names: readonly string[],
  tarballs: ReadonlyMap<string, string>,
  others: Readonly<Record<string, string>> = {},
): Promise<Project> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const ours = Object.fromEntries(names.map((name) => [name, `file:${tarballs.get(name)}`]));
  const dependencies = { ...others, ...ours };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  const overrides = [...tarballs].map(([name, tarball]) => `  '${name}': 'file:${tarball}'\n`);
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), `pmOnFail: ignore\noverrides:\n${overrides.join('')}`);
  const args = [
    'install',
    '--prefer-offline',
    '--ignore-scripts',
    '--no-frozen-lockfile',
    '--store-dir',
    await store(),
  ];
  const ended = await program('pnpm', args, { cwd: folder });
  if (ended.status !== 0) throw new Error(`could not install ${names.join(', ')}:\n${ended.output.trim()}`);
  return {
    folder,
    run: (node, file, ...more) =>
      program(node, [file, ...more], { cwd: folder, timeoutMs: 60_000, env: { NODE_OPTIONS: '' } }),
  };
}

/** The store of the checkout already has every third-party package, so that little or nothing is fetched. */
async function store(): Promise<string> {
  return (await program('pnpm', ['store', 'path'], { cwd: ROOT })).stdout.trim();
}
