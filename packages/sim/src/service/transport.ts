import {
  checkedLimits,
  FrameQueue,
  type Lane,
  type Limits,
  type NodeId,
  type SendResult,
  type Transport,
  type TransportLimits,
} from '@dsys/transport';

/** What a transport asks of its world. */
export interface Carrier {
  readonly peers: readonly NodeId[];
  /** Puts a frame on its way, and calls back when it is there no more. */
  carry(to: NodeId, frame: Uint8Array, lane: Lane, gone: () => void): void;
}

/** Small, so that `full` is met. */
const LIMITS: TransportLimits = { maxFrameBytes: 1 << 20, maxQueueBytes: 4 << 20, maxQueueFrames: 256 };

/**
 * A `Transport` at the weakest that its contract allows: frames are lost without a word, arrive late, and wait in small
 * queues. They keep their order on a lane, and none comes twice. It knows every node of its system.
 */
export class LifeTransport implements Transport {
  readonly self: NodeId;
  readonly maxFrameBytes: number;
  private readonly carrier: Carrier;
  private readonly limits: Limits;
  private readonly queues = new Map<string, FrameQueue>();
  private onFrame: ((from: NodeId, frame: Uint8Array) => void) | null = null;
  private isClosed = false;

  constructor(self: NodeId, carrier: Carrier, limits: TransportLimits = {}) {
    this.self = self;
    this.carrier = carrier;
    this.limits = checkedLimits({ ...LIMITS, ...limits });
    this.maxFrameBytes = this.limits.maxFrameBytes;
  }

  send(to: NodeId, frame: Uint8Array, lane: Lane = 'control'): SendResult {
    if (this.isClosed) return 'closed';
    if (to === this.self || !this.carrier.peers.includes(to)) return 'unknown-peer';
    if (frame.length > this.maxFrameBytes) return 'too-large';
    const queue = this.queue(to, lane);
    if (!queue.push(frame)) return 'full';
    queue.take(); // On its way; it counts until it is there.
    // Copied: a sender that changes a frame all the same must not change what is on its way.
    this.carrier.carry(to, frame.slice(), lane, () => queue.settle(1, frame.length));
    return 'queued';
  }

  receive(onFrame: (from: NodeId, frame: Uint8Array) => void): () => void {
    if (typeof onFrame !== 'function') throw new TypeError('onFrame must be a function');
    if (this.isClosed) return () => undefined;
    if (this.onFrame !== null) throw new TypeError('there is a receiver already: take it away first');
    this.onFrame = onFrame;
    return () => {
      if (this.onFrame === onFrame) this.onFrame = null;
    };
  }

  async writable(to: NodeId, lane: Lane = 'control'): Promise<void> {
    if (this.isClosed || !this.carrier.peers.includes(to)) return;
    await this.queue(to, lane).writable();
  }

  async close(): Promise<void> {
    this.end();
    for (const queue of this.queues.values()) queue.clear();
  }

  /** A frame arrives; dropped when nobody receives. */
  arrive(from: NodeId, frame: Uint8Array): void {
    this.onFrame?.(from, frame);
  }

  /** Nothing comes and nothing goes any more. */
  end(): void {
    this.isClosed = true;
    this.onFrame = null;
  }

  private queue(to: NodeId, lane: Lane): FrameQueue {
    const name = `${lane} ${to}`;
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = new FrameQueue(this.limits);
      this.queues.set(name, queue);
    }
    return queue;
  }
}
