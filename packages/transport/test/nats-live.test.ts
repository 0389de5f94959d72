/**
 * The same through a real broker: Debian's `nats-server`. Without the program this is skipped and says so, unless
 * `DSYS_DEMAND=1` demands it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openNats } from '../src/nats/index.js';
import { transportCases } from '../src/testing/index.js';
import { NATS, natsHarness } from './nats-harness.js';
import { guardedBy, NATS_SERVER, NatsServer, ServedBroker } from './nats-server.js';
import { until } from './tcp-network.js';

const isDemanded = process.env['DSYS_DEMAND'] === '1';
const suite = NATS_SERVER === null ? 'nats-server (none here: apt install nats-server)' : 'nats-server';

if (NATS_SERVER === null && isDemanded)
  test(suite, () => {
    throw new Error('demanded, but no nats-server here: apt install nats-server');
  });

describe.skipIf(NATS_SERVER === null)(suite, () => {
  let open: NatsServer;
  let guarded: NatsServer;

  beforeAll(async () => {
    open = await NatsServer.start(NATS_SERVER!);
    guarded = await NatsServer.start(NATS_SERVER!, { config: guardedBy(['a', 'b', 'c', 'mallory']) });
  });
  afterAll(async () => {
    await open?.stop();
    await guarded?.stop();
  });

  const openHarness = (): ReturnType<typeof natsHarness> =>
    natsHarness(() => new ServedBroker(open), { silentMs: 600 });
  const guardedHarness = (): ReturnType<typeof natsHarness> =>
    natsHarness(() => new ServedBroker(guarded, true), { silentMs: 600, isGuarded: true });
  const able = { stall() {}, cut() {}, heal() {}, addresses: () => new Map(), openImpostor: null as never };
  for (const { name, skipped, run } of transportCases({ capabilities: NATS, makeHarness: openHarness, able }))
    if (skipped === null) test(name, run);

  // What the permissions of a broker make true beyond that is tried with those permissions.
  const guardedNats = { ...NATS, authenticatedSender: true };
  const cases = transportCases({ capabilities: guardedNats, makeHarness: guardedHarness, able });
  const before = transportCases({ capabilities: NATS, makeHarness: guardedHarness, able });
  for (const [i, { name, skipped, run }] of cases.entries())
    if (skipped === null && before[i]!.skipped !== null) test(`with a user for each node: ${name}`, run);

  test('a server that is killed and comes back carries on, and nothing that was sent in between arrives', async () => {
    const first = await NatsServer.start(NATS_SERVER!);
    const port = Number(first.address.split(':')[1]);
    const broker = new ServedBroker(first);
    const peers = new Map([
      ['a', ''],
      ['b', ''],
    ]);
    const [a, b] = await Promise.all(
      ['a', 'b'].map((self) => openNats({ self, peers, connection: () => broker.connect(self) })),
    );
    const got: string[] = [];
    b!.receive((_from, frame) => got.push(frame.join()));
    let downs = 0;
    a!.on('down', () => downs++);
    await until(() => a!.send('b', Uint8Array.of(1)) === 'queued' && got.length > 0);
    await first.stop();
    await until(() => downs > 0);
    for (let n = 0; n < 10; n++) a!.send('b', Uint8Array.of(2));
    expect(a!.counters().framesDropped).toBeGreaterThanOrEqual(10);
    const second = await NatsServer.start(NATS_SERVER!, { port });
    try {
      await until(() => a!.send('b', Uint8Array.of(3)) === 'queued' && got.at(-1) === '3');
      expect(got).not.toContain('2');
    } finally {
      await Promise.all([a!.close(), b!.close()]);
      await broker.close();
      await second.stop();
    }
  });
});
