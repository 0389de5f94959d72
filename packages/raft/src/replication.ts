/**
 * The leader's half of replication (Raft §5.3): who is sent what, and what their answers mean.
 *
 *     probe ──an append fits──► replicate ──a gap──► probe          snapshot: what it needs next is gone from the log
 *
 * While a follower keeps up, appends go out without waiting for answers, up to a window in bytes. `nextIndex` is a belief;
 * each heartbeat claims it by its previous entry, so a follower that lost an append refuses the next heartbeat and says
 * where it is: no timers for what was lost, and no resending to a disk that is only slow.
 */
import { assert } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import { maybeCommit } from './commit.js';
import type { LogEntry } from './entry.js';
import { possibleMembers, sayPeers } from './membership.js';
import type { AppendEntries, AppendEntriesResult } from './message.js';
import { hasQuorum, memberOf, quorumIndex } from './quorum.js';
import { endSending, retrySending, startSending } from './snapshots.js';
import type { Outputs, Progress, RaftState } from './state.js';

/** Most entries in one message. */
const MOST_ENTRIES = 4096;
/** Most rounds without an answer whose beginning is kept: a lease begins with the newest that was answered. */
const MOST_ROUNDS = 64;
const NO_ENTRIES: readonly LogEntry[] = [];

/** An unanswered farewell is given up after so many election timeouts. */
const FAREWELL_TIMEOUTS = 10;

/**
 * Leader: one for each member but itself, and for those that were left out and may not know it yet. Nothing is known of new
 * ones: what they have is found out from `nextIndex` on, the end of its own log (Figure 2).
 */
export function fitProgress(s: RaftState, nextIndex: number, now: number): void {
  const before = s.progress;
  s.progress = new Map();
  const { index } = s.configurations.at(-1)!;
  const members = new Map(possibleMembers(s).map((member) => [member.id, member]));
  for (const id of [...new Set([...members.keys(), ...before.keys()])].sort()) {
    if (id === s.id) continue;
    const member = memberOf(s.configuration, id) ?? members.get(id);
    const known = before.get(id);
    const isKnown = known !== undefined && (member === undefined || member.incarnation === known.incarnation);
    const progress = isKnown ? known : fresh(member!.incarnation, nextIndex, now);
    if (memberOf(s.configuration, id) !== null) progress.leaving = null;
    else progress.leaving ??= { address: member!.address, index, round: null, until: 0 };
    s.progress.set(id, progress);
  }
}

const fresh = (incarnation: number, nextIndex: number, now: number): Progress => ({
  incarnation,
  mode: 'probe',
  matchIndex: 0,
  nextIndex,
  probeEnd: 0,
  ackedRound: 0,
  heardAt: now,
  sending: null,
  leaving: null,
  doubt: null,
  soundBoot: 0,
});

/**
 * Leader, when the last configuration is committed: who was left out hears of that in the next round, and is forgotten
 * (R29). Whether nobody is left to be told.
 */
export function takeLeave(s: RaftState, now: number, out: Outputs): boolean {
  let isTold = true;
  let isChange = false;
  for (const [id, progress] of s.progress) {
    const { leaving } = progress;
    if (leaving === null) continue;
    if (leaving.round === null) {
      const until = now + FAREWELL_TIMEOUTS * s.settings.electionTimeoutMs.max;
      progress.leaving = { ...leaving, round: s.round + 1, until };
      isTold = false;
    } else if (now < leaving.until && (progress.ackedRound < leaving.round || progress.matchIndex < leaving.index))
      isTold = false;
    else {
      s.progress.delete(id);
      isChange = true;
    }
  }
  if (isChange) sayPeers(s, out);
  return isTold;
}

/** Sends everybody who can take it what they lack. Those who lack the same get the same message. */
export function replicate(s: RaftState, now: number, out: Outputs): void {
  let nextIndex = 0;
  let to: NodeId[] | null = null;
  for (const [id, progress] of s.progress) {
    if (!maySend(s, progress)) continue;
    if (progress.nextIndex <= s.log.baseIndex) startSending(s, progress, now, out);
    else if (to === null) {
      nextIndex = progress.nextIndex;
      to = [id];
    } else if (progress.nextIndex === nextIndex) to.push(id);
    else replicateTo(s, id, progress, now, out);
  }
  if (to === null) return;
  const end = batchEnd(s, nextIndex);
  out.push({ type: 'send', to, message: appendEntries(s, nextIndex, end) });
  for (const id of to) {
    const progress = s.progress.get(id)!;
    noteSent(progress, end);
    if (end < s.log.lastIndex) replicateTo(s, id, progress, now, out);
  }
}

/** As much as its window takes. */
function replicateTo(s: RaftState, id: NodeId, progress: Progress, now: number, out: Outputs): void {
  while (maySend(s, progress)) {
    if (progress.nextIndex <= s.log.baseIndex) return startSending(s, progress, now, out);
    const end = batchEnd(s, progress.nextIndex);
    out.push({ type: 'send', to: id, message: appendEntries(s, progress.nextIndex, end) });
    noteSent(progress, end);
  }
}

function maySend(s: RaftState, { mode, nextIndex, matchIndex, probeEnd }: Progress): boolean {
  if (nextIndex > s.log.lastIndex || mode === 'snapshot') return false;
  if (mode === 'probe') return probeEnd === 0;
  return s.log.bytesBetween(matchIndex, nextIndex - 1) < s.settings.windowBytes;
}

function noteSent(progress: Progress, end: number): void {
  if (progress.mode === 'probe') progress.probeEnd = end;
  else progress.nextIndex = end + 1;
}

const batchEnd = (s: RaftState, from: number): number => s.log.batchEnd(from, s.settings.appendBytes, MOST_ENTRIES);

/** The entries `from..end`; none where `end` is before `from`. */
function appendEntries(s: RaftState, from: number, end: number): AppendEntries {
  const { log } = s;
  return {
    type: 'appendEntries',
    term: s.term,
    incarnation: s.identity.incarnation,
    prevLogIndex: from - 1,
    prevLogTerm: from === 1 ? 0 : log.termAt(from - 1),
    entries: end < from ? NO_ENTRIES : log.slice(from, end),
    commitIndex: s.commitIndex,
    round: s.round,
  };
}

/** What is sent from now on asks: who answers it still followed this leader when the round began. */
export function beginRound(s: RaftState, now: number): void {
  s.heartbeatAt = now + s.settings.heartbeatMs;
  s.round++;
  s.rounds.push({ number: s.round, since: now });
  if (s.rounds.length > MOST_ROUNDS) s.rounds.shift();
  advanceRounds(s);
}

/** Those who are sent the same. */
interface Group {
  readonly nextIndex: number;
  readonly to: NodeId[];
}

function addTo(groups: Group[], nextIndex: number, id: NodeId): void {
  for (let i = 0; i < groups.length; i++)
    if (groups[i]!.nextIndex === nextIndex) {
      groups[i]!.to.push(id);
      return;
    }
  groups.push({ nextIndex, to: [id] });
}

/** To all, with a new round. */
export function sendHeartbeats(s: RaftState, now: number, out: Outputs): void {
  beginRound(s, now);
  const groups: Group[] = [];
  for (const [id, progress] of s.progress) {
    if (progress.mode === 'snapshot') retrySending(s, progress, now, out);
    else if (progress.nextIndex <= s.log.baseIndex) startSending(s, progress, now, out);
    // Who is fed a snapshot is asked for nothing: everybody has what was before the first entry.
    const nextIndex = progress.mode === 'snapshot' ? 1 : progress.nextIndex;
    addTo(groups, nextIndex, id);
  }
  for (const { nextIndex, to } of groups)
    out.push({ type: 'send', to, message: appendEntries(s, nextIndex, nextIndex - 1) });
}

/** Whether a quorum has answered within the longest election timeout. */
export function hearsQuorum(s: RaftState, now: number): boolean {
  const { max } = s.settings.electionTimeoutMs;
  return hasQuorum(s.configuration, (id) => {
    if (id === s.id) return true;
    const progress = s.progress.get(id);
    return progress !== undefined && progress.doubt === null && now - progress.heardAt < max;
  });
}

/** A peer has answered a message of this term. */
export function hearPeer(s: RaftState, progress: Progress, round: number, now: number): void {
  progress.heardAt = now;
  if (round <= progress.ackedRound || round > s.round) return;
  progress.ackedRound = round;
  if (round > s.quorumRound) advanceRounds(s);
}

function advanceRounds(s: RaftState): void {
  const { progress, id: self, round } = s;
  const newest = quorumIndex(s.configuration, (id) => (id === self ? round : (progress.get(id)?.ackedRound ?? 0)));
  if (newest <= s.quorumRound) return;
  s.quorumRound = newest;
  let done = 0;
  while (done < s.rounds.length && s.rounds[done]!.number <= newest) s.quorumSince = s.rounds[done++]!.since;
  if (done === s.rounds.length) s.rounds.length = 0;
  else if (done > 0) s.rounds.splice(0, done);
}

export function onAppendEntriesResult(
  s: RaftState,
  from: NodeId,
  progress: Progress,
  { result }: AppendEntriesResult,
  now: number,
  out: Outputs,
): void {
  onDoubtfulResult(s, from, progress, result, now, out);
}

/** Where it agrees, and what it lacks: also of a member whose word does not count. */
export function onDoubtfulResult(
  s: RaftState,
  from: NodeId,
  progress: Progress,
  result: AppendEntriesResult['result'],
  now: number,
  out: Outputs,
): void {
  if (result.matched) onMatch(s, progress, result.matchIndex, now, out);
  else if (progress.mode !== 'snapshot') onConflict(s, progress, result);
  replicateTo(s, from, progress, now, out);
}

/** The logs agree so far. Answers may come late and out of order: neither index ever goes back for one (R16). */
function onMatch(s: RaftState, progress: Progress, matchIndex: number, now: number, out: Outputs): void {
  if (matchIndex > s.log.lastIndex) return; // Nobody who follows this log can say so.
  const isAhead = matchIndex > progress.matchIndex;
  if (isAhead) progress.matchIndex = matchIndex;
  if (progress.mode === 'probe') {
    progress.mode = 'replicate';
    // What was sent along with the probe is there too, on its way to that disk. If it is not, the next heartbeat will tell.
    progress.nextIndex = Math.max(progress.nextIndex, progress.probeEnd + 1);
    progress.probeEnd = 0;
  } else if (progress.mode === 'snapshot' && progress.matchIndex >= s.log.baseIndex) endSending(progress);
  if (progress.nextIndex <= progress.matchIndex) progress.nextIndex = progress.matchIndex + 1;
  if (isAhead && matchIndex > s.commitIndex) maybeCommit(s, now, out);
}

/**
 * The follower's log does not have what came before. It says the highest index at which it could agree, and its term there;
 * here that is narrowed in the same way. Each side skips whole terms, so a long divergent tail takes one or two round trips
 * (Raft §5.3; R40).
 *
 *     index      1  2  3  4  5  6  7  8
 *     leader     1  1  1  3  3  3  3  3      sends what follows 7, of term 3
 *     follower   1  1  1  1  2  2  2         could agree at 7, of term 2     ► the leader at 3, of term 1: next is 4
 */
function onConflict(
  s: RaftState,
  progress: Progress,
  { rejectedIndex, conflictTerm, conflictIndex }: Extract<AppendEntriesResult['result'], { matched: false }>,
): void {
  // An answer to something older: what has matched since, or has been stepped back from already.
  if (rejectedIndex <= progress.matchIndex || rejectedIndex >= progress.nextIndex) return;
  if (progress.mode === 'probe' && rejectedIndex !== progress.nextIndex - 1) return;
  const { log } = s;
  const highest = Math.min(conflictIndex, rejectedIndex - 1);
  // Below what is left of the log nothing is known to agree: with `nextIndex` there a snapshot is due.
  const agreeing =
    highest < log.baseIndex ? Math.min(log.baseIndex, rejectedIndex) - 1 : log.findTermAtMost(highest, conflictTerm);
  progress.mode = 'probe';
  progress.probeEnd = 0;
  progress.nextIndex = Math.max(agreeing, progress.matchIndex) + 1;
  assert(progress.nextIndex <= rejectedIndex, 'a refused append is followed by one that begins earlier');
}
