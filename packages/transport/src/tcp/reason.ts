/**
 * Why a connection was refused or ended. It goes to the other side as one byte, the place in this list, so that both
 * sides report the same: places are a promise, new reasons join at the end.
 */
export const REASONS = [
  /** The transport over there, or here, was closed. */
  'closed',
  /** What came first is not what this carrier says first: another program, or TLS on one side only. */
  'not-dsys',
  /** The carrier over there writes its hello in another version. */
  'other-carrier-version',
  'malformed-hello',
  /** No whole hello within `helloMs`. */
  'hello-timeout',
  'other-cluster',
  /** The ranges of `protocol` have nothing in common. */
  'no-common-protocol',
  /** The node at that address is another one than was dialled. */
  'wrong-node',
  /** The one that dialled is not among our peers. */
  'unknown-node',
  /** It says that it is we. */
  'own-id',
  /** Its certificate doesn't name the node that it says it is. */
  'certificate-name',
  /** Its certificate is not signed by whom we trust, has expired, or is missing. */
  'certificate',
  /** An incarnation or boot below one that was seen already. */
  'stale',
  /** Another connection of the same node won. Nothing is wrong: both dialled at once. */
  'duplicate',
  /** A newer connection of the same node took its place. */
  'superseded',
  /** `setPeers` left the node out. */
  'removed',
  /** The limit of connections in all, or of those that have not said their hello. */
  'too-many',
  'too-many-from-address',
  /** A frame above `maxFrameBytes`. */
  'oversized-frame',
  /** A signal that this version doesn't know. */
  'malformed-frame',
  /** A frame that had begun was not whole within `frameMs`. */
  'slow-frame',
  /** Nothing came for `silentMs`: the process, its machine or the network is gone. */
  'silent',
  /** The connection broke, or was never made: what the system said is in the detail. */
  'broken',
  /** No connection within `connectMs`. */
  'connect-timeout',
] as const;

/** One of `REASONS`: what `rejected` and `down` of this carrier say. */
export type Reason = (typeof REASONS)[number];

/** The byte that stands for it. */
export function codeOf(reason: Reason): number {
  return REASONS.indexOf(reason);
}

/** What a byte from outside means; `broken` where it means nothing to us. */
export function reasonOf(code: number): Reason {
  return REASONS[code] ?? 'broken';
}
