import { expect, test } from 'vitest';
import { backoffMs } from '../src/backoff.js';
import { encodeHello } from '../src/piped/wire.js';
import type { WebSocketLike } from '../src/websocket/index.js';
import { openWebSocketOn } from '../src/websocket/transport.js';
import { HandMachine } from './by-hand.js';

interface WebSocketEvent {
  readonly data?: unknown;
}

type Name = 'open' | 'message' | 'error' | 'close';

/** A socket that does what the test says. */
class HandSocket implements WebSocketLike {
  static latest: HandSocket;
  static count = 0;
  binaryType = '';
  readyState = 0;
  readonly url: string;
  private readonly listeners: Record<Name, ((event: WebSocketEvent) => void)[]> = {
    open: [],
    message: [],
    error: [],
    close: [],
  };

  constructor(url: string) {
    this.url = url;
    HandSocket.latest = this;
    HandSocket.count++;
  }

  send(): void {}

  close(): void {
    this.readyState = 3;
  }

  addEventListener(name: Name, listener: (event: WebSocketEvent) => void): void {
    this.listeners[name].push(listener);
  }

  tell(name: Name, event: WebSocketEvent = {}): void {
    if (name === 'open') this.readyState = 1;
    for (const listener of this.listeners[name]) listener(event);
  }

  /** The server lets it in. */
  welcome(): void {
    const hello = { clusterId: 'default', from: 'hub', to: 'leaf', session: 1 };
    const message = encodeHello({ ...hello, maxFrameBytes: 1e6, windowBytes: 1e6, silentMs: 0, token: null });
    this.tell('message', { data: message.buffer });
  }
}

function dialling(token: () => string | Promise<string> = () => 't') {
  const machine = new HandMachine();
  HandSocket.count = 0;
  const node = openWebSocketOn(machine, {
    self: 'leaf',
    WebSocket: HandSocket,
    peers: new Map([['hub', 'ws://hub']]),
    helloMs: 1000,
    silentMs: 60_000,
    token,
  });
  return { machine, node };
}

const ticks = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await null;
};

test('waits are a random part of 50, 100, 200 … 1000 ms', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((failures) => backoffMs(failures, 1))).toEqual([
    50, 100, 200, 400, 800, 1000, 1000,
  ]);
  expect(backoffMs(3, 0.25)).toBe(100);
});

test('a socket that closes is dialled again, ever later; only a good hello begins the waits anew', async () => {
  const { machine } = dialling();
  await ticks();
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    // Opens, and is closed before any hello: a proxy whose server is gone does that.
    HandSocket.latest.tell('open');
    HandSocket.latest.tell('close');
    waits.push(machine.next!);
    machine.pass(machine.next!);
    await ticks();
  }
  expect(waits).toEqual([25, 50, 100, 200]);
  expect(HandSocket.count).toBe(5);
  HandSocket.latest.tell('open');
  HandSocket.latest.welcome();
  HandSocket.latest.tell('close');
  expect(machine.next).toBe(25);
});

test('one that never opens is given up after helloMs, and one that opens and says nothing too', async () => {
  const { machine } = dialling();
  await ticks();
  machine.pass(1000);
  expect(HandSocket.latest.readyState).toBe(3);
  machine.pass(25);
  await ticks();
  expect(HandSocket.count).toBe(2);
  HandSocket.latest.tell('open');
  machine.pass(1000);
  expect(HandSocket.latest.readyState).toBe(3);
  machine.pass(50);
  await ticks();
  expect(HandSocket.count).toBe(3);
});

test('without a token, or with a URL that is none, it is told and tried again', async () => {
  let isBroken = true;
  const { machine, node } = dialling(() => {
    if (isBroken) throw new Error('no token yet');
    return 't';
  });
  const details: string[] = [];
  node.on('rejected', ({ detail }) => details.push(detail));
  await ticks();
  expect(details).toEqual(['Error: no token yet']);
  isBroken = false;
  machine.pass(25);
  await ticks();
  expect(HandSocket.count).toBe(1);
});

test('whom setPeers leaves out is dialled no more; a new URL counts from the next dial on', async () => {
  const { machine, node } = dialling();
  await ticks();
  node.setPeers(new Map([['hub', 'ws://elsewhere']]));
  HandSocket.latest.tell('error');
  machine.pass(25);
  await ticks();
  expect(HandSocket.latest.url).toBe('ws://elsewhere');
  node.setPeers(new Map());
  HandSocket.latest.tell('close');
  machine.pass(5000);
  await ticks();
  expect(HandSocket.count).toBe(2);
  await node.close();
  expect(machine.next).toBeNull();
});
