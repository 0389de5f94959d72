/**
 * Linearizable reads without an entry (ReadIndex; thesis §6.4). A read may take place once the state machine has what was
 * committed when it was asked for. Whether that is known here is what a round finds out:
 *
 *     asked ─► a round begins ─► a quorum still follows this leader ─► applied up to the index ─► readable
 *
 * The round must begin after the read was asked for (R8); many reads share one. A follower asks the leader, with its boot
 * and a number, and answers its own.
 */
import type { Ref } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { ReadIndex, ReadIndexResult } from './message.js';
import { send } from './say.js';
import type { Outputs, PendingRead, RaftState } from './state.js';

/** Asked for on this node. */
export function onRead(s: RaftState, ref: Ref, now: number, out: Outputs): void {
  if (s.role === 'leader') awaitRound(s, readAfter(s, ref, null, 0, 0, now), now, out);
  else if (s.leader === null || s.doubt !== null)
    out.push({ type: 'answer', ref, answer: { outcome: 'not-leader', hint: s.leader } });
  else s.asked.push({ ref, number: ++s.readNumber, since: now });
}

/** Asked for on another node. */
export function onReadIndex(s: RaftState, from: NodeId, message: ReadIndex, now: number, out: Outputs): void {
  const { boot, number } = message;
  if (s.role !== 'leader') return sayReadIndex(s, from, boot, number, null, out);
  if (isAskedAlready(s.reads, from, boot, number)) return;
  awaitRound(s, readAfter(s, null, from, boot, number, now), now, out);
}

function isAskedAlready(reads: readonly PendingRead[], from: NodeId, boot: number, number: number): boolean {
  for (let i = 0; i < reads.length; i++) {
    const read = reads[i]!;
    if (read.number === number && read.from === from && read.boot === boot) return true;
  }
  return false;
}

/** One that waits for the next round. Field by field: a spread takes ten times as long. */
function readAfter(
  s: RaftState,
  ref: Ref | null,
  from: NodeId | null,
  boot: number,
  number: number,
  since: number,
): PendingRead {
  const index = hasCommittedOwn(s) ? s.commitIndex : null;
  return { ref, from, boot, number, round: s.round + 1, index, since };
}

function awaitRound(s: RaftState, read: PendingRead, now: number, out: Outputs): void {
  const { index } = read;
  if (index !== null && hasLease(s, now)) confirm(s, read, index, out);
  else s.reads.push(read);
}

/** Until then it may not know what earlier leaders committed (R7, R9). */
const hasCommittedOwn = (s: RaftState): boolean => s.commitIndex >= s.termStartIndex;

/**
 * Nobody else can lead yet (thesis §6.4.1): when the newest round that a quorum answered began, none of them had been
 * without a leader, and none helps another one to power within the least election timeout, by clocks that differ by the
 * drift. Both clocks are read in whole milliseconds, so two go off. It is judged by the time of this step: after a pause
 * that is late enough.
 */
export function hasLease(s: RaftState, now: number): boolean {
  const { leaseReads, electionTimeoutMs } = s.settings;
  // Whoever was told to stand is voted for at once.
  if (leaseReads === null || s.quorumSince === null || s.transfer !== null || s.hasHandedOver) return false;
  return now - s.quorumSince < electionTimeoutMs.min * (1 - leaseReads.maxDriftPpm / 1_000_000) - 2;
}

/** Leader: whether reads wait for a round that has not begun, and none is under way. */
export const wantsRound = (s: RaftState): boolean =>
  s.reads.length > 0 && s.reads[s.reads.length - 1]!.round > s.round && s.quorumRound === s.round;

/** Leader: lets go of the reads whose round a quorum has answered. */
export function confirmReads(s: RaftState, out: Outputs): void {
  let done = 0;
  while (done < s.reads.length && s.reads[done]!.round <= s.quorumRound) {
    const read = s.reads[done]!;
    if (read.index === null && !hasCommittedOwn(s)) break;
    confirm(s, read, read.index ?? s.commitIndex, out);
    done++;
  }
  if (done === s.reads.length) s.reads.length = 0;
  else if (done > 0) s.reads.splice(0, done);
}

function confirm(s: RaftState, { ref, from, boot, number, since }: PendingRead, index: number, out: Outputs): void {
  if (ref === null) sayReadIndex(s, from!, boot, number, index, out);
  else awaitApplied(s, ref, index, since, out);
}

function awaitApplied(s: RaftState, ref: Ref, index: number, since: number, out: Outputs): void {
  if (s.appliedIndex >= index) out.push({ type: 'answer', ref, answer: { outcome: 'readable', index } });
  else s.ready.push({ ref, index, since });
}

/** The state machine has come further. */
export function answerReady(s: RaftState, out: Outputs): void {
  if (s.ready.length === 0) return;
  s.ready = s.ready.filter(({ ref, index }) => {
    if (index > s.appliedIndex) return true;
    out.push({ type: 'answer', ref, answer: { outcome: 'readable', index } });
    return false;
  });
}

/** Follower: asks for all reads that wait, unless it waits for an answer; then they share the next question. */
export function askLeader(s: RaftState, now: number, out: Outputs): void {
  if (s.leader === null || s.askedNumber !== 0) return;
  const { number } = s.asked[s.asked.length - 1]!;
  s.askedNumber = number;
  s.askedAt = now;
  const { term, boot } = s;
  send(out, s.leader, { type: 'readIndex', term, incarnation: s.identity.incarnation, boot, number });
}

/** Follower: the leader's word for all reads up to a number, of this boot. A later question's would do for them too, an earlier one's never. */
export function onReadIndexResult(s: RaftState, { boot, number, index }: ReadIndexResult, out: Outputs): void {
  // `index` null: it can't say. It is asked again after a while, as for a word that was lost.
  if (boot !== s.boot || index === null || s.asked.length === 0) return;
  if (number >= s.askedNumber) s.askedNumber = 0;
  let done = 0;
  while (done < s.asked.length && s.asked[done]!.number <= number) {
    const { ref, since } = s.asked[done++]!;
    awaitApplied(s, ref, index, since, out);
  }
  if (done === s.asked.length) s.asked.length = 0;
  else if (done > 0) s.asked.splice(0, done);
}

/** Asks again after a heartbeat's time, and gives up what has waited for the longest election timeout. */
export function onReadTimeout(s: RaftState, now: number, out: Outputs): void {
  const since = now - s.settings.electionTimeoutMs.max;
  const isOver = (read: { readonly ref: Ref | null; readonly since: number }): boolean => {
    if (read.since > since) return false;
    if (read.ref !== null) out.push({ type: 'answer', ref: read.ref, answer: { outcome: 'unknown' } });
    return true;
  };
  if (s.reads.length > 0) s.reads = s.reads.filter((read) => !isOver(read));
  if (s.ready.length > 0) s.ready = s.ready.filter((read) => !isOver(read));
  if (s.asked.length > 0) s.asked = s.asked.filter((read) => !isOver(read));
  if (now - s.askedAt < s.settings.heartbeatMs) return;
  s.askedNumber = 0;
  s.askedAt = now;
}

/** When `onReadTimeout` has something to do: some read waits. */
export function readDeadline(s: RaftState): number {
  const { reads, ready, asked } = s;
  const { electionTimeoutMs, heartbeatMs } = s.settings;
  let { since } = (reads[0] ?? ready[0] ?? asked[0])!;
  if (ready.length > 0) since = Math.min(since, ready[0]!.since);
  if (asked.length === 0) return since + electionTimeoutMs.max;
  since = Math.min(since, asked[0]!.since);
  return Math.min(since + electionTimeoutMs.max, s.askedAt + heartbeatMs);
}

function sayReadIndex(
  s: RaftState,
  to: NodeId,
  boot: number,
  number: number,
  index: number | null,
  out: Outputs,
): void {
  const { term } = s;
  send(out, to, { type: 'readIndexResult', term, incarnation: s.identity.incarnation, boot, number, index });
}
