/**
 * `npm run fix`: mends what can be mended without a thought: format and safe lint fixes, order of manifests, API
 * reports. What it writes is yours to read before you commit it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReports } from './api/report.js';
import { type Ended, program, ROOT } from './program.js';
import { readMembers } from './workspace.js';

async function main(): Promise<number> {
  let status = 0;
  const step = async (
    what: string,
    command: string,
    args: readonly string[],
    isFine: (ended: Ended) => boolean,
  ): Promise<boolean> => {
    console.log(`• ${what} …`);
    const ended = await program(command, args, { cwd: ROOT });
    if (isFine(ended)) return true;
    console.log(ended.output.trim());
    status = 1;
    return false;
  };

  await step('order of manifests', 'sherif', ['--fix', '--no-install'], () => true);
  // What is left after biome's safe fixes wants a person: `npm run check -- style` says what it is.
  await step('format and lint', 'biome', ['check', '--write'], () => true);
  const built = await step(
    'building the packages',
    'turbo',
    ['run', 'build', '--filter=./packages/*', '--output-logs=errors-only', '--ui=stream'],
    (ended) => ended.status === 0,
  );
  if (built) {
    const libraries = readMembers(ROOT).filter((member) => member.kind === 'library');
    for (const [folder, report] of apiReports(libraries)) writeFileSync(join(ROOT, folder, 'api.md'), report);
    console.log(`• API reports of ${libraries.length} packages`);
  } else {
    console.log('The API reports were left as they are: they need a build.');
  }
  console.log('Done. `git diff` shows what changed; `npm run check` says what is left.');
  return status;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
