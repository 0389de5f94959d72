/** What is in the repository: its workspaces with their manifests, its files, its sources as syntax trees. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** `package.json`, as far as anything here reads it. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly bin?: string | Record<string, string>;
  readonly files?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly repository?: { readonly directory?: string };
  readonly exports?: Exports;
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean; readonly exports?: Exports };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** `exports` of a manifest: subpath → condition → file. */
export type Exports = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One workspace. */
export interface Member {
  /** From the root, with slashes: `packages/hash`. */
  readonly folder: string;
  readonly path: string;
  /** A library of `packages/`, a program of `apps/`, or something private to the repository. */
  readonly kind: 'library' | 'app' | 'private';
  readonly manifest: Manifest;
}

export interface Repository {
  readonly root: string;
  readonly members: readonly Member[];
  /** Every file that is, or could be, committed; relative, with slashes, sorted. */
  readonly files: readonly string[];
  text(file: string): string;
  /** Parsed once; positions only, no types. */
  source(file: string): ts.SourceFile;
}

export function readRepository(root: string): Repository {
  const texts = new Map<string, string>();
  const sources = new Map<string, ts.SourceFile>();
  function text(file: string): string {
    let found = texts.get(file);
    if (found === undefined) texts.set(file, (found = readFileSync(join(root, file), 'utf8')));
    return found;
  }
  function source(file: string): ts.SourceFile {
    let found = sources.get(file);
    if (found === undefined) {
      sources.set(file, (found = ts.createSourceFile(file, text(file), ts.ScriptTarget.Latest, true)));
    }
    return found;
  }
  return { root, members: readMembers(root), files: listFiles(root), text, source };
}

/** The workspaces of `pnpm-workspace.yaml`, which lists folders of these three shapes and nothing else. */
export function readMembers(root: string): Member[] {
  const folders = ['examples'];
  for (const parent of ['packages', 'apps', 'tests']) {
    if (existsSync(join(root, parent))) {
      for (const name of readdirSync(join(root, parent)).sort()) folders.push(`${parent}/${name}`);
    }
  }
  const members: Member[] = [];
  for (const folder of folders) {
    const path = join(root, folder);
    if (!existsSync(join(path, 'package.json'))) continue;
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
    const kind = folder.startsWith('packages/') ? 'library' : folder.startsWith('apps/') ? 'app' : 'private';
    members.push({ folder, path, kind, manifest });
  }
  return members;
}

/** What npm would get: libraries and apps that are not private. */
export function published(members: readonly Member[]): Member[] {
  return members.filter((m) => m.kind !== 'private' && m.manifest.private !== true);
}

/** What a consumer of the package has to have: the names of every kind of runtime dependency, with their ranges. */
export function runtimeDependencies(manifest: Manifest): Record<string, string> {
  return { ...manifest.peerDependencies, ...manifest.optionalDependencies, ...manifest.dependencies };
}

const GENERATED = new Set(['node_modules', 'dist', '.git', '.turbo', '.tools', '.results', '.snippets', 'coverage']);

/** From git where there is one, so that `.gitignore` is obeyed; else by walking. Deleted files are left out. */
export function listFiles(root: string): string[] {
  if (existsSync(join(root, '.git'))) {
    const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (git.status === 0) {
      const names = new Set(git.stdout.split('\0').filter((name) => name !== '' && existsSync(join(root, name))));
      return [...names].sort();
    }
  }
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((name) => !name.split('/').some((part) => GENERATED.has(part)))
    .sort();
}

/** `path:line` of a place in a parsed file. */
export function placeOf(source: ts.SourceFile, position: number): string {
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(position).line + 1}`;
}
