/** `a` has the server, the others dial it. What a stalled node is sent waits in the sockets that feed it. */
import { WebSocket, WebSocketServer } from 'ws';
import type { TransportCapabilities, TransportHarness } from '../src/testing/index.js';
import { openWebSocket, type WebSocketTransport } from '../src/websocket/index.js';
import { LIMITS } from './memory-harness.js';
import { moment } from './message-port-harness.js';

export const WEBSOCKET: TransportCapabilities = {
  lanes: false,
  backPressure: true,
  authenticatedSender: true,
  incarnations: false,
  peers: true,
  reconnects: true,
};

const WINDOW_BYTES = 256 * 1024;
const HUB = 'a';

export function websocketHarness(): TransportHarness {
  const nodes = new Map<string, WebSocketTransport>();
  const ups = new Set<string>();
  const cuts = new Set<string>();
  const stalled = new Set<string>();
  /** Each node's own ends of its sockets. */
  const sockets = new Map<string, Set<WebSocket>>();
  let server: WebSocketServer | null = null;
  let url = '';

  const isUp = (a: string, b: string): boolean => ups.has(`${a}>${b}`) && ups.has(`${b}>${a}`);
  const other = (a: string, b: string): string => (a === HUB ? b : a);

  function keep(id: string, socket: WebSocket): void {
    sockets.get(id)!.add(socket);
    socket.on('close', () => sockets.get(id)!.delete(socket));
    if (stalled.has(id)) socket.on('open', () => socket.pause());
  }

  function watched(id: string, node: WebSocketTransport): WebSocketTransport {
    node.on('up', ({ peer }) => ups.add(`${id}>${peer}`));
    node.on('down', ({ peer }) => ups.delete(`${id}>${peer}`));
    nodes.set(id, node);
    return node;
  }

  /** A socket class that can't be used while the link of its node is cut. */
  function socketsOf(id: string): typeof WebSocket {
    return class extends WebSocket {
      constructor(to: string) {
        super(cuts.has(id) ? 'ws://127.0.0.1:9' : to);
        keep(id, this);
      }
    };
  }

  async function openHub(): Promise<WebSocketTransport> {
    sockets.set(HUB, new Set());
    const hub = openWebSocket({
      self: HUB,
      ...LIMITS,
      windowBytes: WINDOW_BYTES,
      authorize: async ({ id, token }) => token === `token of ${id}`,
    });
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: hub.maxMessageBytes });
    server.on('connection', (socket, request) => {
      keep(HUB, socket);
      hub.accept(socket, { address: request.socket.remoteAddress ?? '' });
    });
    await new Promise<void>((resolve) => server!.on('listening', resolve));
    url = `ws://127.0.0.1:${server.address().port}`;
    return watched(HUB, hub);
  }

  function openLeaf(id: string, token: string): WebSocketTransport {
    sockets.set(id, new Set());
    return openWebSocket({
      self: id,
      ...LIMITS,
      windowBytes: WINDOW_BYTES,
      WebSocket: socketsOf(id),
      token,
      peers: new Map([[HUB, url]]),
    });
  }

  return {
    async open(id) {
      if (id === HUB) return openHub();
      const node = watched(id, openLeaf(id, `token of ${id}`));
      while (!isUp(HUB, id)) await moment();
      return node;
    },
    pass: moment,
    mostWaiting: { bytes: LIMITS.maxQueueBytes, frames: LIMITS.maxQueueFrames },
    stall(id, isStalled) {
      if (isStalled) stalled.add(id);
      else stalled.delete(id);
      for (const socket of sockets.get(id)!) {
        if (isStalled) socket.pause();
        else socket.resume();
      }
    },
    async cut(a, b) {
      const leaf = other(a, b);
      cuts.add(leaf);
      for (const socket of sockets.get(leaf)!) socket.terminate();
      while (ups.has(`${a}>${b}`) || ups.has(`${b}>${a}`)) await moment();
    },
    async heal(a, b) {
      cuts.delete(other(a, b));
      while (!isUp(a, b)) await moment();
    },
    addresses: () => new Map([...nodes.keys()].map((id) => [id, id === HUB ? url : ''])),
    async openImpostor(claimed) {
      const refused = new Promise<void>((resolve) => {
        nodes.get(HUB)!.on('rejected', ({ peer }) => {
          if (peer === claimed) resolve();
        });
        nodes.get(HUB)!.on('up', () => resolve());
      });
      // Its own token is good: for its own name.
      const impostor = openLeaf(claimed, 'token of mallory');
      await refused;
      return impostor;
    },
    async dispose() {
      for (const node of nodes.values()) await node.close();
      for (const client of server?.clients ?? []) client.terminate();
      await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    },
  };
}
