import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeGreeting, GreetingReader, type Hello } from '../src/tcp/hello.js';
import { eventsOf, HandClock, isUp, Network, turns, until } from './tcp-network.js';

const network = new Network();
afterEach(() => network.dispose());

/** Only the control lane: the bulk lane's dials would be counted with it. */
function answering(reply: (hello: Hello) => Uint8Array | null, onDial: () => void): (socket: Socket) => void {
  return (socket) => {
    const reader = new GreetingReader();
    socket.once('data', (chunk) => {
      const step = reader.push(chunk);
      if (step === 'more' || !('greeting' in step) || step.greeting.kind === 'refusal') return;
      const { hello } = step.greeting;
      if (hello.lane === 'bulk') return;
      onDial();
      const bytes = reply(hello);
      if (bytes === null) socket.destroy();
      else socket.end(bytes);
    });
  };
}

describe('a dial that fails is tried again', () => {
  test('after longer and longer waits, which only a good hello makes short again', async () => {
    const clock = new HandClock();
    clock.chance = 0.999_999;
    let dials = 0;
    let isGood = false;
    const { address } = await network.listening(
      answering(
        (hello) => {
          if (!isGood) return null;
          return encodeGreeting({
            kind: 'welcome',
            hello: { ...hello, from: 'n2', to: 'n1', session: 5, serial: dials },
          });
        },
        () => dials++,
      ),
    );
    const n1 = await network.open(
      'n1',
      { listen: null, beatMs: 100_000, silentMs: 400_000, helloMs: 300_000, connectMs: 300_000 },
      clock,
    );
    n1.setPeers(new Map([['n2', address]]));
    const waits: number[] = [];
    const observe = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const before = dials;
        await until(() => clock.due.some((ms) => ms <= 1000), 'the wait');
        const due = clock.due.find((ms) => ms <= 1000)!;
        waits.push(Math.round(due));
        await clock.advance(due);
        await until(() => dials > before, 'the next dial');
      }
    };
    await until(() => dials === 1);
    await observe(7);
    expect(waits).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
    // A good hello, after which the connection ends at once.
    isGood = true;
    await observe(1);
    isGood = false;
    waits.length = 0;
    await observe(3);
    expect(waits).toEqual([50, 100, 200]);
  });

  test('and waits are spread: any part of the ceiling', async () => {
    const clock = new HandClock();
    clock.chance = 0.25;
    const n1 = await network.open('n1', { listen: null }, clock);
    n1.setPeers(new Map([['n2', '127.0.0.1:1']]));
    await until(() => clock.due.filter((ms) => ms === 25).length === 2, 'both lanes wait');
  });

  test('and until then a node that only dials keeps its process from ending', async () => {
    const clock = new HandClock();
    const n1 = await network.open('n1', { listen: null }, clock);
    n1.setPeers(new Map([['n2', '127.0.0.1:1']]));
    await until(() => clock.dueAlive.length === 2, 'both lanes wait');
    await n1.close();
    expect(clock.dueAlive).toEqual([]);
  });

  test('when nothing is said over there, after helloMs', async () => {
    const clock = new HandClock();
    const { address, sockets } = await network.listening();
    const n1 = await network.open('n1', { listen: null, helloMs: 700 }, clock);
    const events = eventsOf(n1);
    n1.setPeers(new Map([['n2', address]]));
    await until(() => sockets.length === 2);
    await until(() => clock.due.filter((ms) => ms === 700).length === 2, 'the hellos');
    await clock.advance(700);
    expect(events).toEqual(['rejected n2 hello-timeout', 'rejected n2 hello-timeout']);
    await clock.advance(100);
    await until(() => sockets.length >= 4, 'the next dials');
  });

  test.each<[string, Partial<Hello>]>([
    ['wrong-node', { from: 'n3' }],
    ['other-cluster', { clusterId: 'others' }],
    ['no-common-protocol', { protocol: { min: 8, max: 9 } }],
    ['malformed-hello', { lane: 'bulk' }],
  ])('when who answers is not who was dialled: %s', async (reason, wrong) => {
    const { address } = await network.listening(
      answering(
        (hello) => encodeGreeting({ kind: 'welcome', hello: { ...hello, from: 'n2', to: 'n1', ...wrong } }),
        () => undefined,
      ),
    );
    const n1 = await network.open('n1', { listen: null }, new HandClock());
    const events = eventsOf(n1);
    n1.setPeers(new Map([['n2', address]]));
    await until(() => events.length > 0);
    expect(events).toEqual([`rejected ${wrong.from ?? 'n2'} ${reason}`]);
    expect(n1.peers()[0]!.isUp).toBe(false);
  });

  test('a refusal is reported at the side that was refused, in the other’s words', async () => {
    const [n1, n2] = [await network.open('n1'), await network.open('n2', { clusterId: 'staging' })];
    const details: string[] = [];
    n2.on('rejected', ({ peer, reason, detail }) => details.push(`${peer} ${reason}: ${detail}`));
    n2.setPeers(new Map([['n1', n1.address!]]));
    await until(() => details.length > 0);
    expect(details[0]).toBe('n1 other-cluster: said by n1: cluster "staging" met "tests"');
  });
});

describe('nodes that dial each other at once', () => {
  test('end with one connection a lane, and lose nothing that was sent after up', async () => {
    for (let round = 0; round < 10; round++) {
      const nodes = [await network.open('a'), await network.open('b'), await network.open('c')];
      const got = nodes.map(() => 0);
      const downs: string[] = [];
      for (const [i, node] of nodes.entries()) {
        node.receive(() => got[i]!++);
        node.on('up', ({ peer }) => {
          node.send(peer, Uint8Array.of(1), 'control');
          node.send(peer, Uint8Array.of(2), 'bulk');
        });
        node.on('down', ({ reason }) => downs.push(reason));
      }
      network.introduce(...nodes);
      await until(() => got.every((count) => count >= 4), 'what was sent after up');
      await turns(20);
      expect(got).toEqual([4, 4, 4]);
      expect(downs).toEqual([]);
      for (const node of nodes) {
        const { sockets } = (node as unknown as { introductions: { sockets: Set<Socket> } }).introductions;
        expect(sockets.size).toBe(4);
      }
      await network.dispose();
    }
  });
});

describe('a link that dies', () => {
  test('without a reset is noticed within silentMs and a quarter of beatMs, on both sides, and comes back', async () => {
    const clock = new HandClock();
    const [n1, n2] = [
      await network.open('n1', { silentMs: 1000, beatMs: 200 }, clock),
      await network.open('n2', { silentMs: 1000, beatMs: 200 }, clock),
    ];
    const wire = await network.wire(n2.address!);
    n1.setPeers(new Map([['n2', wire.address]]));
    // n2 knows n1 and doesn't reach it: all goes over the wire.
    n2.setPeers(new Map([['n1', '127.0.0.1:1']]));
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    const [at1, at2] = [eventsOf(n1), eventsOf(n2)];
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 20; i++) {
        await clock.advance(50);
        await turns(10);
      }
    }
    expect([at1, at2]).toEqual([[], []]);
    wire.swallow();
    n1.send('n2', new Uint8Array(10));
    for (let i = 0; i < 18; i++) await clock.advance(50);
    expect([at1, at2].flat().filter((event) => event.startsWith('down'))).toEqual([]);
    for (let i = 0; i < 8; i++) await clock.advance(50);
    expect(at1.filter((event) => event.startsWith('down'))).toEqual(['down n2 silent']);
    expect(at2.filter((event) => event.startsWith('down'))).toEqual(['down n1 silent']);
    wire.mend();
    const again = async (): Promise<void> => {
      for (let i = 0; i < 400 && !(isUp(n1, 'n2') && isUp(n2, 'n1')); i++) {
        await clock.advance(50);
        await turns(5);
      }
    };
    await again();
    expect(isUp(n1, 'n2') && isUp(n2, 'n1')).toBe(true);
  });

  test('is not seen where there is none: an impatient peer hears from a patient one in time', async () => {
    const clock = new HandClock();
    const [n1, n2] = [
      await network.open('n1', { silentMs: 60_000, beatMs: 20_000 }, clock),
      await network.open('n2', { silentMs: 400 }, clock),
    ];
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    const events = [eventsOf(n1), eventsOf(n2)];
    for (let i = 0; i < 100; i++) {
      await clock.advance(25);
      await turns(5);
    }
    expect(events).toEqual([[], []]);
  });

  test('is not seen in a stall of our own: what the peers said in it is read first', async () => {
    const [slow, clock] = [new HandClock(), new HandClock()];
    const n1 = await network.open('n1', { silentMs: 1000, beatMs: 200 }, slow);
    const n2 = await network.open('n2', { silentMs: 60_000, beatMs: 200 }, clock);
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    const events = eventsOf(n1);
    await turns(5);
    // Five seconds pass at once, as after a stopped process; then n2's beats, which have waited, are read.
    slow.time += 5000;
    await slow.advance(0);
    await clock.advance(400);
    await turns(10);
    await slow.advance(300);
    expect(events).toEqual([]);
    for (let i = 0; i < 30; i++) await slow.advance(50);
    expect(events[0]).toBe('down n2 silent');
  });
});
