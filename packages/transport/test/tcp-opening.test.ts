import { afterEach, describe, expect, test } from 'vitest';
import { eventsOf, HandClock, isUp, Network, turns, until } from './tcp-network.js';

const network = new Network();
afterEach(() => network.dispose());

describe('setPeers', () => {
  test('goes to a new address while the old one is being dialled', async () => {
    const { address } = await network.listening();
    const [n1, n2] = [await network.open('n1', { listen: null }, new HandClock()), await network.open('n2')];
    n2.setPeers(new Map([['n1', '127.0.0.1:1']]));
    n1.setPeers(new Map([['n2', address]]));
    await turns(20);
    n1.setPeers(new Map([['n2', n2.address!]]));
    await until(() => isUp(n1, 'n2'));
  });

  test('leaves a connection alone when only the address has changed', async () => {
    const [n1, n2] = [await network.open('n1'), await network.open('n2')];
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2'));
    const events = eventsOf(n1);
    n1.setPeers(new Map([['n2', '127.0.0.1:1']]));
    await turns(10);
    expect(events).toEqual([]);
    expect(n1.peers()[0]!.address).toBe('127.0.0.1:1');
  });

  test('throws for what is no peer, and changes nothing', async () => {
    const [n1, n2] = [await network.open('n1'), await network.open('n2')];
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2'));
    expect(() => n1.setPeers(new Map([['n3', 'nowhere']]))).toThrow('peers[n3] must be host:port');
    expect(() => n1.setPeers(new Map([['', '127.0.0.1:1']]))).toThrow('peers must be 1 to 255 bytes');
    expect(isUp(n1, 'n2')).toBe(true);
  });

  test('tells a peer that was left out, which is then refused until it is named again', async () => {
    const [n1, n2] = [await network.open('n1'), await network.open('n2')];
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    const events = eventsOf(n2);
    n1.setPeers(new Map());
    await until(() => events.includes('rejected n1 unknown-node'));
    expect(events[0]).toBe('down n1 removed');
    n1.setPeers(new Map([['n2', n2.address!]]));
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
  });
});

describe('opening', () => {
  test.each<[string, object]>([
    ['self', { self: '' }],
    ['clusterId', { clusterId: '' }],
    ['listen', { listen: 'here' }],
    ['incarnation', { incarnation: -1 }],
    ['boot', { boot: 1.5 }],
    ['protocol', { protocol: 3 }],
    ['protocol.max', { protocol: { min: 3, max: 2 } }],
    ['maxFrameBytes', { maxFrameBytes: 0 }],
    ['maxQueueBytes', { maxQueueBytes: 10 }],
    ['helloMs', { helloMs: 0 }],
    ['beatMs', { beatMs: 2000, silentMs: 2000 }],
    ['maxWaiting', { maxWaiting: 0 }],
    ['peers', { peers: { n2: '127.0.0.1:1' } }],
    ['peers[n2]', { peers: new Map([['n2', '127.0.0.1']]) }],
  ])('refuses a bad %s by its name', async (option, bad) => {
    await expect(network.open('n1', bad)).rejects.toMatchObject({ code: 'bad-option', option });
  });

  test('rejects with the system’s error when the port is taken, and leaves nothing open', async () => {
    const n1 = await network.open('n1');
    await expect(network.open('n2', { listen: n1.address! })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('on a free port tells which, of IPv6 too; without listening there is none', async () => {
    expect((await network.open('n1')).address).toMatch(/^127\.0\.0\.1:[1-9]\d+$/);
    expect((await network.open('n2', { listen: '[::1]:0' })).address).toMatch(/^\[::1\]:[1-9]\d+$/);
    expect((await network.open('n3', { listen: null })).address).toBeNull();
  });

  test('and closing ends every socket, and lets the process end', async () => {
    const [n1, n2] = [await network.open('n1'), await network.open('n2')];
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    const stranger = await network.stranger(n1);
    const events = eventsOf(n2);
    await n1.close();
    await until(() => stranger.isClosed);
    expect(n1.peers().every(({ isUp }) => !isUp)).toBe(true);
    await until(() => events.length > 0);
    expect(events[0]).toBe('down n1 closed');
    expect(n1.send('n2', new Uint8Array(1))).toBe('closed');
  });
});
