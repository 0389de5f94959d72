/** `dist` of every package, fresh: what the checks that follow read. Comes by itself before them. */
import type { Check } from './check.js';
import { program } from './program.js';
import { type Member, readMembers, runtimeDependencies } from './workspace.js';

export const build: Check = {
  name: 'build',
  holds: 'Every package builds; the checks that read what was built say more once it does.',
  needsBuild: false,
  async run(root) {
    const { failed, output } = await buildPackages(root);
    const todo = '`npx turbo run build` shows why';
    return failed.map((at) => ({
      at,
      what: at === 'packages' ? output : 'does not build, or needs one that does not',
      todo,
    }));
  },
};

/**
 * Builds what can be built. `failed` has the names of the packages that do not, and of those that need them, whose
 * `dist` may be stale; or `packages` when nothing could be tried.
 */
export async function buildPackages(root: string): Promise<{ failed: string[]; output: string }> {
  const args = ['run', 'build', '--continue=dependencies-successful', '--output-logs=errors-only', '--ui=stream'];
  const { status, output } = await program('turbo', args, { cwd: root });
  if (status === 0) return { failed: [], output };
  const failed = [...output.matchAll(/^(\S+)#build:\s+ERROR/gm)].map((match) => match[1]!);
  return {
    failed: failed.length > 0 ? withDependents(failed, readMembers(root)) : ['packages'],
    output: output.trim(),
  };
}

/** These packages, and whatever depends on one of them, directly or not. */
export function withDependents(names: readonly string[], members: readonly Member[]): string[] {
  const all = new Set(names);
  for (let before = 0; before !== all.size; ) {
    before = all.size;
    for (const { kind, manifest } of members) {
      const needs = Object.keys(runtimeDependencies(manifest));
      if (kind !== 'private' && needs.some((name) => all.has(name))) all.add(manifest.name);
    }
  }
  return [...all];
}
