import { describe, expect, test } from 'vitest';
import { docs } from '../../../scripts/check/docs.js';
import { type Files, folder, said } from './fixture.js';

const root: Files = {
  'package.json': { name: 'root', private: true, packageManager: 'pnpm@12.21.0' },
  'pnpm-workspace.yaml': 'packages:\n  - apps/*\npmOnFail: ignore\nverifyDepsBeforeRun: false\n',
  'pnpm-lock.yaml': "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  apps/docs: {}\n",
  'turbo.json': { tasks: { site: { cache: false } } },
};

function site(scripts: Record<string, string>): Files {
  return { ...root, 'apps/docs/package.json': { name: '@dsys/docs', version: '0.0.0', private: true, scripts } };
}

describe('docs', () => {
  test('passes when the site builds', async () => {
    expect(await docs.run(folder(site({ site: 'node -e 0' })), () => {})).toEqual([]);
  });

  test('says what the build said when it does not', async () => {
    const script = `node -e "console.log('Ring.owner does not have any documentation'); process.exit(1)"`;
    const [finding] = await docs.run(folder(site({ site: script })), () => {});
    expect(finding!.what).toContain('Ring.owner does not have any documentation');
    expect(finding!.todo).toContain('document each export');
  });

  test('asks for a site, and for the script that builds it', async () => {
    expect(said(await docs.run(folder(root), () => {}))).toEqual(['apps/docs: is not there']);
    expect(said(await docs.run(folder(site({})), () => {}))).toEqual([
      'apps/docs/package.json: has no script that builds the site',
    ]);
  });
});
