import { wrongType } from '@dsys/codec';
import type { DropReason, TransportCounters, TransportEvents } from './events.js';
import type { Lane, NodeId } from './transport.js';

type Listeners = { [K in keyof TransportEvents]: Set<{ readonly call: (event: TransportEvents[K]) => void }> };

/** Counts for a carrier, and tells its listeners: what `on` and `counters` of a `WatchedTransport` are made of. */
export class Ledger {
  private readonly totals = {
    framesSent: 0,
    bytesSent: 0,
    framesReceived: 0,
    bytesReceived: 0,
    framesDropped: 0,
    rejections: 0,
  };
  private readonly listeners: Listeners = { up: new Set(), down: new Set(), dropped: new Set(), rejected: new Set() };

  /** As `WatchedTransport.on`. */
  on<K extends keyof TransportEvents>(name: K, listener: (event: TransportEvents[K]) => void): () => void {
    const those = this.listeners[name];
    if (those === undefined) throw wrongType('name', "'up', 'down', 'dropped' or 'rejected'", name);
    const entry = { call: listener };
    those.add(entry);
    return () => {
      those.delete(entry);
    };
  }

  /** A copy of the totals. */
  counters(): TransportCounters {
    return { ...this.totals };
  }

  /** `send` took a frame. */
  sent(bytes: number): void {
    this.totals.framesSent++;
    this.totals.bytesSent += bytes;
  }

  /** The receiver is given a frame. */
  received(bytes: number): void {
    this.totals.framesReceived++;
    this.totals.bytesReceived += bytes;
  }

  /** So many frames were dropped; nothing is told of none. */
  dropped(peer: NodeId, lane: Lane, frames: number, reason: DropReason): void {
    if (frames === 0) return;
    this.totals.framesDropped += frames;
    this.tell('dropped', { peer, lane, frames, reason });
  }

  /** A peer can be reached. */
  up(peer: NodeId): void {
    this.tell('up', { peer });
  }

  /** A peer can't be reached any more. */
  down(peer: NodeId, reason: string): void {
    this.tell('down', { peer, reason });
  }

  /** Somebody was not let in. */
  rejected(event: TransportEvents['rejected']): void {
    this.totals.rejections++;
    this.tell('rejected', event);
  }

  private tell<K extends keyof TransportEvents>(name: K, event: TransportEvents[K]): void {
    const those: Listeners[K] = this.listeners[name];
    if (those.size === 0) return;
    for (const { call } of [...those]) {
      try {
        call(event);
      } catch (error) {
        // `send` never throws, and a listener may be called from it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
