import { MessageChannel, Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openMessagePorts } from '../src/message-port/index.js';

/** A thread that sends every frame back, as a user writes it. */
const ECHO = `
  import { workerData } from 'node:worker_threads';
  import { openMessagePorts } from '@dsys/transport/message-port';
  const transport = openMessagePorts({ self: 'worker' });
  transport.receive((from, frame) => transport.send(from, frame));
  transport.connect(workerData.port, { expected: 'main' });
`;

test('a thread is a node like any other, and is known to be gone when it ends', async () => {
  const { port1, port2 } = new MessageChannel();
  const built = new URL('../dist/message-port.js', import.meta.url).href;
  const source = ECHO.replace('@dsys/transport/message-port', built);
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { port: port2 },
    transferList: [port2],
    execArgv: [], // not those of the test: what is published is found as users find it
  });
  const main = openMessagePorts({ self: 'main' });
  const up = new Promise<void>((resolve) => main.on('up', () => resolve()));
  const down = new Promise<string>((resolve) => main.on('down', ({ reason }) => resolve(reason)));
  main.connect(port1);
  await up;
  let back = 0;
  const all = new Promise<void>((resolve) => {
    main.receive((_from, frame) => {
      expect(frame).toEqual(new Uint8Array(100).fill(back));
      if (++back === 200) resolve();
    });
  });
  for (let i = 0; i < 200; i++) main.send('worker', new Uint8Array(100).fill(i));
  await all;
  await worker.terminate();
  expect(await down).toBe('broken');
  await main.close();
});
