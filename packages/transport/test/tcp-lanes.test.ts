import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { eventsOf, isUp, Network, until } from './tcp-network.js';

const network = new Network();
afterEach(() => network.dispose());

describe('lanes', () => {
  test('a control frame passes a snapshot of 64 MiB that is on its way', async () => {
    const limits = { maxFrameBytes: 1 << 20, maxQueueBytes: 96 << 20 };
    const [n1, n2] = [await network.open('n1', limits), await network.open('n2', limits)];
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    let bulk = 0;
    /** How much of the snapshot had come when each control frame did. */
    const passed: number[] = [];
    n2.receive((_, frame) => {
      if (frame.length === 1) passed.push(bulk);
      else bulk += frame.length;
    });
    const chunk = new Uint8Array(1 << 20);
    for (let i = 0; i < 64; i++) expect(n1.send('n2', chunk, 'bulk')).toBe('queued');
    n1.send('n2', Uint8Array.of(1));
    await until(() => passed.length === 1);
    n1.send('n2', Uint8Array.of(1));
    await until(() => bulk === 64 << 20 && passed.length === 2);
    // What the event loop hands over in one turn, and what the system had read, may come before it: not the snapshot.
    expect(passed[0]).toBeLessThan(16 << 20);
    expect(passed[1]).toBeLessThan(32 << 20);
  });

  test('what is sent in one turn of the event loop leaves in one write', async () => {
    const [n1, n2] = [await network.open('n1'), await network.open('n2')];
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    const { control } = (
      n1 as unknown as {
        known: Map<string, { control: { connection: { socket: { write(...args: unknown[]): boolean } } } }>;
      }
    ).known.get('n2')!;
    const { socket } = control.connection;
    let writes = 0;
    const { write } = socket;
    socket.write = (...args: unknown[]) => {
      writes++;
      return write.apply(socket, args);
    };
    let got = 0;
    n2.receive(() => got++);
    for (let i = 0; i < 100; i++) n1.send('n2', new Uint8Array(256));
    expect(writes).toBe(0);
    await until(() => got === 100);
    expect(writes).toBe(1);
  });

  test('a lane that breaks alone takes the peer down until it is back; the other lane goes on', async () => {
    const [n1, n2] = [await network.open('n1'), await network.open('n2')];
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    const events = eventsOf(n1);
    let got = 0;
    n2.receive(() => got++);
    const { bulk } = (
      n1 as unknown as { known: Map<string, { bulk: { connection: { socket: { destroy(): void } } } }> }
    ).known.get('n2')!;
    bulk.connection.socket.destroy();
    await until(() => events.length === 1);
    expect(events).toEqual(['down n2 broken']);
    n1.send('n2', Uint8Array.of(1));
    await until(() => got === 1);
    await until(() => events.length === 2);
    expect(events).toEqual(['down n2 broken', 'up n2']);
  });

  test('what waits on a lane that breaks is counted, and nothing of it is sent later', async () => {
    const [n1, n2] = [await network.open('n1'), await network.open('n2')];
    const wire = await network.wire(n2.address!);
    n1.setPeers(new Map([['n2', wire.address]]));
    n2.setPeers(new Map([['n1', '127.0.0.1:1']]));
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    const events = eventsOf(n1);
    const got: number[] = [];
    n2.receive((_, frame) => got.push(frame[0]!));
    wire.hold('toDialled', true);
    for (let i = 0; i < 4; i++) n1.send('n2', new Uint8Array(7 << 20).fill(1), 'bulk');
    // What the system takes on the way it takes soon: then nothing moves any more.
    const held = (): number => n1.peers()[0]!.bulkBytes;
    for (let before = -1; before !== held(); ) {
      before = held();
      await sleep(30);
    }
    const waiting = held() / (7 << 20);
    wire.cut();
    const found = () =>
      events.map((event) => /^dropped n2 bulk (\d+) down$/.exec(event)).find((match) => match !== null);
    await until(() => found() !== undefined);
    const dropped = found();
    expect(waiting).toBeGreaterThan(0);
    expect(Number(dropped![1])).toBe(waiting);
    expect(n1.send('n2', Uint8Array.of(2), 'bulk')).toBe('queued');
    expect(events.at(-1)).toBe('dropped n2 bulk 1 down');
    wire.hold('toDialled', false);
    wire.mend();
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    n1.send('n2', Uint8Array.of(3), 'bulk');
    await until(() => got.length > 0);
    expect(got).toEqual([3]);
  });
});
