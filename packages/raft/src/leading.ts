/** Being a leader: beginning, taking proposals, and giving up when that can't go on. */
import { assert } from '@dsys/codec';
import type { Command } from '@dsys/core';
import { isDiskHung } from './durability.js';
import type { EntryKind } from './entry.js';
import { becomeFollower } from './following.js';
import { giveUpReceiving } from './installing.js';
import { ENTRY_OVERHEAD_BYTES } from './log.js';
import { appendEntry } from './membership.js';
import { beginRound, fitProgress, hearsQuorum, replicate, sendHeartbeats } from './replication.js';
import { sayRole } from './say.js';
import type { Outputs, RaftState } from './state.js';
import { endInVain } from './transferring.js';
import type { RaftAnswer } from './words.js';

const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * A quorum voted. What earlier leaders left is committed only with an entry of this term behind it, so the first is one
 * that does nothing (Raft §8; R2, R7).
 */
export function becomeLeader(s: RaftState, reason: string, now: number, out: Outputs): void {
  assert(s.role === 'candidate' && s.votedFor === s.id, 'a leader voted for itself');
  assert(s.durable.term === s.term && s.durable.votedFor === s.id, 'a leader leads once its own vote is durable');
  s.role = 'leader';
  s.leader = s.id;
  s.votes = [];
  s.clock = { timeMs: s.log.lastTimeMs, at: now };
  s.progress = new Map();
  fitProgress(s, s.log.lastIndex + 1, now);
  s.round = 0;
  s.quorumRound = 0;
  s.rounds = [];
  s.quorumSince = null;
  s.termStartIndex = s.log.lastIndex + 1;
  s.reads = [];
  if (s.transfer !== null) endInVain(s, now, out); // It leads again.
  s.isSettling = true; // What its predecessors left behind, it ends.
  s.hasHandedOver = false;
  giveUpReceiving(s, out);
  sayRole(s, reason, out);
  adoptReads(s);
  appendOwn(s, 'noop', NO_BYTES, now, out);
  beginRound(s, now);
  replicate(s, now, out); // The first entry is the first heartbeat.
}

/** Its own reads, that it wanted to ask a leader about. */
function adoptReads(s: RaftState): void {
  for (const { ref, since } of s.asked)
    s.reads.push({ ref, from: null, boot: 0, number: 0, round: 1, index: null, since });
  s.asked = [];
  s.askedNumber = 0;
}

/** Its time is that of the entry before and goes on from there while it leads. */
export function appendOwn(s: RaftState, kind: EntryKind, bytes: Uint8Array, now: number, out: Outputs): void {
  const timeMs = s.clock.timeMs + (now - s.clock.at);
  appendEntry(s, { index: s.log.lastIndex + 1, term: s.term, kind, timeMs, bytes }, out);
}

/** An entry that does nothing: with it behind them, others are known to be there. */
export const appendNoop = (s: RaftState, now: number, out: Outputs): void => appendOwn(s, 'noop', NO_BYTES, now, out);

/** Appends what fits, and sends it off; the own disk works at the same time. */
export function propose(s: RaftState, commands: readonly Command[], now: number, out: Outputs): void {
  const before = s.log.lastIndex;
  for (const { ref, bytes } of commands) {
    const refusal = refusalOf(s, bytes);
    if (refusal !== null) out.push({ type: 'answer', ref, answer: refusal });
    else {
      appendOwn(s, 'command', bytes, now, out);
      s.waiting.push({ index: s.log.lastIndex, term: s.term, ref });
    }
  }
  if (s.log.lastIndex > before) replicate(s, now, out);
}

/** Why nothing is appended; null where it is. */
function refusalOf(s: RaftState, bytes: Uint8Array): RaftAnswer | null {
  if (s.role !== 'leader') return { outcome: 'not-leader', hint: s.leader };
  const { commandBytes, uncommittedBytes } = s.settings;
  if (bytes.length > commandBytes) return { outcome: 'too-large', commandBytes };
  if (s.transfer !== null) return { outcome: 'transferring', to: s.transfer.to };
  if (s.isFull) return { outcome: 'busy' };
  const uncommitted = s.log.bytesBetween(s.commitIndex, s.log.lastIndex);
  const isTooMuch = uncommitted > 0 && uncommitted + bytes.length + ENTRY_OVERHEAD_BYTES > uncommittedBytes;
  return isTooMuch ? { outcome: 'busy' } : null;
}

/** A leader that can't write, or that nobody hears, stands back: its heartbeats would keep others from leading (R27, R28). */
export function onLeaderTimeout(s: RaftState, now: number, out: Outputs): void {
  if (isDiskHung(s, now)) return becomeFollower(s, s.term, null, 'disk hangs', now, out);
  if (now < s.heartbeatAt) return;
  if (s.settings.checkQuorum && !hearsQuorum(s, now)) return becomeFollower(s, s.term, null, 'no quorum', now, out);
  sendHeartbeats(s, now, out);
  replicate(s, now, out);
}
