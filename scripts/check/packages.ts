/** The tarballs that npm would get: what is in them, and whether every resolver finds code and types. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { pack } from '../pack.js';
import type { Check, Finding } from './check.js';
import { inParallel, program } from './program.js';
import { type Manifest, type Member, published, readMembers } from './workspace.js';

export const packages: Check = {
  name: 'packages',
  holds: 'Each tarball holds what it should and nothing else, and publint and attw find no fault in it.',
  needsBuild: true,
  async run(root, note) {
    const folder = mkdtempSync(join(tmpdir(), 'dsys-pack-'));
    try {
      const members = published(readMembers(root));
      const lists = await inParallel(2, members, async (member) => {
        note(member.manifest.name);
        return inspect(member, folder);
      });
      return lists.flat();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function inspect(member: Member, folder: string): Promise<Finding[]> {
  const at = `${member.folder}/package.json`;
  let tarball: string;
  try {
    tarball = await pack(member, folder);
  } catch (error) {
    return [{ at, what: (error as Error).message, todo: 'run `pnpm pack` in that folder' }];
  }
  const listing = await program('tar', ['-tzf', tarball], { cwd: folder });
  const files = listing.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^package\//, ''));
  const text = await program('tar', ['-xzOf', tarball, 'package/package.json'], { cwd: folder });
  return [
    ...contents(at, files),
    ...nothingOfTheWorkspace(at, JSON.parse(text.stdout) as Manifest),
    ...(await publintSays(at, tarball)),
    ...(await attwSays(at, tarball)),
  ];
}

/** Source beside code, so that maps lead somewhere; no tests, benches, caches or settings. */
export function contents(at: string, files: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  for (const needed of ['package.json', 'README.md', 'LICENSE']) {
    if (!files.includes(needed))
      findings.push({ at, what: `the tarball has no ${needed}`, todo: 'add it to the package' });
  }
  for (const file of files) {
    if (!/^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|(?:dist|src)\/.+)$/.test(file)) {
      findings.push({ at, what: `the tarball holds ${file}`, todo: 'leave it out: "files" should be ["dist", "src"]' });
    } else if (/(?:^|\/)(?:test|bench|vectors)\/|\.(?:test|long|built|tsbuildinfo)\b/.test(file)) {
      findings.push({ at, what: `the tarball holds ${file}`, todo: 'move it out of src' });
    }
    const map = /^dist\/.+\.(?:js|d\.ts)$/.test(file) ? `${file}.map` : undefined;
    if (map !== undefined && !files.includes(map)) {
      findings.push({ at, what: `${file} has no map`, todo: 'keep sourcemap and declarationMap on' });
    }
  }
  if (!files.some((file) => file.startsWith('dist/')))
    findings.push({ at, what: 'the tarball has no dist', todo: 'build first' });
  if (!files.some((file) => file.startsWith('src/')))
    findings.push({ at, what: 'the tarball has no src', todo: 'add "src" to "files"' });
  return findings;
}

/** Ranges and conditions that mean something only in this repository. */
export function nothingOfTheWorkspace(at: string, manifest: Manifest): Finding[] {
  const findings: Finding[] = [];
  for (const field of ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'] as const) {
    for (const [name, range] of Object.entries(manifest[field] ?? {})) {
      if (!/^(?:workspace|catalog|link|file):/.test(range)) continue;
      findings.push({
        at,
        what: `the published ${field} say ${name}: ${range}`,
        todo: 'pack with pnpm, never with npm',
      });
    }
  }
  if (JSON.stringify(manifest.exports ?? {}).includes('@dsys/source')) {
    const todo = 'repeat exports without it in publishConfig.exports';
    findings.push({ at, what: 'the published exports have the condition "@dsys/source"', todo });
  }
  return findings;
}

async function publintSays(at: string, tarball: string): Promise<Finding[]> {
  const { messages, pkg } = await publint({ pack: { tarball: toArrayBuffer(readFileSync(tarball)) }, strict: true });
  return messages.map((message) => ({
    at,
    what: formatMessage(message, pkg, { color: false }) ?? message.code,
    todo: `publint calls this ${message.code}: its rules page explains it`,
  }));
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** ESM only: `require` reaches the same files, and types and code are the same shape. */
async function attwSays(at: string, tarball: string): Promise<Finding[]> {
  const args = [
    tarball,
    '--profile',
    'esm-only',
    '--format',
    'ascii',
    '--no-color',
    '--no-emoji',
    '--no-definitely-typed',
  ];
  const ended = await program('attw', args, { cwd: join(tarball, '..') });
  if (ended.status === 0) return [];
  const what = `attw: ${ended.output.trim().replaceAll('\n', '\n      ')}`;
  return [{ at, what, todo: 'make "types" and "default" of each export point at files of one build' }];
}
