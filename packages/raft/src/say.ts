/** What several parts say in the same way. */
import { assert } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import type { InDoubt, RaftMessage } from './message.js';
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
  if (s.doubt !== null) return sayInDoubt(s, { matched: true, matchIndex }, out);
  send(out, s.leader!, {
    type: 'appendEntriesResult',
    term: s.term,
    incarnation: s.identity.incarnation,
    round: s.heardRound,
    result: { matched: true, matchIndex },
  });
}

/** Says how far the log is its leader's, or where it isn't. Instead of an acknowledgement: it claims nothing, and hears no round. */
export function sayInDoubt(s: RaftState, result: InDoubt['result'], out: Outputs): void {
  assert(s.doubt !== null && s.leader !== null, 'a leader is told of doubt by who is in doubt');
  const { term, boot } = s;
  send(out, s.leader, { type: 'inDoubt', term, incarnation: s.identity.incarnation, boot, result });
}

/** What a follower may acknowledge. */
export const matchIndexHere = (s: RaftState): number => Math.min(s.durable.lastIndex, s.agreedIndex);

export function sayRole(s: RaftState, reason: string, out: Outputs): void {
  out.push({ type: 'event', event: { type: 'role', role: s.role, term: s.term, leader: s.leader, reason } });
}
