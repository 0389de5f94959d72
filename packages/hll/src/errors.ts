export { outOfRange, wrongType } from '@dsys/codec';

/** What an `HllError` can be about. Codes are stable: compare `error.code`, since two installed copies break `instanceof`. */
export type HllErrorCode =
  /** Two sketches hash their keys differently, or index their registers differently: nothing can join them. */
  | 'different-dialects'
  /** Two sketches of one dialect whose parameters can't be brought together. */
  | 'different-parameters'
  /** A key was given to a sketch that is fed with hashes of the caller's, or a hash to one that is fed with keys. */
  | 'foreign-hash';

/** A request that the sketch can't serve. It stays as it was. */
export class HllError extends Error {
  override readonly name: string = 'HllError';
  readonly code: HllErrorCode;

  constructor(code: HllErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What turned keys into what a sketch keeps. Two sketches agree on a key only if all of it is the same. */
export interface Dialect {
  readonly name: 'dsys' | 'redis' | 'postgres' | 'datasketches' | 'ultraloglog';
  /** The hash with its seed, and where index and rank come from, in words. */
  readonly rule: string;
}

/** Whatever has a dialect: every sketch of this package, and of another copy of it. */
export interface HasDialect {
  readonly dialect: Dialect;
}

/** Throws unless both hash and place keys alike. Compares what they say, since two installed copies share no objects. */
export function checkDialect(mine: Dialect, other: HasDialect): void {
  const theirs = other?.dialect;
  if (theirs?.name === mine.name && theirs.rule === mine.rule) return;
  throw new HllError(
    'different-dialects',
    `this is of ${mine.name} (${mine.rule}), the other of ${theirs?.name} (${theirs?.rule}): keys are gone, hashes don't convert, so count again in one dialect`,
  );
}
