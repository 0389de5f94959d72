/** The demo on its bundled keys, for tests. */
import { readFileSync } from 'node:fs';
import { FILE } from '../demos/hashring/data/make-access-log.js';
import { type HashRingDemo, hashRingDemo } from '../demos/hashring/demo.js';
import type { Measure } from '../demos/hashring/report.js';
import { KeySource } from '../demos/hashring/source.js';
import { type Action, DEFAULTS, type Options, type State } from '../demos/hashring/state.js';
import { emptyHistory, type History, record } from '../demos/kit/history.js';
import { Replay } from '../demos/kit/replay.js';

export const source: KeySource = new KeySource(readFileSync(FILE, 'utf8'), 'log', false);
export const measure: Measure = source.measure('path');
export const demo: HashRingDemo = hashRingDemo(source);

/** What came of doing these things in this order. */
export interface Played {
  readonly history: History<Action>;
  readonly replay: Replay<Options, Action, State>;
  readonly state: State;
  readonly sentence: string;
  /** Ids of the goals that were reached. */
  readonly reached: string[];
}

export function play(actions: readonly Action[], options: Partial<Options> = {}): Played {
  const replay = new Replay(demo, { ...DEFAULTS, ...options });
  const history = actions.reduce<History<Action>>(record, emptyHistory());
  return {
    history,
    replay,
    state: replay.stateAt(history),
    sentence: replay.sayAt(history),
    reached: [...replay.reached(history).keys()].map(({ id }) => id),
  };
}
