import { describe, expect, test } from 'vitest';
import { type MemoryNetwork, memoryNetwork, type WatchedTransport } from '../src/index.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const microtasks = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await null;
};

/** What a node is given, as `from:bytes`. */
function inbox(transport: WatchedTransport): string[] {
  const got: string[] = [];
  transport.receive((from, frame) => got.push(`${from}:${frame.join(' ')}`));
  return got;
}

/** Everything that a node is told, as text. */
function told(transport: WatchedTransport): string[] {
  const lines: string[] = [];
  transport.on('up', ({ peer }) => lines.push(`up ${peer}`));
  transport.on('down', ({ peer, reason }) => lines.push(`down ${peer}: ${reason}`));
  transport.on('dropped', ({ peer, lane, frames, reason }) =>
    lines.push(`dropped ${frames} of ${peer} ${lane}: ${reason}`),
  );
  return lines;
}

describe('delivery', () => {
  test('a frame arrives in a microtask, never inside send', async () => {
    const network = memoryNetwork();
    const [a, b] = [network.join('a'), network.join('b')];
    const got = inbox(b);
    expect(a.send('b', bytes(1, 2))).toBe('queued');
    expect(got).toEqual([]);
    await microtasks();
    expect(got).toEqual(['a:1 2']);
    expect(network.pending).toBe(0);
  });

  test('by hand nothing arrives until it is told to', async () => {
    const network = memoryNetwork({ delivery: 'manual' });
    const [a, b] = [network.join('a'), network.join('b')];
    const got = inbox(b);
    for (let i = 0; i < 3; i++) a.send('b', bytes(i));
    await microtasks();
    expect(network.pending).toBe(3);
    expect(network.deliver({ limit: 2 })).toBe(2);
    expect(got).toEqual(['a:0', 'a:1']);
    expect(network.waiting().map(({ frame }) => frame[0])).toEqual([2]);
    expect(network.deliver()).toBe(1);
    expect(network.deliver()).toBe(0);
  });

  test('by hand, one call does not deliver the answers to what it delivers', () => {
    const network = memoryNetwork({ delivery: 'manual' });
    const [a, b] = [network.join('a'), network.join('b')];
    a.receive((from, frame) => a.send(from, frame));
    b.receive((from, frame) => b.send(from, frame));
    a.send('b', bytes(1));
    for (let turn = 0; turn < 5; turn++) expect(network.deliver()).toBe(1);
  });

  test('a function of the user’s begins the turns', () => {
    const turns: (() => void)[] = [];
    const network = memoryNetwork({ delivery: (turn) => turns.push(turn) });
    const [a, b] = [network.join('a'), network.join('b')];
    const got = inbox(b);
    a.send('b', bytes(1));
    a.send('b', bytes(2));
    expect(turns).toHaveLength(1);
    turns.shift()!();
    expect(got).toEqual(['a:1', 'a:2']);
    expect(turns).toEqual([]);
  });

  test('links take turns, and the same calls give the same order', () => {
    const run = (): string[] => {
      const network = memoryNetwork({ delivery: 'manual' });
      const nodes = ['a', 'b', 'c'].map((id) => network.join(id));
      const order: string[] = [];
      for (const node of nodes) node.receive((from, frame) => order.push(`${from}${node.self}${frame[0]}`));
      for (let i = 0; i < 3; i++) nodes[0]!.send('b', bytes(i));
      nodes[2]!.send('b', bytes(7));
      nodes[1]!.send('a', bytes(8));
      network.deliver();
      return order;
    };
    expect(run()).toEqual(['ab0', 'cb7', 'ba8', 'ab1', 'ab2']);
    expect(run()).toEqual(run());
  });

  test('control goes first, whatever waits on bulk; a lane can be chosen by hand', () => {
    const network = memoryNetwork({ delivery: 'manual' });
    const [a, b] = [network.join('a'), network.join('b')];
    const got = inbox(b);
    a.send('b', bytes(1), 'bulk');
    a.send('b', bytes(2), 'bulk');
    a.send('b', bytes(3), 'control');
    network.deliver({ limit: 1 });
    expect(got).toEqual(['a:3']);
    a.send('b', bytes(4));
    expect(network.deliver({ lane: 'bulk', limit: 1 })).toBe(1);
    expect(got).toEqual(['a:3', 'a:1']);
    expect(network.deliver({ from: 'b' })).toBe(0);
    expect(network.deliver({ from: 'a', to: 'b' })).toBe(2);
    expect(got).toEqual(['a:3', 'a:1', 'a:4', 'a:2']);
  });

  test('what a receiver throws takes only its own frame away', () => {
    const network = memoryNetwork({ delivery: 'manual' });
    const [a, b] = [network.join('a'), network.join('b')];
    const got: number[] = [];
    b.receive((_from, frame) => {
      if (frame[0] === 1) throw new Error('mine');
      got.push(frame[0]!);
    });
    for (const n of [0, 1, 2]) a.send('b', bytes(n));
    expect(() => network.deliver()).toThrow('mine');
    expect(network.pending).toBe(1);
    network.deliver();
    expect(got).toEqual([0, 2]);
  });
});

describe('faults', () => {
  function threeNodes(): { network: MemoryNetwork; a: WatchedTransport; b: WatchedTransport; c: WatchedTransport } {
    const network = memoryNetwork({ delivery: 'manual' });
    return { network, a: network.join('a'), b: network.join('b'), c: network.join('c') };
  }

  test('a cut drops what waits and what is sent; nothing of it arrives after heal', async () => {
    const { network, a, b, c } = threeNodes();
    const got = inbox(b);
    const lines = told(a);
    await microtasks();
    a.send('b', bytes(1));
    network.cut('b', 'a');
    expect(a.send('b', bytes(2))).toBe('queued');
    expect(c.send('b', bytes(3))).toBe('queued');
    network.heal('a', 'b');
    a.send('b', bytes(4));
    network.deliver();
    await microtasks();
    expect(got).toEqual(['c:3', 'a:4']);
    expect(lines).toEqual([
      'up b',
      'up c',
      'dropped 1 of b control: down',
      'down b: broken',
      'dropped 1 of b control: down',
      'up b',
    ]);
  });

  test('heal without arguments mends all', () => {
    const { network, a, b, c } = threeNodes();
    const [gotB, gotC] = [inbox(b), inbox(c)];
    network.cut('a', 'b');
    network.cut('a', 'c');
    network.heal();
    a.send('b', bytes(1));
    a.send('c', bytes(1));
    network.deliver();
    expect([gotB, gotC]).toEqual([['a:1'], ['a:1']]);
  });

  test('frames are lost on demand, waiting or as they are sent, and counted', () => {
    const { network, a, b } = threeNodes();
    const got = inbox(b);
    for (const n of [1, 2, 3]) a.send('b', bytes(n));
    expect(network.drop({ from: 'a', to: 'b', limit: 1 })).toBe(1);
    network.lose(({ frame }) => frame[0] === 5);
    for (const n of [4, 5, 6]) expect(a.send('b', bytes(n))).toBe('queued');
    network.lose(null);
    network.deliver();
    expect(got).toEqual(['a:2', 'a:3', 'a:4', 'a:6']);
    expect(a.counters().framesDropped).toBe(2);
  });
});

describe('bounds', () => {
  test('a queue is full in bytes or in frames, lane by lane, and writable again at its low-water mark', async () => {
    const network = memoryNetwork({ delivery: 'manual', maxFrameBytes: 100, maxQueueBytes: 400, maxQueueFrames: 10 });
    const [a, b] = [network.join('a'), network.join('b')];
    b.receive(() => undefined);
    const large = new Uint8Array(100);
    for (let i = 0; i < 4; i++) expect(a.send('b', large, 'bulk')).toBe('queued');
    expect(a.send('b', bytes(1), 'bulk')).toBe('full');
    for (let i = 0; i < 10; i++) expect(a.send('b', bytes(i))).toBe('queued');
    expect(a.send('b', bytes(1))).toBe('full');
    expect(a.counters()).toMatchObject({ framesSent: 14, bytesSent: 410, framesDropped: 2 });
    const settled: string[] = [];
    void a.writable('b', 'bulk').then(() => settled.push('bulk'));
    void a.writable('b').then(() => settled.push('control'));
    network.deliver({ limit: 4 });
    await microtasks();
    expect(settled).toEqual([]);
    network.deliver({ limit: 1 });
    await microtasks();
    expect(settled).toEqual(['control']);
    network.deliver({ lane: 'bulk', limit: 2 });
    await microtasks();
    expect(settled).toEqual(['control', 'bulk']);
  });

  test('a frame must fit both sides', () => {
    const network = memoryNetwork({ maxFrameBytes: 100 });
    const a = network.join('a');
    network.join('b', { maxFrameBytes: 10 });
    expect(a.send('b', new Uint8Array(10))).toBe('queued');
    expect(a.send('b', new Uint8Array(11))).toBe('too-large');
  });

  test.each([
    ['maxFrameBytes', { maxFrameBytes: 0 }],
    ['maxFrameBytes', { maxFrameBytes: 2 ** 30 + 1 }],
    ['maxQueueBytes', { maxFrameBytes: 100, maxQueueBytes: 99 }],
    ['maxQueueFrames', { maxQueueFrames: 1.5 }],
    ['delivery', { delivery: 'soon' as 'manual' }],
  ])('a bad %s is refused by name: %j', (option, options) => {
    expect(() => memoryNetwork(options)).toThrow(expect.objectContaining({ code: 'bad-option', option }));
  });

  test.each(['', 'x'.repeat(256), '\ud800', 'é'.repeat(128)])('%j is no id', (id) => {
    expect(() => memoryNetwork().join(id)).toThrow(expect.objectContaining({ code: 'bad-option' }));
  });

  test('an id is in use until its transport is closed', async () => {
    const network = memoryNetwork();
    const a = network.join('a');
    expect(() => network.join('a')).toThrow(/id must be one that nobody in the network has/);
    await a.close();
    network.join('a');
    expect(network.ids).toEqual(['a']);
  });
});

describe('peers', () => {
  test('whom setPeers leaves out is forgotten on both sides, and may come back', async () => {
    const network = memoryNetwork({ delivery: 'manual' });
    const [a, b] = [network.join('a'), network.join('b')];
    const got = inbox(b);
    const lines = told(b);
    await microtasks();
    a.send('b', bytes(1));
    b.setPeers!(new Map());
    expect(b.send('a', bytes(1))).toBe('unknown-peer');
    a.send('b', bytes(2));
    b.setPeers!(new Map([['a', '']]));
    a.send('b', bytes(3));
    network.deliver();
    await microtasks();
    expect(got).toEqual(['a:3']);
    expect(lines).toEqual(['up a', 'down a: removed', 'up a']);
  });

  test('a peer that is named before it joins is known and down', async () => {
    const network = memoryNetwork({ delivery: 'manual' });
    const a = network.join('a');
    a.setPeers!(new Map([['b', 'somewhere']]));
    const lines = told(a);
    expect(a.send('b', bytes(1))).toBe('queued');
    const got = inbox(network.join('b'));
    await microtasks();
    a.send('b', bytes(2));
    network.deliver();
    expect(got).toEqual(['a:2']);
    expect(lines).toEqual(['dropped 1 of b control: down', 'up b']);
  });

  test('closing tells the others, drops what waits either way, and counts frames that nobody received', async () => {
    const network = memoryNetwork({ delivery: 'manual' });
    const [a, b, c] = [network.join('a'), network.join('b'), network.join('c')];
    const lines = told(a);
    await microtasks();
    a.send('b', bytes(1));
    a.send('c', bytes(1));
    await b.close();
    network.deliver();
    expect(lines).toEqual(['up b', 'up c', 'dropped 1 of b control: down', 'down b: broken']);
    expect(c.counters()).toMatchObject({ framesReceived: 0, framesDropped: 1 });
    expect(a.send('b', bytes(1))).toBe('unknown-peer');
  });
});

test('a listener that throws disturbs nobody, and its error is not swallowed', async () => {
  const network = memoryNetwork({ delivery: 'manual', maxQueueFrames: 1 });
  const a = network.join('a');
  network.join('b');
  const lines = told(a);
  const errors: unknown[] = [];
  const catchIt = (error: unknown): number => errors.push(error);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', catchIt);
  try {
    const stop = a.on('dropped', () => {
      throw new Error('mine');
    });
    a.send('b', bytes(1));
    expect(a.send('b', bytes(2))).toBe('full');
    stop();
    a.send('b', bytes(3));
    await new Promise(setImmediate);
  } finally {
    process.off('uncaughtException', catchIt);
    for (const other of others) process.on('uncaughtException', other);
  }
  expect(errors).toEqual([new Error('mine')]);
  expect(lines.filter((line) => line.startsWith('dropped'))).toHaveLength(2);
  expect(() => a.on('gone' as 'up', () => undefined)).toThrow(expect.objectContaining({ code: 'bad-option' }));
});

test('what begins a turn is called as a function: a browser’s own refuse to be called as methods', () => {
  const callers: unknown[] = [];
  const network = memoryNetwork({
    delivery(this: unknown) {
      callers.push(this);
    },
  });
  const a = network.join('a');
  network.join('b');
  expect(a.send('b', bytes(1))).toBe('queued');
  expect(callers).toEqual([undefined]);
});
