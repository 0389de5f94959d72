import type { Member } from '../node.js';

/**
 * How many points a server gets. All ketama clients mean the same, w / W of 160 · n points in fours, but each computes
 * it in arithmetic of its own and rounds down, so that one lost bit costs a server four points:
 *
 *     25 equal servers     w / W = 0.04      exactly 40 digests each
 *     libmemcached         float32: 39.999996, so 39 digests and 156 points
 *     libketama            the product in double: 39.9999991, rounded to float32: 40 digests, 160 points
 *     hash_ring (Python)   40 · 25 · 1 / 25 in integers: 40
 *
 * Rings of one list of servers so differ in a few percent of their points, and clients of two kinds disagree about as
 * many keys.
 */

/** Rounds to float32, the `float` of C. */
const f = Math.fround;

/** A server's weight w, the weights' sum W and the number n of servers. */
export interface Share {
  readonly weight: number;
  readonly totalWeight: number;
  readonly serverCount: number;
}

/** The shares of all members, in their order. */
export function sharesOf(members: readonly Member[]): Share[] {
  const totalWeight = members.reduce((sum, { weight }) => sum + weight, 0);
  return members.map(({ weight }) => ({ weight, totalWeight, serverCount: members.length }));
}

/**
 * libmemcached (`update_continuum`) and twemproxy (`ketama_update`): every step in float32. The 1e-10 that both add to
 * help the rounding never does: float32 numbers near 40 are 4e-6 apart.
 */
export function float32Digests({ weight, totalWeight, serverCount }: Share): number {
  const share = f(f(weight) / f(totalWeight));
  return Math.floor(f(f(f(f(share * 160) / 4) * f(serverCount)) + f(1e-10)));
}

/**
 * RJ's libketama (`ketama_create_continuum`): the share in float32, its product with 40.0 · n in double, rounded to
 * float32 for `floorf`.
 */
export function libketamaDigests({ weight, totalWeight, serverCount }: Share): number {
  const share = f(f(weight) / f(totalWeight));
  return Math.floor(f(share * 40 * f(serverCount)));
}

/** Python's hash_ring: `math.floor((40 * n * w) / W)`, one true division. */
export const hashRingDigests = ({ weight, totalWeight, serverCount }: Share): number =>
  Math.floor((40 * serverCount * weight) / totalWeight);

/** uhashring: `(40 * n * w) // W`, exact in integers. */
export function uhashringDigests({ weight, totalWeight, serverCount }: Share): number {
  const product = 40 * serverCount * weight;
  return (product - (product % totalWeight)) / totalWeight;
}

/** npm hashring: the share first, in double: `floor(w / W * vnodes * n)`. */
export const npmHashringDigests = ({ weight, totalWeight, serverCount }: Share, vnodes: number): number =>
  Math.floor((weight / totalWeight) * vnodes * serverCount);
