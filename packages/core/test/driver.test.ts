import { NodeClosed } from '@dsys/core/driver';
import type { Transport } from '@dsys/transport';
import { memoryNetwork } from '@dsys/transport';
import { openMemory } from '@dsys/wal';
import { describe, expect, test } from 'vitest';
import { bytes, failuresOf, logged, type PuppetWords, type Stage, stage, text } from './puppet.js';

const perform = async ({ driver, clock }: Stage, outputs: Extract<PuppetWords['input'], { type: 'do' }>['outputs']) => {
  driver.tell({ type: 'do', outputs });
  await clock.settle();
};

describe('a node starts', () => {
  test('from what the storage remembers, and tells the core its boot, its snapshots and its next position', async () => {
    const first = await stage();
    await perform(first, [{ type: 'persist', id: 1, writes: ['term 1', 'vote b'] }]);
    const writer = await first.storage.snapshots.create('s1');
    await writer.write(bytes('state'));
    await writer.finish();
    await first.driver.close();

    const again = await stage({ disk: first.disk });
    expect(again.puppet.records.map((record) => text(record.bytes))).toEqual(['term 1', 'vote b']);
    expect(again.puppet.recovery).toEqual({
      id: 'a',
      boot: 2,
      appliedIndex: 0,
      nextPosition: 3,
      snapshots: ['s1'],
      damage: null,
    });
  });

  test('with what a durable state machine has already', async () => {
    const { notebook: stateMachine } = await stage();
    const { puppet } = await stage({ stateMachine: Object.assign(stateMachine, { appliedIndex: () => 7 }) });
    expect(puppet.recovery!.appliedIndex).toBe(7);
  });

  test('and first does what recover wants', async () => {
    const one = await stage({
      arrange: (puppet) => {
        puppet.first = [{ type: 'persist', id: 1, writes: ['boot'] }];
      },
    });
    await one.clock.settle();
    expect(one.puppet.seen).toEqual(['persisted 1']);
  });

  test('with damage told to the core, and in the log', async () => {
    const first = await stage();
    for (const id of [1, 2, 3]) await perform(first, [{ type: 'persist', id, writes: [`w${id}`] }]);
    await first.driver.close();
    first.disk.damage(2);
    const { puppet, lines, driver } = await stage({ disk: first.disk });
    expect(puppet.records.map((record) => text(record.bytes))).toEqual(['w1']);
    expect(puppet.recovery!.damage).toEqual({ resumeAt: 4 });
    expect(lines[0]).toMatchObject({ level: 'error', fields: { node: 'a', first: 2, last: 2 } });
    expect(driver.health()).toMatchObject({ live: true, ready: false, reasons: [{ code: 'log-damaged' }] });
  });

  test('not with bad options, each named; the parts are then still the caller’s', async () => {
    const network = memoryNetwork({ delivery: 'manual' });
    const good = { transport: network.join('a'), storage: openMemory() };
    await expect(stage({ ...good, id: 'b' })).rejects.toThrow('id must be "a", as the transport is called, got "b"');
    await expect(stage({ ...good, stateMachine: {} as never })).rejects.toThrow(
      'stateMachine must be an object with apply',
    );
    await expect(stage({ ...good, limits: { lastInputs: 0 } })).rejects.toThrow(
      'limits.lastInputs must be an integer 1..',
    );
    await expect(stage({ ...good, limits: { commandBytes: 1 << 30 } })).rejects.toThrow('limits.commandBytes');
    await expect(
      stage({
        ...good,
        arrange: (puppet) => {
          puppet.first = [{ type: 'persist', id: 2, writes: [] }];
        },
      }),
    ).rejects.toThrow('persists are numbered');
    const { driver } = await stage(good);
    await driver.close();
  });

  test('not once the signal has aborted, before or while it reads', async () => {
    await expect(stage({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const first = await stage();
    await perform(first, [{ type: 'persist', id: 1, writes: ['a', 'b'] }]);
    await first.driver.close();
    const storage = openMemory(first.disk);
    const controller = new AbortController();
    const { load } = storage;
    storage.load = async function* () {
      for await (const record of load.call(storage)) {
        controller.abort(new Error('enough'));
        yield record;
      }
    };
    await expect(stage({ storage, signal: controller.signal })).rejects.toThrow('enough');
    expect(storage.status().state).toBe('open');
  });
});

describe('frames', () => {
  test('that arrive between two turns are stepped in order, in one turn', async () => {
    const { puppet, clock, network } = await stage();
    const b = network.join('b');
    for (const message of ['one', 'two', 'three']) b.send('a', bytes(message));
    network.deliver();
    expect(puppet.seen).toEqual([]);
    expect(clock.pending.turns).toBe(1);
    clock.turn();
    expect(puppet.seen).toEqual(['receive one', 'receive two', 'receive three']);
  });

  test('that are bad are counted, told and dropped, and the node goes on', async () => {
    const { puppet, clock, network, driver, lines } = await stage();
    const rejected: unknown[] = [];
    driver.on('rejected', (event) => rejected.push(event));
    const b = network.join('b');
    for (const message of ['bad', 'bug', 'good']) b.send('a', bytes(message));
    network.deliver();
    clock.turn();
    expect(puppet.seen).toEqual(['receive good']);
    expect(driver.status().counts.rejected).toEqual({ full: 0, unverified: 0, malformed: 2 });
    expect(rejected).toEqual([
      { from: 'b', reason: 'malformed', detail: 'message at byte 0: expected better, found bad' },
      { from: 'b', reason: 'malformed', detail: 'not a DecodeError: TypeError: a decoder with a fault' },
    ]);
    // The log has one line, however many come.
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    clock.advance(1000);
    b.send('a', bytes('bad'));
    network.deliver();
    expect(lines.filter(({ level }) => level === 'warn').at(-1)!.fields).toMatchObject({ from: 'b', since: 2 });
  });

  test('beyond the limit of the inbox are dropped and counted', async () => {
    const { puppet, clock, network, driver } = await stage({ limits: { inboxFrames: 2 } });
    const b = network.join('b');
    for (const message of ['one', 'two', 'three']) b.send('a', bytes(message));
    network.deliver();
    expect(driver.status()).toMatchObject({ waitingFrames: 2, counts: { framesReceived: 3, rejected: { full: 1 } } });
    clock.turn();
    expect(puppet.seen).toEqual(['receive one', 'receive two']);
    b.send('a', bytes('four'));
    network.deliver();
    clock.turn();
    expect(puppet.seen).toHaveLength(3);
  });

  test('beyond its bytes are dropped too, but for one that is alone', async () => {
    const { puppet, clock, network } = await stage({ limits: { inboxBytes: 6 } });
    const b = network.join('b');
    for (const message of ['too large', 'no']) b.send('a', bytes(message));
    network.deliver();
    clock.turn();
    for (const message of ['two', 'x', 'no']) b.send('a', bytes(message));
    network.deliver();
    clock.turn();
    expect(puppet.seen).toEqual(['receive too large', 'receive two', 'receive x']);
  });

  test('of a peer that floods leave room for those of others', async () => {
    const { puppet, clock, network, driver } = await stage({ limits: { inboxFrames: 10 } });
    const [b, c, d] = [network.join('b'), network.join('c'), network.join('d')];
    for (let i = 0; i < 20; i++) b.send('a', bytes(`b${i}`));
    for (const peer of [c, d]) peer.send('a', bytes('hello'));
    network.deliver();
    expect(driver.status().counts.rejected.full).toBe(15);
    clock.turn();
    expect(puppet.seen.filter((seen) => seen === 'receive hello')).toHaveLength(2);
    for (let i = 0; i < 20; i++) b.send('a', bytes('again'));
    network.deliver();
    expect(driver.status().waitingFrames).toBe(6);
  });

  test('of a peer that floods leave bytes for those of others', async () => {
    const { puppet, clock, network } = await stage({ limits: { inboxBytes: 40 } });
    const [b, c] = [network.join('b'), network.join('c')];
    for (let i = 0; i < 20; i++) b.send('a', bytes('four'));
    c.send('a', bytes('hello'));
    network.deliver();
    clock.turn();
    expect(puppet.seen.filter((seen) => seen === 'receive four')).toHaveLength(5);
    expect(puppet.seen).toContain('receive hello');
  });

  test('to many are encoded once', async () => {
    const one = await stage();
    const [b, c] = [one.network.join('b'), one.network.join('c')];
    const got: string[] = [];
    b.receive((from, frame) => got.push(`b ${from} ${text(frame)}`));
    c.receive((from, frame) => got.push(`c ${from} ${text(frame)}`));
    await perform(one, [{ type: 'send', to: ['b', 'c'], message: 'hello' }]);
    one.network.deliver();
    expect(got).toEqual(['b a hello', 'c a hello']);
    expect(one.puppet.encodes).toBe(1);
    expect(one.driver.status().counts.sent).toMatchObject({ queued: 2 });
  });

  test('to whom nobody knows, or of a transport that throws, are losses like others', async () => {
    const { network } = await stage();
    const transport = network.join('x');
    const odd: Transport = Object.assign(Object.create(transport) as Transport, { self: 'a' });
    const one = await stage({ transport: odd });
    await perform(one, [{ type: 'send', to: 'nobody', message: 'hello' }]);
    odd.send = () => {
      throw new Error('a transport never throws');
    };
    await perform(one, [{ type: 'send', to: 'b', message: 'hello' }]);
    expect(one.driver.status().counts.sent).toMatchObject({ queued: 0, full: 1, 'unknown-peer': 1 });
    expect(one.driver.status().state).toBe('running');
  });
});

describe('a guard', () => {
  const sealed = (to: string, frame: Uint8Array) => bytes(`${to}!${text(frame)}`);
  const opened = (frame: Uint8Array) => {
    const [to, message] = text(frame).split('!');
    return to === 'a' ? bytes(message!) : null;
  };

  test('seals for each receiver, and what it refuses is never decoded', async () => {
    const one = await stage({ guard: { open: (_from, frame) => opened(frame), seal: sealed } });
    const b = one.network.join('b');
    const got: string[] = [];
    b.receive((_from, frame) => got.push(text(frame)));
    await perform(one, [{ type: 'send', to: ['b'], message: 'hello' }]);
    for (const frame of ['a!yes', 'c!no', 'a!bad']) b.send('a', bytes(frame));
    one.network.deliver();
    await one.clock.settle();
    expect(got).toEqual(['b!hello']);
    expect(one.puppet.seen.slice(1)).toEqual(['receive yes']);
    expect(one.driver.status().counts.rejected).toEqual({ full: 0, unverified: 1, malformed: 1 });
  });

  test('that takes a promise keeps the frames of a peer in order, and none of another back', async () => {
    const open = new Map<string, (frame: Uint8Array | null) => void>();
    const guard = {
      seal: sealed,
      open: (_from: string, frame: Uint8Array) =>
        text(frame).startsWith('slow')
          ? new Promise<Uint8Array | null>((resolve) => open.set(text(frame), resolve))
          : frame,
    };
    const { puppet, clock, network, driver } = await stage({ guard });
    const [b, c] = [network.join('b'), network.join('c')];
    for (const frame of ['slow1', 'quick', 'slow2']) b.send('a', bytes(frame));
    c.send('a', bytes('other'));
    network.deliver();
    await clock.settle();
    expect(puppet.seen).toEqual(['receive other']);
    open.get('slow2')!(bytes('slow2'));
    await clock.settle();
    expect(driver.status().waitingFrames).toBe(3);
    open.get('slow1')!(null);
    await clock.settle();
    expect(puppet.seen).toEqual(['receive other', 'receive quick', 'receive slow2']);
    expect(driver.status()).toMatchObject({ waitingFrames: 0, counts: { rejected: { unverified: 1 } } });
  });
});

describe('proposals', () => {
  test('of one turn are one input and one flush, and each gets its own result', async () => {
    const { puppet, clock, driver, storage } = await stage();
    puppet.play = logged();
    const answers = ['x', 'y', 'z'].map((command) => driver.propose(bytes(command)));
    await clock.settle();
    expect(puppet.seen).toEqual(['propose x y z', 'persisted 1', 'applied 3']);
    expect(storage.status().flushes).toBe(1);
    expect(await Promise.all(answers)).toEqual(
      [1, 2, 3].map((index) => ({ outcome: 'applied', index, result: bytes(`#${index}`) })),
    );
  });

  test('come after the frames that arrived with them, and before what is asked', async () => {
    const { puppet, clock, driver, network } = await stage();
    void driver.ask((ref) => ({ type: 'read', ref }));
    void driver.propose(bytes('x'));
    network.join('b').send('a', bytes('hello'));
    network.deliver();
    await clock.settle();
    expect(puppet.seen).toEqual(['receive hello', 'propose x', 'read']);
  });

  test('while a flush is under way gather for the next one', async () => {
    const { puppet, clock, driver, storage } = await stage();
    puppet.play = logged();
    storage.hang();
    const first = driver.propose(bytes('x'));
    await clock.settle();
    const more = [driver.propose(bytes('y'))];
    await clock.settle();
    more.push(driver.propose(bytes('z')));
    await clock.settle();
    expect(puppet.seen).toEqual(['propose x', 'propose y', 'propose z']);
    storage.unhang();
    await clock.settle();
    await Promise.all([first, ...more]);
    expect(puppet.seen.slice(3)).toEqual(['persisted 1', 'applied 1', 'persisted 3', 'applied 3']);
    expect(storage.status().flushes).toBe(2);
  });

  test('that are too large, or no bytes, or for a closed node, are refused', async () => {
    const { driver } = await stage({ limits: { commandBytes: 3 } });
    await expect(driver.propose(bytes('four'))).rejects.toThrow(RangeError);
    await expect(driver.propose('x' as never)).rejects.toThrow('command must be a Uint8Array, got "x"');
    await driver.close();
    await expect(driver.propose(bytes('x'))).rejects.toThrow(NodeClosed);
    await expect(driver.ask((ref) => ({ type: 'read', ref }))).rejects.toMatchObject({ code: 'node-closed' });
  });

  test('that are given up are answered unknown; those not yet stepped are never stepped', async () => {
    const { puppet, clock, driver } = await stage();
    puppet.play = logged();
    const controller = new AbortController();
    const { signal } = controller;
    const stepped = driver.propose(bytes('x'), { signal });
    clock.turn();
    const waiting = [driver.propose(bytes('y'), { signal }), driver.ask((ref) => ({ type: 'read', ref }), { signal })];
    controller.abort();
    waiting.push(driver.propose(bytes('z'), { signal }));
    expect(await Promise.all([stepped, ...waiting])).toEqual(Array(4).fill({ outcome: 'unknown' }));
    await clock.settle();
    expect(puppet.seen).toEqual(['propose x', 'persisted 1', 'applied 1']);
    expect(driver.status().outstanding).toEqual({ count: 0, bytes: 0 });
    expect(driver.status().counts.answers).toEqual(new Map([['unknown', 3]]));
  });

  test('beyond the limits are answered busy at once, until there is room', async () => {
    const { puppet, clock, driver, storage } = await stage({ limits: { outstanding: 2 } });
    puppet.play = logged();
    storage.hang();
    const first = [driver.propose(bytes('x')), driver.propose(bytes('y'))];
    expect(await driver.propose(bytes('z'))).toEqual({ outcome: 'busy' });
    expect(await driver.ask((ref) => ({ type: 'read', ref }))).toEqual({ outcome: 'busy' });
    expect(driver.health()).toMatchObject({ live: true, ready: false, reasons: [{ code: 'overloaded' }] });
    let hasRoom = false;
    const room = driver.room().then(() => (hasRoom = true));
    await clock.settle();
    expect(hasRoom).toBe(false);
    storage.unhang();
    await clock.settle();
    await room;
    await Promise.all(first);
    expect(driver.health().ready).toBe(true);
  });

  test('whose input can’t even be made wait for nothing', async () => {
    const { driver } = await stage();
    const making = driver.ask(() => {
      throw new Error('no such member');
    });
    await expect(making).rejects.toThrow('no such member');
    expect(driver.status().outstanding.count).toBe(0);
  });

  test('wait for the core: it answers asks itself, once', async () => {
    const one = await stage();
    one.puppet.play = (input) =>
      input.type === 'read' ? [{ type: 'answer', ref: input.ref, answer: { outcome: 'said', what: 'hi' } }] : [];
    const answer = one.driver.ask((ref) => ({ type: 'read', ref }));
    await one.clock.settle();
    expect(await answer).toEqual({ outcome: 'said', what: 'hi' });
    const failures = failuresOf(one);
    await perform(one, [{ type: 'answer', ref: 1, answer: { outcome: 'unknown' } }]);
    expect(failures).toMatchObject([{ part: 'core', message: expect.stringContaining('answers each ref once') }]);
  });
});

describe('the end', () => {
  test('answers all that wait, closes both parts, and leaves no timer and no turn', async () => {
    const { puppet, clock, driver, storage, network } = await stage();
    puppet.wakeAt = 5000;
    puppet.play = logged();
    storage.hang(1);
    await perform({ driver, clock } as Stage, []);
    const answers = [driver.propose(bytes('x'))];
    await clock.settle();
    storage.hang();
    answers.push(driver.propose(bytes('y')));
    clock.turn();
    const asked = driver.ask((ref) => ({ type: 'read', ref }));
    const closing = driver.close();
    expect(driver.close()).toBe(closing);
    expect(await Promise.all([...answers, asked])).toEqual([
      { outcome: 'applied', index: 1, result: bytes('#1') },
      { outcome: 'unknown' },
      { outcome: 'unknown' },
    ]);
    expect(driver.status().state).toBe('closing');
    storage.unhang();
    await closing;
    expect(driver.status().state).toBe('closed');
    expect(driver.health()).toMatchObject({ live: false, ready: false, reasons: [{ code: 'closed' }] });
    expect(storage.status().state).toBe('closed');
    expect(network.ids).toEqual([]);
    expect(clock.pending).toEqual({ wakers: 0, turns: 0 });
    await driver[Symbol.asyncDispose]();
    expect(() => driver.tell({ type: 'do', outputs: [] })).toThrow('node a is closed');
  });

  test('with abandon waits for no disk, also when a close that waits was first', async () => {
    const { puppet, clock, driver, storage, lines } = await stage();
    puppet.play = logged();
    storage.hang();
    void driver.propose(bytes('x'));
    await clock.settle();
    const waits = driver.close();
    await driver.close({ abandon: true });
    await waits;
    expect(driver.status().state).toBe('closed');
    await clock.settle();
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('with a state machine that fails meanwhile is not held up; the log has it', async () => {
    const { puppet, clock, driver, notebook, lines } = await stage();
    puppet.play = logged();
    notebook.holds = true;
    void driver.propose(bytes('x'));
    await clock.settle();
    const closing = driver.close();
    notebook.notes = null as never; // what `apply` will trip over
    notebook.release();
    await closing;
    expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { part: 'state-machine' } });
    expect(driver.status().state).toBe('closed');
  });

  test('waits for what the state machine is doing', async () => {
    const { puppet, clock, driver, notebook } = await stage();
    puppet.play = logged();
    notebook.holds = true;
    void driver.propose(bytes('x'));
    await clock.settle();
    let isClosed = false;
    const closing = driver.close().then(() => (isClosed = true));
    await clock.settle();
    expect(isClosed).toBe(false);
    notebook.release();
    await closing;
    expect(notebook.notes).toEqual(['x']);
  });

  test('may come from a listener, in the middle of a step', async () => {
    const one = await stage();
    one.driver.on('event', () => void one.driver.close());
    one.driver.tell({
      type: 'do',
      outputs: [
        { type: 'event', event: { type: 'told', what: 'bye' } },
        { type: 'persist', id: 1, writes: ['never written'] },
      ],
    });
    await one.clock.settle();
    await one.driver.close();
    expect(one.disk.inspect()).toEqual([]);
    expect(one.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

test('peers are the transport’s to know, but for the node itself; an address that it refuses stops nothing', async () => {
  const { network } = await stage();
  const transport = network.join('x');
  const given: unknown[] = [];
  const odd: Transport = Object.assign(Object.create(transport) as Transport, { self: 'a' });
  odd.setPeers = (peers) => {
    given.push([...peers]);
    if (peers.has('c')) throw new RangeError('no such address');
  };
  const one = await stage({ transport: odd });
  const peer = (id: string) => ({ id, address: `${id}:1` });
  await perform(one, [{ type: 'peers', peers: [peer('a'), peer('b')] }]);
  await perform(one, [{ type: 'peers', peers: [peer('c')] }]);
  expect(given).toEqual([[['b', 'b:1']], [['c', 'c:1']]]);
  expect(one.lines.at(-1)).toMatchObject({ level: 'error', fields: { error: 'RangeError: no such address' } });
  expect(one.driver.status().state).toBe('running');
});
