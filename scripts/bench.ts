/**
 * `npm run bench`: every package that has benchmarks, one after the other, or those that are named.
 *
 *     npm run bench                            all
 *     npm run bench -- hashring                one
 *     npm run bench -- hashring --quick        what stands after the name goes to the benchmark itself
 *
 * Exit code 1 when a benchmark failed, 2 on misuse.
 */
import { spawnSync } from 'node:child_process';
import { ROOT } from './check/program.js';
import { type Member, readMembers } from './check/workspace.js';

function main(args: readonly string[]): number {
  const able = readMembers(ROOT).filter((member) => member.manifest.scripts?.['bench'] !== undefined);
  const names = able.map(shortName);
  const first = args.findIndex((arg) => arg.startsWith('-'));
  const wanted = first === -1 ? args : args.slice(0, first);
  const passed = first === -1 ? [] : args.slice(first);
  if (wanted.length === 0 && passed.includes('--help')) {
    console.log('npm run bench [-- NAME … [options of the benchmark]]\n');
    console.log(
      `Packages with benchmarks: ${names.join(', ') || 'none yet'}. \`-- NAME --help\` lists the options of one.`,
    );
    return 0;
  }
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(
      `No benchmarks in ${unknown.join(', ')}; there are some in: ${names.join(', ') || 'no package yet'}.`,
    );
    return 2;
  }
  const chosen = able.filter((member) => wanted.length === 0 || wanted.includes(shortName(member)));
  // Benchmarks measure what is published, so `dist` has to be fresh.
  const filters = chosen.map((member) => `--filter=${member.manifest.name}^...`);
  const own = chosen.map((member) => `--filter=${member.manifest.name}`);
  if (run('turbo', ['run', 'build', ...filters, ...own, '--output-logs=errors-only', '--ui=stream'], ROOT) !== 0)
    return 1;
  const failed = chosen.filter((member) => {
    console.log(`\n• ${member.manifest.name}`);
    return run('pnpm', ['--silent', 'run', 'bench', ...passed], member.path) !== 0;
  });
  if (failed.length > 0) console.error(`\nFailed: ${failed.map(shortName).join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}

function shortName(member: Member): string {
  return member.folder.split('/').at(-1)!;
}

/** With the terminal handed through: benchmarks show their progress. PATH is the one that `run.mjs` set up. */
function run(command: string, args: readonly string[], cwd: string): number {
  return spawnSync(command, args, { cwd, stdio: 'inherit' }).status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
