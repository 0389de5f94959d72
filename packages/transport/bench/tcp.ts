/**
 * Round trips of 256-byte frames between two processes, with so many under way at a time (the window), beside sockets
 * without a transport round them:
 *
 *     raw, whole chunks     what comes is written back as it came: no messages, no queue, no bound, nothing kept apart
 *     raw, a write a frame  messages are found in the bytes, and each is answered by a write of its own
 */
import { fork } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Bench, median } from '@dsys/bench-kit';
import { openTcp, type TcpTransport } from '@dsys/transport/tcp';
import { roundTrips } from './round-trips.js';

const FRAME_BYTES = 256;
const LENGTH_BYTES = 4;

interface Addresses {
  readonly transport: string;
  readonly whole: number;
  readonly framed: number;
}

const bench = new Bench('transport', { from: import.meta.url });
const child = fork(fileURLToPath(new URL('tcp-child.ts', import.meta.url)));
const addresses = await new Promise<Addresses>((resolve) =>
  child.once('message', (said) => resolve(said as Addresses)),
);
const transport = await openTcp({
  self: 'bench',
  listen: '127.0.0.1:0',
  peers: new Map([['echo', addresses.transport]]),
  clusterId: 'bench',
  incarnation: 1,
  boot: 1,
  protocol: { min: 1, max: 1 },
});
const up = new Promise<void>((resolve) => {
  transport.on('up', () => resolve());
});
child.send(transport.address!);
await up;
const whole = await connected(addresses.whole);
const framed = await connected(addresses.framed);

function connected(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
  });
}

const frame = new Uint8Array(FRAME_BYTES).fill(7);

const overTransport = (window: number, total: number, over: TcpTransport): Promise<void> =>
  roundTrips(
    window,
    total,
    () => over.send('echo', frame),
    (onFrame) => over.receive(onFrame),
  );

function overSocket(window: number, total: number, socket: Socket): Promise<void> {
  const message = Buffer.alloc(LENGTH_BYTES + FRAME_BYTES, 7);
  return new Promise((resolve) => {
    let sent = 0;
    let back = 0;
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      const whole = Math.floor(bytes / message.length);
      bytes -= whole * message.length;
      back += whole;
      if (back === total) {
        socket.off('data', onData);
        resolve();
        return;
      }
      const more = Math.min(whole, total - sent);
      sent += more;
      if (more === 1) socket.write(message);
      else if (more > 1) socket.write(Buffer.concat(new Array<Buffer>(more).fill(message)));
    };
    socket.on('data', onData);
    for (; sent < window; sent++) socket.write(message);
  });
}

for (const [window, operations] of [
  [64, 200_000],
  [1, 10_000],
] as const)
  await bench.compare({
    title: `round trips of ${FRAME_BYTES} B between two processes, window ${window}`,
    unit: 'round trips',
    operations,
    rounds: 9,
    contenders: [
      { name: '@dsys/transport/tcp', run: () => overTransport(window, operations, transport) },
      { name: 'raw, whole chunks', run: () => overSocket(window, operations, whole) },
      {
        name: 'raw, a write a frame',
        operations: operations / 10,
        run: () => overSocket(window, operations / 10, framed),
      },
    ],
    baseline: 'raw, whole chunks',
  });

/** Milliseconds of control round trips, one after the other, while `busy` is so. */
async function controlTrips(busy: () => boolean): Promise<number[]> {
  const trips: number[] = [];
  while (busy()) {
    const began = performance.now();
    await overTransport(1, 1, transport);
    trips.push(performance.now() - began);
  }
  return trips;
}

const SNAPSHOT_CHUNKS = 64;
if (!bench.skips('control beside a snapshot')) {
  const chunk = new Uint8Array(1 << 20);
  const rows = [];
  for (const chunks of [0, SNAPSHOT_CHUNKS]) {
    let left = chunks;
    let idle = chunks === 0 ? 200 : 0;
    const snapshot = (async () => {
      for (; left > 0; left--) {
        transport.send('echo', chunk, 'bulk');
        await transport.writable('echo', 'bulk');
      }
    })();
    const trips = await controlTrips(() => left > 0 || transport.peers()[0]!.bulkBytes > 0 || idle-- > 0);
    await snapshot;
    rows.push({
      'under way': chunks === 0 ? 'nothing' : `${chunks} MiB of bulk`,
      trips: trips.length,
      'median ms': Number(median(trips).toFixed(2)),
      'slowest ms': Number(Math.max(...trips).toFixed(2)),
    });
  }
  bench.table('control beside a snapshot: round trips of 256 B', rows);
}

whole.destroy();
framed.destroy();
await transport.close();
child.disconnect();
bench.end();
