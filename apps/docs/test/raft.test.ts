import { pick, seededRandom } from '@dsys/core';
import type { RaftWords } from '@dsys/raft';
import { replay } from '@dsys/sim';
import { describe, expect, test } from 'vitest';
import { emptyHistory, line, record } from '../demos/kit/history.js';
import { digestOf, Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';
import { choices, demoOf, type SceneOptions, type Stage } from '../demos/player/scene.js';
import { labelOf } from '../demos/player/sentences.js';
import { statesOf } from '../demos/raft/say.js';
import { raftScene } from '../demos/raft/scene.js';

const demo = demoOf(raftScene);

/** What happens when a person does these things; `deliver n1>n2 vote, term 2` is the frame on that link that says so. */
function play(wishes: readonly string[], options: SceneOptions = demo.defaults) {
  let history = emptyHistory<string>();
  const run = new Replay(demo, options);
  for (const wish of wishes) history = record(history, resolve(run.stateAt(history), wish));
  const stage = run.stateAt(history);
  return {
    run,
    history,
    stage,
    actions: line(history).map((step) => history.steps[step]!.action),
    goals: [...run.reached(history).keys()].map(({ id }) => id),
  };
}

function resolve(stage: Stage<RaftWords>, wish: string): string {
  const [, type, link, label] = /^(deliver|drop|repeat) (\S+) (.*)$/.exec(wish) ?? [];
  if (type === undefined) return wish;
  const on = stage.world.network.inOrder().filter(({ from, to }) => `${from}>${to}` === link);
  const found = on.find((frame) => labelOf(raftScene, stage, frame) === label);
  if (found === undefined)
    throw new Error(`${wish}: there is ${on.map((frame) => labelOf(raftScene, stage, frame)).join('; ')}`);
  return `${type} ${found.id}`;
}

/** `from` is elected for this term by the vote of `by`. */
const elect = (from: string, by: string, term: number): string[] => [
  `timeout ${from}`,
  `flushed ${from}`,
  `deliver ${from}>${by} RequestVote, term ${term}`,
  `flushed ${by}`,
  `deliver ${by}>${from} vote, term ${term}`,
];
const ELECT = elect('n1', 'n2', 2);
const ask = (node: string, op: unknown): string => `ask ${node} 1 ${JSON.stringify(op)}`;

describe('Raft in the player', () => {
  test('five events elect a leader, and each is told in a sentence', () => {
    const { run, history, goals } = play(ELECT);
    expect(goals).toEqual(['elect']);
    expect(line(history).map((step) => run.sayAt(history, step))).toMatchInlineSnapshot(`
      [
        "n1 has waited long enough. N1 is now candidate; n1 writes to its disk; n1 votes for itself in term 2.",
        "The disk of n1 has flushed: what was written would survive a power cut, and the core is told. “RequestVote, term 2” are on the way to n2, n3.",
        "n2 gets “RequestVote, term 2” from n1. N2 writes to its disk; n2 votes for n1 in term 2.",
        "The disk of n2 has flushed: what was written would survive a power cut, and the core is told. “vote, term 2” is on the way to n1.",
        "n1 gets “vote, term 2” from n2. N1 is now leader; n1 writes to its disk; “Append 2, term 2” are on the way to n2, n3.",
      ]
    `);
  });

  test('every variant that is right begins with followers, and lets one stand', () => {
    for (const { id, fault } of raftScene.variants) {
      const stage = demo.start({ variant: id });
      expect([...statesOf(stage).values()].every(({ role }) => role === 'follower')).toBe(true);
      expect(choices(raftScene, stage).map((action) => action.id)).toContain('timeout n1');
      expect(fault === null).toBe(!raftScene.variants.find((each) => each.id === id)!.title.startsWith('broken'));
    }
  });

  test('with pre-vote nobody’s term rises for the asking', () => {
    const { stage } = play(['timeout n1', 'deliver n1>n2 PreVote, term 2'], { variant: 'pre-vote' });
    expect([...statesOf(stage).values()].map(({ term }) => term)).toEqual([1, 1, 1]);
  });

  test('a command is committed, applied by a majority, and read', () => {
    const committed = [
      ...ELECT,
      'flushed n1',
      ask('n1', { propose: 'a' }),
      'flushed n1',
      'deliver n1>n2 Append 2, term 2',
      'flushed n2',
      'deliver n2>n1 has to 2',
      'deliver n1>n2 Append 3, term 2',
      'flushed n2',
      'deliver n2>n1 has to 3',
    ];
    const { run, history, goals } = play(committed);
    expect(run.sayAt(history)).toContain('or n1 everything up to 3 is committed');
    expect(goals).toEqual(['elect']);

    const round = ['deliver n1>n2 heartbeat, term 2', 'applied n2', 'deliver n2>n1 has to 3'];
    const read = play([...committed, 'applied n1', 'applied n1', ask('n1', 'read'), ...round, 'applied n2']);
    expect(read.goals).toEqual(['elect', 'commit']);
    expect(read.stage.world.violation()).toBeNull();
    expect(read.stage.world.history().filter(({ type }) => type !== 'invoke')).toMatchObject([
      { type: 'ok', f: 'propose', value: 'a' },
      { type: 'ok', f: 'read', value: 'a' },
    ]);
  });

  test('three candidates split the vote', () => {
    const { goals } = play(['timeout n1', 'timeout n2', 'timeout n3']);
    expect(goals).toEqual(['split']);
  });

  test('a log that diverged is healed by the next leader', () => {
    const { goals, run, history } = play([
      ...ELECT,
      'flushed n1',
      'cut n1>n2',
      'cut n1>n3',
      'timeout n3',
      'flushed n3',
      ...elect('n3', 'n2', 3),
      'flushed n3',
      'deliver n3>n1 RequestVote, term 3',
      'flushed n1',
      'deliver n3>n1 Append 2, term 3',
    ]);
    expect(goals).toEqual(['elect', 'heal']);
    expect(run.sayAt(history)).toContain('n1 gives up its entries from 2 on');
  });

  /** The third votes for both, having crashed in between. */
  const TWICE = [
    ...ELECT.slice(0, 4),
    'crash n2 0',
    'restart n2',
    'timeout n3',
    'flushed n3',
    'deliver n3>n2 RequestVote, term 2',
  ];

  test('the variant that forgets its vote elects two in a term; the right one does not', () => {
    const broken = play([...TWICE, 'flushed n2', 'deliver n2>n1 vote, term 2', 'deliver n2>n3 vote, term 2'], {
      variant: 'forgetful',
    });
    expect(broken.stage.world.violation()).toMatchObject({ invariant: 'Election Safety' });
    expect(broken.goals).toContain('break');
    expect(() => play([...TWICE, 'deliver n2>n3 vote, term 2'])).toThrow('no vote, term 2');
    // What the page offers as a test says the same, with the simulator alone.
    const { system, opening } = broken.stage.variant;
    const { violation } = replay(system, {
      options: { fused: false, clocks: {} },
      actions: [...opening!, ...broken.actions].map((id) => [0, id]),
    });
    expect(violation?.invariant).toBe('Election Safety');
  });

  test('the variant that speaks early loses a vote in a crash', () => {
    const { stage } = play(
      [
        'timeout n1',
        'deliver n1>n2 RequestVote, term 2',
        'crash n2 0',
        'restart n2',
        'timeout n3',
        'deliver n3>n2 RequestVote, term 2',
        'deliver n2>n1 vote, term 2',
        'deliver n2>n3 vote, term 2',
      ],
      { variant: 'early' },
    );
    expect(stage.world.violation()).toMatchObject({ invariant: 'Election Safety' });
  });

  /** n1 leads term 2 and has an entry that nobody else has; n3 leads term 3 likewise; n1 leads term 4 and sends its old entry. */
  const FIGURE_8 = [
    ...ELECT,
    'flushed n1',
    'crash n1 0',
    'timeout n3',
    'flushed n3',
    ...elect('n3', 'n2', 3),
    'flushed n3',
    'crash n3 0',
    'restart n1',
    'timeout n1',
    'flushed n1',
    'timeout n1',
    'flushed n1',
    'deliver n1>n2 RequestVote, term 4',
    'flushed n2',
    'deliver n2>n1 vote, term 4',
    'flushed n1',
    'deliver n1>n2 Append 3, term 4',
    'deliver n2>n1 no match at 2',
    'deliver n1>n2 Append 2, term 4',
    'flushed n2',
    'deliver n2>n1 has to 2',
  ];
  const AND_THEN = [
    'crash n1 0',
    'restart n3',
    'timeout n3',
    'flushed n3',
    'timeout n3',
    'flushed n3',
    'deliver n3>n2 RequestVote, term 5',
    'flushed n2',
    'deliver n2>n3 vote, term 5',
  ];

  test('Figure 8: the variant that counts old terms loses what it committed; the right one commits nothing there', () => {
    const broken = play([...FIGURE_8, ...AND_THEN], { variant: 'old-terms' });
    expect(broken.stage.world.violation()).toMatchObject({ invariant: 'Leader Completeness' });
    const right = play([...FIGURE_8, ...AND_THEN]);
    expect(right.stage.world.violation()).toBeNull();
    expect(statesOf(play(FIGURE_8).stage).get('n1')!.commitIndex).toBe(0);
  });

  test('a disk that is lost breaks even the right one', () => {
    const wiped = TWICE.map((wish) => (wish === 'restart n2' ? 'wipe n2' : wish));
    const { stage } = play([
      ...wiped,
      'flushed n2',
      'flushed n2',
      'deliver n2>n1 vote, term 2',
      'deliver n2>n3 vote, term 2',
    ]);
    expect(stage.world.violation()).toMatchObject({ invariant: 'Election Safety' });
  });

  test('a person who chooses at random breaks no right variant, whatever is lost, repeated or crashed', () => {
    let leaders = 0;
    for (const variant of ['three', 'five', 'pre-vote'])
      for (let seed = 1; seed <= 8; seed++) {
        const random = seededRandom(seed);
        let stage = demo.start({ variant });
        for (let i = 0; i < 150; i++) {
          const all = choices(raftScene, stage).filter(({ type }) => type !== 'wipe');
          const calm = all.filter(({ type }) => ['deliver', 'flushed', 'applied', 'restart'].includes(type));
          stage = demo.step(stage, pick(random, calm.length > 0 && i % 8 > 0 ? calm : all).id);
          expect(stage.world.violation(), `${variant}, seed ${seed}, event ${i + 1}`).toBeNull();
        }
        leaders += [...statesOf(stage).values()].some(({ commitIndex }) => commitIndex > 0) ? 1 : 0;
      }
    expect(leaders).toBeGreaterThan(5);
  });

  test('a link gives the same run again', () => {
    const { history, run } = play(ELECT);
    const link = encodeRun({ demo: demo.name, version: demo.version, options: demo.defaults, history });
    expect(digestOf(demo, decodeRun(link, demo))).toBe(demo.digest(run.stateAt(history)));
  });
});
