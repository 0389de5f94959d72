/** Filters that can't be put together: their bits would mean different things. */
export class UnlikeFilters extends Error {
  override readonly name: string = 'UnlikeFilters';
  readonly code = 'unlike-filters';
  /** What they differ in, such as `bitCount`. */
  readonly parameter: string;

  constructor(parameter: string, ours: unknown, theirs: unknown) {
    super(`filters must have the same ${parameter}, got ${String(ours)} and ${String(theirs)}`);
    this.parameter = parameter;
  }
}

/** A filter whose memory was handed over, by `transfer()` or by posting its words away. */
export class FilterMoved extends Error {
  override readonly name: string = 'FilterMoved';
  readonly code = 'filter-moved';

  constructor() {
    super('this filter was handed over: ask the one that was made of its parts');
  }
}

/** Throws `UnlikeFilters` with the first of these parameters in which two filters differ. */
export function checkAlike<F extends object>(ours: F, theirs: F, parameters: readonly (keyof F & string)[]): void {
  for (const parameter of parameters)
    if (!Object.is(ours[parameter], theirs?.[parameter]))
      throw new UnlikeFilters(parameter, ours[parameter], theirs?.[parameter]);
}
