import { readFileSync } from 'node:fs';
import { seededRandom } from '@dsys/core';
import { describe, expect, test } from 'vitest';
import {
  drawProfile,
  GENTLE,
  type Monitor,
  type Profile,
  type Recurring,
  runOf,
  type SimulateOptions,
  Simulation,
  simulate,
} from '../src/index.js';
import { replayActions } from '../src/run.js';
import { hastyPings, randomPings } from './pings.js';
import { allHold, seeds } from './seeds.js';
import { hashes, TRACE_SEEDS } from './traces.js';

const BRIEF: Omit<SimulateOptions, 'seed'> = { operations: 40, maxUs: 6_000_000, tailUs: 2_000_000, clients: 4 };

describe('a seed', () => {
  test('is a run: the same again, in every engine', () => {
    const frozen = JSON.parse(readFileSync(new URL('trace-hashes.json', import.meta.url), 'utf8')) as unknown;
    expect(hashes()).toEqual(frozen);
    expect(new Set(Object.values(hashes())).size).toBe(TRACE_SEEDS.length);
  });

  test('gives the same run when it is recorded, and without a history', () => {
    for (const seed of [3, 4]) {
      const { traceHash, finalDigest, events } = simulate(randomPings, { ...BRIEF, seed });
      expect(simulate(randomPings, { ...BRIEF, seed, record: true })).toMatchObject({ traceHash, events });
      const bare = simulate(randomPings, { ...BRIEF, seed, recordHistory: false });
      expect(bare).toMatchObject({ traceHash, events, finalDigest, history: [] });
    }
  });

  test('that is recorded can be replayed without it: every action can happen again, and it ends alike', () => {
    for (const seed of seeds(11, 14)) {
      const result = simulate(randomPings, { ...BRIEF, seed, record: true });
      const { world, skipped, happened, violation } = replayActions(randomPings, result.options, result.actions);
      expect({ skipped, violation, happened: happened.length }).toEqual({
        skipped: [],
        violation: null,
        happened: result.actions.length,
      });
      expect(world.history()).toEqual(result.history);
      expect(world.sometimes()).toEqual(result.sometimes);
      if (world.now < result.virtualUs) world.advance(result.virtualUs);
      expect(world.digest()).toBe(result.finalDigest);
    }
  });

  test('draws each concern from a stream of its own: one more fault leaves the latencies as they were', () => {
    const latencies = (profile: Profile) => {
      const simulation = new Simulation(randomPings, { ...BRIEF, seed: 1, profile, record: true });
      const { actions } = simulation.run();
      return actions.filter(({ at, action }) => at < 155_000 && action.type !== 'pause' && action.type !== 'resume');
    };
    const pause: Recurring = { everyUs: [1_000, 2_000], forUs: [1, 1] };
    expect(latencies({ ...GENTLE, pause })).toEqual(latencies(GENTLE));
  });
});

describe('the ping counter', () => {
  test('holds in every seed, is up again in peace, and each thing that should happen did', () => {
    const results = allHold(randomPings, BRIEF, seeds(1, 12));
    const sums: Record<string, number> = {};
    for (const { sometimes, faults, end, acknowledgedInPeace } of results) {
      for (const [what, count] of Object.entries({ ...sometimes, ...faults })) sums[what] = (sums[what] ?? 0) + count;
      expect({ end, isUp: acknowledgedInPeace > 0 }).toEqual({ end: 'peace', isUp: true });
    }
    if (process.env['DSYS_SEED'] !== undefined) return;
    for (const what of [
      'a node is elected',
      'a ping is counted',
      'crash',
      'partition',
      'frames lost',
      'frames repeated',
    ])
      expect(sums[what], what).toBeGreaterThan(10);
  });

  test('that speaks before it is durable is found out by one of a few seeds', () => {
    const options = { operations: 100_000, maxUs: 30_000_000, tailUs: 0 };
    const results = [18, 19, 20, 21].map((seed) => simulate(hastyPings, { ...options, seed }));
    expect(results.filter(({ violation }) => violation !== null).length).toBeGreaterThan(0);
  });
});

describe('faults', () => {
  const often: Recurring = { everyUs: [50_000, 150_000], forUs: [20_000, 200_000] };
  test.each([
    ['crash', { crash: often }],
    ['crash after a flush', { crashAfterFlush: often }],
    ['partition', { partition: often }],
    ['pause', { pause: often }],
    ['full disk', { fullDisk: often }],
    ['hung disk', { hungDisk: often }],
    ['I/O error', { ioError: often }],
    ['clock jump', { jump: { ...often, ms: [1, 500] } }],
    ['clocks that differ', { driftPpm: 100_000 }],
    ['frames lost', { lossOneIn: 5 }],
    ['frames repeated', { repeatOneIn: 5 }],
  ] as [string, Partial<Profile>][])('%s: it comes, alone, is counted, survived and undone', (kind, rates) => {
    const profile: Profile = { ...GENTLE, ...rates };
    const options = { ...BRIEF, operations: 1_000, maxUs: 3_000_000, profile, record: true };
    const simulation = new Simulation(randomPings, { ...options, seed: 5 });
    const result = simulation.run();
    expect(Object.keys(result.faults)).toEqual([kind]);
    expect(result).toMatchObject({ violation: null, end: 'peace' });
    expect(result.acknowledgedInPeace).toBeGreaterThan(0);
    expect([...simulation.world.nodes.values()].map(({ state }) => state)).toEqual(['up', 'up', 'up']);
    expect(simulation.world.network.cutLinks()).toEqual([]);
    expect(replayActions(randomPings, result.options, result.actions).skipped).toEqual([]);
  });

  test('that hit the same node together are undone together, and what could not happen is not recorded', () => {
    const profile: Profile = { ...GENTLE, crash: often, pause: often, partition: often };
    for (const seed of [1, 2]) {
      const { options, actions } = simulate(randomPings, { ...BRIEF, operations: 1_000, seed, profile, record: true });
      expect(replayActions(randomPings, options, actions).skipped).toEqual([]);
    }
  });

  test('that were begun before peace and come out in it: a node whose disk fails then is started again', () => {
    const ioError: Recurring = { everyUs: [500, 1_000], forUs: [1, 1] };
    const options = { ...BRIEF, operations: 1_000, maxUs: 1_000_000, profile: { ...GENTLE, ioError } };
    for (const seed of [1, 2, 3]) {
      const simulation = new Simulation(randomPings, { ...options, seed });
      expect(simulation.run()).toMatchObject({ violation: null, end: 'peace' });
      expect([...simulation.world.nodes.values()].map(({ state }) => state)).toEqual(['up', 'up', 'up']);
    }
  });

  test('end when the operations are acknowledged, or the time is over', () => {
    const profile = { ...GENTLE, crash: often };
    const enough = simulate(randomPings, {
      ...BRIEF,
      seed: 2,
      profile,
      operations: 20,
      maxUs: 60_000_000,
      record: true,
    });
    const over = simulate(randomPings, {
      ...BRIEF,
      seed: 2,
      profile,
      operations: 100_000,
      maxUs: 3_000_000,
      record: true,
    });
    expect(enough.acknowledged - enough.acknowledgedInPeace).toBe(20);
    expect(over.virtualUs).toBeGreaterThan(4_500_000);
    expect(over.virtualUs).toBeLessThanOrEqual(5_100_000);
    for (const { actions, virtualUs } of [enough, over])
      expect(actions.filter(({ at, action }) => action.type === 'crash' && at > virtualUs - 1_900_000)).toEqual([]);
  });

  test('what peace must bring and does not is a violation', () => {
    const never = { ...randomPings, atPeace: () => 'still no light' };
    expect(simulate(never, { ...BRIEF, seed: 1, profile: GENTLE })).toMatchObject({
      end: 'violation',
      violation: { invariant: 'it comes right again when faults end', detail: 'still no light' },
    });
  });

  test('a run that is cut off has not come to peace', () => {
    expect(simulate(randomPings, { ...BRIEF, seed: 1, maxEvents: 100 })).toMatchObject({ end: 'events', events: 100 });
  });
});

describe('monitors', () => {
  test('are told in order of what is asked, stepped, answered and heard, and their first verdict stays', () => {
    const told: string[] = [];
    const listener: Monitor<never, number> = {
      name: 'nothing is said twice',
      init: 0,
      sometimes: ['never'],
      observe(count, event, report) {
        if (event.type !== 'stepped') told.push(event.type);
        if (count === 30) report.broken('thirty');
        if (count === 31) report.broken('more');
        return count + 1;
      },
    };
    const result = simulate({ ...randomPings, monitors: [listener] } as never, { ...BRIEF, seed: 1, profile: GENTLE });
    expect(result.violation).toEqual({ invariant: 'nothing is said twice', detail: 'thirty' });
    expect(result.sometimes).toEqual({ never: 0 });
    expect(told.slice(0, 3)).toEqual(['asked', 'answered', 'heard']);
  });
});

test('a client that has no answer goes on under another name, and its operation stays open', () => {
  // No ping is counted as fast as that.
  const { history } = simulate(randomPings, { ...BRIEF, seed: 8, profile: GENTLE, giveUpUs: 500 });
  const open = new Set<unknown>();
  const names = new Set<unknown>();
  for (const { process, type } of history) {
    names.add(process);
    if (type === 'invoke') {
      expect(open.has(process), `${process} asks again while it waits`).toBe(false);
      open.add(process);
    } else if (type !== 'info') open.delete(process);
  }
  expect(names.size).toBeGreaterThan(4);
});

describe('profiles', () => {
  test('are harsh in at least half of the seeds, and leave out what is not promised', () => {
    const names = { harsh: 0, mild: 0 };
    for (let seed = 0; seed < 300; seed++) {
      const some = drawProfile(seededRandom(seed), 100_000, {
        crash: false,
        fullDisk: false,
        ioError: false,
        clocks: false,
      });
      names[some.name as keyof typeof names]++;
      const { crash, fullDisk, ioError, jump, driftPpm } = some;
      expect([crash, fullDisk, ioError, jump, driftPpm]).toEqual([null, null, null, null, 0]);
      for (const [min, max] of [some.latencyUs, some.flushUs, some.applyUs]) {
        expect(min).toBeGreaterThan(0);
        expect(max).toBeGreaterThanOrEqual(min);
      }
    }
    expect(names.harsh).toBeGreaterThan(150);
    expect(names.mild).toBeGreaterThan(50);
  });
});

test.each([
  [{ scaleUs: 0 }, 'scaleUs'],
  [{ scaleUs: 0.5 }, 'scaleUs'],
  [{ clients: -1 }, 'clients'],
  [{ operations: Number.NaN }, 'operations'],
  [{ maxEvents: 0 }, 'maxEvents'],
  [{ tailUs: Number.POSITIVE_INFINITY }, 'tailUs'],
  [{ seed: -1 }, 'seed'],
])('options %j are refused', (options, name) => {
  expect(() => simulate(randomPings, { seed: 1, ...options })).toThrow(new RegExp(`^${name} must be`));
});

test('a recorded run is a value', () => {
  const result = simulate(randomPings, { ...BRIEF, seed: 1, operations: 3, record: true });
  const run = runOf(randomPings, result);
  expect(run).toMatchObject({ version: 1, system: 'ping-counter', seed: 1, violation: null });
  expect(run.actions).toHaveLength(result.actions.length);
});
