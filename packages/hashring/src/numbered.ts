import { wrongType } from './errors.js';
import type { RingNode } from './node.js';
import { Roster } from './roster.js';

/** A node for the strategies that number their nodes: in a fixed order, all alike. */
export type NumberedNode =
  | string
  | { readonly id: string; readonly weight?: undefined; readonly zone?: string | undefined };

/**
 * Checked, in the order in which they are listed. Throws `RingError` empty-ring or duplicate-node, and `TypeError` when
 * one has a weight, which would be ignored.
 */
export function numberedNodes<N extends NumberedNode>(nodes: Iterable<N>): readonly N[] {
  const checked = Roster.of(nodes, false).nodes;
  for (const node of checked as readonly RingNode[]) {
    if (typeof node !== 'string' && node.weight !== undefined)
      throw wrongType('weight', 'absent, since this strategy has none', node.weight);
  }
  return checked;
}
