import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { type MessagePortTransport, openMessagePorts, type PortLike } from '../src/message-port/index.js';
import { transportCases } from '../src/testing/index.js';
import { MESSAGE_PORT, messagePortHarness, moment } from './message-port-harness.js';

const underTest = { capabilities: MESSAGE_PORT, makeHarness: messagePortHarness, able: messagePortHarness() };

describe('the contract', () => {
  for (const { name, skipped, run } of transportCases(underTest)) if (skipped === null) test(name, run);
});

const opened: MessagePortTransport[] = [];
afterEach(async () => {
  for (const transport of opened.splice(0)) await transport.close();
});

function open(self: string): MessagePortTransport {
  const transport = openMessagePorts({ self, maxFrameBytes: 1000 });
  opened.push(transport);
  return transport;
}

function channel(): [PortLike, PortLike] {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await moment();
};

/** Who is up, for one transport. */
function ups(transport: MessagePortTransport): Set<string> {
  const known = new Set<string>();
  transport.on('up', ({ peer }) => known.add(peer));
  transport.on('down', ({ peer }) => known.delete(peer));
  return known;
}

test('a peer is unknown until it has said hello, however late that is', async () => {
  const [port1, port2] = channel();
  const a = open('a');
  const known = ups(a);
  a.connect(port1, { expected: 'b' });
  for (let i = 0; i < 10; i++) await moment();
  expect(a.send('b', new Uint8Array(1))).toBe('unknown-peer');
  open('b').connect(port2);
  await until(() => known.has('b'));
  expect(a.send('b', new Uint8Array(1))).toBe('queued');
});

test('another node than the one expected is refused, on both sides', async () => {
  const [port1, port2] = channel();
  const [a, c] = [open('a'), open('c')];
  const reasons: string[] = [];
  for (const node of [a, c]) node.on('rejected', ({ reason }) => reasons.push(`${node.self} ${reason}`));
  a.connect(port1, { expected: 'b' });
  c.connect(port2);
  await until(() => reasons.length > 0);
  for (let i = 0; i < 10; i++) await moment();
  expect(reasons).toContain('a wrong-node');
  expect(a.send('c', new Uint8Array(1))).toBe('unknown-peer');
});

test('closing one side is known on the other at once, whether it was done by the transport or by the port', async () => {
  for (const how of ['transport', 'port'] as const) {
    const [port1, port2] = channel();
    const [a, b] = [open('a'), open('b')];
    const known = ups(a);
    a.connect(port1);
    b.connect(port2);
    await until(() => known.has('b'));
    if (how === 'transport') await b.close();
    else port2.close!();
    await until(() => !known.has('b'));
  }
});

test('a second port to the same node takes the place of the first', async () => {
  const [a, b] = [open('a'), open('b')];
  const got: number[] = [];
  b.receive((_from, frame) => got.push(frame[0]!));
  for (let round = 0; round < 3; round++) {
    const [port1, port2] = channel();
    const known = ups(b);
    a.connect(port1);
    b.connect(port2);
    await until(() => known.has('a'));
    await until(() => a.send('b', Uint8Array.of(round)) === 'queued');
    await until(() => got.includes(round));
  }
});

test('what is no message of ours on the port is left alone; half a message of ours ends it', async () => {
  const [port1, port2] = channel();
  const [a, b] = [open('a'), open('b')];
  const known = ups(a);
  const reasons: string[] = [];
  a.on('rejected', ({ reason }) => reasons.push(reason));
  a.connect(port1);
  b.connect(port2);
  await until(() => known.has('b'));
  port2.postMessage('hello', []);
  port2.postMessage({ type: 'log' }, []);
  port2.postMessage(null, []);
  for (let i = 0; i < 5; i++) await moment();
  expect([...known, ...reasons]).toEqual(['b']);
  port2.postMessage(Uint8Array.of(3, 0, 200), []);
  await until(() => reasons.length > 0);
  expect(reasons).toEqual(['malformed-frame']);
});

test('bad options are refused by name', () => {
  expect(() => openMessagePorts({ self: 'a', silentMs: -1 })).toThrow(
    expect.objectContaining({ code: 'bad-option', option: 'silentMs' }),
  );
  const a = open('a');
  expect(() => a.connect({} as PortLike)).toThrow(expect.objectContaining({ code: 'bad-option', option: 'port' }));
  expect(() => a.connect(channel()[0], { expected: 'x'.repeat(300) })).toThrow(
    expect.objectContaining({ code: 'bad-option', option: 'expected' }),
  );
});
