/**
 * Generates what the site shows but nobody writes: the API reference of every package in `packages/`, and the
 * glossary. An undocumented export, or a link to nothing, is an error here.
 *
 *     tsx build/reference.ts [--lenient]        lenient: gaps are told and forgiven, for `dev`
 *
 * git ignores both: reference/ and guide/glossary.md
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, TSConfigReader, TypeDocReader } from 'typedoc';
import { manualPage } from './manual.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const docs = join(root, 'apps/docs');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const status = await generate();
  process.exitCode = process.argv.includes('--lenient') ? 0 : status;
}

/** Writes `reference/` and `guide/glossary.md`; gives the exit code. */
export async function generate(): Promise<number> {
  glossary();
  const began = Date.now();
  process.stdout.write('• Generating the API reference …\n');
  const app = await typedoc();
  const project = await app.convert();
  if (!project) {
    process.stderr.write(
      '✗ A package could not be read: see above. `npm test` tells more about errors of the compiler.\n',
    );
    return 1;
  }
  app.validate(project);
  rmSync(join(docs, 'reference'), { recursive: true, force: true });
  await app.generateOutputs(project);
  writeManuals();
  if (app.logger.hasErrors() || app.logger.hasWarnings()) {
    process.stderr.write('✗ The API reference has the gaps above. Document what is exported, or stop exporting it.\n');
    return 1;
  }
  process.stdout.write(
    `  ${project.children?.length ?? 0} packages in ${((Date.now() - began) / 1000).toFixed(1)} s\n`,
  );
  return 0;
}

/** What must be documented stands in the root `typedoc.json`; here is how it becomes pages. */
async function typedoc(): Promise<Application> {
  const require = createRequire(import.meta.url);
  const app = await Application.bootstrapWithPlugins(
    {
      options: join(root, 'typedoc.json'),
      entryPoints: [join(root, 'packages/*')],
      plugin: [
        require.resolve('typedoc-plugin-markdown'),
        require.resolve('typedoc-vitepress-theme'),
        join(docs, 'build/typedoc-plugin.ts'),
      ],
      logLevel: 'Warn',
    },
    [new TypeDocReader(), new TSConfigReader()],
  );
  const pages: Record<string, unknown> = {
    name: 'API reference',
    out: join(docs, 'reference'),
    docsRoot: docs,
    router: 'member',
    excludeScopesInPaths: true,
    // Without these two a bare `Map<K, V>` in a comment is read as an HTML tag, and the site does not build.
    sanitizeComments: true,
    useCodeBlocks: true,
    hideBreadcrumbs: true,
    indexFormat: 'table',
    parametersFormat: 'table',
    enumMembersFormat: 'table',
    tableColumnSettings: { hideSources: true, leftAlignHeaders: true },
    pageTitleTemplates: { index: 'API reference', module: '{name}', member: '{name}' },
  };
  for (const [name, value] of Object.entries(pages)) app.options.setValue(name as never, value as never);
  return app;
}

/** The README of each package is its manual: the site shows it beside what the package exports. */
function writeManuals(): void {
  for (const folder of readdirSync(join(root, 'packages'))) {
    const source = join(root, 'packages', folder, 'README.md');
    const target = join(docs, 'reference', folder);
    if (existsSync(source) && existsSync(target))
      writeFileSync(join(target, 'manual.md'), manualPage(readFileSync(source, 'utf8'), `packages/${folder}`));
  }
}

/** The glossary lives in `docs/`, where people who read the code look for it; the site has it under Guides. */
function glossary(): void {
  const source = join(root, 'docs/glossary.md');
  const target = join(docs, 'guide/glossary.md');
  if (existsSync(source))
    writeFileSync(target, `---\ntitle: Glossary\norder: 90\n---\n\n${readFileSync(source, 'utf8')}`);
  else rmSync(target, { force: true });
}
