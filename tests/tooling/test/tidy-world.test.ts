import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { noClockTimerOrRandom, worldlyNames } from '../../../scripts/check/tidy/world.js';
import { library, repository, said } from './fixture.js';

function names(code: string): string[] {
  return worldlyNames(ts.createSourceFile('a.ts', code, ts.ScriptTarget.Latest, true)).map((use) => use.name);
}

describe('what touches the world', () => {
  test.each([
    ['const t = Date.now();', 'Date'],
    ['const t = new Date();', 'Date'],
    ['class Later extends Date {}', 'Date'],
    ['const t = performance.now();', 'performance'],
    ['setTimeout(() => {}, 1);', 'setTimeout'],
    ['const run = { setInterval };', 'setInterval'],
    ['globalThis.setImmediate(f);', 'setImmediate'],
    ["globalThis['setTimeout'](f);", 'setTimeout'],
    ['const r = Math.random();', 'Math.random'],
    ["const r = Math['random']();", 'Math.random'],
    ['const pick = Math.random;', 'Math.random'],
    ['crypto.getRandomValues(bytes);', 'crypto'],
    ['new WeakRef(x);', 'WeakRef'],
  ])('%s', (code, name) => {
    expect(names(code)).toEqual([name]);
  });

  test.each([
    ['function later(clock: Clock) { clock.setTimeout(f, 1); }'],
    ['const text = "Date.now()"; // Date.now()'],
    ['export function age(since: Date): Date { return since; }'],
    ['type Timer = typeof setTimeout;'],
    ['interface Clock { setTimeout(f: () => void): void; performance: number }'],
    ['function f(performance: { now(): number }) { return performance.now(); }'],
    ['const { setTimeout } = options; setTimeout(f);'],
    ['const m = Math.floor(1.5) + random.Math;'],
    ['const label = { Date: 1, process: 2 };'],
    ['const isDate = x instanceof Date;'],
    ['class World { setTimeout() {} get process() { return 1; } }'],
  ])('not in: %s', (code) => {
    expect(names(code)).toEqual([]);
  });
});

describe('where it is allowed', () => {
  const code = { 'src/clock.ts': 'export const now = (): number => Date.now();\n' };

  test('a core that reads the clock is found, with file and line', () => {
    expect(said(noClockTimerOrRandom(repository(library('raft', code))))).toEqual([
      'packages/raft/src/clock.ts:1: Date reads the clock',
    ]);
  });

  test.each([
    ['src/driver/clock.ts'],
    ['src/tcp.ts'],
    ['src/file/flush.ts'],
    ['src/message-port.ts'],
    ['test/clock.test.ts'],
    ['bench/clock.ts'],
  ])('in %s it is fine', (file) => {
    expect(noClockTimerOrRandom(repository(library('raft', { [file]: code['src/clock.ts'] })))).toEqual([]);
  });

  test('a file that only sounds like a driver is none', () => {
    expect(
      noClockTimerOrRandom(repository(library('raft', { 'src/tcp-options.ts': code['src/clock.ts'] }))),
    ).toHaveLength(1);
    expect(
      noClockTimerOrRandom(repository(library('raft', { 'src/deep/file.ts': code['src/clock.ts'] }))),
    ).toHaveLength(1);
  });

  test('apps may', () => {
    const app = {
      'apps/cli/package.json': { name: '@dsys/cli', private: true },
      'apps/cli/src/a.ts': code['src/clock.ts'],
    };
    expect(noClockTimerOrRandom(repository(app))).toEqual([]);
  });
});
