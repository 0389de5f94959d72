/** Names a node. Not empty, at most 255 bytes in UTF-8; what it looks like is the user's business. */
export type NodeId = string;

/**
 * Two ways to a peer that don't wait for each other: `control` for what must arrive soon (votes, heartbeats, appends),
 * `bulk` for what is large and may take its time (snapshots). Where a carrier has no lanes both are one.
 */
export type Lane = 'control' | 'bulk';

/**
 * What became of a frame at the sender. Whether it arrived nobody knows: without a connection, what was `queued` is dropped
 * and counted.
 */
export type SendResult = 'queued' | 'full' | 'unknown-peer' | 'too-large' | 'closed';

/**
 * Moves frames of bytes between nodes that know each other by id. What a protocol may rely on, and no more:
 *
 * - at most once: a frame arrives whole and unaltered, or not at all;
 * - in order per peer, lane and connection; nothing is promised between lanes or across a reconnect, and nothing is
 *   kept over one;
 * - a frame may be dropped; `full` is a drop that is counted; queues are bounded in bytes and in frames;
 * - control never waits behind bulk, where the carrier declares lanes.
 *
 * A node knows its peers by the addresses that it was given, or by those that it let in. Implementations can be tested with
 * `@dsys/transport/testing`.
 */
export interface Transport {
  /** The id under which this node is known. */
  readonly self: NodeId;
  /** Largest frame, in bytes. A larger one is `too-large`. */
  readonly maxFrameBytes: number;

  /**
   * Returns at once and never throws. After it neither side changes the bytes: the same frame may go to several peers,
   * and nothing detaches it. To itself a node can't send: that is `unknown-peer`. The lane is `control` by default.
   */
  send(to: NodeId, frame: Uint8Array, lane?: Lane): SendResult;

  /**
   * Sets the one receiver; frames that arrive while there is none are dropped. It is never called from inside `send`,
   * and the frame is its to keep (never to change). The function returned takes the receiver away. Throws when there is
   * one already.
   */
  receive(onFrame: (from: NodeId, frame: Uint8Array) => void): () => void;

  /**
   * Resolves when what waits for this peer and lane is below the low-water mark, and what was last `full` has room; at once
   * for an unknown peer, and on close.
   */
  writable(to: NodeId, lane?: Lane): Promise<void>;

  /** The peers and their addresses from now on. Whom a new list leaves out is forgotten, with what waited for it. */
  setPeers?(peers: ReadonlyMap<NodeId, string>): void;

  /** Lets go of everything. Frames that still wait may be lost. May be called again. */
  close(): Promise<void>;
}
