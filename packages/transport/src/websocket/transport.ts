import { wrongType } from '@dsys/codec';
import { thisMachine } from '../driver/this-machine.js';
import type { TransportCounters, TransportEvents, WatchedTransport } from '../events.js';
import { integerWithin } from '../limits.js';
import { Hub, milliseconds, type PipedOptions } from '../piped/hub.js';
import type { Machine } from '../piped/machine.js';
import type { Lane, NodeId, SendResult } from '../transport.js';
import { Dialler, type DialSettings, type WebSocketConstructor } from './dialler.js';
import { openSocket, type WebSocketLike } from './socket.js';

/** Who somebody says it is. */
export interface Introduction {
  readonly id: NodeId;
  readonly token: string | null;
  /** As `accept` was told. */
  readonly address: string;
}

/** Who we are, whom we dial, and whom we let in. */
export interface WebSocketOptions extends PipedOptions {
  /**
   * Ids and URLs, `wss://…`, as for `setPeers`; an empty URL is that of a peer which dials us. Without them nobody is
   * dialled, and whoever is authorized is a peer while it is connected.
   */
  readonly peers?: ReadonlyMap<NodeId, string>;
  /** What proves who we are to whom we dial, at most 4096 bytes; asked for anew at each dial. Default none. */
  readonly token?: string | ((peer: NodeId) => string | null | Promise<string | null>);
  /** Whether whoever dials us is who it says. Without it nobody is let in. What it throws is a no. */
  readonly authorize?: (introduction: Introduction) => boolean | Promise<boolean>;
  /** Makes the sockets that are dialled. Default the global one, which Node has from 22 on; `WebSocket` of `ws` will do. */
  readonly WebSocket?: WebSocketConstructor;
  /** Until a socket stands, and then until the other side's hello was let in. Default 5000. */
  readonly helloMs?: number;
  /** A connection on which nothing came for so long is dead; each side says a word every third of it. Default 10,000. */
  readonly silentMs?: number;
  /** Connections at a time that have not said their hello: one more is refused. Default 256. */
  readonly maxWaiting?: number;
}

/** Where an accepted socket came from. */
export interface AcceptOptions {
  /** For `authorize` and for the events; default empty. */
  readonly address?: string;
}

/**
 * Opens a transport over WebSockets. What dials needs a WebSocket alone; what is dialled hands in the sockets that its
 * server accepts:
 *
 *     new WebSocketServer({ port, maxPayload }).on('connection', (socket) => transport.accept(socket));
 */
export function openWebSocket(options: WebSocketOptions): WebSocketTransport {
  return openWebSocketOn(thisMachine, options);
}

/**
 * The same with another clock and other randomness, for tests.
 *
 * @internal
 */
export function openWebSocketOn(machine: Machine, options: WebSocketOptions): WebSocketTransport {
  return new Sockets(machine, options);
}

/** What `openWebSocket` gives. */
export interface WebSocketTransport extends WatchedTransport {
  /** The most that a message can be: what `maxPayload` of a server should be, so that a stranger's is not even read. */
  readonly maxMessageBytes: number;
  /** Takes a socket that a server has accepted. Its peer is known once its hello was let in: `up` tells. */
  accept(socket: WebSocketLike, options?: AcceptOptions): void;
  /**
   * Dials those with a URL, and expects the others to dial us. Throws, and changes nothing, when an id is none or a URL is
   * no string.
   */
  setPeers(peers: ReadonlyMap<NodeId, string>): void;
  /** Says goodbye on all sockets, and closes them; a server that accepted them is its owner's to close. */
  close(): Promise<void>;
}

class Sockets implements WebSocketTransport {
  readonly self: NodeId;
  readonly maxFrameBytes: number;
  private readonly hub: Hub;
  private readonly machine: Machine;
  private readonly settings: DialSettings;
  private readonly diallers = new Map<NodeId, Dialler>();

  constructor(machine: Machine, options: WebSocketOptions) {
    const { peers, token = null, authorize } = options;
    this.machine = machine;
    this.settings = {
      machine,
      WebSocket: options.WebSocket ?? globalWebSocket(),
      helloMs: milliseconds('helloMs', options.helloMs ?? 5000, 1),
      token: typeof token === 'function' ? token : () => token,
    };
    this.hub = new Hub({
      ...options,
      machine,
      silentMs: milliseconds('silentMs', options.silentMs ?? 10_000, 30),
      maxWaiting: integerWithin('maxWaiting', options.maxWaiting ?? 256, 1, 2 ** 20),
      authorize: async ({ from, token: given }, address) =>
        (await authorize?.({ id: from, token: given, address })) === true,
      onUp: (link) => this.diallers.get(link.peer!.from)?.onUp(),
      onEnded: (link) => this.diallers.get(link.peer?.from ?? link.options.expected)?.onDown(),
    });
    this.self = this.hub.self;
    this.maxFrameBytes = this.hub.maxFrameBytes;
    if (peers !== undefined) this.setPeers(peers);
  }

  get maxMessageBytes(): number {
    return this.maxFrameBytes + 128 * 1024;
  }

  accept(socket: WebSocketLike, { address = '' }: AcceptOptions = {}): void {
    if (typeof socket?.addEventListener !== 'function') throw wrongType('socket', 'a WebSocket', socket);
    if (this.hub.isClosed) return socket.close(1001);
    const { helloMs } = this.settings;
    const options = { isDialled: false, expected: '', address, token: null, helloMs };
    this.hub.connect(options, (link) => openSocket(socket, link, this.machine.after));
  }

  setPeers(peers: ReadonlyMap<NodeId, string>): void {
    for (const url of peers.values())
      if (typeof url !== 'string') throw wrongType('peers', 'a Map of ids and URLs', url);
    this.hub.setNamed(peers.keys());
    if (this.hub.isClosed) return;
    for (const [id, dialler] of [...this.diallers]) {
      if ((peers.get(id) ?? '') !== '') continue;
      dialler.stop();
      this.diallers.delete(id);
    }
    for (const [id, url] of peers) {
      if (url === '' || id === this.self) continue;
      let dialler = this.diallers.get(id);
      if (dialler === undefined) {
        dialler = new Dialler(this.hub, this.settings, id, url);
        this.diallers.set(id, dialler);
      }
      dialler.url = url;
      dialler.begin();
    }
  }

  send(to: NodeId, frame: Uint8Array, lane?: Lane): SendResult {
    return this.hub.send(to, frame, lane);
  }

  receive(onFrame: (from: NodeId, frame: Uint8Array) => void): () => void {
    return this.hub.receiver.set(onFrame);
  }

  writable(to: NodeId, lane?: Lane): Promise<void> {
    return this.hub.writable(to, lane);
  }

  on<K extends keyof TransportEvents>(name: K, listener: (event: TransportEvents[K]) => void): () => void {
    return this.hub.ledger.on(name, listener);
  }

  counters(): TransportCounters {
    return this.hub.ledger.counters();
  }

  async close(): Promise<void> {
    for (const dialler of this.diallers.values()) dialler.stop();
    this.diallers.clear();
    this.hub.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The runtime's own. What only accepts needs none: it is missed when something is dialled. */
function globalWebSocket(): WebSocketConstructor {
  const { WebSocket } = globalThis as unknown as { WebSocket?: WebSocketConstructor };
  if (WebSocket !== undefined) return WebSocket;
  return class {
    constructor() {
      throw new TypeError('this runtime has no WebSocket: give the one of the package ws as the option WebSocket');
    }
  } as unknown as WebSocketConstructor;
}
