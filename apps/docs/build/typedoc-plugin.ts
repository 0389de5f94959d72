/**
 * What TypeDoc has to be told about this repository: where a package's entry points are, what they are called,
 * what begins its page, and what Vue would do to that. The rules themselves (what must be documented) are in the root `typedoc.json`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Application,
  Comment,
  type Context,
  Converter,
  DeclarationReflection,
  MinimalSourceFile,
  type NormalizedPath,
  type OptionsReader,
  type ProjectReflection,
  ReflectionKind,
} from 'typedoc';
import { MarkdownPageEvent } from 'typedoc-plugin-markdown';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PACKAGES = join(ROOT, 'packages');

/** The condition under which a package's `exports` name their TypeScript source. */
const SOURCE = '@dsys/source';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Called by TypeDoc. */
export function load(app: Application): void {
  app.options.addReader(entryPointsFromExports);
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, welcomeComments);
  app.on(Application.EVENT_PROJECT_REVIVE, nameModulesByImport, 1000);
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    if (page.contents) page.contents = titleByImport(page.model, forVue(page.contents));
  });
}

/**
 * A package's `exports` already say what it publishes, so nobody lists entry points a second time: a new package,
 * or a new subpath, is in the reference once it can be imported.
 */
const entryPointsFromExports: OptionsReader = {
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
 * The comment at the top of an entry point is its welcome, with or without the tag `@packageDocumentation` that
 * TypeDoc would ask for.
 */
function welcomeComments({ project, converter }: Context): void {
  const modules = project.getReflectionsByKind(ReflectionKind.Module);
  // A package with one entry point has no module: what it exports is the project's own.
  for (const reflection of modules.length > 0 ? (modules as DeclarationReflection[]) : [project]) {
    const file =
      ('sources' in reflection ? reflection.sources?.[0]?.fullFileName : undefined) ??
      converter.application.options.getValue('entryPoints')[0];
    if (reflection.comment !== undefined || file === undefined) continue;
    const [, comment] = /^\s*\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8')) ?? [];
    if (comment === undefined) continue;
    const text = comment.replace(/^ *\* ?/gm, '').trim();
    reflection.comment = new Comment(
      converter.parseRawComment(new MinimalSourceFile(text, file as NormalizedPath), project.files).content,
    );
  }
}

/**
 * Modules are called as in an import: `compat` of `@dsys/hashring`, not `src/compat`. What `@dsys/hashring` itself
 * exports stands on the package's own page, beside its subpaths.
 */
function nameModulesByImport(project: ProjectReflection): void {
  for (const entry of importNames()) {
    const owner = project.children?.find((child) => child.name === entry.package);
    const module = owner?.children?.find(
      (child) => child.kindOf(ReflectionKind.Module) && child.sources?.[0]?.fileName === entry.source,
    );
    if (owner === undefined || module === undefined) continue;
    if (entry.subpath !== '') module.name = entry.subpath.slice(1);
    else {
      if (module.comment) owner.comment = module.comment;
      project.mergeReflections(module, owner);
    }
  }
}

/** Every entry point of every package, and how it is imported. */
function importNames(): { package: string; subpath: string; source: string }[] {
  return readdirSync(PACKAGES).flatMap((folder) => {
    const manifest = manifestOf(join(PACKAGES, folder));
    return Object.entries(manifest?.exports ?? {}).flatMap(([subpath, target]) =>
      target?.[SOURCE]
        ? [{ package: manifest!.name, subpath: subpath.slice(1), source: join('packages', folder, target[SOURCE]) }]
        : [],
    );
  });
}

/** A subpath's page is headed by the whole specifier; its name alone would say little. */
function titleByImport(model: unknown, markdown: string): string {
  if (!(model instanceof DeclarationReflection) || !model.kindOf(ReflectionKind.Module)) return markdown;
  const isSubpath = model.parent?.kindOf(ReflectionKind.Module) ?? false;
  return isSubpath ? markdown.replace(/^# .*$/m, `# ${model.parent!.name}/${model.name}`) : markdown;
}

function manifestOf(directory: string): Manifest | undefined {
  const path = join(directory, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/**
 * Vue reads `{{ x }}` in prose as an expression; in code VitePress already tells it not to. TypeDoc, the other way
 * round, escapes braces and angle brackets in drawings (indented code), where they then show.
 */
export function forVue(markdown: string): string {
  let fenced = false;
  let drawing = false;
  let blank = true;
  let inList = false;
  return markdown
    .split('\n')
    .map((line) => {
      if (line.startsWith('```')) fenced = !fenced;
      if (fenced) return line;
      const isBlank = line.trim() === '';
      drawing = /^ {4}/.test(line) ? drawing || (blank && !inList) : isBlank && drawing;
      if (!isBlank) inList = /^\s*([-*+]|\d+\.) /.test(line) || (inList && line.startsWith(' '));
      blank = isBlank;
      if (drawing)
        return line
          .replace(/\\([{}<>])/g, '$1')
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>');
      return line.replace(/(`[^`]*`)|\{\{/g, (_, code) => code ?? '&#123;&#123;');
    })
    .join('\n');
}
