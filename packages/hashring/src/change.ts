import { compareUtf8, type RingNode } from './node.js';
import { ownershipOf, sharesOf } from './ownership.js';
import { CIRCLE } from './points.js';
import type { Roster } from './roster.js';
import { type Placed, sweep } from './sweep.js';

/**
 * Several changes made at once: first removals, then weights, then additions, so that one change may replace a node.
 */
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

/** What a change does to one node, in exact shares of the whole key space. */
export interface NodeMovement {
  readonly id: string;
  /** Share owned before; 0 for a new node. */
  readonly before: number;
  /** Share owned after; 0 for a node that leaves. */
  readonly after: number;
  readonly gained: number;
  readonly lost: number;
}

interface Side extends Placed {
  readonly roster: Roster<RingNode>;
  readonly size: number;
}

export function previewOf(before: Side, after: Side): RingPreview {
  const movements = new Map<string, { id: string; before: number; after: number; gained: number; lost: number }>();
  const movementOf = (id: string) => {
    let movement = movements.get(id);
    if (movement === undefined) movements.set(id, (movement = { id, before: 0, after: 0, gained: 0, lost: 0 }));
    return movement;
  };
  let moved = 0;
  const [from, to] = [before, after].map(({ roster }) => roster.members.map(({ id }) => movementOf(id)));
  sweep(
    [before, after],
    ([a, b]) => [from![a!.nextNode()]!, to![b!.nextNode()]!] as const,
    (start, end, [left, right]) => {
      const share = (end - start) / CIRCLE;
      left.before += share;
      right.after += share;
      if (left === right) return;
      moved += share;
      left.lost += share;
      right.gained += share;
    },
  );
  return {
    moved,
    nodes: [...movements.values()].sort((a, b) => compareUtf8(a.id, b.id)),
    maxOverMeanBefore: ownershipOf(before.roster, sharesOf(before)).maxOverMean,
    maxOverMeanAfter: ownershipOf(after.roster, sharesOf(after)).maxOverMean,
  };
}
