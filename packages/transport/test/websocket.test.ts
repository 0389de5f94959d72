import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { TransportEvents } from '../src/index.js';
import { encodeBatch, encodeHello, type PipeHello } from '../src/piped/wire.js';
import { openWebSocket, type WebSocketOptions, type WebSocketTransport } from '../src/websocket/index.js';

const after: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of after.splice(0).reverse()) await end();
});

type Rejected = TransportEvents['rejected'];

interface Server {
  readonly hub: WebSocketTransport;
  readonly url: string;
  readonly rejections: Rejected[];
}

async function serve(options: Partial<WebSocketOptions> = {}): Promise<Server> {
  const hub = openWebSocket({ self: 'hub', maxFrameBytes: 10_000, authorize: () => true, ...options });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: hub.maxMessageBytes });
  server.on('connection', (socket) => hub.accept(socket, { address: 'here' }));
  await once(server, 'listening');
  after.push(async () => {
    await hub.close();
    for (const client of server.clients) client.terminate();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const rejections: Rejected[] = [];
  hub.on('rejected', (event) => rejections.push(event));
  return { hub, url: `ws://127.0.0.1:${server.address().port}`, rejections };
}

function dial(url: string, options: Partial<WebSocketOptions> = {}): WebSocketTransport {
  const node = openWebSocket({ self: 'leaf', WebSocket, peers: new Map([['hub', url]]), ...options });
  after.push(() => node.close());
  return node;
}

/** A socket without a transport: for what no transport would say. */
async function stranger(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  socket.on('error', () => undefined);
  after.push(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

const next = <K extends keyof TransportEvents>(node: WebSocketTransport, name: K): Promise<TransportEvents[K]> =>
  new Promise((resolve) => {
    const stop = node.on(name, (event) => {
      stop();
      resolve(event);
    });
  });

const HELLO: PipeHello = {
  clusterId: 'default',
  from: 'leaf',
  to: 'hub',
  session: 1,
  maxFrameBytes: 10_000,
  windowBytes: 10_000,
  silentMs: 0,
  token: null,
};

describe('who is let in', () => {
  test('is asked of authorize, with id, token and address; a token may be made at each dial', async () => {
    const asked: unknown[] = [];
    const { hub, url } = await serve({
      async authorize(introduction) {
        asked.push(introduction);
        return true;
      },
    });
    dial(url, { token: async (peer) => `for ${peer}` });
    await next(hub, 'up');
    expect(asked).toEqual([{ id: 'leaf', token: 'for hub', address: 'here' }]);
  });

  test.each<[string, Partial<WebSocketOptions>, Partial<WebSocketOptions>, string]>([
    ['without authorize', { authorize: undefined as never }, {}, 'token'],
    ['whose token is refused', { authorize: () => false }, {}, 'token'],
    ['whose token can’t be checked', { authorize: () => Promise.reject(new Error('no database')) }, {}, 'token'],
    ['of another cluster', { clusterId: 'x' }, { clusterId: 'y' }, 'other-cluster'],
    ['that says it is we', {}, { self: 'hub', peers: new Map([['hu', '']]) }, 'own-id'],
    ['that looks for another node', { self: 'other' }, {}, 'wrong-node'],
    ['that is not among the peers', { peers: new Map([['someone', '']]) }, {}, 'unknown-node'],
  ])('a node %s is refused, and both sides are told why', async (_what, server, client, reason) => {
    const { url, rejections } = await serve(server);
    const own = reason === 'own-id';
    const node = dial(url, own ? { self: 'hub', peers: new Map([['x', url]]) } : client);
    const told = await next(node, 'rejected');
    expect(told.reason).toBe(own ? 'own-id' : reason);
    expect(rejections[0]).toMatchObject({ reason, address: 'here', peer: own ? 'hub' : 'leaf' });
    expect(told.detail).toMatch(/^said over there: /);
  });

  test('a newer connection of a node takes the place of the older', async () => {
    const { hub, url } = await serve();
    dial(url);
    await next(hub, 'up');
    dial(url);
    expect((await next(hub, 'down')).reason).toBe('superseded');
    await next(hub, 'up');
  });
});

describe('strangers', () => {
  test('a hello that never comes is waited for only so long', async () => {
    const { url, rejections, hub } = await serve({ helloMs: 50 });
    const socket = await stranger(url);
    await once(socket, 'close');
    expect(rejections).toMatchObject([{ reason: 'hello-timeout', peer: null }]);
    expect(hub.send('leaf', new Uint8Array(1))).toBe('unknown-peer');
  });

  test.each([
    ['text', 'hello', 'malformed-frame'],
    ['another protocol', Uint8Array.of(22, 3, 1, 0), 'not-dsys'],
    ['nothing', new Uint8Array(0), 'malformed-hello'],
    ['a batch', encodeBatch(0, []), 'malformed-hello'],
    ['a later version', encodeHello(HELLO).with(5, 9), 'other-carrier-version'],
    ['half a hello', encodeHello(HELLO).subarray(0, 20), 'malformed-hello'],
  ])('whoever begins with %s is put out', async (_what, message, reason) => {
    const { url, rejections } = await serve();
    const socket = await stranger(url);
    socket.send(message);
    await once(socket, 'close');
    expect(rejections.map((one) => one.reason)).toEqual([reason]);
  });

  test.each([
    ['an oversized frame', encodeBatch(0, [{ frame: new Uint8Array(10_001), lane: 'control' }]), 'oversized-frame'],
    ['half a frame', encodeBatch(0, [{ frame: new Uint8Array(9), lane: 'bulk' }]).subarray(0, 8), 'malformed-frame'],
    ['acknowledgements of nothing', encodeBatch(7, []), 'malformed-frame'],
    ['a second hello', encodeHello(HELLO), 'malformed-frame'],
  ])('a node that sends %s is put out', async (_what, message, reason) => {
    const { hub, url, rejections } = await serve();
    const socket = await stranger(url);
    socket.send(encodeHello(HELLO));
    await next(hub, 'up');
    const got: unknown[] = [];
    hub.receive((from) => got.push(from));
    socket.send(message);
    await once(socket, 'close');
    expect(rejections.map((one) => one.reason)).toEqual([reason]);
    expect(got).toEqual([]);
  });

  test('as many as may be wait; one more is refused, and those that were let in don’t count', async () => {
    const { hub, url, rejections } = await serve({ maxWaiting: 3 });
    dial(url);
    await next(hub, 'up');
    for (let i = 0; i < 3; i++) await stranger(url);
    const socket = await stranger(url);
    await once(socket, 'close');
    expect(rejections.map((one) => one.reason)).toEqual(['too-many']);
  });
});

describe('connections', () => {
  test('come back by themselves when the server does', async () => {
    const first = await serve();
    const node = dial(first.url);
    await next(node, 'up');
    const [end] = after.splice(0, 1); // the server's
    const down = next(node, 'down');
    await end!();
    expect((await down).reason).toBe('closed');
    expect(node.send('hub', new Uint8Array(1))).toBe('queued');
    expect(node.counters().framesDropped).toBe(1);
    const second = await serve();
    const up = next(node, 'up');
    node.setPeers(new Map([['hub', second.url]]));
    await up;
  });

  test('frames of one tick go as one message', async () => {
    const { hub, url } = await serve();
    const socket = await stranger(url);
    const messages: Uint8Array[] = [];
    socket.on('message', (data: Uint8Array) => messages.push(data));
    socket.send(encodeHello(HELLO));
    await next(hub, 'up');
    for (let i = 0; i < 20; i++) hub.send('leaf', new Uint8Array(10));
    while (messages.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(messages.map(({ length }) => length)).toEqual([expect.any(Number), 2 + 20 * 11]);
  });
});

test('bad options are refused by name', () => {
  for (const [option, options] of [
    ['self', { self: '' }],
    ['clusterId', { clusterId: '' }],
    ['helloMs', { helloMs: 0 }],
    ['silentMs', { silentMs: 1 }],
    ['maxWaiting', { maxWaiting: 0 }],
    ['windowBytes', { windowBytes: 0 }],
    ['maxFrameBytes', { maxFrameBytes: -1 }],
    ['peers', { peers: new Map([['', '']]) }],
  ] as const)
    expect(() => openWebSocket({ self: 'a', ...options })).toThrow(
      expect.objectContaining({ code: 'bad-option', option }),
    );
});
