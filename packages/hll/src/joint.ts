/**
 * How many items two sketches have in common. The obvious way, |A| + |B| − |A ∪ B|, subtracts three estimates whose
 * errors are of the size of the sets, and ends below zero where they share little. Maximum likelihood looks at the pairs
 * of registers instead: in a model where items only in A, only in B, and in both come at rates a, b and x, it asks which
 * three rates make the pairs that are there most likely. Its error is two to three times smaller for sets of like size.
 *
 * With z = 2^−k and both registers at k, or one at k and the other above, the probabilities factor:
 *
 *     A at k < B at l     ( 1 − e^−(a+x)z ) e^−(a+x)z  ·  ( 1 − e^−b z' ) e^−b z'          z' = 2^−l
 *     A = B = k           e^−(a+b+x)z · h,   h = (1 − e^−(a+x)z)(1 − e^−(b+x)z) + e^−(a+b+x)z (1 − e^−xz)
 *
 * since a register of A below one of B has seen neither the item that B has at l, nor one in common above k.
 *
 * Source: O. Ertl 2017 (arXiv:1702.01284), §"Joint cardinality estimation". Differs from it: solved by Fisher scoring,
 * whose matrix is wanted anyway, since its inverse gives the errors.
 */
import { checkDialect, type HasDialect, HllError } from './errors.js';
import { improvedEstimate } from './improved.js';
import { type Cell, type Fit, fit } from './joint-fit.js';
import type { Parts } from './parts.js';
import { tokenOf } from './place.js';

/** What can be compared with its like: every HyperLogLog of this package. */
export interface Joinable extends HasDialect {
  readonly precision: number;
  /** Highest value of a register. */
  readonly maxRank: number;
  /** One byte a register. */
  registers(): Uint8Array;
  /** As if it had been made with a lower precision. */
  fold(precision: number): Joinable;
  /** @internal */
  readonly parts?: Parts;
}

/** An estimated number of items, or share, with its standard error in the same unit. */
export interface Estimated {
  readonly estimate: number;
  readonly error: number;
}

/** What two sets have, apart and together. */
export interface Joint {
  readonly onlyA: Estimated;
  readonly onlyB: Estimated;
  readonly both: Estimated;
  readonly union: Estimated;
  /** |A ∩ B| / |A ∪ B|, 0..1; 0 for two empty sets. */
  readonly jaccard: Estimated;
}

/** Items that are in both, with the error of that. See `joint`. */
export function intersection(a: Joinable, b: Joinable): Estimated {
  return joint(a, b).both;
}

/** Likeness of two sets, |A ∩ B| / |A ∪ B|, 0..1, with the error of that. See `joint`. */
export function jaccard(a: Joinable, b: Joinable): Estimated {
  return joint(a, b).jaccard;
}

/**
 * All four at once. Exact while both sketches are exact, nearly so while they are sparse; else O(m), and a few
 * milliseconds. Of two precisions the lower one counts. Throws `HllError` for sketches of two dialects.
 */
export function joint(a: Joinable, b: Joinable): Joint {
  checkDialect(a.dialect, b);
  if (a.parts?.hash !== b.parts?.hash)
    throw new HllError(
      'different-dialects',
      `one sketch was fed with ${a.parts?.hash} hashes, the other with ${b.parts?.hash} ones`,
    );
  const counted = countSmall(a.parts, b.parts);
  if (counted !== null) return described(counted, 1);
  if (a.maxRank + a.precision !== b.maxRank + b.precision && a.maxRank !== b.maxRank)
    throw new HllError('different-parameters', `registers of one go up to ${a.maxRank}, of the other to ${b.maxRank}`);
  const precision = Math.min(a.precision, b.precision);
  const ofA = a.precision > precision ? a.fold(precision) : a;
  const ofB = b.precision > precision ? b.fold(precision) : b;
  const cells = cellsOf(ofA.registers(), ofB.registers());
  const most = Math.max(ofA.maxRank, ofB.maxRank);
  return described(fit(cells, most, start(cells, precision, most)), 2 ** precision);
}

/** Both have kept hashes, or tokens: then they are counted one by one. */
function countSmall(a: Parts | undefined, b: Parts | undefined): Fit | null {
  if (a?.hashes != null && b?.hashes != null) {
    const { lanes, count } = a.hashes;
    let both = 0;
    for (let i = 0; i < 2 * count; i += 2) if (b.hashes.has(lanes[i]!, lanes[i + 1]!)) both++;
    return { rates: [count - both, b.hashes.count - both, both], covariance: null };
  }
  const tokensA = tokensOf(a);
  const tokensB = tokensOf(b);
  if (tokensA === null || tokensB === null) return null;
  let both = 0;
  for (const token of tokensA) if (tokensB.has(token)) both++;
  // So many pairs of different items, one in either set, share a token by chance.
  const chance = ((tokensA.size - both) * (tokensB.size - both)) / (3 * 2 ** 26);
  const common = Math.max(0, both - chance);
  return {
    rates: [tokensA.size - common, tokensB.size - common, common],
    covariance: [1, 1, -1, 1, 1, -1, -1, -1, 1].map((sign) => sign * chance),
  };
}

function tokensOf(parts: Parts | undefined): Set<number> | null {
  if (parts?.tokens != null) return new Set(parts.tokens.sorted());
  if (parts?.hashes == null) return null;
  const { lanes, count } = parts.hashes;
  return new Set(Array.from({ length: count }, (_, i) => tokenOf(lanes[2 * i]!, lanes[2 * i + 1]!)));
}

/** How often each pair of registers is there. */
function cellsOf(a: Uint8Array, b: Uint8Array): Cell[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    const pair = a[i]! * 256 + b[i]!;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return [...counts].map(([pair, count]) => ({ k: pair >>> 8, l: pair & 255, count }));
}

/** Where the search starts: inclusion and exclusion, kept above zero. Rates a register. */
function start(cells: readonly Cell[], precision: number, most: number): [number, number, number] {
  const estimate = (of: (cell: Cell) => number): number => {
    const counts = new Float64Array(most + 1);
    for (const cell of cells) counts[of(cell)]! += cell.count;
    return Math.min(improvedEstimate(counts, precision, most - 1) / 2 ** precision, 2 ** most);
  };
  const countA = estimate(({ k }) => k);
  const countB = estimate(({ l }) => l);
  const union = estimate(({ k, l }) => Math.max(k, l));
  const least = 0.01 * Math.max(Math.min(countA, countB), 1e-6);
  const both = Math.max(countA + countB - union, least);
  return [Math.max(countA - both, least), Math.max(countB - both, least), both];
}

/** Rates a register, and their covariance, as numbers of items. */
function described({ rates: [a, b, x], covariance: c }: Fit, m: number): Joint {
  const variance = (da: number, db: number, dx: number): number => {
    if (c === null) return 0;
    const d = [da, db, dx];
    let sum = 0;
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sum += d[i]! * c[3 * i + j]! * d[j]!;
    return Math.max(0, sum);
  };
  const of = (rate: number, da: number, db: number, dx: number): Estimated => ({
    estimate: rate * m,
    error: Math.sqrt(variance(da, db, dx)) * m,
  });
  const union = a + b + x;
  const slope = union === 0 ? 0 : -x / union ** 2;
  return {
    onlyA: of(a, 1, 0, 0),
    onlyB: of(b, 0, 1, 0),
    both: of(x, 0, 0, 1),
    union: of(union, 1, 1, 1),
    jaccard: {
      estimate: union === 0 ? 0 : x / union,
      error: union === 0 ? 0 : Math.sqrt(variance(slope, slope, (a + b) / union ** 2)),
    },
  };
}
