/** What the `package.json` of whatever is published says: arrows, versions, exports, the files a package is judged by. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARROWS, SCOPE } from '../arrows.js';
import type { Finding } from '../check.js';
import { type Exports, type Member, published, type Repository, runtimeDependencies } from '../workspace.js';

/** `@dsys/codec/testing` → `codec`. */
function libraryOf(specifier: string): string {
  return specifier.slice(SCOPE.length).split('/')[0]!;
}

/** Dependencies between our own packages point where the table says. */
export function arrowsInManifests(repository: Repository): Finding[] {
  const findings: Finding[] = [];
  for (const { folder, kind, manifest } of repository.members) {
    const at = `${folder}/package.json`;
    if (kind === 'library') {
      const name = libraryOf(manifest.name);
      if (manifest.name !== `${SCOPE}${folder.slice('packages/'.length)}`) {
        findings.push({
          at,
          what: `is called ${manifest.name}`,
          todo: `call it ${SCOPE}${folder.slice(9)}, like its folder`,
        });
      }
      const allowed = ARROWS[name];
      if (allowed === undefined) {
        const todo = `add a row "${name}" to scripts/check/arrows.ts, with what it may import`;
        findings.push({ at, what: `${manifest.name} is not in the table of arrows`, todo });
        continue;
      }
      for (const other of Object.keys(runtimeDependencies(manifest))) {
        if (!other.startsWith(SCOPE) || allowed.includes(libraryOf(other))) continue;
        const todo = `drop the dependency, move what both need to a package that ${name} may import (${allowed.join(', ') || 'none'}), or change scripts/check/arrows.ts with a decision record`;
        findings.push({ at, what: `depends on ${other}, which the arrows do not allow`, todo });
      }
    }
    for (const [other, range] of Object.entries({ ...runtimeDependencies(manifest), ...manifest.devDependencies })) {
      if (other.startsWith(SCOPE) && !/^workspace:/.test(range)) {
        findings.push({ at, what: `takes ${other} as "${range}"`, todo: 'write "workspace:^"' });
      }
    }
  }
  return [...findings, ...cycles(repository.members)];
}

/** No cycle, dev dependencies included: turbo refuses those too. */
function cycles(members: readonly Member[]): Finding[] {
  const byName = new Map(members.map((m) => [m.manifest.name, m]));
  const done = new Set<string>();
  const findings: Finding[] = [];
  function visit(name: string, path: readonly string[]): void {
    if (path.includes(name)) {
      const loop = [...path.slice(path.indexOf(name)), name].join(' → ');
      const todo = 'move the tests that need both into a private workspace below tests/';
      findings.push({ at: `${byName.get(name)!.folder}/package.json`, what: `dependencies go round: ${loop}`, todo });
      return;
    }
    const member = byName.get(name);
    if (member === undefined || done.has(name)) return;
    const { manifest } = member;
    for (const other of Object.keys({ ...runtimeDependencies(manifest), ...manifest.devDependencies })) {
      if (byName.has(other)) visit(other, [...path, name]);
    }
    done.add(name);
  }
  for (const { manifest } of members) visit(manifest.name, []);
  return findings;
}

/** Every third-party dependency of a published package has its line of reason, and a range that lets fixes in. */
export function dependenciesHaveReasons(repository: Repository): Finding[] {
  const decisions = repository.files
    .filter((file) => /^docs\/decisions\/.*\.md$/.test(file))
    .map((file) => repository.text(file))
    .join('\n');
  const catalog = readCatalog(repository.root);
  const findings: Finding[] = [];
  for (const { folder, manifest } of published(repository.members)) {
    const at = `${folder}/package.json`;
    for (const [name, range] of Object.entries(runtimeDependencies(manifest))) {
      if (name.startsWith(SCOPE)) continue;
      if (!decisions.includes(`\`${name}\``)) {
        const todo = `write one line of reason with \`${name}\` in docs/decisions/, or do without`;
        findings.push({ at, what: `depends on ${name}, for which no decision record gives a reason`, todo });
      }
      const wanted = range === 'catalog:' ? catalog.get(name) : range;
      if (wanted === undefined) {
        findings.push({ at, what: `${name} is not in the catalog`, todo: 'add it to pnpm-workspace.yaml' });
      } else if (/^\d/.test(wanted)) {
        const todo = 'put a caret before the version in the catalog, so that consumers get fixes and share one copy';
        findings.push({ at, what: `publishes exactly ${name}@${wanted}`, todo });
      }
    }
  }
  return findings;
}

/** Only `name: range` lines, which is all that our catalog has. */
function readCatalog(root: string): Map<string, string> {
  const catalog = new Map<string, string>();
  const file = join(root, 'pnpm-workspace.yaml');
  if (!existsSync(file)) return catalog;
  const [, block = ''] = readFileSync(file, 'utf8').split(/^catalog:\s*$/m);
  for (const line of block.split('\n')) {
    if (/^\S/.test(line)) break;
    const match = /^\s+'?([^':]+)'?:\s*(\S+)/.exec(line);
    if (match) catalog.set(match[1]!, match[2]!);
  }
  return catalog;
}

/** What npm shows and what consumers resolve. */
export function manifestsAreComplete(repository: Repository): Finding[] {
  const findings: Finding[] = [];
  for (const member of repository.members) {
    const { folder, manifest, path } = member;
    if (member.kind === 'private' || (member.kind === 'app' && manifest.private === true)) continue;
    const at = `${folder}/package.json`;
    const want = (holds: boolean, what: string, todo: string): void => {
      if (!holds) findings.push({ at, what, todo });
    };
    for (const file of ['README.md', 'LICENSE']) {
      const todo = file === 'LICENSE' ? 'copy it from the root' : 'write it; `npm run new` shows the skeleton';
      want(existsSync(join(path, file)), `${folder} has no ${file}`, todo);
    }
    want((manifest.description ?? '').length > 20, 'has no description', 'say in one sentence what the package is for');
    want(manifest.license === 'MIT', 'does not say MIT', 'add "license": "MIT"');
    want(manifest.type === 'module', 'is not ESM', 'add "type": "module"');
    want(
      manifest.sideEffects === false,
      'may have side effects',
      'add "sideEffects": false, so that bundlers can drop what is not used',
    );
    want(
      manifest.repository?.directory === folder,
      'does not say where its source is',
      `set repository.directory to "${folder}"`,
    );
    want(
      manifest.engines?.['node'] === '>=20.19',
      'does not say which Node it needs',
      'set engines.node to ">=20.19", from where require() of ESM works',
    );
    want(
      /^0\.\d+\.\d+$/.test(manifest.version ?? ''),
      `has version ${manifest.version}`,
      'stay at 0.x until the bytes and the API are promised for good',
    );
    if (manifest.private === true) continue;
    const publish = manifest.publishConfig;
    want(
      publish?.access === 'public' && publish.provenance === true,
      'is not set up to be published',
      'set publishConfig.access to "public" and publishConfig.provenance to true',
    );
    want(
      same(manifest.files, ['dist', 'src']),
      `packs ${JSON.stringify(manifest.files)}`,
      'set files to ["dist", "src"]: the source is what declaration maps point to',
    );
    for (const script of ['build', 'typecheck', 'test']) {
      want(
        manifest.scripts?.[script] !== undefined,
        `has no script "${script}"`,
        'copy it from a neighbour, or turbo passes the package over',
      );
    }
    findings.push(...exportsAgree(member));
  }
  return findings;
}

function exportsAgree({ folder, manifest, path }: Member): Finding[] {
  const at = `${folder}/package.json`;
  const findings: Finding[] = [];
  const published: Record<string, Record<string, string>> = {};
  for (const [subpath, conditions] of Object.entries(manifest.exports ?? {})) {
    const names = Object.keys(conditions);
    if (!same(names, ['@dsys/source', 'types', 'default'])) {
      const todo = 'write "@dsys/source", "types", "default" in this order: the first that matches is taken';
      findings.push({ at, what: `exports["${subpath}"] has the conditions ${names.join(', ')}`, todo });
    }
    const { '@dsys/source': source, ...rest } = conditions;
    published[subpath] = rest;
    if (source !== undefined && !existsSync(join(path, source))) {
      findings.push({
        at,
        what: `exports["${subpath}"] names ${source}, which is not there`,
        todo: 'write the file or drop the entry',
      });
    }
  }
  if (!sameExports(published, manifest.publishConfig?.exports ?? {})) {
    const todo = 'repeat exports there without "@dsys/source": consumers must not get our TypeScript';
    findings.push({ at, what: 'publishConfig.exports is not what exports says', todo });
  }
  return findings;
}

function sameExports(a: Exports, b: Exports): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function same(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((value, index) => value === b[index]);
}

/** The workspaces that look at every package name every package: turbo builds them first, and caches right. */
export function onlookersSeeAll(repository: Repository): Finding[] {
  const findings: Finding[] = [];
  const onlooker = repository.members.find((m) => m.folder === 'tests/packed');
  if (onlooker === undefined) return [];
  for (const { manifest } of published(repository.members)) {
    if (onlooker.manifest.devDependencies?.[manifest.name] !== undefined) continue;
    const todo = `add "${manifest.name}": "workspace:^" to its devDependencies, then npm run lock`;
    findings.push({ at: 'tests/packed/package.json', what: `does not wait for ${manifest.name} to be built`, todo });
  }
  return findings;
}

/** A changeset names packages that exist and tells users something. */
export function changesetsMakeSense(repository: Repository): Finding[] {
  const names = new Set(published(repository.members).map((m) => m.manifest.name));
  const folder = join(repository.root, '.changeset');
  if (!existsSync(folder)) return [];
  const findings: Finding[] = [];
  for (const file of readdirSync(folder).filter((f) => f.endsWith('.md') && f !== 'README.md')) {
    const at = `.changeset/${file}`;
    const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(readFileSync(join(folder, file), 'utf8'));
    const named = [...(match?.[1] ?? '').matchAll(/^['"]?([^'":]+)['"]?:\s*(patch|minor|major)\s*$/gm)].map(
      (m) => m[1]!,
    );
    if (match === null || named.length === 0) {
      findings.push({ at, what: 'names no package', todo: 'write it with `npx changeset`' });
      continue;
    }
    for (const name of named.filter((n) => !names.has(n))) {
      findings.push({ at, what: `names ${name}, which is not published from here`, todo: 'correct the name' });
    }
    if (match[2]!.trim().length < 10) {
      findings.push({ at, what: 'says nothing', todo: 'tell the user in a sentence what changes for them' });
    }
  }
  return findings;
}
