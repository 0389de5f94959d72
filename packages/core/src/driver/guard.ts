import type { NodeId } from '@dsys/transport';

/**
 * What a protocol that signs puts between its messages and the wire: `seal` behind the encoder, `open` before the decoder.
 * What `open` refuses is never decoded, and no core ever sees it.
 */
export interface Guard {
  /** The bytes to decode, or null for a frame that is not what it claims. A promise keeps back what else comes from this peer. */
  open(from: NodeId, frame: Uint8Array): Uint8Array | null | Promise<Uint8Array | null>;
  /** What goes on the wire. Called for each receiver, with bytes that are shared: don't write to them. */
  seal(to: NodeId, bytes: Uint8Array): Uint8Array;
}
