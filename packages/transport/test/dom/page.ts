/** A node in a page: says how round trips went with its worker, and with a server. */
import type { WatchedTransport } from '@dsys/transport';
import { openMessagePorts } from '@dsys/transport/message-port';
import { openWebSocket } from '@dsys/transport/websocket';

/** Sends 1000 numbered frames, and tells how many came back in order. */
async function roundTrips(transport: WatchedTransport, peer: string): Promise<number> {
  await new Promise<void>((resolve) => {
    transport.on('up', () => resolve());
  });
  return new Promise((resolve) => {
    let inOrder = 0;
    let back = 0;
    transport.receive((from, frame) => {
      if (from === peer && frame.length === 256 && frame[0] === (back & 0xff)) inOrder++;
      if (++back === 1000) resolve(inOrder);
    });
    for (let i = 0; i < 1000; i++) transport.send(peer, new Uint8Array(256).fill(i));
  });
}

async function withWorker(source: string): Promise<number> {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const transport = openMessagePorts({ self: 'page' });
  transport.connect(new Worker(url));
  return roundTrips(transport, 'worker');
}

async function withServer(url: string, token: string): Promise<[number, string]> {
  const transport = openWebSocket({ self: 'page', token, peers: new Map([['server', url]]) });
  const down = new Promise<string>((resolve) => {
    transport.on('down', ({ reason }) => resolve(reason));
  });
  const trips = await roundTrips(transport, 'server');
  transport.send('server', new TextEncoder().encode('over'));
  return [trips, await down];
}

Object.assign(globalThis, { withWorker, withServer });
