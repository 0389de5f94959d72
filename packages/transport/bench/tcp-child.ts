/**
 * The other process of the benchmark: answers every frame with the same bytes. Its first argument says over what, and
 * it tells its parent where it listens.
 */
import { createServer, type Socket } from 'node:net';
import { openTcp } from '@dsys/transport/tcp';

const FRAME_BYTES = 4 + 256;

async function main(): Promise<void> {
  const transport = await openTcp({
    self: 'echo',
    listen: '127.0.0.1:0',
    peers: new Map(),
    clusterId: 'bench',
    incarnation: 1,
    boot: 1,
    protocol: { min: 1, max: 1 },
  });
  // A snapshot is swallowed: only small frames are answered.
  transport.receive((from, frame) => {
    if (frame.length <= FRAME_BYTES) transport.send(from, frame);
  });
  // The raw contenders: bytes as they come, and one write a frame.
  const whole = createServer({ noDelay: true }, (socket) => socket.on('data', (chunk) => socket.write(chunk)));
  const framed = createServer({ noDelay: true }, echoFrames);
  await new Promise<void>((resolve) => whole.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => framed.listen(0, '127.0.0.1', resolve));
  const portOf = (server: typeof whole) => (server.address() as { port: number }).port;
  process.on('message', (peer: string) => {
    transport.setPeers(new Map([['bench', peer]]));
  });
  process.on('disconnect', () => process.exit(0));
  process.send!({ transport: transport.address, whole: portOf(whole), framed: portOf(framed) });
}

/** What a program writes that has messages and no transport: finds each message, answers each with a write of its own. */
function echoFrames(socket: Socket): void {
  let rest = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (; bytes.length - at >= FRAME_BYTES; at += FRAME_BYTES) socket.write(bytes.subarray(at, at + FRAME_BYTES));
    rest = bytes.subarray(at);
  });
}

void main();
