import { describe, expect, test } from 'vitest';
import { named, noMachine, parseAction, type System, World } from '../src/index.js';
import { ELECT_N1, type PingWorld, pings, play, world } from './pings.js';

const ids = (on: PingWorld): string[] => on.enabled().map(({ id }) => id);

describe('what can happen', () => {
  test('is listed node by node, then frame by frame, then what clients ask', () => {
    const budget = { crashes: 1, drops: 1, repeats: 1, asks: [{ node: 'n2', client: 7, op: null }] };
    const on = play(world({ budget }), 'timeout n1');
    expect(ids(on)).toEqual([
      'flushed n1',
      'timeout n1',
      'crash n1 0',
      'crash n1 1',
      'timeout n2',
      'crash n2 0',
      'timeout n3',
      'crash n3 0',
      'ask n2 7 null',
    ]);
    play(on, 'flushed n1');
    const frames = ids(on).filter((id) => id.includes('>'));
    expect(frames.map((id) => id.replace(/:.*/, ''))).toEqual(
      ['n1>n2', 'n1>n3'].flatMap((link) => [`deliver ${link}`, `repeat ${link}`, `drop ${link}`]),
    );
  });

  test('is no more than the budget has', () => {
    const on = play(world({ budget: { crashes: 1, wipes: 1, timeouts: 1 } }), 'timeout n1', 'crash n1 0');
    expect(ids(on)).toEqual(['restart n1', 'wipe n1', 'timeout n2', 'timeout n3']);
    expect(ids(play(on, 'wipe n1'))).toEqual(['timeout n2', 'timeout n3']);
  });

  test('all that is listed can be performed, and nothing on a broken world', () => {
    const on = play(world({ budget: { crashes: 2, drops: 2, repeats: 2 } }), ...ELECT_N1);
    for (const action of on.enabled()) expect(on.fork().tryPerform(action), action.id).toBe(true);
    const broken = world({}, { ...pings, atPeace: () => 'nothing was elected' });
    broken.judgePeace();
    expect(broken.violation()).toEqual({
      invariant: 'it comes right again when faults end',
      detail: 'nothing was elected',
    });
    expect([ids(broken), broken.tryPerform(parseAction('timeout n1'))]).toEqual([[], false]);
  });

  test.each([
    'flushed n1',
    'applied n1',
    'snapshot n1',
    'restart n1',
    'wipe n1',
    'resume n1',
    'timeout n9',
    'rot n1 1',
    'cut n1>n9',
    'ask n9 1 null',
    'deliver n1>n2:00000000',
    'drop n1>n2:00000000',
  ])('%s can’t happen at first, and is named', (id) => {
    const on = world();
    expect(on.tryPerform(parseAction(id))).toBe(false);
    expect(() => on.perform(parseAction(id))).toThrow(RangeError);
    expect(() => on.perform(parseAction(id))).toThrow(id);
  });
});

describe('each action', () => {
  test('deliver takes a frame out of a bag, repeat leaves it, drop loses it', () => {
    const on = play(world(), 'timeout n1', 'flushed n1');
    const [frame] = on.network.inOrder();
    on.perform(named({ type: 'repeat', frame: frame!.id }));
    expect(on.network.get(frame!.id)).toBe(frame);
    on.perform(named({ type: 'deliver', frame: frame!.id }));
    expect(on.network.get(frame!.id)).toBeUndefined();
    on.perform(named({ type: 'drop', frame: on.network.inOrder()[0]!.id }));
    expect(on.network.inOrder()).toEqual([]);
  });

  test('an election, a ping and its answer', () => {
    const on = play(world(), ...ELECT_N1, 'ask n1 1 null', 'flushed n1');
    expect(on.sometimes()).toEqual({ 'a node is elected': 1, 'a ping is counted': 0 });
    for (let i = 0; i < 40 && on.sometimes()['a ping is counted'] === 0; i++)
      on.perform(on.enabled().find(({ id }) => /^(?!timeout)/.test(id))!);
    expect(on.sometimes()).toEqual({ 'a node is elected': 1, 'a ping is counted': 1 });
    expect(on.history()).toMatchObject([
      { process: 1, type: 'invoke', f: 'ping', time: 0 },
      { process: 1, type: 'ok', f: 'ping', value: 1, time: 0 },
    ]);
  });

  test('a crash keeps so many records of the flush in flight, and who waits hears that nobody knows', () => {
    const stored = (on: PingWorld) => on.nodes.get('n1')!.disk.status().durablePosition;
    const lost = play(world(), 'timeout n1', 'crash n1 0');
    const kept = play(world(), 'timeout n1', 'crash n1 1');
    expect([stored(lost), stored(kept)]).toEqual([0, 1]);
    expect(lost.fingerprint()).not.toBe(kept.fingerprint());
    const waiting = play(world(), ...ELECT_N1, 'ask n1 1 null', 'crash n1 0');
    expect(waiting.history().map(({ type }) => type)).toEqual(['invoke', 'info']);
  });

  test('what is cut is not delivered until it is healed', () => {
    const on = play(world(), 'timeout n1', 'flushed n1', 'cut n1>n2');
    expect(ids(on).some((id) => id.startsWith('deliver n1>n2'))).toBe(false);
    expect(ids(on).some((id) => id.startsWith('deliver n1>n3'))).toBe(true);
    play(on, 'heal n1>n2', 'say n1>n2');
  });

  test('who is paused does nothing and gets nothing, and goes on where it was', () => {
    const on = play(world(), 'timeout n1', 'pause n1');
    expect(ids(on)).toEqual(['timeout n2', 'timeout n3']);
    expect(() => play(on, 'pause n1')).toThrow(RangeError);
    expect(ids(play(on, 'resume n1'))).toContain('flushed n1');
  });

  test('a full disk refuses what is not essential; with a disk that fails the node fails, which is not its fault', () => {
    const failed = play(world(), 'timeout n1', 'ioError n1', 'flushed n1');
    const node = failed.nodes.get('n1')!;
    expect([node.state, node.diskFailed, failed.violation()]).toEqual(['failed', true, null]);
    play(failed, 'crash n1 0', 'restart n1');
    expect(failed.nodes.get('n1')!.state).toBe('up');
    const full = play(world(), ...ELECT_N1, 'full n1');
    expect(full.fingerprint()).not.toBe(play(full.fork(), 'roomy n1').fingerprint());
  });

  test('a record that rots is found when the disk is opened, and looking at the world finds nothing', () => {
    const on = play(world(), 'timeout n1', 'flushed n1', 'rot n1 1');
    on.fingerprint();
    play(on, 'timeout n1', 'flushed n1');
    expect(on.nodes.get('n1')!.state).toBe('up');
  });

  test('a node that throws has broken the invariant that none does', () => {
    const unreadable: System<never> = {
      ...pings,
      protocol: {
        ...pings.protocol,
        decodeMessage() {
          throw new RangeError('what is this?');
        },
      },
    } as never;
    const on = play(world({}, unreadable as never), 'timeout n1', 'flushed n1', 'say n1>n2');
    expect(on.violation()?.invariant).toBe('no node fails of itself');
    expect(on.violation()?.detail).toContain('n2: RangeError: what is this?');
    const unstartable = {
      ...pings,
      options: (id: string) => (id === 'n2' ? { ...pings.options(id), nodes: [] } : pings.options(id)),
    };
    expect(world({}, unstartable).violation()?.detail).toContain('n2: RangeError');
  });

  test('in a fused world flushes and what state machines do take no time', () => {
    const on = play(world({ fused: true }), 'timeout n1');
    expect(on.network.inOrder().map(({ id }) => id.split(':')[0])).toEqual(['n1>n2', 'n1>n3']);
  });
});

describe('a fork', () => {
  test('and its origin change apart, whichever of them goes on', () => {
    const on = play(world(), 'timeout n1', 'flushed n1');
    const before = on.fingerprint();
    const copy = on.fork();
    expect(copy.fingerprint()).toBe(before);
    play(copy, 'say n1>n2', 'flushed n2', 'crash n3 0');
    expect(on.fingerprint()).toBe(before);
    const after = copy.fingerprint();
    play(on, 'say n1>n3', 'timeout n2', 'cut n1>n2', 'pause n3');
    expect(copy.fingerprint()).toBe(after);
    expect([copy.nodes.get('n3')!.state, on.nodes.get('n3')!.state]).toEqual(['down', 'paused']);
  });

  test('does not see what its origin does with nodes that both have', () => {
    const on = world();
    const copy = on.fork();
    const before = copy.fingerprint();
    play(on, 'timeout n1', 'crash n2 0');
    expect(copy.fingerprint()).toBe(before);
    expect([copy.nodes.get('n1')!.flush, copy.nodes.get('n2')!.state]).toEqual([null, 'up']);
  });

  test('of a fork is a world too: after many, each has its own', () => {
    const worlds = [world()];
    for (const id of ['timeout n1', 'flushed n1', 'say n1>n2', 'flushed n2', 'say n2>n1'])
      worlds.push(play(worlds.at(-1)!.fork(), id));
    const texts = worlds.map((each) => each.fingerprint());
    expect(new Set(texts).size).toBe(texts.length);
    play(worlds.at(-1)!.fork(), 'ask n1 1 null', 'flushed n1');
    play(worlds[2]!, 'drop ' + worlds[2]!.network.inOrder()[0]!.id);
    expect([0, 1, 3, 4, 5].map((i) => worlds[i]!.fingerprint())).toEqual([0, 1, 3, 4, 5].map((i) => texts[i]));
  });

  test('has monitors, counts, a budget and a history of its own', () => {
    const budget = { timeouts: 1, crashes: 1 };
    const on = play(world({ budget }), ...ELECT_N1.slice(0, -1));
    const copy = on.fork();
    play(copy, 'say n2>n1', 'ask n1 1 null', 'crash n3 0');
    expect(on.sometimes()['a node is elected']).toBe(0);
    expect(copy.sometimes()['a node is elected']).toBe(1);
    expect([on.history().length, copy.history().length]).toEqual([0, 1]);
    expect([ids(on).includes('crash n1 0'), ids(copy).includes('crash n1 0')]).toEqual([true, false]);
  });

  test('of a world with a watcher takes none of the nodes that the watcher holds', () => {
    const on = world();
    const held = [...on.nodes.values()];
    const nobody = () => undefined;
    on.watcher = { sent: nobody, flushing: nobody, applying: nobody, owing: nobody, stepped: nobody, answered: nobody };
    const copy = on.fork();
    play(on, 'timeout n1');
    expect([...on.nodes.values()]).toEqual(held);
    expect(held[0]!.flush).not.toBeNull();
    expect(copy.nodes.get('n1')!.flush).toBeNull();
  });
});

describe('fingerprints', () => {
  test('are equal where two ways lead to one state, and times alone make no other', () => {
    const one = play(world(), 'timeout n1', 'timeout n2', 'flushed n1', 'flushed n2');
    const other = play(world(), 'timeout n2', 'flushed n2', 'timeout n1', 'flushed n1');
    expect(one.fingerprint()).toBe(other.fingerprint());
    expect(one.digest()).toBe(other.digest());
    const later = world();
    later.advance(5_000_000);
    later.nodes.get('n1')!.changed();
    expect(play(later, 'timeout n1', 'flushed n1').nodes.get('n1')!.fingerprint(later.now)).toBe(
      play(world(), 'timeout n1', 'flushed n1').nodes.get('n1')!.fingerprint(0),
    );
  });

  test('are other ones after each delivery, flush, answer and ask, however often they are looked at', () => {
    const on = world();
    const texts = [on.fingerprint()];
    for (const name of [...ELECT_N1, 'say n1>n2', 'ask n1 1 null', 'flushed n1'])
      texts.push(play(on, name).fingerprint());
    expect(new Set(texts).size).toBe(texts.length);
    for (const id of ['n1', 'n2', 'n3']) {
      const node = on.nodes.get(id)!;
      const kept = node.fingerprint(on.now);
      node.changed();
      expect(node.fingerprint(on.now)).toBe(kept);
    }
  });

  test('differ by what is in flight, who waits, what is cut, what a monitor knows', () => {
    const texts = [
      world(),
      play(world(), 'timeout n1'),
      play(world(), 'timeout n1', 'flushed n1'),
      play(world(), 'cut n1>n2'),
      play(world(), 'cut n2>n1'),
      play(world(), 'crash n1 0'),
      play(world(), 'pause n1'),
      play(world(), 'ioError n1'),
      play(world(), ...ELECT_N1),
      play(world(), ...ELECT_N1, 'ask n1 1 null'),
      play(world(), ...ELECT_N1, 'ask n1 2 null'),
    ].map((each) => each.fingerprint());
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('under other names are those of the world in which the others did it', () => {
    const swap = (id: string) => ({ n1: 'n2', n2: 'n1' })[id] ?? id;
    const same = (id: string) => id;
    const budget = { timeouts: 2, asks: [{ node: 'n1', client: 1, op: null }] };
    const mirrored = { timeouts: 2, asks: [{ node: 'n2', client: 1, op: null }] };
    const first = play(world({ budget }), ...ELECT_N1.slice(0, 4), 'cut n1>n3');
    const mirror = ELECT_N1.slice(0, 4).map((id) => id.replace(/n[12]/g, swap));
    const second = play(world({ budget: mirrored }), ...mirror, 'cut n2>n3');
    expect(first.fingerprint(swap)).toBe(second.fingerprint(same));
    expect(first.fingerprint(swap)).not.toBe(first.fingerprint(same));
  });
});

describe('clocks', () => {
  const at = (ppm: number, offsetUs: number) => {
    const node = new World(pings).nodes.get('n1')!;
    return Object.assign(node, { ppm, offsetUs });
  };

  test('drift and differ', () => {
    expect([at(0, 0).nowMs(1_999), at(0, 1).nowMs(1_999)]).toEqual([1, 2]);
    expect([at(100_000, 0).nowMs(1_000_000), at(-100_000, 0).nowMs(1_000_000)]).toEqual([1_100, 900]);
  });

  test.each([
    [0, 0],
    [200_000, 0],
    [-200_000, 123_456_789],
    [99, 999],
    [-1, 1],
  ])('of %i ppm and %i µs reach a millisecond first when whenUs says', (ppm, offsetUs) => {
    const node = at(ppm, offsetUs);
    const first = node.nowMs(0);
    for (const ms of [first + 1, first + 2, first + 7, first + 1_000, first + 86_400_000]) {
      const us = node.whenUs(ms);
      expect(node.nowMs(us)).toBeGreaterThanOrEqual(ms);
      expect(node.nowMs(us - 1)).toBeLessThan(ms);
    }
    expect(node.whenUs(first - 5)).toBe(0);
  });

  test('jump forward, and to the deadline of a timeout', () => {
    const on = world();
    play(on, 'jump n1 40');
    expect(on.nodes.get('n1')!.nowMs(0)).toBe(40);
    play(on, 'timeout n1');
    expect(on.nodes.get('n1')!.nowMs(0)).toBe(150);
    expect(on.nodes.get('n2')!.nowMs(0)).toBe(0);
  });

  test('of the world never go back', () => {
    const on = world();
    on.advance(10);
    expect(() => on.advance(9)).toThrow(/^toUs must be/);
    expect(() => on.advance(Number.NaN)).toThrow(RangeError);
  });
});

describe('a system that can’t be', () => {
  test.each([
    [[], 'one or more'],
    [['a', 'a'], 'all different'],
    [['a b'], 'names without'],
    [['a>b'], 'names without'],
    [['a:b'], 'names without'],
    [[''], 'names without'],
  ])('nodes %j are refused', (nodes, why) => {
    expect(() => new World({ ...pings, nodes })).toThrow(why);
  });

  test('clients of a system without a workload can’t ask', () => {
    const { workload: _, ...silent } = pings;
    expect(world({}, silent).tryPerform(parseAction('ask n1 1 null'))).toBe(false);
    expect(noMachine().apply([{ index: 1, bytes: new Uint8Array(0) }])).toEqual([new Uint8Array(0)]);
  });
});

describe('names of actions', () => {
  const names =
    `deliver n1>n2:0123abcd.3|drop n1>n2:0123abcd|repeat n1>n2:0123abcd|flushed n1|applied n1|snapshot n1|timeout n1
crash n1 2|restart n1|wipe n1|pause n1|resume n1|jump n1 500|full n1|roomy n1|ioError n1|rot n1 3|cut n1>n2|heal n1>n2
ask n1 4 {"f":"a b"}|ask n1 4 null`.split(/[|\n]/);
  test.each(names)('%s is read back', (id) => {
    const action = parseAction(id);
    expect([action.id, named(action)]).toEqual([id, action]);
  });

  test.each([
    '',
    'timeout',
    'timeout ',
    'timeout n1 n2',
    'crash n1',
    'crash n1 -1',
    'crash n1 01',
    'crash n1 1 2',
    'crash n1 9999999999999999',
    'jump n1 1e3',
    'deliver n1>n2',
    'deliver n1:00000000',
    'cut n1',
    'cut n1>n2>n3',
    'ask n1 1',
    'ask n1 1 {',
    'ask n1 1  null',
    'explode n1',
    'Timeout n1',
  ])('%j names nothing', (id) => {
    expect(() => parseAction(id)).toThrow(/^action must be the name of an action/);
  });
});
