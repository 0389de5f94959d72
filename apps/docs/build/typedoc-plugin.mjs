/**
 * What TypeDoc has to be told about this repository: where a package's entry points are, what they are called,
 * and what Vue would do to a page. The rules themselves (what must be documented) are in the root `typedoc.json`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, ReflectionKind } from 'typedoc';
import { MarkdownPageEvent } from 'typedoc-plugin-markdown';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PACKAGES = join(ROOT, 'packages');

/** The condition under which a package's `exports` name their TypeScript source. */
const SOURCE = '@dsys/source';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.options.addReader(entryPointsFromExports);
  app.on(Application.EVENT_PROJECT_REVIVE, nameModulesByImport, 1000);
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    if (page.contents) page.contents = titleByImport(page, escapeMustaches(page.contents));
  });
}

/**
 * A package's `exports` already say what it publishes, so nobody lists entry points a second time: a new package,
 * or a new subpath, is in the reference once it can be imported.
 */
const entryPointsFromExports = {
  name: 'entry-points-from-exports',
  // After TypeDoc's readers of typedoc.json (100) and of tsconfig.json (200).
  order: 300,
  supportsPackages: true,
  read(options, logger, directory) {
    const manifest = manifestOf(directory);
    if (!manifest?.exports || manifest.private) return;
    const sources = Object.values(manifest.exports).flatMap((target) => target?.[SOURCE] ?? []);
    if (sources.length === 0)
      logger.error(
        `${manifest.name}: no entry of "exports" has the condition "${SOURCE}"; give each one its source file.`,
      );
    else options.setValue('entryPoints', sources, directory);
    // Else a link to a source would begin at its package, not at the repository.
    options.setValue('basePath', ROOT);
    options.setValue('displayBasePath', ROOT);
    // Each entry is read with every runtime's types: that a core sees none of them is the compiler's business, not ours.
    options.setCompilerOptions(
      sources.map((source) => join(directory, source)),
      {
        ...options.getCompilerOptions(logger),
        lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      undefined,
    );
  },
};

/**
 * Modules are called as in an import: `compat` of `@dsys/hashring`, not `src/compat`. What `@dsys/hashring` itself
 * exports stands on the package's own page, beside its subpaths.
 */
function nameModulesByImport(project) {
  for (const entry of importNames()) {
    const module = project.children
      ?.find((child) => child.name === entry.package)
      ?.children?.find((child) => child.kindOf(ReflectionKind.Module) && child.sources?.[0]?.fileName === entry.source);
    if (module === undefined) continue;
    if (entry.subpath === '') {
      module.parent.comment = module.comment;
      project.mergeReflections(module, module.parent);
    } else module.name = entry.subpath.slice(1);
  }
}

/** Every entry point of every package, and how it is imported. */
function importNames() {
  return readdirSync(PACKAGES).flatMap((folder) => {
    const manifest = manifestOf(join(PACKAGES, folder));
    return Object.entries(manifest?.exports ?? {}).flatMap(([subpath, target]) =>
      target?.[SOURCE]
        ? [{ package: manifest.name, subpath: subpath.slice(1), source: join('packages', folder, target[SOURCE]) }]
        : [],
    );
  });
}

/** A subpath's page is headed by the whole specifier; its name alone would say little. */
function titleByImport({ model }, markdown) {
  const isSubpath = model?.kindOf?.(ReflectionKind.Module) && model.parent?.kindOf?.(ReflectionKind.Module);
  return isSubpath ? markdown.replace(/^# .*$/m, `# ${model.parent.name}/${model.name}`) : markdown;
}

function manifestOf(directory) {
  const path = join(directory, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Vue reads `{{ x }}` in prose as an expression; in code VitePress already tells it not to. */
function escapeMustaches(markdown) {
  return markdown
    .split(/(```[\s\S]*?```|`[^`\n]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll('{{', '&#123;&#123;')))
    .join('');
}
