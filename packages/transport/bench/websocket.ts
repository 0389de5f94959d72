/**
 * Round trips of 256-byte frames between two processes over WebSockets, with so many under way at a time (the window),
 * beside `ws` with a message a frame, which is how it is used.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Bench } from '@dsys/bench-kit';
import { openWebSocket } from '@dsys/transport/websocket';
import { WebSocket } from 'ws';
import { roundTrips } from './round-trips.js';

const FRAME_BYTES = 256;

const bench = new Bench('transport', { peers: ['ws'], from: import.meta.url });
const child = fork(fileURLToPath(new URL('websocket-child.ts', import.meta.url)));
const [ports] = (await once(child, 'message')) as [{ ours: number; bare: number }];
const transport = openWebSocket({
  self: 'bench',
  WebSocket,
  peers: new Map([['echo', `ws://127.0.0.1:${ports.ours}`]]),
});
await new Promise<void>((resolve) => {
  transport.on('up', () => resolve());
});
const bare = new WebSocket(`ws://127.0.0.1:${ports.bare}`);
await once(bare, 'open');

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
    () => bare.send(frame),
    (onFrame) => {
      bare.on('message', onFrame);
      return () => bare.off('message', onFrame);
    },
  );

for (const [window, operations] of [
  [64, 100_000],
  [1, 5_000],
] as const)
  await bench.compare({
    title: `websocket: round trips of ${FRAME_BYTES} B between two processes, window ${window}`,
    unit: 'round trips',
    operations,
    contenders: [
      { name: '@dsys/transport/websocket', run: () => overTransport(window, operations) },
      { name: 'ws', operations: operations / 5, run: () => overBare(window, operations / 5) },
    ],
    baseline: 'ws',
  });

bare.close();
await transport.close();
child.disconnect();
bench.end();
