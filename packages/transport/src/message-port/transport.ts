import { wrongType } from '@dsys/codec';
import { thisMachine } from '../driver/this-machine.js';
import type { TransportCounters, TransportEvents, WatchedTransport } from '../events.js';
import { checkNodeId } from '../node-id.js';
import { Hub, milliseconds, type PipedOptions } from '../piped/hub.js';
import type { Machine } from '../piped/machine.js';
import type { Lane, NodeId, SendResult } from '../transport.js';
import { openPort, type PortLike } from './port.js';

/** Who we are, and what bounds it. */
export interface MessagePortOptions extends PipedOptions {
  /**
   * A peer of which nothing was heard for so long is gone; each says a word every third of it. 0 never gives up, else 30 or more. Default
   * 180,000: browsers let the timers of a hidden tab run once a minute. Where the runtime tells when a port is closed, and
   * where `close` was called, it is known at once.
   */
  readonly silentMs?: number;
}

/** How a port is connected. */
export interface ConnectOptions {
  /** Whom to expect there; another node is refused. Default: whoever it is. */
  readonly expected?: NodeId;
}

/**
 * Makes a transport over message ports: `connect` a port for each peer. Nobody proves who it is, since whoever holds a port
 * was given it by this program.
 */
export function openMessagePorts(options: MessagePortOptions): MessagePortTransport {
  return openMessagePortsOn(thisMachine, options);
}

/**
 * The same with another clock and other randomness, for tests.
 *
 * @internal
 */
export function openMessagePortsOn(machine: Machine, options: MessagePortOptions): MessagePortTransport {
  const silentMs = options.silentMs === 0 ? 0 : milliseconds('silentMs', options.silentMs ?? 180_000, 30);
  return new Ports(new Hub({ ...options, machine, silentMs, maxWaiting: 65_536 }));
}

/** What `openMessagePorts` gives. */
export interface MessagePortTransport extends WatchedTransport {
  /**
   * Says hello on a port, which is the transport's from now on. The peer is known once it has said its own, however late:
   * `up` tells. A second port to the same node takes the place of the first. Closing the transport closes its ports.
   */
  connect(port: PortLike, options?: ConnectOptions): void;
}

class Ports implements MessagePortTransport {
  readonly self: NodeId;
  readonly maxFrameBytes: number;
  private readonly hub: Hub;

  constructor(hub: Hub) {
    this.hub = hub;
    this.self = hub.self;
    this.maxFrameBytes = hub.maxFrameBytes;
  }

  connect(port: PortLike, { expected = '' }: ConnectOptions = {}): void {
    if (typeof port?.postMessage !== 'function') throw wrongType('port', 'a message port', port);
    if (expected !== '') checkNodeId('expected', expected);
    const link = { isDialled: true, expected, address: 'a message port', token: null, helloMs: 0 };
    this.hub.connect(link, (itself) => openPort(port, itself));
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
    this.hub.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
