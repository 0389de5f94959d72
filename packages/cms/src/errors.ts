export { type BadOption, outOfRange, wrongType } from '@dsys/codec';

/** What a `CountMinError` can be about. Codes are stable: compare `error.code`, since two installed copies break `instanceof`. */
export type CountMinErrorCode =
  /** Two sketches that were to be joined differ in shape, counters, window or kind; the message says in which. */
  | 'different-parameters'
  /** A counter, or the sum of all counts, would pass what it can hold. */
  | 'counter-overflow'
  /** More was to be removed than had been added. */
  | 'negative-count'
  /** A pane that has left the window, or has not come yet. */
  | 'outside-window';

/** A request that the sketch can't serve. It stays as it was. */
export class CountMinError extends Error {
  override readonly name: string = 'CountMinError';
  readonly code: CountMinErrorCode;

  constructor(code: CountMinErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws `CountMinError` different-parameters unless both have the same value for each of the names. */
export function checkSame<T extends object>(mine: T, other: T, names: readonly (keyof T & string)[]): void {
  for (const name of names)
    if (!Object.is(mine[name], other?.[name]))
      throw new CountMinError(
        'different-parameters',
        `both sketches must have the same ${name}: this one has ${String(mine[name])}, the other one ${String(other?.[name])}`,
      );
}
