import type { Lane, NodeId, Transport } from './transport.js';

/** Why frames were dropped. New reasons may join; none changes its meaning. */
export type DropReason =
  /** The queue for this peer and lane had no room: `send` said `full`. */
  | 'full'
  /** There was no connection, or it broke while they waited. */
  | 'down'
  /** `setPeers` left the peer out while they waited. */
  | 'removed'
  /** The transport was closed while they waited. */
  | 'closed'
  /** They came while nobody received. */
  | 'no-receiver'
  /** They came for a channel that is not open here, or with a head that names none. */
  | 'unknown-channel'
  /** Lost on purpose, by a test or a demo. */
  | 'lost';

/** What a carrier tells whoever asked, under these names. Reasons are stable strings that each carrier lists. */
export interface TransportEvents {
  /** Frames can go to this peer, and come from it. */
  readonly up: { readonly peer: NodeId };
  /** They can't any more. Nothing that waited goes out later. */
  readonly down: { readonly peer: NodeId; readonly reason: string };
  /** Frames were dropped here: on their way to the peer, or come from it. */
  readonly dropped: {
    readonly peer: NodeId;
    readonly lane: Lane;
    readonly frames: number;
    readonly reason: DropReason;
  };
  /** Somebody was not let in, or put out for what it did. */
  readonly rejected: {
    /** The id that it claimed; `null` when it never got so far. */
    readonly peer: NodeId | null;
    /** Where it came from, as far as the carrier knows; else empty. */
    readonly address: string;
    readonly reason: string;
    /** For people: what was found, and what was expected. */
    readonly detail: string;
  };
}

/** Totals since a transport was opened, both lanes together. */
export interface TransportCounters {
  /** Frames that `send` took. */
  readonly framesSent: number;
  /** Their bytes, without what the carrier puts round them. */
  readonly bytesSent: number;
  /** Frames that the receiver was given. */
  readonly framesReceived: number;
  readonly bytesReceived: number;
  /** Frames that were dropped here, whatever the reason. */
  readonly framesDropped: number;
  /** How often somebody was not let in, or put out. */
  readonly rejections: number;
}

/** A transport that tells what happens to it, as all of ours do. Protocols ask for no more than a `Transport`. */
export interface WatchedTransport extends Transport {
  /**
   * Calls `listener` at each event of this name, and returns the way to stop. A listener that throws disturbs nobody:
   * its error is thrown in a microtask of its own.
   */
  on<K extends keyof TransportEvents>(name: K, listener: (event: TransportEvents[K]) => void): () => void;
  /** The totals as of now. */
  counters(): TransportCounters;
  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
