import type { RingNode } from './node.js';

/** Several changes made at once: first removals, then weights, then additions, so that one change may replace a node. */
export interface RingChange<N extends RingNode = RingNode> {
  /** Ids of nodes that leave. */
  readonly remove?: Iterable<string> | undefined;
  /** New weights by id. */
  readonly reweight?: Readonly<Record<string, number>> | undefined;
  readonly add?: Iterable<N> | undefined;
}

/** What a change would move, found without making it. Shares are exact and of the whole key space. */
export interface RingPreview {
  /** Share of the keys that would change owner. */
  readonly moved: number;
  /** One entry for each node before or after, by id in the order of UTF-8. */
  readonly nodes: readonly NodeMovement[];
  /** max over mean as in `ownership()`, before and after. */
  readonly maxOverMeanBefore: number;
  readonly maxOverMeanAfter: number;
}

export interface NodeMovement {
  readonly id: string;
  /** Share owned before; 0 for a new node. */
  readonly before: number;
  /** Share owned after; 0 for a node that leaves. */
  readonly after: number;
  readonly gained: number;
  readonly lost: number;
}
