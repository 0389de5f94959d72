/** Nodes with a message channel between each two; what a stalled node is sent waits in front of its ports. */
import { MessageChannel } from 'node:worker_threads';
import { type MessagePortTransport, openMessagePorts, type PortLike } from '../src/message-port/index.js';
import type { TransportCapabilities, TransportHarness } from '../src/testing/index.js';
import { LIMITS } from './memory-harness.js';

export const MESSAGE_PORT: TransportCapabilities = {
  lanes: false,
  backPressure: true,
  authenticatedSender: false,
  incarnations: false,
  peers: false,
  reconnects: true,
};

const WINDOW_BYTES = 256 * 1024;

type Listener = (event: { data?: unknown }) => void;

/** A port whose messages can be held back, as those of a thread that is busy are. */
export class StallablePort implements PortLike {
  isStalled = false;
  private readonly port: PortLike;
  private readonly held: { data?: unknown }[] = [];
  private onMessage: Listener | null = null;

  constructor(port: PortLike) {
    this.port = port;
    port.addEventListener('message', (event) => {
      if (this.isStalled) this.held.push(event);
      else this.onMessage?.(event);
    });
  }

  release(): void {
    this.isStalled = false;
    for (const event of this.held.splice(0)) this.onMessage?.(event);
  }

  postMessage(message: unknown, transfer: ArrayBuffer[]): void {
    this.port.postMessage(message, transfer);
  }

  addEventListener(type: 'message' | 'messageerror' | 'close', listener: Listener): void {
    if (type === 'message') this.onMessage = listener;
    else this.port.addEventListener(type, listener);
  }

  removeEventListener(type: 'message' | 'messageerror' | 'close', listener: Listener): void {
    if (type === 'message') this.onMessage = null;
    else this.port.removeEventListener(type, listener);
  }

  start(): void {
    this.port.start?.();
  }

  close(): void {
    this.port.close?.();
  }
}

export const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

export function messagePortHarness(): TransportHarness {
  const nodes = new Map<string, MessagePortTransport>();
  const ports = new Map<string, Set<StallablePort>>();
  const ups = new Set<string>();
  const between = new Map<string, StallablePort[]>();

  const keyOf = (a: string, b: string): string => [a, b].sort().join();
  const isUp = (a: string, b: string): boolean => ups.has(`${a}>${b}`) && ups.has(`${b}>${a}`);

  async function connect(a: string, b: string): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    const pair = [new StallablePort(port1), new StallablePort(port2)];
    for (const [i, id] of [a, b].entries()) {
      ports.get(id)!.add(pair[i]!);
      nodes.get(id)!.connect(pair[i]!);
    }
    between.set(keyOf(a, b), pair);
    while (!isUp(a, b)) await moment();
  }

  return {
    async open(id) {
      const node = openMessagePorts({ self: id, ...LIMITS, windowBytes: WINDOW_BYTES });
      node.on('up', ({ peer }) => ups.add(`${id}>${peer}`));
      node.on('down', ({ peer }) => ups.delete(`${id}>${peer}`));
      const others = [...nodes.keys()];
      nodes.set(id, node);
      ports.set(id, new Set());
      for (const other of others) await connect(other, id);
      return node;
    },
    pass: moment,
    mostWaiting: { bytes: LIMITS.maxQueueBytes, frames: LIMITS.maxQueueFrames },
    stall(id, isStalled) {
      for (const port of ports.get(id)!) {
        if (isStalled) port.isStalled = true;
        else port.release();
      }
    },
    async cut(a, b) {
      between.get(keyOf(a, b))![0]!.close();
      while (ups.has(`${a}>${b}`) || ups.has(`${b}>${a}`)) await moment();
    },
    heal: connect,
    async dispose() {
      for (const node of nodes.values()) await node.close();
    },
  };
}
