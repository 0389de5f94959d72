import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withDependents } from '../../../scripts/check/build.js';
import { type Ended, program, ROOT } from '../../../scripts/check/program.js';
import { library, repository } from './fixture.js';

function check(...args: string[]): Promise<Ended> {
  return program('tsx', [join(ROOT, 'scripts/check/main.ts'), ...args], { cwd: ROOT });
}

test('a package that does not build takes those along that need it', () => {
  const needs = (name: string) => ({ dependencies: { [`@dsys/${name}`]: 'workspace:^' } });
  const { members } = repository({
    ...library('hash'),
    ...library('codec', {}, needs('hash')),
    ...library('hashring', {}, needs('codec')),
    ...library('other'),
  });
  expect(withDependents(['@dsys/hash'], members).sort()).toEqual(['@dsys/codec', '@dsys/hash', '@dsys/hashring']);
  expect(withDependents(['@dsys/other'], members)).toEqual(['@dsys/other']);
});

describe('npm run check', () => {
  test('lists what there is, each with what it holds', async () => {
    const ended = await check('--list');
    expect(ended.status).toBe(0);
    for (const name of ['style', 'tidy', 'snippets', 'api', 'packages', 'sizes', 'docs']) {
      expect(ended.stdout).toMatch(new RegExp(`^ {2}${name} +[A-Z].*\\.$`, 'm'));
    }
  });

  test('refuses a name that is none', async () => {
    const ended = await check('tide');
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain('There is no check tide; there are tidy,');
  });

  test('gives its findings as JSON, and a status that agrees with them', async () => {
    const ended = await check('tidy', '--json');
    const [tidy] = JSON.parse(ended.stdout) as [
      { check: string; findings: readonly { at: string; what: string; todo: string }[] },
    ];
    expect(tidy.check).toBe('tidy');
    expect(ended.status).toBe(tidy.findings.length === 0 ? 0 : 1);
    for (const finding of tidy.findings) expect(finding.todo).not.toBe('');
  });
});
