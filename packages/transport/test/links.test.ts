import { describe, expect, test } from 'vitest';
import type { HubOptions } from '../src/piped/hub.js';
import { HandMachine, HandPipe, handHub } from './by-hand.js';

async function connected(options: Partial<HubOptions> = {}) {
  const machine = new HandMachine();
  const [a, b] = [handHub('a', machine, options), handHub('b', machine, options)];
  const pipe = new HandPipe();
  pipe.connect(0, a);
  pipe.connect(1, b);
  await pipe.deliver();
  const told: string[] = [];
  for (const hub of [a, b]) {
    hub.ledger.on('down', ({ peer, reason }) => told.push(`${hub.self}: down ${peer} ${reason}`));
    hub.ledger.on('rejected', ({ reason }) => told.push(`${hub.self}: rejected ${reason}`));
    hub.ledger.on('dropped', ({ frames, lane, reason }) =>
      told.push(`${hub.self}: dropped ${frames} ${lane} ${reason}`),
    );
  }
  return { machine, a, b, pipe, told };
}

describe('under way to a peer', () => {
  test('there is no more than its window, and the rest waits in queues that are bounded', async () => {
    const { a, b, pipe } = await connected({
      maxFrameBytes: 1000,
      windowBytes: 5000,
      maxQueueBytes: 20_000,
      maxQueueFrames: 100,
    });
    let got = 0;
    b.receiver.set(() => got++);
    const results = Array.from({ length: 25 }, () => a.send('b', new Uint8Array(1000)));
    expect(results.filter((result) => result === 'queued')).toHaveLength(20);
    await null;
    const underWay = (): number => pipe.waiting.reduce((sum, { message }) => sum + (message?.length ?? 0), 0);
    // All in one batch, since a batch may be larger than the window; the next waits for its acknowledgement.
    expect(underWay()).toBeLessThan(21_000);
    a.send('b', new Uint8Array(1000));
    await null;
    expect(pipe.waiting).toHaveLength(1);
    await pipe.deliver();
    expect(got).toBe(20);
    expect(a.send('b', new Uint8Array(1000))).toBe('queued');
  });

  test('the window holds back what comes after a large batch', async () => {
    const { a, b, pipe } = await connected({ maxFrameBytes: 70_000, windowBytes: 100_000 });
    b.receiver.set(() => undefined);
    for (let i = 0; i < 5; i++) a.send('b', new Uint8Array(70_000), 'bulk');
    await null;
    expect(pipe.waiting).toHaveLength(2); // 140,000 bytes: the second began below the window
    a.send('b', Uint8Array.of(1), 'control');
    pipe.links[1]!.onMessage(pipe.waiting.shift()!.message!);
    await null;
    pipe.links[0]!.onMessage(pipe.waiting.pop()!.message!); // the acknowledgement
    await null;
    // Control goes first: before the next bulk frame, behind the one that was under way.
    expect(pipe.waiting.map(({ message }) => message!.length)).toEqual([70_005, 4, 70_005]);
  });

  test('frames of one tick are one message, and an acknowledgement goes with what is answered', async () => {
    const { a, b, pipe } = await connected();
    b.receiver.set((from, frame) => b.send(from, frame));
    let back = 0;
    a.receiver.set(() => back++);
    const before = [...pipe.counts];
    for (let i = 0; i < 50; i++) a.send('b', new Uint8Array(10));
    await pipe.deliver();
    expect(back).toBe(50);
    expect([pipe.counts[0] - before[0]!, pipe.counts[1] - before[1]!]).toEqual([1, 2]); // and one that acknowledges
  });

  test('what is larger than the peer takes is too-large', async () => {
    const machine = new HandMachine();
    const [a, b] = [handHub('a', machine), handHub('b', machine, { maxFrameBytes: 10 })];
    const pipe = new HandPipe();
    pipe.connect(0, a);
    pipe.connect(1, b);
    await pipe.deliver();
    expect(a.send('b', new Uint8Array(11))).toBe('too-large');
  });
});

describe('silence', () => {
  test('a link on which nothing comes ends after silentMs, and what waits is dropped', async () => {
    const { machine, a, pipe, told } = await connected({ silentMs: 900 });
    a.send('b', new Uint8Array(1));
    a.send('b', new Uint8Array(1), 'bulk');
    await null;
    machine.pass(899, () => pipe.lose());
    expect(told).toEqual([]);
    machine.pass(1, () => pipe.lose());
    expect(told.sort()).toEqual([
      'a: down b silent',
      'a: dropped 1 bulk down',
      'a: dropped 1 control down',
      'a: rejected silent',
      'b: down a silent',
      'b: rejected silent',
    ]);
  });

  test('each side says a word in time, however little it has to say', async () => {
    const { machine, pipe, told } = await connected({ silentMs: 900 });
    for (let i = 0; i < 100; i++) {
      machine.pass(100);
      await pipe.deliver();
    }
    expect(told).toEqual([]);
    expect(pipe.counts[0]).toBeLessThan(50);
  });

  test('a program that stood still looks at what came before it says that nothing did', async () => {
    const { machine, pipe, told } = await connected({ silentMs: 900 });
    machine.stall(5000);
    machine.pass(0);
    expect(told).toEqual([]);
    await pipe.deliver();
    for (let i = 0; i < 20; i++) {
      machine.pass(100);
      await pipe.deliver();
    }
    expect(told).toEqual([]);
  });

  test('a peer that wants to hear something every millisecond gets it every ten', async () => {
    const machine = new HandMachine();
    const hub = handHub('a', machine);
    const pipe = new HandPipe();
    pipe.connect(0, hub);
    pipe.connect(1, handHub('b', machine, { silentMs: 1 }));
    await pipe.deliver();
    const before = pipe.counts[1];
    for (let i = 0; i < 100; i++) machine.pass(1);
    expect(pipe.counts[1] - before).toBeLessThanOrEqual(10);
  });

  test('without silentMs on either side no timer runs', async () => {
    const { machine } = await connected();
    expect(machine.next).toBeNull();
  });
});

describe('hellos', () => {
  test('of simultaneous dials both sides keep the one of the lower id', async () => {
    const machine = new HandMachine();
    const [a, b] = [handHub('a', machine), handHub('b', machine)];
    machine.randomness = 0.25;
    const downs: string[] = [];
    for (const hub of [a, b]) hub.ledger.on('down', ({ reason }) => downs.push(`${hub.self} ${reason}`));
    const [byA, byB] = [new HandPipe(), new HandPipe()];
    byA.connect(0, a, { expected: 'b' });
    byB.connect(1, b, { expected: 'a' });
    byA.connect(1, b, { isDialled: false });
    byB.connect(0, a, { isDialled: false });
    await Promise.all([byA.deliver(), byB.deliver()]);
    await Promise.all([byA.deliver(), byB.deliver()]);
    expect([byA, byB].map(({ links }) => links.map((link) => link.isUp))).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(new Set(downs)).not.toContain('a superseded');
    const got: string[] = [];
    b.receiver.set((from) => got.push(from));
    a.send('b', new Uint8Array(1));
    await byA.deliver();
    expect(got).toEqual(['a']);
  });

  test('one that is checked while its connection ends is let in nowhere', async () => {
    const machine = new HandMachine();
    let answer: (isWelcome: boolean) => void = () => undefined;
    const a = handHub('a', machine, { authorize: () => new Promise((resolve) => (answer = resolve)) });
    const b = handHub('b', machine);
    const pipe = new HandPipe();
    pipe.connect(0, a, { isDialled: false });
    pipe.connect(1, b);
    await pipe.deliver();
    pipe.links[0]!.onEnd('gone');
    answer(true);
    await null;
    expect([a.isUp('b'), b.isUp('a')]).toEqual([false, false]);
  });

  test('one whose peer is left out while it is checked is refused', async () => {
    const machine = new HandMachine();
    let answer: (isWelcome: boolean) => void = () => undefined;
    const a = handHub('a', machine, { authorize: () => new Promise((resolve) => (answer = resolve)) });
    const pipe = new HandPipe();
    pipe.connect(0, a, { isDialled: false });
    const reasons: string[] = [];
    a.ledger.on('rejected', ({ reason }) => reasons.push(reason));
    pipe.connect(1, handHub('b', machine));
    await pipe.deliver();
    a.setNamed(['c']);
    answer(true);
    await null;
    await pipe.deliver();
    expect(reasons).toEqual(['unknown-node']);
  });
});

test('a receiver that throws loses its own frame and no other, and the batch is acknowledged', async () => {
  const { a, b, pipe } = await connected({ windowBytes: 1 });
  const got: number[] = [];
  const errors: unknown[] = [];
  b.receiver.set((_from, frame) => {
    if (frame[0] === 1) throw new Error('mine');
    got.push(frame[0]!);
  });
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const keep = (error: unknown): number => errors.push(error);
  process.on('uncaughtException', keep);
  try {
    for (const n of [0, 1, 2]) a.send('b', Uint8Array.of(n));
    await pipe.deliver();
    a.send('b', Uint8Array.of(3));
    await pipe.deliver();
    await new Promise(setImmediate);
  } finally {
    process.off('uncaughtException', keep);
    for (const other of others) process.on('uncaughtException', other);
  }
  expect(got).toEqual([0, 2, 3]);
  expect(errors).toEqual([new Error('mine')]);
});
