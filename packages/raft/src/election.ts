/**
 * Elections (Raft §5.2, §5.4.1), with a question before them (pre-vote; thesis §9.6).
 *
 *     follower ──times out──► preCandidate ──a quorum would──► candidate ──a quorum does──► leader
 *                             same term         vote for it      term + 1
 *
 * The question raises nobody's term, so a node that comes back from a partition disturbs no one. A vote is said when it is
 * durable, and RequestVote when the candidate's own vote is: said earlier, one node could be elected twice in a term.
 */
import { assert } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import { isDiskHung, lastSaved } from './durability.js';
import { becomeFollower, enterTerm, hasLeader, waitAnew } from './following.js';
import { becomeLeader } from './leading.js';
import { isNeededToLead } from './membership.js';
import type { PreVote, PreVoteResult, RequestVote, TimeoutNow, Vote } from './message.js';
import { allMembers, hasQuorum, isVoter, memberOf } from './quorum.js';
import { sayRole, sayVote, send } from './say.js';
import type { Outputs, RaftState } from './state.js';

/** No leader was heard. */
export function onElectionTimeout(s: RaftState, now: number, out: Outputs): void {
  waitAnew(s, now);
  if (!mayStand(s, now)) {
    if (s.leader !== null || s.role !== 'follower') becomeFollower(s, s.term, null, 'no leader heard', now, out);
    return;
  }
  if (s.settings.preVote) becomePreCandidate(s, now, out);
  else becomeCandidate(s, 'election timeout', out);
}

/**
 * The leader wants this node to lead: it stands at once, without asking whether that makes sense (thesis §3.10; R39): those
 * who hear the leader would say no. What is of an earlier term, or of a round before the newest that was heard, comes late:
 * the leader may have given it up since.
 */
export function onTimeoutNow(s: RaftState, from: NodeId, { round }: TimeoutNow, now: number, out: Outputs): void {
  if (s.role !== 'follower' || s.leader !== from || round < s.heardRound || !mayStand(s, now)) return;
  waitAnew(s, now);
  becomeCandidate(s, 'leadership handed over', out);
  s.isSuccessor = true;
}

/** A learner, or a node whose disk hangs or is full, would be no use. One that has just voted waits for its disk first. */
const mayStand = (s: RaftState, now: number): boolean =>
  isNeededToLead(s) && s.doubt === null && !s.isFull && !isDiskHung(s, now) && lastSaved(s).term === s.durable.term;

function becomePreCandidate(s: RaftState, now: number, out: Outputs): void {
  s.role = 'preCandidate';
  s.leader = null;
  s.votes = [s.id];
  sayRole(s, 'election timeout', out);
  if (hasQuorum(s.configuration, (id) => id === s.id)) return becomeCandidate(s, 'the only voter', out);
  const { lastIndex, lastTerm } = s.log;
  sayToVoters(s, { type: 'preVote', term: s.term + 1, incarnation: s.identity.incarnation, lastIndex, lastTerm }, out);
  assert(now < s.electionAt, 'who asks waits for answers');
}

function becomeCandidate(s: RaftState, reason: string, out: Outputs): void {
  enterTerm(s, s.term + 1);
  s.role = 'candidate';
  s.votedFor = s.id;
  s.votes = [];
  sayRole(s, reason, out);
}

/** The candidate's own vote is durable: it counts, and others may hear of the election. */
export function askForVotes(s: RaftState, now: number, out: Outputs): void {
  assert(s.durable.term === s.term && s.durable.votedFor === s.id, 'who asks for votes has voted');
  waitAnew(s, now);
  const { lastIndex, lastTerm } = s.log;
  const { incarnation } = s.identity;
  const { term, isSuccessor: transfer } = s;
  sayToVoters(s, { type: 'requestVote', term, incarnation, lastIndex, lastTerm, transfer }, out);
  countVote(s, s.id, now, out);
}

function sayToVoters(s: RaftState, message: PreVote | RequestVote, out: Outputs): void {
  const to = allMembers(s.configuration).filter(({ id }) => id !== s.id && isVoter(s.configuration, id));
  if (to.length > 0) send(out, to.length === 1 ? to[0]!.id : to.map(({ id }) => id), message);
}

/**
 * Whether its vote can be given at all. Not by a disk that has lost something, nor by one that knows of no configuration: who
 * is to vote learns first, so that is a disk that was wiped (R43). One that knows some but not the newest votes: it may have
 * been promoted without having seen it (R30).
 */
const mayVote = (s: RaftState): boolean => s.doubt === null && s.configuration.voters.length > 0;

/** At least as up-to-date: the later last term, or of equal ones the longer log (Raft §5.4.1; R6). */
export const isUpToDate = (s: RaftState, { lastIndex, lastTerm }: PreVote | RequestVote): boolean =>
  lastTerm > s.log.lastTerm || (lastTerm === s.log.lastTerm && lastIndex >= s.log.lastIndex);

/**
 * Would this node vote so? Nothing changes for the asking: no term, no timer (R26). A refusal tells this node's own term,
 * and an asker behind it catches up, or it could never rejoin (R23, R25).
 */
export function onPreVote(s: RaftState, from: NodeId, message: PreVote, now: number, out: Outputs): void {
  const isLoyal = hasLeader(s, now) && s.leader !== from;
  const granted = message.term > s.term && !isLoyal && mayVote(s) && isUpToDate(s, message);
  const term = granted ? message.term : s.term;
  send(out, from, { type: 'preVoteResult', term, incarnation: s.identity.incarnation, granted });
}

export function onPreVoteResult(s: RaftState, from: NodeId, message: PreVoteResult, out: Outputs): void {
  // One that comes after the election, or of an earlier one, is about another term (R26).
  if (!message.granted || s.role !== 'preCandidate' || message.term !== s.term + 1) return;
  if (!isOfMember(s, from, message.incarnation) || s.votes.includes(from)) return;
  s.votes.push(from);
  if (hasQuorum(s.configuration, (id) => s.votes.includes(id))) becomeCandidate(s, 'a quorum would vote', out);
}

/** Whether a request is to be passed over, its term included: a leader was heard a moment ago, and hands nothing over. */
export const isDisturbing = (s: RaftState, from: NodeId, { transfer }: RequestVote, now: number): boolean =>
  !transfer && hasLeader(s, now) && s.leader !== from;

/** Of this term, or of an earlier one. One vote a term, first come first served (Raft §5.2), and never for a log that is behind. */
export function onRequestVote(s: RaftState, from: NodeId, message: RequestVote, now: number, out: Outputs): void {
  const isFree = s.votedFor === null || s.votedFor === from;
  if (message.term < s.term || !isFree || !mayVote(s) || !isUpToDate(s, message)) {
    send(out, from, { type: 'vote', term: s.term, incarnation: s.identity.incarnation, granted: false });
    return;
  }
  s.votedFor = from;
  waitAnew(s, now);
  if (s.durable.term === s.term && s.durable.votedFor === from) sayVote(s, from, out);
}

export function onVote(s: RaftState, from: NodeId, message: Vote, now: number, out: Outputs): void {
  if (!message.granted || s.role !== 'candidate' || !isOfMember(s, from, message.incarnation)) return;
  countVote(s, from, now, out);
}

function countVote(s: RaftState, from: NodeId, now: number, out: Outputs): void {
  if (s.votes.includes(from)) return;
  s.votes.push(from);
  if (hasQuorum(s.configuration, (id) => s.votes.includes(id))) becomeLeader(s, 'elected', now, out);
}

const isOfMember = (s: RaftState, from: NodeId, incarnation: number): boolean =>
  memberOf(s.configuration, from)?.incarnation === incarnation;
