/** Being a follower: hearing a leader, waiting for one, giving leadership up. */
import { assert } from '@dsys/codec';
import { below } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import { sayRole } from './say.js';
import type { Outputs, RaftState } from './state.js';

/** A leader's refs are told what became of them within two election timeouts of its end, or that nobody knows. */
const ORPHAN_TIMEOUTS = 2;

/** Stands back, in this term or a later one. Whoever waits on a leader that ends is told, or waits for what others commit. */
export function becomeFollower(
  s: RaftState,
  term: number,
  leader: NodeId | null,
  reason: string,
  now: number,
  out: Outputs,
): void {
  assert(term >= s.term, 'a term never falls');
  // One that leads again leads anew: another term is another leader.
  const isChange = s.role !== 'follower' || s.leader !== leader || (leader !== null && term > s.term);
  if (s.role === 'leader') stopLeading(s, leader, now, out);
  if (term > s.term) enterTerm(s, term);
  s.role = 'follower';
  s.leader = leader;
  s.votes = [];
  if (isChange) sayRole(s, reason, out);
}

/** A later term: no vote in it yet, and nothing known of its leader (R5). */
export function enterTerm(s: RaftState, term: number): void {
  s.term = term;
  s.votedFor = null;
  s.isSuccessor = false;
  s.leader = null;
  s.agreedIndex = 0;
  s.toldIndex = 0;
  s.heardRound = 0;
  s.answeredRound = 0;
  s.askedNumber = 0;
}

/** A message of this term's leader came: an append or a part of a snapshot. */
export function hearLeader(s: RaftState, from: NodeId, round: number, now: number, out: Outputs): void {
  assert(s.role !== 'leader', 'a term has one leader');
  if (s.role !== 'follower' || s.leader !== from) {
    becomeFollower(s, s.term, from, 'heard a leader', now, out);
    s.askedNumber = 0;
  }
  if (round > s.heardRound) s.heardRound = round;
  s.heardAt = now;
  waitAnew(s, now);
}

/** Drawn anew each time, so that nodes that stood together once don't do so for ever (Raft §5.2). */
export function waitAnew(s: RaftState, now: number): void {
  const { min, max } = s.settings.electionTimeoutMs;
  s.electionAt = now + (min === max ? min : min + below(s.random, max - min + 1));
}

/**
 * Whether a leader was heard within the least election timeout: then nobody else is helped to power (thesis §4.2.3 and
 * §9.6), or a node that hears badly would depose leaders all the time.
 */
export function hasLeader(s: RaftState, now: number): boolean {
  if (!s.settings.checkQuorum) return false;
  return s.role === 'leader' || now - s.heardAt < s.settings.electionTimeoutMs.min;
}

function stopLeading(s: RaftState, successor: NodeId | null, now: number, out: Outputs): void {
  const until = now + ORPHAN_TIMEOUTS * s.settings.electionTimeoutMs.max;
  for (const each of s.waiting) s.orphans.push({ ...each, until });
  for (const { ref } of s.reads)
    if (ref !== null) out.push({ type: 'answer', ref, answer: { outcome: 'not-leader', hint: successor } });
  s.waiting = [];
  s.reads = [];
  s.rounds = [];
  s.progress = new Map();
  s.isSettling = false;
  // What becomes of a change of membership is not known here any more.
  if (s.change !== null) out.push({ type: 'answer', ref: s.change.ref, answer: { outcome: 'unknown' } });
  s.change = null;
  s.heardAt = now - s.settings.electionTimeoutMs.min; // It heard no leader: it was one.
  waitAnew(s, now);
}
