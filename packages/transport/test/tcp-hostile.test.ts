import { afterEach, describe, expect, test } from 'vitest';
import { goodbye } from '../src/tcp/frames.js';
import { encodeGreeting } from '../src/tcp/hello.js';
import type { TcpTransport } from '../src/tcp/index.js';
import { type HandClock, isUp, Network, type Stranger, turns, until } from './tcp-network.js';
import { answer, framed, honest, lonelyNode, reasonTold, said } from './tcp-strangers.js';

const network = new Network();
afterEach(() => network.dispose());

const node = (options?: Parameters<typeof lonelyNode>[1]) => lonelyNode(network, options);

describe('who comes is refused, told why, and reported:', () => {
  test.each<[string, Uint8Array, string, string | null]>([
    ['another program', Buffer.from('GET / HTTP/1.1\r\nhost: n1\r\n\r\n'), 'not-dsys', null],
    ['a carrier of another version', Buffer.from('dsystcp\n\x02\x01\x00\x00'), 'other-carrier-version', null],
    ['a hello that makes no sense', Buffer.from('dsystcp\n\x01\x01\x03\x00\x01\x00\x00'), 'malformed-hello', null],
    ['a welcome where a hello is due', encodeGreeting({ kind: 'welcome', hello: honest }), 'malformed-hello', null],
    ['a node of another cluster', said({ clusterId: 'production' }), 'other-cluster', 'n2'],
    ['one that speaks no version of ours', said({ protocol: { min: 4, max: 9 } }), 'no-common-protocol', 'n2'],
    ['one that looks for another node', said({ to: 'n3' }), 'wrong-node', 'n2'],
    ['one that says that it is we', said({ from: 'n1' }), 'own-id', 'n1'],
    ['one that is no peer', said({ from: 'n9' }), 'unknown-node', 'n9'],
  ])('%s', async (_, bytes, reason, peer) => {
    const { n1, events } = await node();
    const stranger = await network.stranger(n1);
    stranger.socket.write(bytes);
    await until(() => stranger.isClosed, 'the refusal');
    expect(reasonTold(stranger)).toBe(reason);
    expect(events).toEqual([`rejected ${peer} ${reason}`]);
    expect(n1.counters().rejections).toBe(1);
  });

  test('an earlier boot and an earlier incarnation of a node that was met', async () => {
    const { n1, events } = await node();
    const first = await network.stranger(n1);
    first.socket.write(said({ incarnation: 2, boot: 5 }));
    await until(() => reasonTold(first) === 'welcome');
    for (const life of [
      { incarnation: 2, boot: 4 },
      { incarnation: 1, boot: 99 },
    ]) {
      const stranger = await network.stranger(n1);
      stranger.socket.write(said(life));
      await until(() => stranger.isClosed, 'the refusal');
      expect(answer(stranger)).toMatchObject({
        reason: 'stale',
        detail: `incarnation ${life.incarnation}, boot ${life.boot}; incarnation 2, boot 5 was seen`,
      });
    }
    first.socket.destroy();
    const later = await network.stranger(n1);
    later.socket.write(said({ incarnation: 2, boot: 4 }));
    await until(() => reasonTold(later) === 'stale');
    expect(events.filter((event) => event === 'rejected n2 stale')).toHaveLength(3);
  });

  test('a hello that never ends, and one that comes a byte a second', async () => {
    const { n1, events, clock } = await node({ helloMs: 2000 });
    const [silent, trickling] = [await network.stranger(n1), await network.stranger(n1)];
    const bytes = said();
    for (let second = 0; second < 2; second++) {
      trickling.socket.write(bytes.subarray(second, second + 1));
      await turns(20);
      expect(silent.isClosed || trickling.isClosed).toBe(false);
      await clock.advance(second === 0 ? 1000 : 999);
    }
    await clock.advance(1);
    await until(() => silent.isClosed && trickling.isClosed, 'the refusal');
    expect([reasonTold(silent), reasonTold(trickling)]).toEqual(['hello-timeout', 'hello-timeout']);
    expect(events).toEqual(['rejected null hello-timeout', 'rejected null hello-timeout']);
  });
});

describe('a peer that was let in is put out', () => {
  async function letIn(
    options: Parameters<typeof node>[0] = {},
  ): Promise<{ peer: Stranger; events: string[]; clock: HandClock; n1: TcpTransport; frames: Uint8Array[] }> {
    const { n1, events, clock } = await node(options);
    const frames: Uint8Array[] = [];
    n1.receive((_, frame) => frames.push(frame));
    const peer = await network.stranger(n1);
    peer.socket.write(said());
    await until(() => reasonTold(peer) === 'welcome');
    const bulk = await network.stranger(n1);
    bulk.socket.write(said({ lane: 'bulk', serial: 2 }));
    await until(() => isUp(n1, 'n2'));
    peer.chunks.length = 0;
    return { peer, events, clock, n1, frames };
  }

  test('for a frame above the maximum, before it is read', async () => {
    const { peer, events, frames } = await letIn();
    peer.socket.write(framed(new Uint8Array(10_000)));
    await until(() => frames.length === 1);
    peer.socket.write(Buffer.concat([framed(new Uint8Array(10_001)), framed(new Uint8Array(1))]));
    await until(() => peer.isClosed);
    expect(peer.heard).toEqual(Buffer.from(goodbye('oversized-frame')));
    expect(events).toEqual(['up n2', 'rejected n2 oversized-frame', 'down n2 oversized-frame']);
    expect(frames).toHaveLength(1);
  });

  test('for a signal that nobody knows', async () => {
    const { peer, events } = await letIn();
    peer.socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await until(() => peer.isClosed);
    expect(events).toEqual(['up n2', 'rejected n2 malformed-frame', 'down n2 malformed-frame']);
  });

  test('for a frame that comes a byte a second and has had its time', async () => {
    const { peer, events, clock, n1 } = await letIn({ frameMs: 5000, silentMs: 2000 });
    const bytes = framed(new Uint8Array(100));
    for (let second = 0; second < 6 && !events.includes('rejected n2 slow-frame'); second++) {
      peer.socket.write(bytes.subarray(second, second + 1));
      await turns(20);
      await clock.advance(1000);
    }
    await until(() => peer.isClosed);
    expect(events.filter((event) => event.startsWith('rejected'))).toEqual(['rejected n2 slow-frame']);
    expect(n1.counters().framesReceived).toBe(0);
  });

  test('for silence, within silentMs and a quarter of beatMs, and not before', async () => {
    const { events, clock } = await letIn({ silentMs: 2000, beatMs: 400 });
    await clock.advance(1900);
    expect(events).toEqual(['up n2']);
    await clock.advance(200);
    expect(events).toEqual(['up n2', 'down n2 silent']);
  });

  test('and its newer connection takes its place, of the same boot too', async () => {
    const { peer, events, n1, frames } = await letIn();
    const newer = await network.stranger(n1);
    newer.socket.write(said({ serial: 3 }));
    await until(() => peer.isClosed);
    expect(peer.heard).toEqual(Buffer.from(goodbye('superseded')));
    newer.socket.write(framed(Uint8Array.of(1)));
    await until(() => frames.length === 1);
    expect(events).toEqual(['up n2', 'down n2 superseded', 'up n2']);
    const older = await network.stranger(n1);
    older.socket.write(said({ serial: 2 }));
    await until(() => older.isClosed);
    expect(reasonTold(older)).toBe('duplicate');
    expect(isUp(n1, 'n2')).toBe(true);
  });

  test('and of a later life both lanes are new: nothing of the earlier one is heard on the other lane', async () => {
    const { n1, events } = await letIn();
    const later = await network.stranger(n1);
    later.socket.write(said({ boot: 2 }));
    await until(() => reasonTold(later) === 'welcome');
    expect(isUp(n1, 'n2')).toBe(false);
    expect(events).toEqual(['up n2', 'down n2 superseded']);
  });

  test.each([
    ['close', (n1: TcpTransport) => void n1.close()],
    ['setPeers', (n1: TcpTransport) => n1.setPeers(new Map())],
  ])('and whoever calls %s when told of it is obeyed, though a newer connection is coming up', async (_, act) => {
    for (const life of [{ serial: 3 }, { boot: 2 }]) {
      const { peer, n1, frames } = await letIn();
      n1.on('down', () => act(n1));
      const newer = await network.stranger(n1);
      newer.socket.write(Buffer.concat([said(life), framed(Uint8Array.of(1))]));
      await until(() => peer.isClosed && newer.isClosed);
      expect(n1.peers().some(({ isUp }) => isUp)).toBe(false);
      expect(frames).toEqual([]);
      await network.dispose();
    }
  });

  test('a receiver that throws loses that frame alone', async () => {
    const { n1, events, clock: _ } = await node();
    const got: number[] = [];
    n1.receive((_, frame) => {
      got.push(frame[0]!);
      if (frame[0] === 2) throw new Error('the receiver’s own');
    });
    const peer = await network.stranger(n1);
    const thrown: unknown[] = [];
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => thrown.push(error));
    try {
      peer.socket.write(Buffer.concat([said(), ...[1, 2, 3].map((n) => framed(Uint8Array.of(n)))]));
      await until(() => got.length === 3);
      await turns(2);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of before) process.on('uncaughtException', listener);
    }
    expect(got).toEqual([1, 2, 3]);
    expect(thrown).toMatchObject([{ message: 'the receiver’s own' }]);
    expect(events).toEqual([]);
  });
});
