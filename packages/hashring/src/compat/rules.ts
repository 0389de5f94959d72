import type { RingDialect } from '../dialect.js';

/**
 * What sets one client's ring apart from another's, in parts that can be compared: `compare` finds its reasons here,
 * and the table of dialects in the guide has these columns.
 */
export interface DialectRules {
  /** The program and version whose answers this dialect was checked against, or whose source it was written from. */
  readonly program: string;
  /** How a key becomes a position. Equal text means equal function: rings may then be compared exactly. */
  readonly keyHash: string;
  /** How the text of a point becomes a position. */
  readonly pointHash: string;
  /**
   * The text that is hashed for point k of a node, k left out: `10.0.0.1:11212` where the label is `10.0.0.1:11212-k`.
   */
  labelOf(id: string): string;
}

/** A dialect of another client: a `RingDialect` that also says what its rules are. */
export interface CompatDialect extends RingDialect {
  readonly rules: DialectRules;
}

/** Points of a node of weight 1 where the client leaves no choice. */
export const fixedPoints = (count: number): RingDialect['pointsPerNode'] => ({
  min: count,
  max: count,
  default: count,
});

/** Weights of clients that read them as C integers. */
export const INTEGER_WEIGHTS: RingDialect['weight'] = { min: 1, max: 1_000_000, integer: true };
