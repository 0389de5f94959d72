/**
 * Handing leadership over (thesis §3.10).
 *
 *     asked ─► nothing new is taken ─► the target has the whole log ─► timeoutNow ─► it stands at once ─► it leads
 *                                                                     said again with each round
 *
 * Whoever is asked for a vote by the one that was told to stand does not wait the old leader out, so a lease is worth
 * nothing from then on, to the end of the term, whatever becomes of the transfer (R10). Reads that ask a quorum go on.
 */
import type { Ref } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import { becomeFollower } from './following.js';
import { memberOf } from './quorum.js';
import { send } from './say.js';
import type { Outputs, RaftState } from './state.js';
import { refused } from './target.js';
import type { RaftAnswer } from './words.js';

/** Asked for by somebody. Every answer is an ordinary one. */
export function transfer(s: RaftState, ref: Ref, to: NodeId, now: number, out: Outputs): void {
  const answer = (of: RaftAnswer): void => void out.push({ type: 'answer', ref, answer: of });
  if (s.role !== 'leader') return answer({ outcome: 'not-leader', hint: s.leader });
  if (s.transfer !== null) return answer({ outcome: 'transferring', to: s.transfer.to });
  if (to === s.id) return answer(refused('leads-already', `${to} leads already.`));
  if (memberOf(s.configuration, to) === null)
    return answer(refused('unknown-member', `${to} is no member: name one of the voters.`));
  if (!s.configuration.voters.some(({ id }) => id === to))
    return answer(refused('not-a-voter', `${to} does not vote, so it can't lead: name one of the voters.`));
  begin(s, ref, to, now, out);
}

/** Of its own accord, to the voter that has most: this node is none any more. */
export function handOver(s: RaftState, now: number, out: Outputs): void {
  let best: NodeId | null = null;
  for (const { id } of s.configuration.voters) {
    const matchIndex = s.progress.get(id)?.matchIndex ?? -1;
    if (best === null || matchIndex > (s.progress.get(best)?.matchIndex ?? -1)) best = id;
  }
  begin(s, null, best!, now, out);
}

function begin(s: RaftState, ref: Ref | null, to: NodeId, now: number, out: Outputs): void {
  s.transfer = { ref, to, until: now + s.settings.electionTimeoutMs.max, askedRound: null };
  out.push({ type: 'event', event: { type: 'transfer', what: 'begun', to } });
}

/** At the end of each step: tells the target to stand, or whoever asked what became of it. */
export function followTransfer(s: RaftState, now: number, out: Outputs): void {
  const { ref, to, until, askedRound } = s.transfer!;
  if (s.role === 'leader') {
    if (now >= until) return endInVain(s, now, out);
    const isReady = s.progress.get(to)!.matchIndex === s.log.lastIndex;
    // Lost ones are made good, and one that comes late is known by its round: see `onTimeoutNow` in `election.ts`.
    if (!isReady || (askedRound !== null && askedRound >= s.round)) return;
    if (askedRound === null) out.push({ type: 'event', event: { type: 'transfer', what: 'asked', to } });
    s.hasHandedOver = true;
    s.transfer = { ...s.transfer!, askedRound: s.round };
    return send(out, to, { type: 'timeoutNow', term: s.term, incarnation: s.identity.incarnation, round: s.round });
  }
  if (ref === null) s.transfer = null;
  else if (s.leader === to) end(s, { outcome: 'transferred', to }, out);
  else if (s.leader !== null) end(s, { outcome: 'not-transferred', leader: s.leader }, out);
  else if (now >= until) end(s, { outcome: 'not-transferred', leader: null }, out);
}

/** It took too long. Who may lead goes on; who was only waiting to be replaced does not. */
export function endInVain(s: RaftState, now: number, out: Outputs): void {
  const { ref, to } = s.transfer!;
  out.push({ type: 'event', event: { type: 'transfer', what: 'failed', to } });
  if (ref !== null) return end(s, { outcome: 'not-transferred', leader: s.id }, out);
  s.transfer = null;
  becomeFollower(s, s.term, null, 'no voter any more', now, out);
}

function end(s: RaftState, answer: RaftAnswer, out: Outputs): void {
  const { ref } = s.transfer!;
  s.transfer = null;
  out.push({ type: 'answer', ref: ref!, answer });
}
