/**
 * Raft treats all nodes alike, so states that differ only in who is who count as one: of three nodes one of six is visited.
 *
 * Names are given anew in the order of what a node looks like (role, term, log, what is on its way from it and to it …).
 * Where two look alike, both orders are tried and the least text is taken. Sound whatever the looks say, for texts are only
 * equal where one state is the other in other names; looks that tell nodes apart spare the trying.
 */

import { permutations } from '@dsys/check';
import type { Rename } from '@dsys/core';
import type { SimNode, World } from '@dsys/sim';
import type { NodeId } from '@dsys/transport';
import type { RaftWords } from '../src/index.js';
import { stateOf } from './variants.js';

/** The text of a state, the same for all that are it in other names. */
export function fingerprintOfAlike<Op>(world: World<RaftWords, Op>): string {
  const looks = new Map<NodeId, string>();
  for (const node of world.nodes.values()) looks.set(node.id, looksOf(world, node));
  const ids = [...looks.keys()].sort((a, b) =>
    looks.get(a)! < looks.get(b)! ? -1 : looks.get(a)! > looks.get(b)! ? 1 : 0,
  );
  let least: string | null = null;
  for (const order of ordersOf(ids, (id) => looks.get(id)!)) {
    const text = world.fingerprint(renaming(order));
    if (least === null || text < least) least = text;
  }
  return least!;
}

/** Without names: the same in all of them. */
function looksOf<Op>(world: World<RaftWords, Op>, { id, executor, state, disk }: SimNode<RaftWords>): string {
  let sent = 0;
  let coming = 0;
  for (const { from, to } of world.network.inOrder())
    if (from === id) sent++;
    else if (to === id) coming++;
  const onWay = `${sent} ${coming} ${disk.inFlight} ${disk.boot}`;
  if (executor === null) return `${state} ${onWay}`;
  const { role, term, votedFor, leader, log, commitIndex, durable, inFlight, votes } = stateOf(executor.core);
  const whose = (of: NodeId | null): string => (of === null ? '-' : of === id ? 'own' : 'other');
  return `${role} ${term} ${whose(votedFor)} ${whose(leader)} ${log.lastIndex} ${log.lastTerm} ${commitIndex} ${durable.term} ${durable.lastIndex} ${inFlight.length} ${votes.length} ${onWay}`;
}

/** All orders in which those that look alike may come; others stay where they are. */
function ordersOf(ids: readonly NodeId[], looks: (id: NodeId) => string): NodeId[][] {
  let orders: NodeId[][] = [[]];
  for (let from = 0; from < ids.length; ) {
    let to = from + 1;
    while (to < ids.length && looks(ids[to]!) === looks(ids[from]!)) to++;
    const group = ids.slice(from, to);
    const ways = group.length === 1 ? [group] : permutations(group);
    orders = orders.flatMap((before) => ways.map((way) => [...before, ...way]));
    from = to;
  }
  return orders;
}

/** One function for each order: nodes and frames keep their texts by it. */
const RENAMINGS = /* @__PURE__ */ new Map<string, Rename>();

function renaming(order: readonly NodeId[]): Rename {
  const key = order.join();
  let rename = RENAMINGS.get(key);
  if (rename === undefined) {
    const names = new Map(order.map((id, i) => [id, `n${i + 1}`]));
    rename = (id) => names.get(id)!;
    RENAMINGS.set(key, rename);
  }
  return rename;
}
