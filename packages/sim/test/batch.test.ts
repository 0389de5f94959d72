import { describe, expect, test } from 'vitest';
import {
  system as pingCounter,
  options as pingOptions,
  show,
  variants,
} from '../../../examples/ping-counter/system.js';
import {
  COUNTS_FROM,
  faultKinds,
  GENTLE,
  hasKind,
  JUDGED,
  type Judge,
  profileAlone,
  profileNamed,
  type Run,
  readSystemModule,
  readyTest,
  replay,
  replayService,
  reportOf,
  type SeedReport,
  type SimulationResult,
  Summary,
  simulate,
  simulateSeeds,
  simulateServiceSeeds,
  summaryLines,
  systemNamed,
  variantOfRun,
} from '../src/index.js';
import { randomPings } from './pings.js';
import { counterSystem } from './services.js';
import { OPTIONS } from './systems/all.js';
import { lock, lockByClock } from './systems/lock.js';

const FINE: SimulationResult = {
  ...simulate(randomPings, { seed: 1, operations: 5, profile: GENTLE, maxUs: 2_000_000, tailUs: 100_000 }),
  acknowledged: 1_000,
  faults: { crash: 1, partition: 2, pause: 3 },
  sometimes: { 'a node is elected': 2 },
};

describe('a seed', () => {
  test('counts with a thousand operations and three kinds of fault, and not with less', () => {
    expect(COUNTS_FROM).toEqual({ acknowledged: 1_000, faultKinds: 3 });
    expect(reportOf(FINE).discounted).toBeNull();
    expect(reportOf({ ...FINE, acknowledged: 999 }).discounted).toBe('fewer than 1,000 operations were acknowledged');
    expect(reportOf({ ...FINE, faults: { crash: 9, pause: 9, partition: 0 } }).discounted).toBe(
      'fewer than 3 kinds of fault happened',
    );
    expect(reportOf({ ...FINE, end: 'events' }).discounted).toMatch(/too many events/);
  });

  test('that breaks something counts in any case', () => {
    const violation = { invariant: 'x', detail: 'y' };
    expect(reportOf({ ...FINE, acknowledged: 0, faults: {}, violation, end: 'violation' })).toMatchObject({
      violation,
      discounted: null,
    });
  });

  test('is judged by what clients saw: illegal is a violation, unknown proves nothing, ok is ok', () => {
    const seen: unknown[] = [];
    expect(reportOf(FINE, (history) => ({ verdict: seen.push(history) > 0 ? 'ok' : 'illegal' })).violation).toBeNull();
    expect(seen).toEqual([FINE.history]);
    expect(reportOf(FINE, () => ({ verdict: 'illegal', detail: 'stale' })).violation).toEqual({
      invariant: JUDGED,
      detail: 'stale',
    });
    expect(reportOf(FINE, () => ({ verdict: 'illegal', witness: { key: 'k' } })).violation?.detail).toBe('{"key":"k"}');
    expect(reportOf(FINE, () => ({ verdict: 'unknown' }))).toMatchObject({
      violation: null,
      discounted: 'what clients saw took too long to judge',
    });
  });
});

describe('a batch', () => {
  const summaryOf = (...reports: SeedReport[]): Summary => {
    const summary = new Summary();
    for (const report of reports) summary.add(report);
    return summary;
  };
  const fine = reportOf(FINE);

  test('adds up, in any order', () => {
    const other = reportOf({ ...FINE, seed: 2, acknowledged: 5, faults: { crash: 3 } });
    const totals = summaryOf(fine, other).totals();
    expect(totals).toEqual(summaryOf(other, fine).totals());
    expect(totals).toMatchObject({
      outcome: 'held',
      seeds: 2,
      counted: 1,
      acknowledged: 1_005,
      faults: { crash: 4, partition: 2, pause: 3 },
      sometimes: { 'a node is elected': 4 },
      discounted: { 'fewer than 1,000 operations were acknowledged': 1 },
      virtualUs: 2 * FINE.virtualUs,
    });
  });

  test('proves nothing when no seed counts, or something never happened that should', () => {
    expect(summaryOf().totals().outcome).toBe('nothing-proven');
    expect(summaryOf(reportOf({ ...FINE, acknowledged: 1 })).totals().outcome).toBe('nothing-proven');
    const without = reportOf({ ...FINE, sometimes: { 'a node is elected': 2, 'a vote is split': 0 } });
    const totals = summaryOf(without).totals();
    expect(totals).toMatchObject({ outcome: 'nothing-proven', never: ['a vote is split'] });
    expect(summaryLines(totals).at(-1)).toMatch(/never was it so that a vote is split/);
    const once = reportOf({ ...FINE, sometimes: { 'a vote is split': 1 } });
    expect(summaryOf(without, once).totals().outcome).toBe('held');
  });

  test('is broken by one seed', () => {
    const violation = { invariant: 'x', detail: 'y' };
    const totals = summaryOf(fine, reportOf({ ...FINE, seed: 9, violation })).totals();
    expect(totals).toMatchObject({ outcome: 'broken', violations: [{ seed: 9, invariant: 'x', detail: 'y' }] });
    expect(summaryLines(totals).at(-1)).toBe('violations    1: x (1)');
  });

  test('is told in a line each: seeds, operations, faults by kind, what happens sometimes, virtual time, events', () => {
    const lines = summaryLines(summaryOf({ ...fine, virtualUs: 90_000_000, events: 5_000 }).totals(), 2_000);
    expect(lines).toEqual([
      'seeds         1 (gentle 1), 1 of them count',
      `operations    1,000 acknowledged of ${FINE.asked}`,
      'faults        crash 1, partition 2, pause 3',
      'sometimes     a node is elected 2',
      'virtual time  90.0 s',
      'events        5,000, 2,500 a second',
      'violations    none',
    ]);
  });
});

describe('simulateSeeds', () => {
  test('ends with the first seed that breaks something, which comes shrunk and with the call that shows it again', () => {
    const { totals, failure } = simulateSeeds(lockByClock, { ...OPTIONS, seeds: 40 });
    expect(totals.outcome).toBe('broken');
    expect(totals.seeds).toBe(failure!.seed);
    expect(failure!.run.actions.length).toBeLessThanOrEqual(20);
    expect(replay(lockByClock, failure!.run, { strict: true }).violation).toEqual(failure!.run.violation);
    const again = new Function('simulate', 'system', `return ${failure!.again}`) as (
      ...args: unknown[]
    ) => SimulationResult;
    expect(again(simulate, lockByClock).violation).toEqual(failure!.violation);
  });

  test('says how far it is, and stops between seeds when told to', () => {
    const control = new AbortController();
    const seen: number[] = [];
    const { totals } = simulateSeeds(lock, {
      ...OPTIONS,
      seeds: 5,
      from: 3,
      signal: control.signal,
      onProgress({ seeds, of }) {
        expect(of).toBe(5);
        seen.push(seeds);
        if (seeds === 2) control.abort();
      },
    });
    expect({ seen, seeds: totals.seeds }).toEqual({ seen: [1, 2], seeds: 2 });
  });

  test('takes a judge, whose verdict is shrunk too', () => {
    const judge: Judge = (history) => {
      const writes = history.filter(({ type }) => type === 'ok').length;
      return writes < 2 ? { verdict: 'ok' } : { verdict: 'illegal', detail: `${writes} writes` };
    };
    const { failure } = simulateSeeds(lock, { ...OPTIONS, seeds: 2, judge });
    expect(failure).toMatchObject({ seed: 1, violation: { invariant: JUDGED }, whole: null });
    expect(failure!.run.violation).toEqual({ invariant: JUDGED, detail: '2 writes' });
    expect(failure!.run.actions.length).toBeLessThan(30);
    expect(judge(replay(lock, failure!.run).world.history()).verdict).toBe('illegal');
  });

  test('of services is awaited, and says the same', async () => {
    const brief = { operations: 40, maxUs: 8_000_000, seeds: 12, countsFrom: { acknowledged: 5, faultKinds: 0 } };
    expect((await simulateServiceSeeds(counterSystem(), { ...brief, seeds: 2 })).totals.seeds).toBe(2);
    const { failure } = await simulateServiceSeeds(counterSystem(true), brief);
    expect(failure!.whole).toBeNull();
    expect(failure!.again).toMatch(/^await simulateService\(system, /);
    const replayed = await replayService(counterSystem(true), failure!.run, { strict: true });
    expect(replayed.violation).toEqual(failure!.run.violation);
  });

  test.each([
    [{ seeds: 0 }, 'seeds'],
    [{ seeds: 1.5 }, 'seeds'],
    [{ from: -1 }, 'from'],
  ])('refuses %j', (options, name) => {
    expect(() => simulateSeeds(lock, options)).toThrow(new RegExp(`^${name} must be a whole number`));
  });
});

describe('profiles of one sort', () => {
  const draw = { seed: 7, scaleUs: 100_000, tolerated: { wipe: 1, rot: 1 } };

  test('have the name that was asked for, and are the seed’s own where that fits', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const own = simulate(lock, { ...OPTIONS, seed, operations: 1 }).profile;
      const { tolerated } = OPTIONS;
      for (const name of ['harsh', 'mild'] as const) {
        const found = profileNamed({ ...draw, seed, tolerated: tolerated! }, name);
        expect(found.name).toBe(name);
        if (own.name === name) expect(found).toEqual(own);
      }
    }
  });

  test('have one kind of fault alone, for every kind that there is; or none', () => {
    expect(faultKinds().length).toBeGreaterThan(8);
    for (const kind of faultKinds()) {
      const found = profileAlone(draw, kind);
      expect(found, kind).not.toBeNull();
      expect(faultKinds().filter((each) => hasKind(found!, each))).toEqual([kind]);
    }
    expect(faultKinds().filter((each) => hasKind(profileAlone(draw, null)!, each))).toEqual([]);
  });

  test('are not there for what a protocol does not promise to survive', () => {
    expect(profileAlone({ ...draw, tolerated: { crash: false } }, 'crash')).toBeNull();
  });
});

describe('a system module', () => {
  const module = { system: pingCounter, variants, options: pingOptions, show };

  test('is what an example exports', () => {
    expect(readSystemModule(module)).toBe(module);
    expect(systemNamed(module, null)).toBe(pingCounter);
    expect(systemNamed(module, 'hasty')).toBe(variants['hasty']);
    expect(variantOfRun(module, 'ping-counter')).toBeNull();
    expect(variantOfRun(module, 'ping-counter-hasty')).toBe('hasty');
    expect(variantOfRun(module, 'another')).toBeUndefined();
  });

  test.each([
    [{}, /^system must be a System/],
    [{ ...module, variants: { broken: {} } }, /^variants.broken must be a System/],
    [{ ...module, variants: { same: pingCounter } }, /^variants.same.name must be different/],
    [{ ...module, options: 7 }, /^options must be/],
    [{ ...module, judge: 'yes' }, /^judge must be a function/],
    [{ ...module, show: null }, /^show must be/],
  ])('that lacks something is refused with the name of the export: %#', (exported, message) => {
    expect(() => readSystemModule(exported)).toThrow(message);
  });

  test('has no variant but its own', () => {
    expect(() => systemNamed(module, 'toString')).toThrow(/^variant must be one of forgetful, hasty/);
    expect(() => systemNamed({ system: lock }, 'x')).toThrow(/^variant must be none/);
  });
});

test('a run as a test is a program that fails with the run’s own violation', async () => {
  const text = readyTest(RUN, { from: './system.js', system: "variants['by-clock']" });
  await expect(text).toMatchFileSnapshot('golden/ready-test.txt');
  const body = text.replaceAll(/^import .*$/gm, '').replaceAll(/ as \[at: number, action: string\]\[\]/g, '');
  const run = new Function('replay', 'expect', 'test', 'variants', body) as (...args: unknown[]) => void;
  const named: string[] = [];
  const just = (name: string, does: () => void) => {
    named.push(name);
    does();
  };
  expect(() => run(replay, expect, just, { 'by-clock': lockByClock })).toThrow(/Token 1 wrote after token 2/);
  run(replay, expect, just, { 'by-clock': lock });
  expect(named[0]).toBe('seed 15: no older holder writes after a newer one');
});

/** Two hold the lock, one after the other; the first one writes last. */
const RUN: Run = {
  version: 1,
  system: 'lock-by-clock',
  seed: 15,
  options: { fused: true, clocks: {} },
  actions: [
    [0, 'ask a 30 "30.413"'],
    [0, 'deliver a>lock:72bcee92'],
    [0, 'timeout lock'],
    [0, 'deliver lock>a:d6a89274'],
    [0, 'ask b 16 "16.431"'],
    [0, 'deliver b>lock:bf2c0410'],
    [0, 'deliver lock>b:51a17f92'],
    [0, 'deliver b>store:122cf67d'],
    [0, 'deliver a>store:fdd811a8'],
  ],
  violation: { invariant: 'no older holder writes after a newer one', detail: 'Token 1 wrote after token 2.' },
};
