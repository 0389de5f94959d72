import type { WatchedTransport } from '../events.js';
import type { NodeId } from '../transport.js';
import type { Credentials } from './tls.js';

/** How one peer stands; see `TcpTransport.peers`. */
export interface PeerStatus {
  readonly id: NodeId;
  readonly address: string;
  /** Both lanes stand. */
  readonly isUp: boolean;
  /** The version spoken; `null` while the control lane is down. */
  readonly protocol: number | null;
  /** The latest life of it that was met; `null` before the first. */
  readonly incarnation: number | null;
  readonly boot: number | null;
  /** Bytes held for it, waiting or in the hands of the system. */
  readonly controlBytes: number;
  readonly bulkBytes: number;
}

/**
 * What `openTcp` gives. A peer is `up` when both lanes stand, and `down` when either breaks, though the other goes on. What
 * `down` and `rejected` give as their reason is one of `REASONS`.
 */
export interface TcpTransport extends WatchedTransport {
  /** Where it listens, with the port that port 0 became; `null` when it only dials. */
  readonly address: string | null;

  /**
   * Peers that are new are dialled, those left out are put out, an address that changed counts from the next dial on.
   * Throws, and changes nothing, when an id or an address is none.
   */
  setPeers(peers: ReadonlyMap<NodeId, string>): void;

  /**
   * Shows another certificate, and trusts other authorities, from the next connection on; those that stand stay. Throws,
   * and changes nothing, when they can't be used, or don't name this node.
   */
  setCredentials(credentials: Credentials): void;

  /** How each peer stands now. */
  peers(): PeerStatus[];

  /** Says goodbye to all; resolves when every socket is closed, a quarter of a second later at most. */
  close(): Promise<void>;
}
