/**
 * The programs that these tests talk to, and what to do where one is not installed: a test is skipped and says so, unless
 * `DSYS_DEMAND=1` demands it; then it fails.
 *
 *     describeWith([JAVA, GUAVA], 'Guava', () => { test('reads our bytes', …) });
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

/** A program or a file, and the Debian package that brings it. */
export interface Program {
  readonly name: string;
  readonly aptPackage: string;
  /** Where it is, or `null`. */
  readonly path: string | null;
}

export const JAVA: Program = command('java', 'default-jre-headless');
export const JAVAC: Program = command('javac', 'default-jdk-headless');
export const GUAVA: Program = file('guava.jar', 'libguava-java', '/usr/share/java/guava.jar');
export const REDIS: Program = command('redis-server', 'redis-server');
export const POSTGRES: Program = file('postgres', 'postgresql-15', '/usr/lib/postgresql/15/bin/postgres');
export const POSTGRES_HLL: Program = file(
  'hll.control',
  'postgresql-15-hll',
  '/usr/share/postgresql/15/extension/hll.control',
);

/** A suite that needs programs: what `describe` does when they are all here. */
export function describeWith(programs: readonly Program[], name: string, body: () => void): void {
  const missing = programs.filter(({ path }) => path === null);
  const why = `no ${missing.map((program) => program.name).join(', ')} here: apt install ${missing.map(({ aptPackage }) => aptPackage).join(' ')}`;
  if (missing.length > 0 && process.env['DSYS_DEMAND'] === '1') {
    test(name, () => {
      throw new Error(`demanded, but ${why}`);
    });
    return;
  }
  describe.skipIf(missing.length > 0)(missing.length > 0 ? `${name} (${why})` : name, body);
}

/** The path of a program that is there: for use inside of `describeWith`. */
export function pathOf({ name, path }: Program): string {
  if (path === null) throw new Error(`no ${name} here`);
  return path;
}

function command(name: string, aptPackage: string): Program {
  const paths = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return { name, aptPackage, path: paths.find((path) => existsSync(path)) ?? null };
}

function file(name: string, aptPackage: string, path: string): Program {
  return { name, aptPackage, path: existsSync(path) ? path : null };
}
