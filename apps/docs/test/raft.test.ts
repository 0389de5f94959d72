import { pick, seededRandom } from '@dsys/core';
import { replay } from '@dsys/sim';
import { describe, expect, test } from 'vitest';
import { emptyHistory, line, record } from '../demos/kit/history.js';
import { digestOf, Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';
import { readAct, worldActions } from '../demos/player/acts.js';
import { actOf, type Scenario } from '../demos/player/scenario.js';
import { choices, demoOf, type SceneOptions } from '../demos/player/scene.js';
import { statesOf } from '../demos/raft/say.js';
import {
  applied,
  askedTwice,
  committed,
  diskLost,
  election,
  figure8Begun,
  figure8Ends,
  healed,
  oldTermsLost,
  saidTooEarly,
  snapshotInstalled,
  split,
  votedTwice,
} from '../demos/raft/scenarios.js';
import { raftScene } from '../demos/raft/scene.js';

const demo = demoOf(raftScene);

/** What happens when a person does these things; see `scenario.ts` for how they are named. */
function play(wishes: readonly string[], options: SceneOptions = demo.defaults) {
  let history = emptyHistory<string>();
  const run = new Replay(demo, options);
  for (const wish of wishes) history = record(history, actOf(raftScene, run.stateAt(history), wish));
  const stage = run.stateAt(history);
  return {
    run,
    history,
    stage,
    actions: line(history).map((step) => history.steps[step]!.action),
    goals: [...run.reached(history).keys()].map(({ id }) => id),
  };
}

const played = ({ variant, wishes }: Scenario) => play(wishes, { variant });

describe('Raft in the player', () => {
  test('five events elect a leader, and each is told in a sentence', () => {
    const { run, history, goals } = played(election);
    expect(goals).toEqual(['elect']);
    expect(line(history).map((step) => run.sayAt(history, step))).toMatchInlineSnapshot(`
      [
        "n1 has waited long enough. n1 is now candidate; n1 writes to its disk; n1 votes for itself in term 2.",
        "The disk of n1 has flushed: what was written would survive a power cut, and the core is told. “RequestVote, term 2” goes to n2 and n3.",
        "n2 gets “RequestVote, term 2” from n1. n2 writes to its disk; n2 votes for n1 in term 2.",
        "The disk of n2 has flushed: what was written would survive a power cut, and the core is told. “vote, term 2” goes to n1.",
        "n1 gets “vote, term 2” from n2. n1 is now leader; n1 writes to its disk; “Append 2, term 2” goes to n2 and n3.",
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
    const { run, history, goals } = played(committed);
    expect(run.sayAt(history)).toContain('or n1 everything up to 3 is committed');
    expect(goals).toEqual(['elect']);
    const read = played(applied);
    expect(read.goals).toEqual(['elect', 'commit']);
    expect(read.stage.world.violation()).toBeNull();
    expect(read.stage.world.history().filter(({ type }) => type !== 'invoke')).toMatchObject([
      { type: 'ok', f: 'propose', value: 'a' },
      { type: 'ok', f: 'read', value: 'a' },
    ]);
  });

  test('three candidates split the vote, in ten events or not at all', () => {
    expect(played(split).goals).toEqual(['split']);
    const idle = ['cut n1>n2', 'heal n1>n2', 'cut n1>n2', 'heal n1>n2', 'cut n1>n2'];
    expect(play([...idle, ...split.wishes]).goals).toEqual([]);
  });

  test('five nodes can split it in ten, too', () => {
    const all = ['n1', 'n2', 'n3', 'n4', 'n5'];
    const wishes = [...all.map((id) => `timeout ${id}`), ...all.map((id) => `flushed ${id}`)];
    expect(play(wishes, { variant: 'five' }).goals).toEqual(['split']);
  });

  test('a log that diverged behind a partition is healed by the next leader', () => {
    const { goals, run, history } = played(healed);
    expect(goals).toEqual(['elect', 'heal']);
    expect(run.sayAt(history)).toContain('n1 gives up its entries from 2 on');
  });

  test('every goal has a solution that reaches it, which the page lays out as it is played here', () => {
    for (const { id, solution } of demo.goals) {
      const { options, actions } = solution!();
      const { goals, stage } = play(actions, demo.readOptions(options));
      expect(goals, id).toContain(id);
      expect(stage.world.violation() === null, id).toBe(id !== 'break');
    }
  });

  test('a snapshot is taken by hand, the log before it goes, and who comes late gets the snapshot', () => {
    const { run, history, stage } = played(snapshotInstalled);
    expect(stage.world.violation()).toBeNull();
    expect(statesOf(stage).get('n1')!.log.firstIndex).toBe(4);
    expect(history.steps.map((_, step) => run.sayAt(history, step)).join()).toContain(
      'n1 has a snapshot of everything up to 3',
    );
  });

  test('the variant that forgets its vote elects two in a term; the right one does not', () => {
    const broken = played(votedTwice);
    expect(broken.stage.world.violation()).toMatchObject({ invariant: 'Election Safety' });
    expect(broken.goals).toContain('break');
    expect(() => play([...askedTwice, 'deliver n2>n3 vote, term 2'])).toThrow('no vote, term 2');
    // What the page offers as a test says the same, with the simulator alone.
    const { system, opening } = broken.stage.variant;
    const { violation } = replay(system, {
      options: { fused: false, clocks: {} },
      actions: [...opening!, ...broken.actions].map((id) => [0, id]),
    });
    expect(violation?.invariant).toBe('Election Safety');
  });

  test('what the page offers as a test repeats a partition, too', () => {
    const { run, history, stage } = played(healed);
    const actions = line(history).flatMap((step) => {
      const { action, parent } = history.steps[step]!;
      return worldActions(run.stateAt(history, parent).world, readAct(action)).map(({ id }) => id);
    });
    const { system, opening } = stage.variant;
    const { violation, world } = replay(system, {
      options: { fused: false, clocks: {} },
      actions: [...opening!, ...actions].map((id) => [0, id]),
    });
    expect(violation).toBeNull();
    const coresOf = (nodes: typeof world.nodes) =>
      [...nodes.values()].map(({ executor }) => executor!.core.fingerprint(0));
    expect(coresOf(world.nodes)).toEqual(coresOf(stage.world.nodes as typeof world.nodes));
  });

  test('the variant that speaks early loses a vote in a crash', () => {
    expect(played(saidTooEarly).stage.world.violation()).toMatchObject({ invariant: 'Election Safety' });
  });

  test('Figure 8: the variant that counts old terms loses what it committed; the right one commits nothing there', () => {
    expect(played(oldTermsLost).stage.world.violation()).toMatchObject({ invariant: 'Leader Completeness' });
    expect(play([...figure8Begun, ...figure8Ends]).stage.world.violation()).toBeNull();
    expect(statesOf(play(figure8Begun).stage).get('n1')!.commitIndex).toBe(0);
  });

  test('a disk that is lost breaks even the right one', () => {
    expect(played(diskLost).stage.world.violation()).toMatchObject({ invariant: 'Election Safety' });
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
    const { history, run } = played(election);
    const link = encodeRun({ demo: demo.name, version: demo.version, options: demo.defaults, history });
    expect(digestOf(demo, decodeRun(link, demo))).toBe(demo.digest(run.stateAt(history)));
  });
});
