import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '@dsys/codec/testing';
import { expect, test } from 'vitest';
import type { Lane } from '../src/index.js';
import type { TcpTransport } from '../src/tcp/index.js';
import { isUp, Network, until, type Wire } from './tcp-network.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);
const IDS = ['n1', 'n2', 'n3'];
const LANES: readonly Lane[] = ['control', 'bulk'];

/**
 * Wires are cut, held and swallow, nodes start again, while everybody sends to everybody. Whatever happens, of what one life
 * of a node sends on a lane each frame comes at most once and in order; and when the weather has passed all are up.
 */
async function storm(seed: number): Promise<{ received: number; dropped: number; ups: number }> {
  const random = new Random(seed);
  const network = new Network();
  const nodes = new Map<string, TcpTransport>();
  const boots = new Map<string, number>();
  const servers = new Map<string, Wire>();
  const last = new Map<string, number>();
  const tallies = { received: 0, dropped: 0, ups: 0 };
  let next = 0;

  async function start(id: string): Promise<void> {
    const boot = (boots.get(id) ?? 0) + 1;
    boots.set(id, boot);
    const node = await network.open(id, {
      boot,
      silentMs: 120,
      helloMs: 100,
      connectMs: 100,
      beatMs: 25,
      maxQueueFrames: 200,
    });
    nodes.set(id, node);
    node.on('up', () => tallies.ups++);
    node.on('dropped', ({ frames }) => {
      tallies.dropped += frames;
    });
    node.receive((from, frame) => {
      const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
      const [sender, lane, number] = [view.getUint32(0), view.getUint8(4), view.getUint32(5)];
      const key = `${from}.${sender} ${id}.${boot} ${lane}`;
      expect(number, `in order and once, ${key}, seed ${seed}`).toBeGreaterThan(last.get(key) ?? -1);
      expect(
        frame.subarray(9).every((byte) => byte === (number & 0xff)),
        `unaltered, seed ${seed}`,
      ).toBe(true);
      last.set(key, number);
      tallies.received++;
    });
    // All dial a node over the wire before it.
    servers.get(id)?.mend();
    servers.set(id, await network.wire(node.address!));
    for (const other of nodes.values())
      other.setPeers(
        new Map([...servers].filter(([peer]) => peer !== other.self).map(([peer, wire]) => [peer, wire.address])),
      );
  }

  const sendAll = (): void => {
    for (const node of nodes.values())
      for (const to of IDS)
        for (const lane of LANES) {
          const frame = new Uint8Array(9 + random.below(random.below(50) === 0 ? 20_000 : 200)).fill(next & 0xff);
          const view = new DataView(frame.buffer);
          view.setUint32(0, boots.get(node.self)!);
          view.setUint8(4, lane === 'bulk' ? 1 : 0);
          view.setUint32(5, next++);
          node.send(to, frame, lane);
        }
  };

  try {
    for (const id of IDS) await start(id);
    for (let round = 0; round < 150; round++) {
      for (let i = random.below(4); i >= 0; i--) sendAll();
      const id = IDS[random.below(IDS.length)]!;
      const wire = servers.get(id)!;
      const weather = random.below(12);
      if (weather === 0) wire.cut();
      else if (weather === 1) wire.swallow();
      else if (weather === 2) wire.hold('toDialled', true);
      else if (weather === 3) wire.hold('toDialler', true);
      else if (weather === 4) {
        await nodes.get(id)!.close();
        await start(id);
      } else if (weather < 10) {
        wire.mend();
        wire.hold('toDialled', false);
        wire.hold('toDialler', false);
      }
      await sleep(random.below(30));
    }
    for (const wire of servers.values()) {
      wire.mend();
      wire.hold('toDialled', false);
      wire.hold('toDialler', false);
    }
    const pairs = IDS.flatMap((a) => IDS.filter((b) => b !== a).map((b) => [a, b] as const));
    await until(() => pairs.every(([a, b]) => isUp(nodes.get(a)!, b)), `all up again, seed ${seed}`);
    const before = tallies.received;
    await until(() => {
      sendAll();
      return tallies.received > before + 100;
    }, `frames flow again, seed ${seed}`);
    return tallies;
  } finally {
    await network.dispose();
  }
}

test.each(Array.from({ length: 5 * scale }, (_, i) => [i + 1]))(
  'after any weather all are up, and nothing came twice or out of order: seed %i',
  async (seed) => {
    const { received, dropped, ups } = await storm(seed);
    expect(received).toBeGreaterThan(300);
    expect(dropped).toBeGreaterThan(100);
    expect(ups).toBeGreaterThan(10);
  },
);
