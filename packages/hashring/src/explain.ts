import type { Key } from './dialect.js';
import type { RingNode } from './node.js';

/** One point of a ring. */
export interface RingPoint<N extends RingNode = RingNode> {
  /** Where it is, 0..2^32 - 1 (of a 64-bit dialect, the upper half). */
  readonly position: number;
  readonly node: N;
  readonly id: string;
  /** Which of the node's points this is, from 0. */
  readonly virtualNode: number;
}

/** An arc of a ring: the keys at `[start, end)` belong to `node`. */
export interface RingRange<N extends RingNode = RingNode> {
  /** First position, included. */
  readonly start: number;
  /** Position after the last one; 2^32 at the end of the ring. */
  readonly end: number;
  readonly node: N;
  readonly id: string;
}

/** Why a key is where it is. */
export interface Explanation<N extends RingNode = RingNode> {
  readonly key: Key;
  readonly dialect: string;
  /** The key's position, 0..2^32 - 1. */
  readonly position: number;
  /** The point that owns this position. */
  readonly point: RingPoint<N>;
  /** Steps from the key's position to the point, mod 2^32; the shorter way round when the dialect takes the nearest point. */
  readonly distance: number;
  /** The search passed the end of the ring and began again at 0. */
  readonly wrapped: boolean;
  readonly owner: N;
  /** The points at which the next distinct nodes follow: where the key goes when nodes fail, in order. */
  readonly next: readonly RingPoint<N>[];
}
