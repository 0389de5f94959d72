/**
 * A node whose disk has lost records that were durable. It may have voted, and acknowledged entries, and not know it: so
 * until it is whole again it says nothing that anybody counts, and nobody counts what it says.
 *
 *     damaged ──a leader is heard──► repairing ──the leader's entry, appended after it was asked,
 *                                                is committed by others and durable here──► repaired
 *
 * Why that is enough is in `docs/decisions/0030-raft-after-damage.md`. In short: no leader of a later term can lack that
 * entry, since others than this node committed it; whoever this node voted for before the damage does lack it. So the votes
 * that were forgotten elect nobody any more, and what was acknowledged and forgotten is in front of that entry.
 */
import type { NodeId } from '@dsys/transport';
import type { DoubtResult } from './message.js';
import type { Outputs, RaftState } from './state.js';

/** What a node in doubt knows of that. */
export interface Doubt {
  /** The end of what was left of its log. What it may have lost begins behind it. */
  readonly keptIndex: number;
  /** With this entry in its log, durable and committed, it is whole: the word of the leader of that term, and good in no other. */
  readonly point: { readonly index: number; readonly term: number; readonly leader: NodeId } | null;
}

/** The leader of this term names the entry. Of another boot's question it means nothing: damage may have come between. */
export function onDoubtResult(s: RaftState, from: NodeId, { term, boot, index }: DoubtResult, out: Outputs): void {
  if (s.doubt === null || boot !== s.boot || from !== s.leader) return;
  const { point } = s.doubt;
  if (point !== null && point.term === term && point.index === index) return;
  s.doubt = { ...s.doubt, point: { index, term, leader: from } };
  out.push({ type: 'event', event: { type: 'damage', what: 'repairing', index } });
}

/** At the end of a step: is that entry here, durable and committed? */
export function maybeEndDoubt(s: RaftState, out: Outputs): boolean {
  const point = s.doubt?.point ?? null;
  if (point === null || s.commitIndex < point.index || s.durable.lastIndex < point.index) return false;
  // A later leader names an entry of its own: until that is here it counts nothing that this node says.
  if (point.term !== s.term || s.durable.term !== s.term || !hasPoint(s, point)) return false;
  s.doubt = null;
  // In the term of that entry it may have voted, and there is a leader: it stands by that one.
  if (s.votedFor === null) s.votedFor = point.leader;
  out.push({ type: 'event', event: { type: 'damage', what: 'repaired', index: point.index } });
  return true;
}

/** A snapshot that ends in the same term ends in the same leader's log. Of one that ends in another nobody can tell: that leader names an entry of its own. */
function hasPoint(
  { log, durable, snapshot }: RaftState,
  point: { readonly index: number; readonly term: number },
): boolean {
  if (log.matches(point.index, point.term)) return true;
  const isCovered = snapshot !== null && durable.snapshotIndex === snapshot.index && snapshot.index >= point.index;
  return isCovered && snapshot.term === point.term;
}
