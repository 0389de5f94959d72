import { describe, expect, test } from 'vitest';
import { ARROWS } from '../../../scripts/check/arrows.js';
import { arrowsInImports } from '../../../scripts/check/tidy/imports.js';
import { arrowsInManifests } from '../../../scripts/check/tidy/manifests.js';
import { library, repository, said } from './fixture.js';

const codec = library('codec');

/** A library whose manifest allows everything, so that only the import itself is judged. */
function importing(name: string, file: string, line: string): string[] {
  const dependencies = {
    '@dsys/hash': 'workspace:^',
    '@dsys/codec': 'workspace:^',
    '@dsys/raft': 'workspace:^',
    '@dsys/core': 'workspace:^',
  };
  return said(arrowsInImports(repository(library(name, { [file]: `${line}\n` }, { dependencies }))));
}

describe('the table of arrows', () => {
  test('has no cycle and names nothing that it does not define', () => {
    const done = new Set<string>();
    const visit = (name: string, path: readonly string[]): void => {
      expect(path).not.toContain(name);
      expect(ARROWS).toHaveProperty(name);
      if (done.has(name)) return;
      done.add(name);
      for (const other of ARROWS[name]!) visit(other, [...path, name]);
    };
    for (const name of Object.keys(ARROWS)) visit(name, []);
  });

  test('keeps data structures and protocols apart: they meet in quorum', () => {
    for (const protocol of ['transport', 'core', 'raft', 'paxos', 'pbft', 'generals', 'sim', 'check', 'theorems']) {
      for (const structure of ['hashring', 'bloom', 'cms', 'hll']) {
        expect(ARROWS[protocol]).not.toContain(structure);
        expect(ARROWS[structure]).not.toContain(protocol);
      }
    }
    expect(ARROWS['quorum']).toContain('hashring');
  });
});

describe('manifests', () => {
  test('an arrow of the table passes', () => {
    const files = { ...codec, ...library('hashring', {}, { dependencies: { '@dsys/codec': 'workspace:^' } }) };
    expect(arrowsInManifests(repository(files))).toEqual([]);
  });

  test('an arrow against the table is found', () => {
    const files = { ...library('hash', {}, { dependencies: { '@dsys/codec': 'workspace:^' } }), ...codec };
    const [finding] = arrowsInManifests(repository(files));
    expect(finding).toMatchObject({
      at: 'packages/hash/package.json',
      what: 'depends on @dsys/codec, which the arrows do not allow',
    });
    expect(finding!.todo).toContain('scripts/check/arrows.ts');
  });

  test('an arrow by way of peerDependencies is found too', () => {
    const files = { ...library('hash', {}, { peerDependencies: { '@dsys/codec': 'workspace:^' } }), ...codec };
    expect(said(arrowsInManifests(repository(files)))[0]).toContain('depends on @dsys/codec');
  });

  test('a library that the table does not know asks for a row', () => {
    const [finding] = arrowsInManifests(repository(library('novel')));
    expect(finding!.todo).toBe('add a row "novel" to scripts/check/arrows.ts, with what it may import');
  });

  test('a range instead of workspace: is found', () => {
    const files = { ...codec, ...library('hashring', {}, { devDependencies: { '@dsys/codec': '^0.1.0' } }) };
    expect(said(arrowsInManifests(repository(files)))).toEqual([
      'packages/hashring/package.json: takes @dsys/codec as "^0.1.0"',
    ]);
  });

  test('dev dependencies that go round are found, because turbo refuses them', () => {
    const files = {
      ...library('codec', {}, { devDependencies: { '@dsys/hashring': 'workspace:^' } }),
      ...library('hashring', {}, { dependencies: { '@dsys/codec': 'workspace:^' } }),
    };
    const [finding] = arrowsInManifests(repository(files));
    expect(finding!.what).toBe('dependencies go round: @dsys/codec → @dsys/hashring → @dsys/codec');
    expect(finding!.todo).toContain('tests/');
  });
});

describe('imports', () => {
  test.each([
    ["import { a } from './a.js';"],
    ["import data from '../data.json' with { type: 'json' };"],
    ["import { x } from '@dsys/codec';"],
    ["export type { Key } from '@dsys/hash';"],
  ])('%s is fine in a library that may', (line) => {
    expect(importing('hashring', 'src/deep/one.ts', line)).toEqual([]);
  });

  test.each([
    ["import { x } from '@dsys/raft';"],
    ["export * from '@dsys/raft';"],
    ["import type { x } from '@dsys/raft';"],
    ["export type X = import('@dsys/raft').X;"],
    ["export const later = () => import('@dsys/raft/driver');"],
  ])('%s is found, whatever form it takes', (line) => {
    expect(importing('hashring', 'src/one.ts', line)[0]).toMatch(
      /^packages\/hashring\/src\/one\.ts:1: imports '@dsys\/raft.*the arrows do not allow$/,
    );
  });

  test('an import in a comment or a string is none', () => {
    const text = "// import '@dsys/raft';\nexport const s = \"import { x } from '@dsys/raft'\";";
    expect(importing('hashring', 'src/one.ts', text)).toEqual([]);
  });

  test('a dependency that the manifest does not name is found', () => {
    expect(importing('hashring', 'src/one.ts', "import { sha256 } from '@noble/hashes/sha2.js';")).toEqual([
      "packages/hashring/src/one.ts:1: imports '@noble/hashes/sha2.js', which is not among its dependencies",
    ]);
  });

  test('Node is for drivers and the named entry points', () => {
    const line = "import { readFile } from 'node:fs/promises';";
    expect(importing('core', 'src/log.ts', line)).toEqual(["packages/core/src/log.ts:1: imports 'node:fs/promises'"]);
    expect(importing('core', 'src/driver/disk.ts', line)).toEqual([]);
    expect(importing('wal', 'src/file.ts', line)).toEqual([]);
    expect(importing('wal', 'src/file/segment.ts', line)).toEqual([]);
    expect(importing('transport', 'src/tcp/socket.ts', line)).toEqual([]);
  });

  test("a bare 'fs' is asked to be 'node:fs'", () => {
    expect(importing('wal', 'src/file.ts', "import { open } from 'fs';")).toEqual([
      "packages/wal/src/file.ts:1: imports 'fs'",
    ]);
  });

  test('a pure file does not reach the world through a neighbour', () => {
    expect(importing('raft', 'src/log.ts', "import { clock } from './driver/clock.js';")[0]).toContain(
      'is pure, and imports',
    );
    expect(importing('raft', 'src/log.ts', "import { Driver } from '@dsys/core/driver';")[0]).toContain(
      'is pure, and imports',
    );
    expect(importing('raft', 'src/driver/node.ts', "import { Driver } from '@dsys/core/driver';")).toEqual([]);
    expect(importing('raft', 'src/index.ts', "export { RaftNode } from './driver/node.js';")).toEqual([]);
  });

  test("another package's test kit stays out of code that ships", () => {
    const line = "import { codecLaws } from '@dsys/codec/testing';";
    expect(importing('hashring', 'src/one.ts', line)[0]).toContain('in code that ships');
    expect(importing('hashring', 'src/testing.ts', line)).toEqual([]);
    expect(importing('hashring', 'test/one.test.ts', line)).toEqual([]);
  });

  test('a package does not import itself by name, nor its neighbour by path', () => {
    expect(importing('hashring', 'src/one.ts', "import { Ring } from '@dsys/hashring';")[0]).toContain(
      'imports itself',
    );
    expect(importing('hashring', 'test/a.test.ts', "import { x } from '../../codec/src/reader.js';")[0]).toContain(
      'from outside packages/hashring',
    );
    expect(importing('hashring', 'src/one.ts', "import { x } from '../test/vectors.js';")[0]).toContain(
      'from outside src',
    );
    expect(importing('hashring', 'vitest.config.ts', "import { tests } from '../../vitest.base.js';")).toEqual([]);
  });

  test('its tests may run on an example, its sources may not', () => {
    const line = "import { pingCounter } from '../../../examples/ping-counter/protocol.js';";
    expect(importing('core', 'test/world.ts', line)).toEqual([]);
    expect(importing('core', 'src/world.ts', line)[0]).toContain('from outside packages/core');
  });

  test('a relative import names the file that will be there once it is built', () => {
    expect(importing('hash', 'src/a.ts', "import { b } from './b';")[0]).toContain(
      "imports './b', which names no file",
    );
    expect(importing('hash', 'src/a.ts', "import { b } from './b.ts';")).toEqual([
      "packages/hash/src/a.ts:1: imports './b.ts'",
    ]);
    expect(importing('hash', 'src/a.ts', "import { b } from './folder/';")[0]).toContain('names no file');
  });
});
