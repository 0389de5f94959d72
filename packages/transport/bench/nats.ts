/**
 * Round trips of 256-byte frames between two processes through a broker of the same machine, beside the broker's own client
 * with a message a frame. Each way is two hops. Without a `nats-server` there is nothing to measure, which is said.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Bench } from '@dsys/bench-kit';
import { openNats } from '@dsys/transport/nats';
import { connect } from '@nats-io/transport-node';
import { NATS_SERVER, NatsServer } from '../test/nats-server.js';
import { roundTrips } from './round-trips.js';

const FRAME_BYTES = 256;

if (NATS_SERVER === null) console.log('nats: no nats-server here, nothing measured: apt install nats-server');
else await measure(NATS_SERVER);

async function measure(program: string): Promise<void> {
  const bench = new Bench('transport', { peers: ['@nats-io/transport-node'], from: import.meta.url });
  const server = await NatsServer.start(program);
  const child = fork(fileURLToPath(new URL('nats-child.ts', import.meta.url)), [server.address]);
  await once(child, 'message');
  const connection = () => connect({ servers: server.address });
  const transport = await openNats({ self: 'bench', peers: new Map([['echo', '']]), connection });
  await new Promise<void>((resolve) => {
    transport.on('up', () => resolve());
  });
  const bare = await connection();

  const frame = new Uint8Array(FRAME_BYTES).fill(7);
  const overTransport = (window: number, total: number): Promise<void> =>
    roundTrips(
      window,
      total,
      () => transport.send('echo', frame),
      (onFrame) => transport.receive(onFrame),
    );
  const overBare = (window: number, total: number): Promise<void> =>
    roundTrips(
      window,
      total,
      () => bare.publish('bare.there', frame),
      (onFrame) => {
        const subscription = bare.subscribe('bare.back', { callback: onFrame });
        return () => subscription.unsubscribe();
      },
    );

  for (const [window, operations] of [
    [64, 50_000],
    [1, 3_000],
  ] as const)
    await bench.compare({
      title: `nats: round trips of ${FRAME_BYTES} B between two processes, window ${window}`,
      unit: 'round trips',
      operations,
      contenders: [
        { name: '@dsys/transport/nats', run: () => overTransport(window, operations) },
        { name: 'bare client', run: () => overBare(window, operations) },
      ],
      baseline: 'bare client',
    });

  await bare.close();
  await transport.close();
  child.disconnect();
  await server.stop();
  bench.end();
}
