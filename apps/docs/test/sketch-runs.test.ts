import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bloomDemo } from '../demos/bloom/demo.js';
import { cmsDemo } from '../demos/cms/demo.js';
import { Report } from '../demos/cms/report.js';
import { explainDemo } from '../demos/explain/demo.js';
import { FILE } from '../demos/hashring/data/make-access-log.js';
import { hllDemo } from '../demos/hll/demo.js';
import { digestOf, Replay } from '../demos/kit/replay.js';
import { type Demo, decodeRun, encodeRun } from '../demos/kit/run.js';

interface Fixture {
  readonly demo: 'bloom' | 'hll' | 'cms' | 'explain';
  /** What follows `#run=` in the link. */
  readonly link: string;
  readonly digest: string;
  readonly sentence: string;
}

const DEMOS = {
  bloom: bloomDemo,
  hll: hllDemo,
  cms: cmsDemo(new Report(readFileSync(FILE, 'utf8'))),
  explain: explainDemo,
};
const folder = new URL('sketch-runs/', import.meta.url);

/** Links that were sent once must mean the same for good: the sketches’ bits are a promise, and so are the words. */
test.each(readdirSync(folder))('the run %s plays as it did when it was written down', (name) => {
  const fixture = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture;
  const demo = DEMOS[fixture.demo] as Demo<unknown, unknown, unknown>;
  const run = decodeRun(fixture.link, demo);
  expect(digestOf(demo, run)).toBe(fixture.digest);
  expect(new Replay(demo, run.options).sayAt(run.history)).toBe(fixture.sentence);
  expect(encodeRun(run)).toBe(fixture.link);
});
