/**
 * What went wrong, for programs (`code`) and for people (the message):
 *
 *     nodes[3].weight at byte 41: expected at most 1000000, found 4294967295
 *     └── field ────┘ └ offset ┘           └─ expected ───┘        └ found ┘
 */

/** Why bytes were refused. New codes may join; none changes its meaning. */
export type DecodeCode =
  /** The bytes end before the value does. */
  | 'decode-truncated'
  /** The value ends before the bytes do. */
  | 'decode-trailing-bytes'
  /** A length, a count or a number is above its maximum. */
  | 'decode-too-large'
  /** Another spelling of a value that has exactly one: a padded varint, a NaN with a payload. */
  | 'decode-not-canonical'
  /** Well spelled, and not among the values that the field can have. */
  | 'decode-invalid-value'
  /** A string that is not UTF-8. */
  | 'decode-invalid-utf8'
  /** The bytes do not begin as an envelope does. */
  | 'decode-not-an-envelope'
  /** An intact envelope of another structure. */
  | 'decode-other-kind'
  /** An intact envelope that a newer release wrote: upgrade to read it. */
  | 'decode-newer-version'
  /** An intact envelope of a version that is no longer read, or never was. */
  | 'decode-unknown-version'
  /** The checksum does not match: the bytes were altered after they were sealed. */
  | 'decode-damaged';

/** What a `DecodeError` says beside its code. */
export interface DecodeErrorDetails {
  readonly offset: number;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** The bytes are not what they were taken for. Nothing half-built is left behind. */
export class DecodeError extends Error {
  override readonly name: string = 'DecodeError';
  readonly code: DecodeCode;
  /** Where the refused field begins, counted from the first byte that the reader was given. */
  readonly offset: number;
  /** Path of the refused field, such as `nodes[3].weight`. */
  readonly field: string;
  readonly expected: string;
  readonly found: string;

  constructor(code: DecodeCode, { offset, field, expected, found }: DecodeErrorDetails) {
    super(`${field} at byte ${offset}: expected ${expected}, found ${found}`);
    this.code = code;
    this.offset = offset;
    this.field = field;
    this.expected = expected;
    this.found = found;
  }
}

/** Tells a `DecodeError` by its code, so that one from another installed copy of this package counts too. */
export function isDecodeError(error: unknown): error is DecodeError {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && code.startsWith('decode-');
}

/** Why a value was refused. */
export type EncodeCode =
  /** A number that its field can't hold: too large, negative, a fraction, NaN. */
  | 'encode-out-of-range'
  /** A byte string, a string or the whole message is above its maximum. */
  | 'encode-too-large'
  /** A string with half a surrogate pair, which has no UTF-8. */
  | 'encode-not-well-formed';

/** The value is none that its field can hold: a mistake of the caller. */
export class EncodeError extends RangeError {
  override readonly name: string = 'EncodeError';
  readonly code: EncodeCode;

  constructor(code: EncodeCode, message: string) {
    super(message);
    this.code = code;
  }
}
