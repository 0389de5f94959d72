import { DecodeError } from '@dsys/codec';
import { describe, expect, test } from 'vitest';
import { parseRun, type Run, replay } from '../src/index.js';
import { ELECT_N1, pings, play, world } from './pings.js';

const elected = play(world(), 'timeout n1', 'flushed n1');
const [toN2, toN3] = elected.network.inOrder().map(({ id }) => id);
const RUN: Run = {
  version: 1,
  system: 'ping-counter',
  seed: 7,
  options: { fused: false, clocks: { n1: { ppm: -20, offsetUs: 5 } } },
  actions: [
    [0, 'timeout n1'],
    [10, 'flushed n1'],
    [20, `deliver ${toN2}`],
    [20, 'flushed n2'],
  ],
  violation: null,
};

describe('a run', () => {
  test('is read back as it was written', () => {
    expect(parseRun(JSON.stringify(RUN))).toEqual(RUN);
    const broken = { ...RUN, seed: null, violation: { invariant: 'a', detail: 'b' } };
    expect(parseRun(JSON.stringify(broken))).toEqual(broken);
  });

  test('gives the same world again, at the same times', () => {
    const { world: again, skipped, happened } = replay(pings, RUN);
    expect({ skipped, happened: happened.length, now: again.now }).toEqual({ skipped: [], happened: 4, now: 20 });
    expect(replay(pings, RUN).world.digest()).toBe(again.digest());
    expect(again.nodes.get('n1')!.ppm).toBe(-20);
  });

  test('that holds what can’t happen goes on without it, and says so; when strict it names the place', () => {
    const actions = [...RUN.actions, [20, 'flushed n3'], [30, `deliver ${toN3}`]] as Run['actions'];
    const { skipped, happened } = replay(pings, { ...RUN, actions });
    expect([skipped, happened.length]).toEqual([['flushed n3'], 5]);
    expect(() => replay(pings, { ...RUN, actions }, { strict: true })).toThrow(
      /^actions\[4\] must be one that can happen/,
    );
    expect(() => replay(pings, { ...RUN, actions: [[0, 'explode n1']] })).toThrow(
      /^actions\[0\] must be the name of an action.*explode n1/,
    );
  });

  test('ends with the violation', () => {
    const broken = { ...pings, monitors: [{ name: 'no steps', init: 0, observe }] };
    function observe(count: number, event: { type: string }, report: { broken(detail: string): void }): number {
      if (event.type === 'stepped' && count === 4) report.broken('a fifth');
      return count + 1;
    }
    const { violation, happened } = replay(broken, RUN);
    expect([violation, happened.length]).toEqual([{ invariant: 'no steps', detail: 'a fifth' }, 2]);
    expect(ELECT_N1.length).toBeGreaterThan(2);
  });
});

describe('what is no run is refused, with the field', () => {
  const with_ = (change: object): string => JSON.stringify({ ...RUN, ...change });
  test.each([
    ['', 'run'],
    ['[]', 'run'],
    ['null', 'run'],
    ['"run"', 'run'],
    ['{}', 'run.version'],
    [with_({ version: 2 }), 'run.version'],
    [with_({ system: 7 }), 'run.system'],
    [with_({ seed: 1.5 }), 'run.seed'],
    [with_({ seed: -1 }), 'run.seed'],
    [with_({ options: null }), 'run.options'],
    [with_({ options: { fused: 1, clocks: {} } }), 'run.options.fused'],
    [with_({ options: { fused: true, clocks: { n1: 3 } } }), 'run.options.clocks.n1'],
    [with_({ options: { fused: true, clocks: { n1: { ppm: -1e6, offsetUs: 0 } } } }), 'run.options.clocks.n1.ppm'],
    [with_({ options: { fused: true, clocks: { n1: { ppm: 0, offsetUs: -1 } } } }), 'run.options.clocks.n1.offsetUs'],
    [with_({ actions: {} }), 'run.actions'],
    [
      with_({
        actions: [
          [0, 'timeout n1'],
          ['0', 'timeout n1'],
        ],
      }),
      'run.actions[1]',
    ],
    [with_({ actions: [[0, 'timeout n1', 1]] }), 'run.actions[0]'],
    [with_({ actions: [[-1, 'timeout n1']] }), 'run.actions[0]'],
    [with_({ actions: [[0, 'explode n1']] }), 'run.actions[0]'],
    [with_({ violation: { invariant: 'a' } }), 'run.violation'],
    [with_({ violation: 3 }), 'run.violation'],
  ])('%s', (text, field) => {
    let thrown: unknown;
    try {
      parseRun(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DecodeError);
    expect((thrown as DecodeError).field).toBe(field);
    if (field === 'run.version') expect((thrown as DecodeError).code).toBe('decode-unknown-version');
  });
});
