import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEAD_BYTES, readHead, wrap } from '../src/nats/envelope.js';
import { type NatsOptions, type NatsTransport, openNats } from '../src/nats/index.js';
import { idOf, tokenOf } from '../src/nats/subject.js';
import { MemoryBroker } from './nats-broker.js';
import { until } from './tcp-network.js';

const everybody = (...ids: string[]): Map<string, string> => new Map(ids.map((id) => [id, '']));

/** A node of which is noted what it hears, and who comes and goes. */
async function node(
  broker: MemoryBroker,
  self: string,
  options: Partial<NatsOptions> = {},
): Promise<{ transport: NatsTransport; got: string[]; events: string[] }> {
  const transport = await openNats({ self, connection: () => broker.connect(self), ...options });
  const [got, events]: string[][] = [[], []];
  transport.receive((from, frame) => got!.push(`${from} ${frame.join()}`));
  transport.on('up', ({ peer }) => events!.push(`up ${peer}`));
  transport.on('down', ({ peer, reason }) => events!.push(`down ${peer} ${reason}`));
  transport.on('rejected', ({ peer, reason }) => events!.push(`rejected ${peer} ${reason}`));
  return { transport, got: got!, events: events! };
}

async function pair(broker: MemoryBroker, options: Partial<NatsOptions> = {}) {
  const peers = everybody('a', 'b');
  const [a, b] = [await node(broker, 'a', { peers, ...options }), await node(broker, 'b', { peers, ...options })];
  await until(() => a.events.includes('up b') && b.events.includes('up a'), 'a and b');
  const close = (): Promise<unknown> => Promise.all([a.transport.close(), b.transport.close()]);
  return { a, b, close };
}

test('an id is one token of a subject, and another id another one', () => {
  expect(tokenOf('n-1_x')).toBe('n-1_x');
  expect(tokenOf('eu.n1 *>=é')).toBe('eu=2en1=20=2a=3e=3d=c3=a9');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
      expect(tokenOf(id)).toMatch(/^[A-Za-z0-9_=-]+$/);
      expect(idOf(tokenOf(id))).toBe(id);
    }),
  );
});

test('a token that `tokenOf` would not write is nobody’s', () => {
  for (const token of ['=41', '=4', '=', '=zz', '=C3=A9', '=ff', 'n1 ', '\u00e9']) expect(idOf(token)).toBeNull();
});

test('a head says what it was told, and any bytes are one or none', () => {
  const numbers = fc.record({
    isByDialler: fc.boolean(),
    line: fc.nat({ max: 2 ** 48 - 1 }),
    sequence: fc.nat({ max: 2 ** 32 - 1 }),
  });
  fc.assert(
    fc.property(numbers, fc.uint8Array({ minLength: 1 }), (head, message) => {
      const bytes = wrap(head, message);
      expect(readHead(bytes)).toEqual(head);
      expect([...bytes.subarray(HEAD_BYTES)]).toEqual([...message]);
    }),
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readHead(bytes)));
  expect(readHead(wrap({ isByDialler: true, line: 1, sequence: 0 }, new Uint8Array(0)))).toBeNull();
});

test('nodes whose ids hold dots and stars find each other, and nobody else hears them', async () => {
  const broker = new MemoryBroker();
  const peers = everybody('eu.1', '*');
  const [a, b] = [await node(broker, 'eu.1', { peers }), await node(broker, '*', { peers })];
  const c = await node(broker, 'c', { clusterId: 'another' });
  await until(() => a.events.includes('up *') && b.events.includes('up eu.1'));
  a.transport.send('*', Uint8Array.of(7));
  await until(() => b.got.length > 0);
  expect(b.got).toEqual(['eu.1 7']);
  expect(c.got).toEqual([]);
  expect(new Set(broker.subjects)).toEqual(new Set(['dsys.default.=2a.eu=2e1', 'dsys.default.eu=2e1.=2a']));
  for (const { transport } of [a, b, c]) await transport.close();
});

test('of two that name each other one line is made: each comes up once', async () => {
  const { a, b, close } = await pair(new MemoryBroker());
  for (let n = 0; n < 20; n++) {
    a.transport.send('b', Uint8Array.of(n));
    b.transport.send('a', Uint8Array.of(n));
  }
  await until(() => a.got.length === 20 && b.got.length === 20);
  expect([a.events, b.events]).toEqual([['up b'], ['up a']]);
  await close();
});

test('who names nobody is reached by who names it', async () => {
  const broker = new MemoryBroker();
  const [a, b] = [await node(broker, 'a'), await node(broker, 'b', { peers: everybody('a') })];
  await until(() => a.events.includes('up b') && b.events.includes('up a'));
  expect(a.transport.send('b', Uint8Array.of(1))).toBe('queued');
  await until(() => b.got.length === 1);
  await b.transport.close();
  await until(() => a.events.includes('down b closed'));
  expect(a.transport.send('b', Uint8Array.of(1))).toBe('unknown-peer');
  await a.transport.close();
});

test('a message that the broker loses ends the line on both sides, and what came after it is not delivered', async () => {
  const broker = new MemoryBroker();
  const { a, b, close } = await pair(broker);
  a.transport.send('b', Uint8Array.of(1));
  await until(() => b.got.length === 1);
  broker.lossesTo.set('b', 1);
  a.transport.send('b', Uint8Array.of(2));
  await until(() => broker.lossesTo.get('b') === 0);
  a.transport.send('b', Uint8Array.of(3));
  await until(() => b.events.includes('down a broken') && a.events.includes('down b broken'));
  await until(() => a.events.at(-1) === 'up b' && b.events.at(-1) === 'up a');
  a.transport.send('b', Uint8Array.of(4));
  await until(() => b.got.length > 1);
  expect(b.got).toEqual(['a 1', 'a 4']);
  await close();
});

test('a peer that was killed and is back is noticed by its first word, long before the silence would tell', async () => {
  const broker = new MemoryBroker();
  const { a, b, close } = await pair(broker, { silentMs: 1_000_000 });
  const killed = broker.clients.get('b')!;
  killed.cut();
  broker.clients.delete('b');
  // It names nobody: it is `a` that speaks first, on a line that this life of `b` never had.
  const again = await node(broker, 'b');
  a.transport.send('b', Uint8Array.of(1));
  await until(() => a.events.includes('down b broken') && again.events.includes('up a'));
  a.transport.send('b', Uint8Array.of(2));
  await until(() => again.got.length > 0);
  expect(again.got).toEqual(['a 2']);
  await Promise.all([close(), again.transport.close()]);
  expect(b.got).toEqual([]);
});

test('what a stranger publishes is refused, counted, and disturbs nobody', async () => {
  const broker = new MemoryBroker();
  const { a, b, close } = await pair(broker);
  const stranger = await broker.connect('stranger');
  const hello = (line: number, message: Uint8Array): Uint8Array =>
    wrap({ isByDialler: true, line, sequence: 0 }, message);
  stranger.publish('dsys.default.a.b', new Uint8Array(0));
  stranger.publish('dsys.default.a.b', new Uint8Array(5000).fill(0xff));
  stranger.publish('dsys.default.a.=zz', hello(1, Uint8Array.of(1)));
  stranger.publish('dsys.default.a.x', hello(2, Uint8Array.of(1, 2, 3)));
  stranger.publish('dsys.default.a.x', wrap({ isByDialler: false, line: 3, sequence: 9 }, Uint8Array.of(3, 0)));
  await until(() => a.transport.counters().rejections >= 4);
  expect(a.events.slice(1)).toEqual([
    'rejected b not-dsys',
    'rejected b not-dsys',
    'rejected null not-dsys',
    'rejected null not-dsys',
  ]);
  a.transport.send('b', Uint8Array.of(1));
  await until(() => b.got.length === 1);
  expect(b.events).toEqual(['up a']);
  await close();
});

test('of strangers that introduce themselves badly nothing is kept', async () => {
  const broker = new MemoryBroker();
  const { a, b, close } = await pair(broker);
  const stranger = await broker.connect('stranger');
  const count = 5000;
  for (let line = 0; line < count; line++)
    stranger.publish('dsys.default.a.x', wrap({ isByDialler: true, line, sequence: 0 }, Uint8Array.of(1)));
  await until(() => a.transport.counters().rejections === count);
  a.transport.send('b', Uint8Array.of(1));
  await until(() => b.got.length === 1);
  await close();
});

test('hundreds of peers that are not there keep nobody from the one that is', async () => {
  const broker = new MemoryBroker();
  const absent = Array.from({ length: 500 }, (_, i) => `absent-${i}`);
  const b = await node(broker, 'b');
  const a = await node(broker, 'a', { peers: everybody(...absent, 'b') });
  await until(() => a.events.length > 0);
  expect(a.events).toEqual(['up b']);
  await Promise.all([a.transport.close(), b.transport.close()]);
});

test.each(['a', 'b'])(
  '%s was without the broker for a moment: it is back at once, though its peer noticed nothing',
  async (which) => {
    const broker = new MemoryBroker();
    const { a, b, close } = await pair(broker, { silentMs: 1_000_000 });
    broker.cut(which);
    broker.mend(which);
    await until(() => [a, b].every(({ events }) => events.length === 3));
    const reasons = [a, b].map(({ events }) => events[1]!.split(' ').at(-1));
    expect(reasons.sort()).toEqual(['broken', 'superseded']);
    a.transport.send('b', Uint8Array.of(1));
    b.transport.send('a', Uint8Array.of(2));
    await until(() => b.got.length === 1 && a.got.length === 1);
    await close();
  },
);

test('a frame is bounded by what the server takes', async () => {
  const broker = new MemoryBroker();
  const a = await node(broker, 'a');
  expect(a.transport.maxFrameBytes).toBe((1 << 20) - 1024);
  await a.transport.close();
  const tooLarge = openNats({ self: 'a', connection: () => broker.connect('a'), maxFrameBytes: 1 << 20 });
  await expect(tooLarge).rejects.toThrow(`maxFrameBytes must be at most ${(1 << 20) - 1024}`);
  expect(broker.clients.get('a')!.isClosed).toBe(true);
  broker.maxPayload = 64 * 1024;
  await expect(openNats({ self: 'a', connection: () => broker.connect('a') })).rejects.toThrow('max_payload');
});

test('a bad option is said before anything is connected', async () => {
  const broker = new MemoryBroker();
  const connection = (): Promise<never> => Promise.reject(new Error('connected'));
  await expect(openNats({ self: '', connection })).rejects.toThrow('self must be');
  await expect(openNats({ self: 'a', clusterId: '', connection })).rejects.toThrow('clusterId must be');
  for (const prefix of ['', 'a..b', 'a b', '>', 'a.*'])
    await expect(openNats({ self: 'a', prefix, connection })).rejects.toThrow('prefix must be');
  await expect(openNats({ self: 'a', connection: {} as never })).rejects.toThrow('connection must be');
  await expect(openNats({ self: 'a', connection })).rejects.toThrow('connected');
  expect(broker.clients.size).toBe(0);
});

test('a connection that was handed in stays open; one that we made is closed, and made anew when it ends', async () => {
  const broker = new MemoryBroker();
  const handedIn = await broker.connect('a');
  const a = await node(broker, 'a', { connection: handedIn, peers: everybody('b') });
  const b = await node(broker, 'b', { peers: everybody('a') });
  await until(() => a.events.includes('up b'));
  const first = broker.clients.get('b')!;
  await first.close();
  await until(() => b.events.includes('down a broken') && b.events.at(-1) === 'up a');
  expect(broker.clients.get('b')).not.toBe(first);
  await Promise.all([a.transport.close(), b.transport.close()]);
  expect(handedIn.isClosed).toBe(false);
  expect(broker.clients.get('b')!.isClosed).toBe(true);
});

test('without a broker nothing is handed to the client, which would keep it for later', async () => {
  const broker = new MemoryBroker();
  const { a, close } = await pair(broker);
  const client = broker.clients.get('a')!;
  client.cut();
  await until(() => a.events.includes('down b broken'));
  const before = client.published;
  for (let n = 0; n < 5; n++) expect(a.transport.send('b', Uint8Array.of(n))).toBe('queued');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(client.published).toBe(before);
  expect(a.transport.counters().framesDropped).toBe(5);
  await close();
});

test('what the broker forbids is told', async () => {
  const broker = new MemoryBroker();
  const { a, close } = await pair(broker);
  broker.clients.get('a')!.tell({ type: 'error', error: new Error('permissions violation') });
  await until(() => a.events.includes('rejected null broken'));
  await close();
});
