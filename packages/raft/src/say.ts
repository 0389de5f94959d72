/** What several parts say in the same way. */
import { assert } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import type { RaftMessage } from './message.js';
import type { Outputs, RaftState } from './state.js';

export function send(out: Outputs, to: NodeId | readonly NodeId[], message: RaftMessage): void {
  out.push({ type: 'send', to, message });
}

/** A vote that is durable (R3). */
export function sayVote(s: RaftState, to: NodeId, out: Outputs): void {
  assert(s.durable.term === s.term && s.durable.votedFor === to, 'a vote is said once it is durable');
  send(out, to, { type: 'vote', term: s.term, incarnation: s.identity.incarnation, granted: true });
}

/** How far this log is the leader's, and durable. The round claims nothing but that its append was heard. */
export function tellMatch(s: RaftState, out: Outputs): void {
  assert(s.durable.term === s.term, 'a term is claimed once it is durable');
  const matchIndex = matchIndexHere(s);
  s.toldIndex = matchIndex;
  s.answeredRound = s.heardRound;
  send(out, s.leader!, {
    type: 'appendEntriesResult',
    term: s.term,
    incarnation: s.identity.incarnation,
    round: s.heardRound,
    result: { matched: true, matchIndex },
  });
}

/** What a follower may acknowledge. */
export const matchIndexHere = (s: RaftState): number => Math.min(s.durable.lastIndex, s.agreedIndex);

export function sayRole(s: RaftState, reason: string, out: Outputs): void {
  out.push({ type: 'event', event: { type: 'role', role: s.role, term: s.term, leader: s.leader, reason } });
}
