import { PING_DEFAULTS, type PingWords } from '@dsys/examples/ping-counter/protocol.js';
import { forgetful, pingSystem } from '@dsys/examples/ping-counter/system.js';
import { replay } from '@dsys/sim';
import { describe, expect, test } from 'vitest';
import { emptyHistory, line, record } from '../demos/kit/history.js';
import { digestOf, Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';
import { testOf } from '../demos/player/code.js';
import { diagramOf } from '../demos/player/diagram.js';
import { choices, demoOf, type SceneOptions, type Stage } from '../demos/player/scene.js';
import { labelOf } from '../demos/player/sentences.js';
import { pingScene } from '../demos/protocol/scene.js';

const demo = demoOf(pingScene);

/** What happens when a person does these things; each names an action, or the frame that is on its way from a to b. */
function play(wishes: readonly string[], options: SceneOptions = demo.defaults) {
  let history = emptyHistory<string>();
  const run = new Replay(demo, options);
  for (const wish of wishes) history = record(history, resolve(run.stateAt(history), wish));
  return {
    run,
    history,
    stage: run.stateAt(history),
    actions: line(history).map((step) => history.steps[step]!.action),
  };
}

/** `deliver n1>n2 ping 1` is the frame on that link that says so. */
function resolve(stage: Stage<PingWords>, wish: string): string {
  const [, type, link, label] = /^(deliver|drop|repeat) (\S+) (.*)$/.exec(wish) ?? [];
  if (type === undefined) return wish;
  const frames = stage.world.network.inOrder().filter(({ from, to }) => `${from}>${to}` === link);
  return `${type} ${frames.find((frame) => labelOf(pingScene, stage, frame) === label)?.id}`;
}

const ELECT = ['timeout n1', 'flushed n1', 'deliver n1>n2 ask, term 1', 'flushed n2', 'deliver n2>n1 vote 0'];
const COUNT = [
  'ask n1 1 null',
  'flushed n1',
  'deliver n1>n2 ping 1',
  'flushed n2',
  'deliver n2>n1 pong 1',
  'applied n1',
];

describe('the ping counter in the player', () => {
  test('nothing is said before it is on disk: the asking waits for the flush', () => {
    const { run, history } = play(ELECT.slice(0, 2));
    expect(run.stateAt(history, 0).world.network.inOrder()).toEqual([]);
    expect(
      run
        .stateAt(history, 1)
        .world.network.inOrder()
        .map(({ to }) => to),
    ).toEqual(['n2', 'n3']);
    expect(run.sayAt(history, 0)).toBe('n1 has waited long enough. n1 is now asking; n1 writes to its disk.');
    expect(run.sayAt(history)).toMatch(/^The disk of n1 has flushed: .* “ask, term 1” goes to n2 and n3\.$/);
  });

  test('an election and a ping reach the first two goals', () => {
    const { run, history, stage } = play([...ELECT, ...COUNT]);
    expect([...run.reached(history).keys()].map(({ id }) => id)).toEqual(['elect', 'count']);
    expect(stage.world.violation()).toBeNull();
  });

  test('the forgetful variant elects two in one term, and nothing happens after that', () => {
    const options = { variant: 'forgetful' };
    const broken = play(
      [
        ...ELECT.slice(0, 4),
        'crash n2 0',
        'restart n2',
        'timeout n3',
        'flushed n3',
        'deliver n3>n2 ask, term 1',
        'flushed n2',
        'deliver n2>n1 vote 0',
        'deliver n2>n3 vote 0',
      ],
      options,
    );
    expect(broken.run.sayAt(broken.history)).toMatch(
      /^Broken: at most one node is elected in a term\. In term 1 both n1 and n3/,
    );
    expect(choices(pingScene, broken.stage)).toEqual([]);
    expect(() => demo.step(broken.stage, 'timeout n1')).toThrow('An invariant is broken');
    // What the page offers as a test says the same, with the simulator alone.
    const { violation } = replay(pingSystem({ ...PING_DEFAULTS, spreadMs: 0 }, forgetful), {
      options: { fused: false, clocks: {} },
      actions: broken.actions.map((id) => [0, id]),
    });
    expect(violation?.invariant).toBe('at most one node is elected in a term');
    expect(testOf({ system: 'pings', from: './pings.js' }, broken.actions, violation!.invariant)).toContain(
      'toBe("at most one node is elected in a term")',
    );
  });

  test('what can’t happen is refused in a sentence', () => {
    expect(() => play(['applied n1'])).toThrow('“applied n1” can’t happen now.');
    expect(() => demo.readAction('explode n1')).toThrow(RangeError);
    expect(() => demo.readAction({})).toThrow(TypeError);
    expect(() => demo.readOptions({ variant: 'other' })).toThrow(RangeError);
  });

  test('a link gives the same run again', () => {
    const { history, run } = play([...ELECT, ...COUNT]);
    const link = encodeRun({ demo: demo.name, version: demo.version, options: demo.defaults, history });
    expect(digestOf(demo, decodeRun(link, demo))).toBe(demo.digest(run.stateAt(history)));
  });

  test('the diagram has an arrow for each message, from where it was said to where it came or was lost', () => {
    const { run, history, actions } = play([...ELECT, 'drop n1>n3 ask, term 1', 'crash n3 0']);
    const stages = [run.stateAt(history, -1), ...line(history).map((step) => run.stateAt(history, step))];
    const { rows, arrows, downs } = diagramOf(pingScene, stages, actions);
    expect(rows).toHaveLength(7);
    expect(
      arrows.map(({ from, to, sentAt, endedAt, isLost }) => [from, to, sentAt, endedAt, isLost]).slice(0, 3),
    ).toEqual([
      ['n1', 'n2', 2, 3, false],
      ['n2', 'n1', 4, 5, false],
      ['n1', 'n3', 2, 6, true],
    ]);
    expect(downs).toEqual([{ node: 'n3', from: 7, to: null }]);
  });
});
