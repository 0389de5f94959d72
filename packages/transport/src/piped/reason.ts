/**
 * Why a pipe was refused or ended. It goes to the other side as one byte, the place in this list: places are a promise, new
 * reasons join at the end. Words that `/tcp` has too mean the same there.
 */
export const PIPE_REASONS = [
  /** The transport over there, or here, was closed. */
  'closed',
  /** What came first is no hello of ours. */
  'not-dsys',
  /** The hello is in another version. */
  'other-carrier-version',
  'malformed-hello',
  /** No hello within `helloMs`. */
  'hello-timeout',
  'other-cluster',
  /** The node there is another one than was dialled. */
  'wrong-node',
  /** It is not among our peers. */
  'unknown-node',
  /** It says that it is we. */
  'own-id',
  /** `authorize` said no. */
  'token',
  /** Another connection of the same node won: both dialled at once. */
  'duplicate',
  /** A newer connection of the same node took its place. */
  'superseded',
  /** `setPeers` left the node out. */
  'removed',
  /** As many connections as may be have not said their hello. */
  'too-many',
  /** A frame above `maxFrameBytes`. */
  'oversized-frame',
  /** A message that makes no sense. */
  'malformed-frame',
  /** Nothing came for `silentMs`. */
  'silent',
  /** The pipe broke, or was closed over there without a word. */
  'broken',
] as const;

/** Why a pipe was refused or ended. */
export type PipeReason = (typeof PIPE_REASONS)[number];
