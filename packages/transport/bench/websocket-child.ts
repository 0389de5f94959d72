/** The other process of the benchmark: answers every frame with the same bytes, over the transport and over bare `ws`. */
import { once } from 'node:events';
import { openWebSocket } from '@dsys/transport/websocket';
import { WebSocketServer } from 'ws';

async function main(): Promise<void> {
  const transport = openWebSocket({ self: 'echo', authorize: () => true });
  transport.receive((from, frame) => transport.send(from, frame));
  const ours = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: transport.maxMessageBytes });
  ours.on('connection', (socket) => transport.accept(socket));
  const bare = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  bare.on('connection', (socket) => socket.on('message', (message: Uint8Array) => socket.send(message)));
  await Promise.all([once(ours, 'listening'), once(bare, 'listening')]);
  process.on('disconnect', () => process.exit(0));
  process.send!({ ours: ours.address().port, bare: bare.address().port });
}

void main();
