import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Credentials, TcpOptions, TcpTransport } from '../src/tcp/index.js';
import { namesIn } from '../src/tcp/tls.js';
import { Authority, HAS_OPENSSL } from './tcp-certificates.js';
import { openImpostor } from './tcp-impostor.js';
import { eventsOf, HandClock, isUp, Network, type Stranger, turns, until } from './tcp-network.js';

const network = new Network();
afterEach(() => network.dispose());

describe('the names of a certificate', () => {
  test.each<[string, string[], string[]]>([
    ['DNS:n1', [], ['n1']],
    ['DNS:n1, DNS:n2', ['n3'], ['n1', 'n2']],
    ['IP Address:10.0.0.1, DNS:n1', [], ['n1']],
    ['', ['n3'], ['n3']],
    ['IP Address:10.0.0.1', ['n3'], ['n3']],
    ['', ['n3', 'n4'], []],
    ['', [], []],
    // A name with a comma in it is one name, and not two (CVE-2021-44532).
    ['DNS:"n9, DNS:n1"', [], ['n9, DNS:n1']],
    ['URI:"http://x/, DNS:n1", DNS:n2', [], ['n2']],
    ['DNS:n1"', ['n3'], []],
  ])('%j and common names %j are %j', (subjectAltName, commonNames, names) => {
    expect(namesIn(subjectAltName, commonNames)).toEqual(names);
  });
});

describe.skipIf(!HAS_OPENSSL)('TLS', () => {
  let authority: Authority;
  let elsewhere: Authority;
  const issued = new Map<string, Credentials>();
  beforeAll(() => {
    authority = new Authority();
    elsewhere = new Authority();
    for (const id of ['n1', 'n2', 'n3']) issued.set(id, authority.issue({ names: [`DNS:${id}`] }));
  });
  afterAll(() => {
    authority.dispose();
    elsewhere.dispose();
  });

  const of = (id: string): Credentials => issued.get(id)!;
  const open = (id: string, options: Partial<TcpOptions> = {}): Promise<TcpTransport> =>
    network.open(id, { tls: of(id), ...options });

  async function pair(): Promise<[TcpTransport, TcpTransport]> {
    const nodes: [TcpTransport, TcpTransport] = [await open('n1'), await open('n2')];
    network.introduce(...nodes);
    await until(() => isUp(nodes[0], 'n2') && isUp(nodes[1], 'n1'));
    return nodes;
  }

  /** Dials as TLS alone would. */
  async function handshake(to: TcpTransport, options: ConnectionOptions): Promise<TLSSocket> {
    const port = Number(to.address!.split(':')[1]);
    const socket = connectTls({ host: '127.0.0.1', port, checkServerIdentity: () => undefined, ...options });
    const ended = new Promise<void>((resolve) => {
      socket.on('error', () => resolve());
      socket.once('secureConnect', () => resolve());
    });
    await ended;
    return socket;
  }

  test('frames pass between nodes whose certificates name them', async () => {
    const [n1, n2] = await pair();
    const got: string[] = [];
    n2.receive((from, frame) => got.push(`${from} ${frame.length}`));
    for (const size of [0, 1, 5000, 100_000]) n1.send('n2', new Uint8Array(size));
    await until(() => got.length === 4);
    expect(got).toEqual(['n1 0', 'n1 1', 'n1 5000', 'n1 100000']);
  });

  test('the common name will do where there is no subject alternative name, and only there', async () => {
    issued.set('cn-only', authority.issue({ commonName: 'cn-only' }));
    const [n1, other] = [await open('n1'), await open('cn-only')];
    network.introduce(n1, other);
    await until(() => isUp(n1, 'cn-only') && isUp(other, 'n1'));
    const misleading = authority.issue({ commonName: 'n1', names: ['DNS:n7'] });
    await expect(network.open('n1', { tls: misleading })).rejects.toMatchObject({ option: 'tls.cert' });
  });

  test('a node whose own certificate names another is refused at the door, and so is a key that doesn’t fit', async () => {
    await expect(network.open('n1', { tls: of('n2') })).rejects.toThrow('tls.cert must be one that names n1, got "n2"');
    await expect(network.open('n1', { tls: { ...of('n1'), key: of('n2').key } })).rejects.toThrow(
      /key values mismatch/i,
    );
    await expect(network.open('n1', { tls: { ...of('n1'), cert: 'none' } })).rejects.toThrow();
  });

  test('one that shows the certificate of n3 is not let in as n2, and is told so', async () => {
    const n1 = await open('n1');
    const events = eventsOf(n1);
    n1.setPeers(new Map([['n2', '127.0.0.1:1']]));
    const details: string[] = [];
    n1.on('rejected', ({ detail }) => details.push(detail));
    const impostor = await openImpostor({ claimed: 'n2', target: n1.address!, to: 'n1', credentials: of('n3') });
    await until(() => events.length > 0);
    await impostor.close();
    expect(events).toEqual(['rejected n2 certificate-name']);
    expect(details).toEqual(['the certificate names "n3", not "n2"']);
  });

  test('n3 is not taken for n2 when it is found at the address of n2', async () => {
    const n1 = await open('n1');
    const n3 = await open('n3');
    const events = eventsOf(n1);
    // n1 dials n2 and finds n3 there.
    n1.setPeers(new Map([['n2', n3.address!]]));
    n3.setPeers(new Map([['n1', '127.0.0.1:1']]));
    await until(() => events.length > 0);
    expect(events[0]).toBe('rejected n2 wrong-node');
    expect(isUp(n1, 'n2')).toBe(false);
  });

  test.each<[string, () => Credentials]>([
    ['of another authority', () => elsewhere.issue({ names: ['DNS:n2'] })],
    ['that has expired', () => authority.issue({ names: ['DNS:n2'], days: -1 })],
  ])('a certificate %s is refused on both sides', async (_, issue) => {
    const n1 = await open('n1');
    const n2 = await network.open('n2', { tls: { ...issue(), ca: authority.ca } });
    const [at1, at2] = [eventsOf(n1), eventsOf(n2)];
    n2.setPeers(new Map([['n1', n1.address!]]));
    await until(() => at2.includes('rejected n1 certificate'));
    expect(at1[0]).toBe('rejected null certificate');
    n2.setPeers(new Map());
    at1.length = 0;
    n1.setPeers(new Map([['n2', n2.address!]]));
    await until(() => at1.includes('rejected n2 certificate'));
    expect(isUp(n1, 'n2') || isUp(n2, 'n1')).toBe(false);
  });

  test('who shows no certificate is not let in', async () => {
    const n1 = await open('n1');
    const events = eventsOf(n1);
    const socket = await handshake(n1, { ca: authority.ca });
    await until(() => events.length > 0);
    expect(events).toEqual(['rejected null certificate']);
    socket.destroy();
  });

  test('who speaks plain TCP, or an older TLS, is not let in', async () => {
    const n1 = await open('n1');
    const events = eventsOf(n1);
    const stranger = await network.stranger(n1);
    stranger.socket.write('dsystcp\n');
    await until(() => stranger.isClosed);
    const { cert, key, ca } = of('n2') as { cert: string; key: string; ca: string };
    const socket = await handshake(n1, { cert, key, ca, maxVersion: 'TLSv1.2' });
    await until(() => events.length === 2);
    expect(events).toEqual(['rejected null not-dsys', 'rejected null not-dsys']);
    socket.destroy();
  });

  test('a handshake that never ends has the time of a hello', async () => {
    const n1 = await network.open('n1', { tls: of('n1'), helloMs: 30 });
    const events = eventsOf(n1);
    const stranger = await network.stranger(n1);
    await until(() => stranger.isClosed);
    expect(events).toEqual(['rejected null hello-timeout']);
  });

  test('strangers that begin no handshake, or fail in it, keep nobody out', async () => {
    const clock = new HandClock();
    const n1 = await network.open('n1', { tls: of('n1'), maxWaiting: 10, maxConnections: 30 }, clock);
    const { door } = (n1 as unknown as { listener: { door: { connections: number; waiting: number } } }).listener;
    const silent: Stranger[] = [];
    for (let i = 0; i < 100; i++) {
      const stranger = await network.stranger(n1);
      if (i % 3 === 0) stranger.socket.write('GET / HTTP/1.1\r\n\r\n');
      else silent.push(stranger);
      if (i % 10 === 9) await turns(10);
      expect(door.waiting).toBeLessThanOrEqual(10);
    }
    await until(() => silent.filter(({ isClosed }) => isClosed).length >= silent.length - 10, 'most are sent away');
    const n2 = await open('n2');
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    await clock.advance(2000);
    await until(() => silent.every(({ isClosed }) => isClosed));
    await until(() => door.waiting === 0);
  });

  test('a dial whose handshake never ends has connectMs, and is tried again', async () => {
    const clock = new HandClock();
    const sockets: Socket[] = [];
    let closed = 0;
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined).on('close', () => closed++);
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const n1 = await network.open('n1', { tls: of('n1'), listen: null, connectMs: 700 }, clock);
    n1.setPeers(new Map([['n2', `127.0.0.1:${(server.address() as AddressInfo).port}`]]));
    await until(() => sockets.length === 2);
    await clock.advance(699);
    await turns(5);
    expect(closed).toBe(0);
    await clock.advance(1);
    await until(() => closed === 2);
    await clock.advance(50);
    await until(() => sockets.length === 4);
    await n1.close();
    server.close();
  });

  test('one side with TLS and the other without find out', async () => {
    const [n1, n2] = [await open('n1'), await network.open('n2')];
    const [at1, at2] = [eventsOf(n1), eventsOf(n2)];
    n1.setPeers(new Map([['n2', n2.address!]]));
    await until(() => at2.includes('rejected null not-dsys') && at1.includes('rejected n2 not-dsys'));
    n1.setPeers(new Map());
    n2.setPeers(new Map([['n1', n1.address!]]));
    await until(() => at1.includes('rejected null not-dsys'));
  });

  test('without mutual TLS whoever dials shows none, and who is dialled is still known', async () => {
    const [n1, n2] = [
      await open('n1', { tls: { ...of('n1'), mutual: false } }),
      await open('n2', { tls: { ...of('n2'), mutual: false } }),
    ];
    network.introduce(n1, n2);
    await until(() => isUp(n1, 'n2') && isUp(n2, 'n1'));
    const n3 = await network.open('n3', { tls: { ...of('n3'), mutual: false } });
    const events = eventsOf(n1);
    n1.setPeers(new Map([['n2', n3.address!]]));
    n3.setPeers(new Map([['n1', '127.0.0.1:1']]));
    await n2.close();
    await until(() => events.includes('rejected n2 wrong-node'));
  });

  test('no session is resumed, and none can be', async () => {
    const n1 = await open('n1');
    const { cert, key, ca } = of('n2') as { cert: string; key: string; ca: string };
    const sessions: Buffer[] = [];
    const first = await handshake(n1, { cert, key, ca });
    first.on('session', (session) => sessions.push(session));
    await until(() => sessions.length > 0 || first.destroyed || first.getSession() !== undefined);
    await turns(20);
    const session = sessions[0] ?? first.getSession();
    first.destroy();
    const second = await handshake(n1, { cert, key, ca, ...(session === undefined ? {} : { session }) });
    expect(second.isSessionReused()).toBe(false);
    expect(second.getProtocol()).toBe('TLSv1.3');
    second.destroy();
  });

  test('credentials are replaced while connections stand, and only later ones show the new', async () => {
    const [n1, n2] = await pair();
    const [at1, at2] = [eventsOf(n1), eventsOf(n2)];
    let got = 0;
    n2.receive(() => got++);
    // The cluster moves to another authority: first everybody trusts both, then everybody shows the new.
    const both = `${authority.ca}${elsewhere.ca}`;
    n1.setCredentials({ ...of('n1'), ca: both });
    n2.setCredentials({ ...of('n2'), ca: both });
    n1.setCredentials({ ...elsewhere.issue({ names: ['DNS:n1'] }), ca: both });
    n2.setCredentials({ ...elsewhere.issue({ names: ['DNS:n2'] }), ca: both });
    n1.send('n2', Uint8Array.of(1));
    await until(() => got === 1);
    expect([at1, at2]).toEqual([[], []]);
    const socket = await handshake(n1, { ca: elsewhere.ca });
    expect(socket.getPeerX509Certificate()?.checkIssued).toBeDefined();
    expect(socket.authorized).toBe(true);
    socket.destroy();
    // Who still shows the old certificate is let in as long as it is trusted …
    const n3 = await network.open('n3', { tls: { ...of('n3'), ca: both } });
    network.introduce(n1, n3);
    await until(() => isUp(n1, 'n3') && isUp(n3, 'n1'));
    // … and no longer.
    n1.setCredentials({ ...elsewhere.issue({ names: ['DNS:n1'] }), ca: elsewhere.ca });
    const late = await network.open('n2', { tls: { ...of('n2'), ca: both }, boot: 2 });
    const atLate = eventsOf(late);
    n1.setPeers(new Map([['n2', '127.0.0.1:1']]));
    late.setPeers(new Map([['n1', n1.address!]]));
    await until(() => atLate.includes('rejected n1 certificate'));
  });

  test('credentials that can’t be used change nothing', async () => {
    const [n1, n2] = await pair();
    expect(() => n1.setCredentials(of('n2'))).toThrow('tls.cert must be one that names n1');
    expect(() => n1.setCredentials({ ...of('n1'), key: of('n2').key })).toThrow();
    await n2.close();
    const again = await open('n2', { boot: 2 });
    network.introduce(n1, again);
    await until(() => isUp(n1, 'n2') && isUp(again, 'n1'));
    const plain = await network.open('n3');
    expect(() => plain.setCredentials(of('n3'))).toThrow('the transport was opened without tls');
  });
});
