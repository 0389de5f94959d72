/** What can be said of a blob. The fields are those of `--json`. */
export interface Explanation {
  /** What it is, in a few words. */
  readonly format: string;
  /** What it says of itself. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** What it has counted, if it counts. */
  readonly estimate: {
    readonly of: string;
    readonly value: number;
    readonly lower: number;
    readonly upper: number;
  } | null;
  /** What can be done with it, and what can't. */
  readonly notes: readonly string[];
}

/** Something that is known by how it begins. */
export interface Format {
  /** Whether it may be this. What it is like, it is said to be: `explain` then says what is wrong with it. */
  isLike(bytes: Uint8Array): boolean;
  /** Throws `DecodeError`. */
  explain(bytes: Uint8Array): Explanation;
}

/** The estimate of a HyperLogLog, whosever it is. */
export function cardinality(sketch: {
  bounds(sigmas?: number): { readonly lower: number; readonly estimate: number; readonly upper: number };
}): Explanation['estimate'] {
  const { lower, estimate, upper } = sketch.bounds(2);
  return { of: 'different items', value: estimate, lower: Math.floor(lower), upper: Math.ceil(upper) };
}

/** A number that is known. */
export const exactly = (of: string, value: number): Explanation['estimate'] => ({
  of,
  value,
  lower: value,
  upper: value,
});
