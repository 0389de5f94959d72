import { mustBe } from '@dsys/codec';

export { type BadOption, outOfRange, wrongType } from '@dsys/codec';

/**
 * What a `RingError` can be about. Codes are stable: compare `error.code`, since two installed copies break
 * `instanceof`.
 */
export type RingErrorCode =
  /** No node is left, or none was given. */
  | 'empty-ring'
  /** Two nodes have the same id. */
  | 'duplicate-node'
  /** No node has this id. */
  | 'unknown-node'
  /** The weights, taken together, leave every node without a point (some dialects round down to none). */
  | 'no-points'
  /** JSON that is not what `toJSON` gives; the message names the field. (Bytes have `DecodeError`.) */
  | 'bad-json'
  /** Stored bytes or JSON name a dialect that was not passed in. */
  | 'unknown-dialect'
  /** Two rings that were to be compared hash keys differently. */
  | 'different-dialects'
  /** `revive` gave a node of another id than the stored one. */
  | 'different-node'
  /** Every node is marked down. */
  | 'no-node-up';

/** A request that the ring can't serve. What was asked of stays as it was. */
export class RingError extends Error {
  override readonly name: string = 'RingError';
  readonly code: RingErrorCode;

  constructor(code: RingErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws `RingError` bad-json unless what was found in `field` is as it must be. */
export function expectJson(ok: boolean, field: string, expected: string, found: unknown): asserts ok {
  if (!ok) throw new RingError('bad-json', mustBe(field, expected, found));
}
