import { describe, expect, test } from 'vitest';
import {
  GENTLE,
  type Monitor,
  parseAction,
  replay,
  type SimulationResult,
  type System,
  shrink,
  simulate,
} from '../src/index.js';
import { replayActions } from '../src/run.js';
import { randomPings } from './pings.js';
import { OPTIONS } from './systems/all.js';
import { paxosWithoutPromise } from './systems/paxos.js';
import type { PlainWords } from './systems/plain.js';
import { twoPhaseForgetful } from './systems/two-phase.js';

function failing(system: typeof paxosWithoutPromise): SimulationResult {
  for (let seed = 1; ; seed++) {
    const result = simulate(system, { ...OPTIONS, seed, record: true });
    if (result.violation !== null) return result;
  }
}

describe('a failing run that is shrunk', () => {
  const results = [paxosWithoutPromise, twoPhaseForgetful].map((system) => {
    const lengths: number[] = [];
    const found = failing(system);
    const run = shrink(system, found, { onProgress: ({ actions }) => lengths.push(actions) });
    return { system, found, run, lengths };
  });

  test('breaks the same invariant, and only gets shorter on the way', () => {
    for (const { found, run, lengths } of results) {
      expect(run.violation!.invariant).toBe(found.violation!.invariant);
      expect(run.seed).toBe(found.seed);
      expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
      expect(run.actions.length).toBe(lengths.at(-1));
      expect(run.actions.length).toBeLessThan(found.actions.length);
    }
  });

  test('has no action that could be left out alone', () => {
    for (const { system, run } of results)
      for (const i of run.actions.keys()) {
        const without = run.actions.filter((_, at) => at !== i);
        expect(replay(system, { ...run, actions: without }).violation?.invariant, run.actions[i]![1]).not.toBe(
          run.violation!.invariant,
        );
      }
  });

  test('is a fixed point, and its own last action breaks it', () => {
    for (const { system, run } of results) {
      const actions = run.actions.map(([at, id]) => ({ at, action: parseAction(id) }));
      expect(shrink(system, { ...run, actions })).toEqual(run);
      expect(replay(system, { ...run, actions: run.actions.slice(0, -1) }).violation).toBeNull();
    }
  });

  test('is a failing run also when it may not try much', () => {
    const { system, found } = results[0]!;
    for (const limits of [{ replays: 0 }, { replays: 5 }, { signal: AbortSignal.abort() }]) {
      const run = shrink(system, found, limits);
      expect(run.violation!.invariant).toBe(found.violation!.invariant);
    }
  });
});

test('of two invariants the one that was broken first is kept, though the other is broken sooner', () => {
  const found = failing(twoPhaseForgetful);
  const noCrashBefore = (steps: number): System<PlainWords> => ({
    ...twoPhaseForgetful,
    monitors: [...twoPhaseForgetful.monitors!, crashNoSooner(steps)],
  });
  // Not broken by the run as it was found, and by most that are shorter.
  let steps = 0;
  while (replayActions(noCrashBefore(steps + 1), found.options, found.actions).violation?.invariant === SAME_END)
    steps++;
  expect(steps).toBeGreaterThan(3);
  const run = shrink(noCrashBefore(steps), found);
  expect(run.violation!.invariant).toBe(SAME_END);
  expect(run.actions.length).toBeLessThan(found.actions.length);
});

const SAME_END = 'a transaction ends alike everywhere';

const crashNoSooner = (least: number): Monitor<PlainWords, number> => ({
  name: 'nobody crashes at once',
  init: 0,
  observe(steps, event, report) {
    if (event.type === 'crashed' && steps < least) report.broken('so soon');
    return event.type === 'stepped' ? steps + 1 : steps;
  },
});

describe('what can’t be shrunk says so', () => {
  test('a run without a violation', () => {
    const fine = simulate(randomPings, { seed: 1, operations: 5, profile: GENTLE, record: true });
    expect(() => shrink(randomPings, fine)).toThrow(/must break an invariant .* `record`/);
  });

  test('a run that did not come right again', () => {
    const never = { ...randomPings, atPeace: () => 'dark' };
    const result = simulate(never, { seed: 6, operations: 5, profile: GENTLE, record: true });
    expect(() => shrink(never, result)).toThrow(/did not come right .* seed 6/);
  });
});
