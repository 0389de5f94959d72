import { afterEach, describe, expect, test } from 'vitest';
import { Network, turns, until } from './tcp-network.js';
import { lonelyNode, reasonTold, said } from './tcp-strangers.js';

const network = new Network();
afterEach(() => network.dispose());

const node = (options?: Parameters<typeof lonelyNode>[1]) => lonelyNode(network, options);

describe('memory stays bounded', () => {
  test('when a peer stops reading: the queue fills, send says full, and writable waits', async () => {
    const { n1, events } = await node({ maxFrameBytes: 1 << 20, maxQueueBytes: 4 << 20 });
    const peer = await network.stranger(n1);
    peer.socket.write(said());
    await until(() => reasonTold(peer) === 'welcome');
    peer.socket.pause();
    const before = process.memoryUsage().arrayBuffers;
    const frame = new Uint8Array(1 << 20);
    let full = 0;
    let taken = 0;
    while (full < 50) {
      if (n1.send('n2', frame) === 'full') full++;
      else taken++;
      await turns(1);
    }
    // What the system took is its own: a few megabytes.
    expect(taken).toBeLessThan(40);
    expect(n1.peers()[0]!.controlBytes).toBeLessThanOrEqual(4 << 20);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20);
    expect(events.every((event) => event === 'dropped n2 control 1 full')).toBe(true);
    expect(n1.counters().framesDropped).toBe(full);
    const writable = n1.writable('n2');
    peer.socket.resume();
    await writable;
    expect(n1.send('n2', frame)).toBe('queued');
  });

  test('when 2,000 strangers connect: few wait at a time, and a peer still gets in', async () => {
    const { n1, events } = await node({ maxWaiting: 20, maxConnections: 50, maxConnectionsPerAddress: 50 });
    const { door } = (n1 as unknown as { listener: { door: { connections: number; waiting: number } } }).listener;
    let most = 0;
    let met = 0;
    for (let batch = 0; batch < 20; batch++) {
      const strangers = await Promise.all(Array.from({ length: 100 }, () => network.stranger(n1)));
      met += strangers.length;
      await until(() => {
        most = Math.max(most, door.connections);
        expect(door.waiting).toBeLessThanOrEqual(20);
        return n1.counters().rejections + door.connections >= met;
      });
    }
    expect(most).toBeLessThanOrEqual(50);
    const peer = await network.stranger(n1);
    peer.socket.write(said());
    await until(() => reasonTold(peer) === 'welcome');
    const kinds = new Set(events);
    expect([...kinds].every((kind) => /^rejected null (too-many|too-many-from-address)$/.test(kind))).toBe(true);
    expect(n1.counters().rejections).toBeGreaterThanOrEqual(1900);
  });

  test('when strangers are refused and don’t go: they give way to those who come', async () => {
    const { n1 } = await node({ maxWaiting: 20, maxConnections: 60, maxConnectionsPerAddress: 60 });
    const { door } = (n1 as unknown as { listener: { door: { connections: number; waiting: number } } }).listener;
    for (let i = 0; i < 200; i++) {
      const stranger = await network.stranger(n1);
      stranger.socket.pause();
      stranger.socket.write(said({ clusterId: 'others' }));
      await until(() => n1.counters().rejections > i);
      expect(door.waiting).toBeLessThanOrEqual(20);
    }
    expect(n1.counters().rejections).toBe(200);
    const peer = await network.stranger(n1);
    peer.socket.write(said());
    await until(() => reasonTold(peer) === 'welcome');
  });

  test('one address takes no more than its share, and is told so', async () => {
    const { n1, events } = await node({ maxConnectionsPerAddress: 2 });
    const [first, second] = [await network.stranger(n1), await network.stranger(n1)];
    const third = await network.stranger(n1);
    await until(() => third.isClosed);
    expect(reasonTold(third)).toBe('too-many-from-address');
    expect(events).toEqual(['rejected null too-many-from-address']);
    expect(first.isClosed || second.isClosed).toBe(false);
    first.socket.destroy();
    await turns(10);
    const fourth = await network.stranger(n1);
    fourth.socket.write(said());
    await until(() => reasonTold(fourth) === 'welcome');
  });

  test('and a peer is sent no frame that it would not take', async () => {
    const { n1 } = await node({ maxFrameBytes: 10_000 });
    const peer = await network.stranger(n1);
    peer.socket.write(said({ maxFrameBytes: 100 }));
    await until(() => reasonTold(peer) === 'welcome');
    expect(n1.send('n2', new Uint8Array(101))).toBe('too-large');
    expect(n1.send('n2', new Uint8Array(100))).toBe('queued');
  });
});
