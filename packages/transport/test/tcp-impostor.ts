import { connect as connectTls } from 'node:tls';
import type { SendResult, Transport } from '../src/index.js';
import { encodeGreeting } from '../src/tcp/hello.js';
import type { Credentials } from '../src/tcp/index.js';

/** Says that it is one node and shows the certificate of another; what it sends it sends, whether it was let in or not. */
export async function openImpostor({
  claimed,
  target,
  to = 'a',
  credentials,
}: {
  readonly claimed: string;
  readonly target: string;
  readonly to?: string;
  readonly credentials: Credentials;
}): Promise<Transport> {
  const port = Number(target.split(':')[1]);
  const { cert, key, ca } = credentials as { cert: string; key: string; ca: string };
  const socket = connectTls({ host: '127.0.0.1', port, cert, key, ca, checkServerIdentity: () => undefined });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('secureConnect', () => resolve()));
  const life = { incarnation: 9, boot: 9, session: 1, serial: 1 };
  const limits = { maxFrameBytes: 1000, silentMs: 1000 };
  const ids = { clusterId: 'tests', from: claimed, to, lane: 'control' } as const;
  socket.write(encodeGreeting({ kind: 'hello', hello: { protocol: { min: 1, max: 1 }, ...ids, ...life, ...limits } }));
  await new Promise<void>((resolve) => {
    socket.once('data', () => resolve());
    socket.once('close', () => resolve());
  });
  return {
    self: claimed,
    maxFrameBytes: 1000,
    send(_, frame): SendResult {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(frame.length);
      if (socket.writable) socket.write(Buffer.concat([head, frame]));
      return 'queued';
    },
    receive: () => () => undefined,
    writable: () => Promise.resolve(),
    async close() {
      socket.destroy();
    },
  };
}
