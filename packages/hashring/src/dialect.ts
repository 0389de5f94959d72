import type { Key } from '@dsys/hash';
import type { Member } from './node.js';

export type { Key } from '@dsys/hash';

/**
 * Which point owns a position h:
 *
 *     at-or-above   the first point p >= h, wrapping      nearly every ring
 *     above         the first point p >  h, wrapping      Python's bisect_right
 *     nearest       the point nearest either way, distance mod 2^32, tie to the lower one      HAProxy
 */
export type Search = 'at-or-above' | 'above' | 'nearest';

/**
 * Who comes first among points at one position: the node whose id is lower (in UTF-8 bytes), the node listed first, or
 * the one listed last. Only `id` makes a ring independent of the order in which its nodes are listed.
 */
export type Ties = 'id' | 'first' | 'last';

/** What an option of a dialect may be. `min` = `max` means that there is no choice. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * The rules by which a ring places keys and nodes, as a plain value: everything in which one client's ring differs from
 * another's. `name` stands for all of them in stored bytes and fingerprints, parameters included
 * ("haproxy(crc32,avalanche)"): two dialects of one name must place every key alike, for ever.
 */
export interface RingDialect {
  /** 1 to 255 bytes of UTF-8. */
  readonly name: string;
  /** Width of a position. With 64, `points` gives pairs, `positionLow` is there, and the search is at-or-above. */
  readonly bits: 32 | 64;
  readonly search: Search;
  readonly ties: Ties;
  /** A node's points depend on this node alone, so that one can be added without looking at the others. */
  readonly independent: boolean;
  /**
   * Points of a node of weight 1, where the dialect lets one choose; else `min`, `max` and `default` are the same, and
   * say nothing.
   */
  readonly pointsPerNode: Bounds & { readonly default: number };
  /** Weights that the dialect knows, within the limits of every ring (above 0, at most 1,000,000). */
  readonly weight: Bounds & { readonly integer: boolean };
  /** Position of a key: a u32; with 64 bits, the upper half. */
  position(key: Key): number;
  /** With 64 bits: the lower half of the position. */
  positionLow?(key: Key): number;
  /**
   * The points of each node, in the order of `members`; the k-th is virtual node k. None is allowed for some nodes, not
   * for all. With 64 bits each point is a pair, upper half first. May throw `TypeError` or `RangeError` (`outOfRange`,
   * `wrongType`) on ids it can't read.
   */
  points(members: readonly Member[], pointsPerNode: number): readonly Uint32Array[];
}

/**
 * Seed of everything that is hashed here, "dsys" in ASCII: rings so hash unlike sketches, which a shard may feed with
 * its keys.
 */
export const RING_SEED = 0x64737973;
