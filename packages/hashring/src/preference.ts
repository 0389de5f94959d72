import { outOfRange, wrongType } from './errors.js';
import type { RingNode } from './node.js';
import type { OwnersOptions } from './placement.js';
import { listed, type Roster } from './roster.js';

/**
 * Nodes in the order in which they would own a key, as indices, with repeats; all that can own it come within `length`
 * calls.
 */
export interface NodeOrder {
  readonly length: number;
  nextNode(): number;
}

/** The first n distinct nodes of `order` that are not skipped, as indices; by zones when they are to be spread. */
export function preferenceList<N extends RingNode>(
  roster: Roster<N>,
  order: NodeOrder,
  { n, spread, skip }: OwnersOptions<N>,
): number[] {
  if (!Number.isInteger(n) || n < 1) throw outOfRange('n', 'an integer of 1 or more', n);
  if (spread !== undefined && spread !== 'zone') throw wrongType('spread', "'zone' or absent", spread);
  const isDown = typeof skip === 'function' ? skip : undefined;
  // Taken, or to be passed over. An id that nobody has is -1, which must not count among the nodes seen.
  const seen = new Set<number>();
  if (skip && !isDown) listed('skip', skip as Iterable<string>, (id) => seen.add(roster.indexOf(id)));
  seen.delete(-1);

  // rounds[r] are the nodes that come r-th in their zone; unless they are to be spread, all come in round 0.
  const rounds: number[][] = [[]];
  const met = spread && new Map<string, number>();
  // Once every zone has given this many, all rounds that the list needs are complete.
  const enough = Math.ceil(n / roster.zoneCount);
  let zonesWithEnough = 0;
  for (let steps = order.length; steps > 0 && seen.size < roster.nodes.length && rounds[0]!.length < n; steps--) {
    const node = order.nextNode();
    if (seen.has(node)) continue;
    seen.add(node);
    if (isDown?.(roster.nodes[node]!)) continue;
    let round = 0;
    if (met !== undefined) {
      const { zone } = roster.members[node]!;
      round = met.get(zone) ?? 0;
      met.set(zone, round + 1);
      if (round + 1 === enough && ++zonesWithEnough === roster.zoneCount) steps = 0;
    }
    (rounds[round] ??= []).push(node);
  }
  return rounds.length === 1 ? rounds[0]! : rounds.flat().slice(0, n);
}
