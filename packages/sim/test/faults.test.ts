/** Faults that came later, each alone; those of the network one by one, by hand. */
import { seededRandom } from '@dsys/core';
import { describe, expect, test } from 'vitest';
import {
  drawProfile,
  GENTLE,
  garbled,
  Links,
  named,
  type Profile,
  parseAction,
  type Recurring,
  replay,
  runOf,
  Simulation,
  type System,
  shrink,
  simulate,
  type Tamper,
} from '../src/index.js';
import { replayActions } from '../src/run.js';
import { ELECT_N1, pings, play, randomPings, world } from './pings.js';

const often: Recurring = { everyUs: [50_000, 150_000], forUs: [20_000, 200_000] };
const BRIEF = { operations: 1_000, maxUs: 3_000_000, tailUs: 2_000_000, clients: 4, seed: 5, record: true };

describe('a fault alone', () => {
  test.each([
    ['stalled link', { stalledLink: often }, ['stalled link']],
    ['slow link', { slowLink: { ...often, byUs: [10_000, 50_000] } }, ['slow link']],
    ['frames garbled', { garbleOneIn: 20 }, ['frames garbled']],
    ['wiped disk', { wipe: { ...often, nodes: 1 } }, ['wiped disk']],
    ['rot', { rot: { ...often, nodes: 1 } }, ['rot']],
    [
      'frames queued',
      { bandwidth: { bytesPerSecond: 5_000, queueBytes: 100 } },
      ['frames queued', 'frames without room'],
    ],
    [
      'crash of a paused node',
      { crash: often, pause: { everyUs: [10_000, 50_000], forUs: [200_000, 400_000] } },
      ['pause', 'crash', 'crash of a paused node'],
    ],
  ] as [string, Partial<Profile>, string[]][])(
    '%s: it comes, is counted, undone, and replays',
    (kind, rates, kinds) => {
      const simulation = new Simulation(randomPings, { ...BRIEF, profile: { ...GENTLE, ...rates } });
      const result = simulation.run();
      expect(result.faults[kind]).toBeGreaterThan(0);
      expect(kinds).toEqual(expect.arrayContaining(Object.keys(result.faults)));
      // A ping counter that has lost its disk may count what was counted before: that is why it must be asked for.
      if (kind !== 'wiped disk') expect(result).toMatchObject({ violation: null, end: 'peace' });
      expect([...simulation.world.nodes.values()].map(({ state }) => state)).toEqual(['up', 'up', 'up']);
      const { skipped, world: again } = replayActions(randomPings, result.options, result.actions);
      expect(skipped).toEqual([]);
      if (result.virtualUs > again.now) again.advance(result.virtualUs);
      expect(again.digest()).toBe(result.finalDigest);
    },
  );

  test('is the same run whether or not it is recorded, frames that are garbled included', () => {
    const profile = { ...GENTLE, garbleOneIn: 10, stalledLink: often };
    const { traceHash, events } = simulate(randomPings, { ...BRIEF, profile });
    expect(simulate(randomPings, { ...BRIEF, profile, record: false })).toMatchObject({ traceHash, events });
  });

  test('disks are lost at so many nodes and no others', () => {
    const profile = { ...GENTLE, wipe: { ...often, nodes: 1 }, rot: { ...often, nodes: 1 } };
    const quiet = { ...randomPings, monitors: [] };
    const { actions } = simulate(quiet, { ...BRIEF, profile });
    const victims = actions.flatMap(({ action }) =>
      action.type === 'wipe' || action.type === 'rot' ? action.node : [],
    );
    expect(victims.length).toBeGreaterThan(3);
    expect(new Set(victims).size).toBe(1);
  });
});

describe('profiles', () => {
  const draw = (seed: number, tolerated = {}): Profile => drawProfile(seededRandom(seed), 100_000, tolerated);

  test('draw each of them in some seeds; wipes and rot only where they are survived', () => {
    const met: Record<string, number> = {};
    for (let seed = 0; seed < 200; seed++)
      for (const [name, value] of Object.entries(draw(seed, { wipe: 1, rot: 2 })))
        if (value !== null && value !== 0) met[name] = (met[name] ?? 0) + 1;
    for (const name of ['bandwidth', 'stalledLink', 'slowLink', 'garbleOneIn', 'wipe', 'rot'])
      expect(met[name], name).toBeGreaterThan(20);
    for (let seed = 0; seed < 50; seed++) expect(draw(seed)).toMatchObject({ wipe: null, rot: null });
    for (let seed = 0; seed < 50; seed++) expect(draw(seed, { garbled: false }).garbleOneIn).toBe(0);
  });

  test('draw each from a stream of its own: what is survived beside it changes nothing else', () => {
    for (let seed = 0; seed < 50; seed++)
      expect({ ...draw(seed, { wipe: 1, rot: 1 }), wipe: null, rot: null }).toEqual(draw(seed));
  });
});

describe('a link', () => {
  test('that is narrow sends one frame after the other, and loses what its queue can’t hold', () => {
    const links = new Links({ bytesPerSecond: 1_000, queueBytes: 250 });
    expect(links.delayUs('a', 'b', 100, 0)).toBe(100_000);
    expect(links.delayUs('a', 'b', 100, 0)).toBe(200_000);
    expect(links.delayUs('a', 'b', 100, 0)).toBeNull();
    expect([links.isBusy('a', 'b', 150_000), links.isBusy('b', 'a', 0)]).toEqual([true, false]);
    expect(links.delayUs('b', 'a', 100, 0)).toBe(100_000);
    expect(links.delayUs('a', 'b', 100, 200_000)).toBe(100_000);
    expect(links.delayUs('a', 'c', 1_000, 0)).toBe(1_000_000); // A frame alone may be larger than the queue.
    links.makePeace();
    expect(links.delayUs('a', 'b', 100, 200_000)).toBe(0);
  });

  test('that stands still holds what comes, in order, and no other does; one that is slow is so for a while', () => {
    const links = new Links<number>(null);
    expect([links.stall('a', 'b'), links.stall('a', 'b')]).toEqual([true, false]);
    expect([links.holds('a', 'b', 1), links.holds('b', 'a', 2), links.holds('a', 'b', 3)]).toEqual([true, false, true]);
    expect(links.release('a', 'b')).toEqual([1, 3]);
    expect(links.holds('a', 'b', 4)).toBe(false);
    links.slowDown('a', 'b', 500, 10);
    expect([9, 10].map((now) => links.delayUs('a', 'b', 1, now))).toEqual([500, 0]);
    links.stall('b', 'a');
    links.holds('b', 'a', 5);
    expect(links.makePeace()).toEqual([5]);
  });
});

describe('a garbled frame', () => {
  const asked = () => play(world(), ...ELECT_N1.slice(0, 2));

  test('is other bytes, in every way the same for the same variant', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(7), Uint8Array.from({ length: 40 }, (_, i) => i)])
      for (let variant = 0; variant < 500; variant++) {
        const spoiled = garbled(bytes, variant);
        expect(spoiled).not.toEqual(bytes);
        expect(garbled(bytes, variant)).toEqual(spoiled);
      }
  });

  test('is refused by who decodes it, counted, and goes no further', () => {
    const seen: Record<string, number> = {};
    for (let variant = 0; variant < 40; variant++) {
      const on = asked();
      const [frame] = on.network.inOrder();
      const before = on.nodes.get('n2')!.fingerprint(on.now);
      const action = parseAction(named({ type: 'garble', frame: frame!.id, variant }).id);
      on.perform(action);
      expect(on.violation()).toBeNull();
      expect(on.nodes.get('n2')!.fingerprint(on.now)).toBe(before);
      expect(on.tryPerform(action)).toBe(false); // It is gone.
      for (const [what, count] of Object.entries(on.sometimes())) seen[what] = (seen[what] ?? 0) + count;
    }
    expect(seen['a garbled frame is refused']).toBeGreaterThan(20);
  });

  test('that a decoder takes with anything but a DecodeError is a fault of the decoder', () => {
    const protocol = {
      ...pings.protocol,
      decodeMessage: (): never => {
        throw new TypeError('undefined is not a function');
      },
    };
    const on = play(world({}, { ...pings, protocol }), ...ELECT_N1.slice(0, 2));
    on.perform(named({ type: 'garble', frame: on.network.inOrder()[0]!.id, variant: 1 }));
    expect(on.violation()?.invariant).toBe('no node fails of itself');
    expect(on.violation()?.detail).toMatch(/DecodeError.*TypeError: undefined is not a function at .*faults\.test\.ts/);
  });
});

describe('a node that lies', () => {
  const lying = (tamper: Tamper): System<never> => ({ ...randomPings, tamper }) as never;

  test('holds back, alters and says again, under its own name and to whom it likes', () => {
    const on = play(
      world(
        {},
        {
          ...pings,
          tamper: (from, said, _random, earlier) => {
            if (from !== 'n1') return [said];
            return said.to === 'n2' ? [] : [said, { ...said, to: 'n2' }, ...earlier];
          },
        },
      ),
      ...ELECT_N1.slice(0, 2),
    );
    // To n2 nothing of its own; to n3 the question, which n2 hears too, and then what was held back.
    expect(on.network.inOrder().map(({ from, to }) => `${from}>${to}`)).toEqual(['n1>n2', 'n1>n2', 'n1>n3']);
    expect(on.tampered).toBe(2);
    const copy = on.fork();
    expect(copy.fingerprint()).toBe(on.fingerprint());
    expect(world({}, pings).fingerprint()).not.toBe(world({}, lying((_, said) => [said]) as never).fingerprint());
  });

  test('is counted, lies alike in a replay, and is shrunk like any other', () => {
    const votesForAll: Tamper = (from, said, random, earlier) =>
      from === 'n2' && random.a % 4 === 0 ? [...earlier.slice(-3), said] : [said];
    const system = lying(votesForAll);
    const result = simulate(system, { ...BRIEF, profile: GENTLE });
    expect(result.faults['frames tampered with']).toBeGreaterThan(5);
    const { world: again, skipped } = replay(system, runOf(system, result));
    expect([skipped, again.sometimes()]).toEqual([[], result.sometimes]);

    const noHearsay: System<never> = {
      ...system,
      monitors: [
        {
          name: 'n3 hears of no vote twice',
          init: 0,
          observe(heard: number, event, report) {
            if (event.type !== 'stepped' || event.node !== 'n3' || event.input?.type !== 'receive') return heard;
            if (heard > 6) report.broken('seven messages');
            return event.input.from === 'n2' ? heard + 1 : heard;
          },
        },
      ],
    };
    const found = simulate(noHearsay, { ...BRIEF, profile: GENTLE });
    const run = shrink(noHearsay, found);
    expect(run.actions.length).toBeLessThan(found.actions.length);
    expect(replay(noHearsay, run, { strict: true }).violation).toEqual(run.violation);
  });
});
