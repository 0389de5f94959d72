import type { Member, RingNode } from './node.js';
import { CIRCLE } from './points.js';
import type { Roster } from './roster.js';
import { type Placed, sweep } from './sweep.js';

/** Exact shares of the key space: what a node would own of infinitely many keys. */
export interface Ownership<N extends RingNode = RingNode> {
  /** In the order of `nodes`. */
  readonly nodes: readonly NodeShare<N>[];
  /** In the order in which zones first occur among the nodes. */
  readonly zones: readonly ZoneShare[];
  /** The greatest ratio of a node's share to its expected share: 1 is perfect; without weights this is max/mean. */
  readonly maxOverMean: number;
}

/** What one node owns. */
export interface NodeShare<N extends RingNode = RingNode> {
  readonly node: N;
  readonly id: string;
  readonly zone: string;
  readonly weight: number;
  /** 0..1; all shares add up to 1. */
  readonly share: number;
  /** The node's weight over the weight of all. */
  readonly expected: number;
}

/** What the nodes of one zone own together. */
export interface ZoneShare {
  readonly zone: string;
  readonly share: number;
  readonly expected: number;
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

/**
 * Share of each node, by index. Sums of whole positions over 2^32, so nothing is rounded (in a 64-bit dialect, hardly
 * anything).
 */
export function sharesOf(ring: Placed & { readonly size: number }): Float64Array {
  const shares = new Float64Array(ring.size);
  sweep(
    [ring],
    ([walk]) => walk!.nextNode(),
    (start, end, node) => {
      shares[node]! += (end - start) / CIRCLE;
    },
  );
  return shares;
}

/** Shares with names, expectations and zones. */
export function ownershipOf<N extends RingNode>(roster: Roster<N>, shares: Float64Array): Ownership<N> {
  const { nodes, members } = roster;
  const totalWeight = members.reduce((sum, member) => sum + member.weight, 0);
  const zones = new Map<string, { zone: string; share: number; expected: number }>();
  const shareOf = ({ id, zone, weight }: Member, index: number): NodeShare<N> => {
    const share = shares[index]!;
    const expected = weight / totalWeight;
    const all = zones.get(zone) ?? { zone, share: 0, expected: 0 };
    all.share += share;
    all.expected += expected;
    zones.set(zone, all);
    return { node: nodes[index]!, id, zone, weight, share, expected };
  };
  const list = members.map(shareOf);
  return { nodes: list, zones: [...zones.values()], maxOverMean: maxOverMean(list) };
}

const maxOverMean = (shares: readonly { share: number; expected: number }[]): number =>
  shares.reduce((most, { share, expected }) => Math.max(most, share / expected), 0);

/** The arcs from 0 to 2^32; neighbouring points of one node make one. */
export function rangesOf<N extends RingNode>(ring: Placed & { readonly roster: Roster<N> }): RingRange<N>[] {
  const { nodes, members } = ring.roster;
  const ranges: RingRange<N>[] = [];
  let begun = 0;
  let owner = -1;
  const close = (end: number): void => {
    if (owner >= 0) ranges.push({ start: begun, end, node: nodes[owner]!, id: members[owner]!.id });
  };
  sweep(
    [ring],
    ([walk]) => walk!.nextNode(),
    (start, _end, node) => {
      if (node === owner) return;
      close(start);
      begun = start;
      owner = node;
    },
  );
  close(CIRCLE);
  return ranges;
}
