/** Tarballs as npm would get them: `pnpm pack`, which rewrites `workspace:` and `catalog:` where npm would not. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { program } from './check/program.js';
import type { Member } from './check/workspace.js';

/** Packs a built package into a folder of its own below `folder`; the path of the tarball. Throws what pnpm says when it fails. */
export async function pack(member: Member, folder: string): Promise<string> {
  const destination = join(folder, member.folder.replace('/', '-'));
  mkdirSync(destination, { recursive: true });
  const ended = await program('pnpm', ['pack', '--pack-destination', destination], { cwd: member.path });
  const tarball = readdirSync(destination).find((name) => name.endsWith('.tgz'));
  if (ended.status !== 0 || tarball === undefined) {
    throw new Error(`pnpm pack failed for ${member.manifest.name}:\n${ended.output.trim()}`);
  }
  return join(destination, tarball);
}
