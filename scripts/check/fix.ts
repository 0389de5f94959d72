/**
 * `npm run fix`: mends what can be mended without a thought: format and safe lint fixes, order of manifests, API
 * reports. What it writes is yours to read before you commit it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReports, missingDeclarations } from './api/report.js';
import { buildPackages } from './build.js';
import { program, ROOT } from './program.js';
import { readMembers } from './workspace.js';

async function main(): Promise<void> {
  console.log('• order of manifests (sherif)');
  await program('sherif', ['--fix', '--no-install'], { cwd: ROOT });
  console.log('• format and safe lint fixes (biome)');
  await program('biome', ['check', '--write'], { cwd: ROOT });

  console.log('• building the packages');
  const { failed } = await buildPackages(ROOT);
  const libraries = readMembers(ROOT).filter((member) => {
    const isStale = failed.includes(member.manifest.name) || failed.includes('packages');
    return member.kind === 'library' && !isStale && missingDeclarations(member).length === 0;
  });
  console.log(`• API reports of ${libraries.map((member) => member.manifest.name).join(', ') || 'no package'}`);
  for (const [folder, report] of apiReports(libraries)) writeFileSync(join(ROOT, folder, 'api.md'), report);

  for (const name of failed) console.log(`${name} does not build, so its API report stays as it is.`);
  console.log('Done. `git diff` shows what changed; `npm run check` says what is left.');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
