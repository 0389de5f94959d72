/** What can't be done with filters, though each is sound. New codes may join; none changes its meaning. */
export type BloomErrorCode =
  /** Two filters whose bits mean different things can't be put together. */
  | 'unlike-filters'
  /** The memory of this filter was posted away. */
  | 'filter-moved'
  /** This filter may not grow, and is full. */
  | 'filter-full';

/** The filter can't do that. Tell the reasons apart by `code`. */
export class BloomError extends Error {
  override readonly name: string = 'BloomError';
  readonly code: BloomErrorCode;

  constructor(code: BloomErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws, with the first of these parameters in which two filters differ. */
export function checkAlike<F extends object>(ours: F, theirs: F, parameters: readonly (keyof F & string)[]): void {
  for (const parameter of parameters) {
    const [a, b] = [ours[parameter], theirs?.[parameter]];
    if (a !== b)
      throw new BloomError(
        'unlike-filters',
        `filters must have the same ${parameter}, got ${String(a)} and ${String(b)}`,
      );
  }
}

/** Made only to be thrown: a detached array would swallow keys, and deny them. */
export const moved = (): BloomError => new BloomError('filter-moved', 'this filter was handed over');
