import { expect, test } from 'vitest';
import { memoryNetwork, multiplex, type Transport } from '../src/index.js';

const text = new TextEncoder();

function inbox(transport: Transport): string[] {
  const got: string[] = [];
  transport.receive((from, frame) => got.push(`${from}:${new TextDecoder().decode(frame)}`));
  return got;
}

function pair(): {
  network: ReturnType<typeof memoryNetwork>;
  a: ReturnType<typeof multiplex>;
  b: ReturnType<typeof multiplex>;
  raw: Transport;
} {
  const network = memoryNetwork({ delivery: 'manual', maxFrameBytes: 1000 });
  const [a, b] = [network.join('a'), network.join('b')];
  return { network, a: multiplex(a), b: multiplex(b), raw: a };
}

test('channels of one name hear each other, and no others', () => {
  const { network, a, b } = pair();
  const [one, other] = [inbox(b.channel('one')), inbox(b.channel('other'))];
  a.channel('one').send('b', text.encode('1'));
  a.channel('other').send('b', text.encode('2'), 'bulk');
  network.deliver();
  expect([one, other]).toEqual([['a:1'], ['a:2']]);
});

test('frames for channels that are not open, or that nobody receives from, are dropped and counted', () => {
  const { network, a, b } = pair();
  a.channel('one').send('b', text.encode('1'));
  a.channel('two').send('b', text.encode('2'));
  network.deliver({ limit: 1 });
  b.channel('two');
  network.deliver();
  expect(b.counters()).toEqual({ unknownChannel: 1, malformed: 0, unwanted: 1 });
});

test.each([
  ['nothing', []],
  ['an empty name', [0, 1, 2]],
  ['a name longer than the frame', [9, 0x61]],
  ['a name longer than any', [65, ...Array(65).fill(0x61)]],
  ['a padded length', [0x81, 0, 0x61]],
  ['a name that is not UTF-8', [2, 0xff, 0xff]],
])('a head with %s is counted as malformed', (_what, head) => {
  const { network, b, raw } = pair();
  inbox(b.channel('a'));
  raw.send('b', Uint8Array.from(head));
  network.deliver();
  expect(b.counters()).toEqual({ unknownChannel: 0, malformed: 1, unwanted: 0 });
});

test('a channel’s largest frame is the transport’s without the head', () => {
  const { network, a, b } = pair();
  const channel = a.channel('one');
  const got = inbox(b.channel('one'));
  expect(channel.maxFrameBytes).toBe(1000 - 4);
  expect(channel.send('b', new Uint8Array(997))).toBe('too-large');
  expect(channel.send('b', new Uint8Array(996))).toBe('queued');
  network.deliver();
  expect(got).toHaveLength(1);
});

test('names are checked, open once at a time, and not too many', () => {
  const network = memoryNetwork({ maxFrameBytes: 10 });
  const multiplexer = multiplex(network.join('a'), { maxChannels: 2 });
  for (const name of ['', 'x'.repeat(65), '\ud800', 7 as unknown as string])
    expect(() => multiplexer.channel(name)).toThrow();
  expect(() => multiplexer.channel('123456789')).toThrow(/shorter than the transport's maxFrameBytes/);
  const one = multiplexer.channel('one');
  expect(() => multiplexer.channel('one')).toThrow(/name must be that of a channel which is not open/);
  multiplexer.channel('two');
  expect(() => multiplexer.channel('three')).toThrow(/raise maxChannels/);
  void one.close();
  multiplexer.channel('three');
  expect(() => multiplex(network.join('b'), { maxChannels: 0 })).toThrow(
    expect.objectContaining({ code: 'bad-option', option: 'maxChannels' }),
  );
});

test('the transport’s peers are those of all channels together; each hears its own', () => {
  const network = memoryNetwork({ delivery: 'manual' });
  const [a, b] = [multiplex(network.join('a')), multiplex(network.join('b'))];
  multiplex(network.join('c'));
  const [one, two] = [a.channel('one'), a.channel('two')];
  const [gotOne, gotTwo] = [inbox(one), inbox(two)];
  one.setPeers!(new Map([['b', 'somewhere']]));
  two.setPeers!(new Map([['c', 'elsewhere']]));
  expect(one.send('c', text.encode('x'))).toBe('unknown-peer');
  expect(two.send('c', text.encode('x'))).toBe('queued');
  b.channel('one').send('a', text.encode('1'));
  b.channel('two').send('a', text.encode('2'));
  network.deliver();
  expect([gotOne, gotTwo]).toEqual([['b:1'], []]);
  expect(a.counters().unwanted).toBe(1);
  void two.close();
  expect(one.send('b', text.encode('x'))).toBe('queued');
  expect(network.waiting({ to: 'c' })).toEqual([]);
});

test('a transport without peers has channels without', () => {
  const bare: Transport = {
    self: 'a',
    maxFrameBytes: 100,
    send: () => 'unknown-peer',
    receive: () => () => undefined,
    writable: async () => undefined,
    close: async () => undefined,
  };
  expect(multiplex(bare).channel('one').setPeers).toBeUndefined();
});

test('closing a channel leaves the others alone; closing the multiplexer closes all, and the transport', async () => {
  const { network, a, b, raw } = pair();
  const [one, two] = [b.channel('one'), b.channel('two')];
  const gotTwo = inbox(two);
  await one.close();
  a.channel('two').send('b', text.encode('2'));
  network.deliver();
  expect(gotTwo).toEqual(['a:2']);
  await a.close();
  await a.close();
  expect(raw.send('b', text.encode('x'))).toBe('closed');
  expect(() => a.channel('three')).toThrow(/closed/);
  await b[Symbol.asyncDispose]();
  expect(network.ids).toEqual([]);
});

test('peers that the transport refuses are refused to their channel alone', async () => {
  const { network, a } = pair();
  const [one, two] = [a.channel('one'), a.channel('two')];
  one.setPeers!(new Map([['b', '']]));
  expect(() => one.setPeers!(new Map([['', '']]))).toThrow(RangeError);
  expect(one.send('b', text.encode('1'))).toBe('queued'); // what was named before still counts
  two.setPeers!(new Map([['b', '']]));
  await a.close();
  expect(network.ids).toEqual(['b']);
});
