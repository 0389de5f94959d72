import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { digestOf, Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';
import { demoOf } from '../demos/player/scene.js';
import { raftScene } from '../demos/raft/scene.js';

interface Fixture {
  /** What follows `#run=` in the link. */
  readonly link: string;
  readonly digest: string;
  readonly sentence: string;
}

const folder = new URL('raft-runs/', import.meta.url);
const demo = demoOf(raftScene);

/** Links that were sent once must mean the same for good: that holds Raft's bytes, its steps and these words. The browser test opens the same ones. */
test.each(readdirSync(folder))('the run %s plays as it did when it was written down', (name) => {
  const fixture = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture;
  const run = decodeRun(fixture.link, demo);
  expect(digestOf(demo, run)).toBe(fixture.digest);
  expect(new Replay(demo, run.options).sayAt(run.history)).toBe(fixture.sentence);
  expect(encodeRun(run)).toBe(fixture.link);
});
