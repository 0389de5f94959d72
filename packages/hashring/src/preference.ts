import { outOfRange, wrongType } from './errors.js';
import type { RingNode } from './node.js';
import type { OwnersOptions, Skip } from './placement.js';

/** Nodes in the order in which they would own a key, as indices, with repeats; all that can own it come within `length` calls. */
export interface NodeOrder {
  readonly length: number;
  nextNode(): number;
}

/** What a preference list needs to know of the nodes. */
export interface NodeTable<N extends RingNode> {
  readonly nodes: readonly N[];
  /** Index of an id, or -1. */
  indexOf(id: string): number;
  /** Number of each node's zone, from 0. */
  zoneNumbers(): { readonly of: Uint32Array; readonly count: number };
}

/** The first n distinct nodes of `order` that are not skipped, as indices; by zones when they are to be spread. */
export function preferenceList<N extends RingNode>(
  table: NodeTable<N>,
  order: NodeOrder,
  { n, spread, skip }: OwnersOptions<N>,
): number[] {
  if (!Number.isInteger(n) || n < 1) throw outOfRange('n', 'an integer of 1 or more', n);
  if (spread !== undefined && spread !== 'zone') throw wrongType('spread', "'zone' or absent", spread);
  if (spread === undefined && skip === undefined && n <= 8) return fewNodes(order, Math.min(n, table.nodes.length));

  const size = table.nodes.length;
  const seen = new Uint8Array(size);
  let unseen = size;
  const isDown = typeof skip === 'function' ? skip : undefined;
  if (skip !== undefined && isDown === undefined) unseen -= markSkipped(table, skip as Iterable<string>, seen);

  // rounds[r] are the nodes that come r-th in their zone; without zones there is one round.
  const zones = spread === 'zone' ? table.zoneNumbers() : undefined;
  const rounds: number[][] = [[]];
  const met = new Uint32Array(zones?.count ?? 0);
  // Once every zone has given this many, all rounds that the list needs are complete.
  const enough = zones === undefined ? 0 : Math.ceil(n / zones.count);
  let zonesWithEnough = 0;
  for (let steps = order.length; steps > 0 && unseen > 0 && rounds[0]!.length < n; steps--) {
    const node = order.nextNode();
    if (seen[node] === 1) continue;
    seen[node] = 1;
    unseen--;
    if (isDown?.(table.nodes[node]!)) continue;
    if (zones === undefined) {
      rounds[0]!.push(node);
      continue;
    }
    const round = met[zones.of[node]!]!++;
    (rounds[round] ??= []).push(node);
    if (round + 1 === enough && ++zonesWithEnough === zones.count) break;
  }
  return rounds.flat().slice(0, n);
}

/** Without zones and dead nodes, looking through a short list is quicker than marking what was seen. */
function fewNodes(order: NodeOrder, wanted: number): number[] {
  const list: number[] = [];
  for (let steps = order.length; steps > 0 && list.length < wanted; steps--) {
    const node = order.nextNode();
    if (!list.includes(node)) list.push(node);
  }
  return list;
}

/** Marks the skipped ids that are on the ring, and counts them. A string is iterable, but hardly meant as a list of its letters. */
function markSkipped<N extends RingNode>(table: NodeTable<N>, skip: Iterable<string>, seen: Uint8Array): number {
  if (typeof skip === 'string' || typeof skip?.[Symbol.iterator] !== 'function')
    throw wrongType('skip', 'an iterable of ids or a predicate', skip satisfies Skip<N>);
  let marked = 0;
  for (const id of skip) {
    const node = table.indexOf(id);
    if (node >= 0 && seen[node] === 0) {
      seen[node] = 1;
      marked++;
    }
  }
  return marked;
}

/** The numbering of zones for `zoneNumbers`: in the order in which they first occur. */
export function numberZones(zones: readonly string[]): { of: Uint32Array; count: number } {
  const numbers = new Map<string, number>();
  const of = new Uint32Array(zones.length);
  for (let i = 0; i < zones.length; i++) {
    const zone = zones[i]!;
    let number = numbers.get(zone);
    if (number === undefined) numbers.set(zone, (number = numbers.size));
    of[i] = number;
  }
  return { of, count: numbers.size };
}
