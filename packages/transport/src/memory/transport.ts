import { assert } from '@dsys/codec';
import type { TransportCounters, TransportEvents, WatchedTransport } from '../events.js';
import { FrameQueue } from '../frame-queue.js';
import { Ledger } from '../ledger.js';
import type { Limits } from '../limits.js';
import { checkNodeId } from '../node-id.js';
import { type OnFrame, Receiver } from '../receiver.js';
import type { Lane, NodeId, SendResult } from '../transport.js';

/** What a node tells the network that it is in. */
export interface Host {
  /** Whether a frame is to be lost on purpose. */
  loses(link: Link, lane: Lane, frame: Uint8Array): boolean;
  /** A frame went into a queue of this link. */
  sent(link: Link): void;
  peersChanged(node: MemoryTransport): void;
  left(node: MemoryTransport): void;
}

/** What one node has for another: a queue a lane, and whether there is a connection. */
export class Link {
  readonly from: MemoryTransport;
  readonly to: NodeId;
  /** The other side while there is a connection; without one, nothing waits. */
  target: MemoryTransport | null = null;
  /** Whether `up` was told of this connection. */
  isAnnounced = false;
  /** Whether it is in the network's row of those that have frames. */
  isInRow = false;
  private readonly control: FrameQueue;
  private readonly bulk: FrameQueue;

  constructor(from: MemoryTransport, to: NodeId, limits: Limits) {
    this.from = from;
    this.to = to;
    this.control = new FrameQueue(limits);
    this.bulk = new FrameQueue(limits);
  }

  queue(lane: Lane): FrameQueue {
    return lane === 'bulk' ? this.bulk : this.control;
  }

  /** The lane whose turn it is: control as long as anything waits there. */
  nextLane(): Lane | null {
    return this.control.waiting > 0 ? 'control' : this.bulk.waiting > 0 ? 'bulk' : null;
  }
}

/** One node's end of a `MemoryNetwork`: `join` hands it out as a `WatchedTransport`. */
export class MemoryTransport implements WatchedTransport {
  readonly self: NodeId;
  readonly maxFrameBytes: number;
  readonly ledger: Ledger = new Ledger();
  /** One link a peer, whether there is a connection or not. */
  readonly links: Map<NodeId, Link> = new Map();
  /** Whom `setPeers` named; `null` until it is called: everybody. */
  peers: ReadonlySet<NodeId> | null = null;
  private readonly host: Host;
  private readonly limits: Limits;
  private readonly receiver = new Receiver();
  private isClosed = false;

  constructor(host: Host, self: NodeId, limits: Limits) {
    this.host = host;
    this.self = self;
    this.limits = limits;
    this.maxFrameBytes = limits.maxFrameBytes;
  }

  send(to: NodeId, frame: Uint8Array, lane: Lane = 'control'): SendResult {
    if (this.isClosed) return 'closed';
    const link = this.links.get(to);
    if (link === undefined) return 'unknown-peer';
    const { target } = link;
    if (frame.length > this.maxFrameBytes || (target !== null && frame.length > target.maxFrameBytes))
      return 'too-large';
    if (target === null) {
      this.ledger.dropped(to, lane, 1, 'down');
      return 'queued';
    }
    if (this.host.loses(link, lane, frame)) {
      this.ledger.dropped(to, lane, 1, 'lost');
      return 'queued';
    }
    if (!link.queue(lane).push(frame)) {
      this.ledger.dropped(to, lane, 1, 'full');
      return 'full';
    }
    this.ledger.sent(frame.length);
    this.host.sent(link);
    return 'queued';
  }

  receive(onFrame: OnFrame): () => void {
    return this.receiver.set(onFrame);
  }

  async writable(to: NodeId, lane: Lane = 'control'): Promise<void> {
    await this.links.get(to)?.queue(lane).writable();
  }

  /** Addresses mean nothing here: ids are enough. Until it is called, everybody in the network is a peer. */
  setPeers(peers: ReadonlyMap<NodeId, string>): void {
    for (const id of peers.keys()) checkNodeId('peers', id);
    if (this.isClosed) return;
    this.peers = new Set(peers.keys());
    this.host.peersChanged(this);
  }

  on<K extends keyof TransportEvents>(name: K, listener: (event: TransportEvents[K]) => void): () => void {
    return this.ledger.on(name, listener);
  }

  counters(): TransportCounters {
    return this.ledger.counters();
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.receiver.close();
    this.host.left(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The link to a peer, made when it is missing. */
  link(to: NodeId): Link {
    let link = this.links.get(to);
    if (link === undefined) {
      link = new Link(this, to, this.limits);
      this.links.set(to, link);
    }
    return link;
  }

  /** The first frame of a lane arrives at the other side. */
  arrive(from: NodeId, frame: Uint8Array, lane: Lane): void {
    assert(!this.isClosed, 'nothing arrives at a closed transport');
    const { current } = this.receiver;
    if (current === null) {
      this.ledger.dropped(from, lane, 1, 'no-receiver');
      return;
    }
    this.ledger.received(frame.length);
    current(from, frame);
  }
}
