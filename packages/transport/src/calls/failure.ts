/** Why a request has no answer, or a stream no end. Stable: compare `error.code`. */
export type CallErrorCode =
  /** `send` said so. */
  | 'unknown-peer'
  | 'too-large'
  | 'closed'
  /** As many are under way as may be, here. */
  | 'too-many'
  /** As many are under way as may be, over there. */
  | 'busy'
  /** The connection went away. Whether the request was carried out is unknown. */
  | 'lost'
  /** The other side has nobody for it. */
  | 'no-handler'
  /** The other side's handler failed; the message is its error's. */
  | 'failed'
  /** The other side gave up. */
  | 'aborted'
  /** The other side broke the rules: more than it was allowed to send, or a gap. */
  | 'malformed';

/** A request or a stream that came to nothing. Misuse is a `RangeError` or a `TypeError` instead. */
export class CallError extends Error {
  override readonly name: string = 'CallError';
  readonly code: CallErrorCode;

  constructor(code: CallErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What may be said of a failure on the wire, by its place in this list: new ones join at the end. */
export const TOLD: readonly CallErrorCode[] = ['failed', 'busy', 'no-handler', 'aborted', 'malformed'];

/** Longest message of a failure on the wire, in bytes. */
export const MAX_REASON_BYTES = 1024;

/** What is told of an error over there: its message, cut to what fits. */
export function reasonOf(error: unknown): string {
  const text = String((error as { message?: unknown } | null | undefined)?.message ?? error);
  let reason = '';
  // Three bytes a unit at most; half a surrogate pair becomes U+FFFD.
  for (const character of text.slice(0, Math.floor(MAX_REASON_BYTES / 3))) {
    const point = character.codePointAt(0)!;
    reason += point >= 0xd800 && point <= 0xdfff ? '\ufffd' : character;
  }
  return reason;
}
