import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';
import { demoOf, nodeSentence } from '../demos/player/scene.js';
import { raftScene } from '../demos/raft/scene.js';

interface Fixture {
  /** What follows `#run=` in the link. */
  readonly link: string;
  readonly nodes: readonly string[];
  readonly sentence: string;
}

const folder = new URL('raft-runs/', import.meta.url);
const demo = demoOf(raftScene);

/** Links that were sent once must mean the same for good: that holds Raft’s bytes, its steps and these words. The browser test opens the same ones. */
test.each(readdirSync(folder))('the run %s plays as it did when it was written down', (name) => {
  const fixture = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture;
  const run = decodeRun(fixture.link, demo);
  const replay = new Replay(demo, run.options);
  const { world } = replay.stateAt(run.history);
  expect(replay.sayAt(run.history)).toBe(fixture.sentence);
  expect([...world.nodes.values()].map((node) => nodeSentence(raftScene, node))).toEqual(fixture.nodes);
  expect(encodeRun(run)).toBe(fixture.link);
});
