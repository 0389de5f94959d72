/**
 * What is committed, what goes to the state machine, and who is told.
 *
 *     applied ≤ handed ≤ min(committed, durable here) ≤ last
 */
import { assert } from '@dsys/codec';
import type { Ref } from '@dsys/core';
import { maybeTakeSnapshot } from './compaction.js';
import type { LogEntry } from './entry.js';
import { configurationsCommitted } from './membership.js';
import { quorumIndex } from './quorum.js';
import type { Outputs, Progress, RaftState } from './state.js';

/**
 * Leader: what a quorum has on disk, this node with what is on its own. Counting replicas is sound only for entries of the
 * leader's own term: an older one on a majority can still be overwritten by a later leader (Raft §5.4.2, Figure 8). With
 * an entry of the term everything before it is committed.
 */
export function maybeCommit(s: RaftState, now: number, out: Outputs): void {
  const { progress, id: self, durable } = s;
  const index = quorumIndex(s.configuration, (id) =>
    id === self ? durable.lastIndex : countedMatch(progress.get(id)),
  );
  if (index > s.commitIndex && s.log.termAt(index) === s.term) commitUpTo(s, index, now, out);
}

/** What a peer has on disk, if its word can be relied on. */
const countedMatch = (progress: Progress | undefined): number =>
  progress === undefined || progress.doubt !== null ? 0 : progress.matchIndex;

/** Follower: the leader says that so much is committed; what of that is known to be in this log is so here. */
export function learnCommit(s: RaftState, commitIndex: number, now: number, out: Outputs): void {
  const index = Math.min(commitIndex, s.agreedIndex);
  if (index > s.commitIndex) commitUpTo(s, index, now, out);
}

function commitUpTo(s: RaftState, index: number, now: number, out: Outputs): void {
  assert(index > s.commitIndex, 'the commit index never falls');
  assert(index <= s.log.lastIndex, 'only stored entries are committed');
  const before = s.commitIndex;
  s.commitIndex = index;
  configurationsCommitted(s, before, out);
  if (s.orphans.length > 0) answerSuperseded(s, out);
  applyCommitted(s, now, out);
}

/**
 * Hands the state machine what is committed and durable here, every entry once and in order (R21). Above the disk it would
 * be ahead of its own log after a crash.
 */
export function applyCommitted(s: RaftState, now: number, out: Outputs): void {
  const { log } = s;
  const upTo = Math.min(s.commitIndex, s.durable.lastIndex);
  // While a snapshot waits to be installed, entries in front of it are not there any more.
  if (upTo <= s.handedIndex || s.handedIndex < log.baseIndex) return;
  const entries: LogEntry[] = [];
  const refs: (Ref | null)[] = [];
  let met = 0;
  for (let index = s.handedIndex + 1; index <= upTo; index++) {
    const entry = log.at(index);
    const waiting = s.waiting[met];
    const isAwaited = waiting !== undefined && waiting.index === index;
    if (isAwaited) met++;
    if (entry.kind !== 'command') continue;
    entries.push(entry);
    refs.push(isAwaited ? waiting.ref : s.orphans.length > 0 ? takeOrphan(s, entry) : null);
  }
  if (met === s.waiting.length) s.waiting.length = 0;
  else if (met > 0) s.waiting.splice(0, met);
  s.handedIndex = upTo;
  out.push({ type: 'apply', index: upTo, entries, refs });
  maybeTakeSnapshot(s, now, out);
}

/** Of a former leadership, committed after all. */
function takeOrphan(s: RaftState, { index, term }: LogEntry): Ref | null {
  const at = s.orphans.findIndex((orphan) => orphan.index === index && orphan.term === term);
  return at === -1 ? null : s.orphans.splice(at, 1)[0]!.ref;
}

/** Who waits for an entry in whose place another was committed: it did not happen, and never will. */
function answerSuperseded(s: RaftState, out: Outputs): void {
  const { log, commitIndex } = s;
  s.orphans = s.orphans.filter(({ index, term, ref }) => {
    if (index > commitIndex || index <= log.baseIndex || log.termAt(index) === term) return true;
    out.push({ type: 'answer', ref, answer: { outcome: 'superseded' } });
    return false;
  });
}

/** Nobody can know what became of these: a snapshot took their place, or it has taken too long. */
export function answerUnknown(
  s: RaftState,
  which: (orphan: RaftState['orphans'][number]) => boolean,
  out: Outputs,
): void {
  s.orphans = s.orphans.filter((orphan) => {
    if (!which(orphan)) return true;
    out.push({ type: 'answer', ref: orphan.ref, answer: { outcome: 'unknown' } });
    return false;
  });
}
