/**
 * What is on the disk, what is on its way there, and what may be said of it.
 *
 *     memory      term 5, votedFor n2, log ..12      what this node goes by
 *     in flight   term 5, votedFor n2, log ..12
 *                 term 5, votedFor n2, log ..9
 *     durable     term 4, votedFor n1, log ..9       what it may say
 *
 * Nothing is queued. At the end of a step `persistChanges` compares memory with the last write and writes what differs;
 * what was refused is found again in the same way. When a write is durable, `speak` (`speak.ts`) derives from memory and disk
 * what may be said now: votes, the asking for them, acknowledgements, a node's own share of a quorum.
 */
import { assert } from '@dsys/codec';
import type { Position } from '@dsys/wal';
import { configurationsTruncated } from './membership.js';
import type { RaftRecord } from './record.js';
import { addMark, type Mark } from './replay.js';
import type { InFlight, Outputs, RaftState, Saved } from './state.js';

/** What the disk will hold when all that was asked for is durable. */
export const lastSaved = (s: RaftState): Saved =>
  // Asked for first: what is at −1 of an array costs more than all the rest of a step's end.
  s.inFlight.length === 0 ? s.durable : s.inFlight[s.inFlight.length - 1]!;

/** Writes what memory has and the disk was not yet asked to hold. The last thing in each step. */
export function persistChanges(s: RaftState, now: number, out: Outputs): void {
  if (s.isEssentialRefused && s.retryAt !== null) return;
  let last = lastSaved(s);
  if (!last.isSound) last = persistWhatIsLeft(s, now, out);
  if (s.snapshot !== null && last.snapshotIndex !== s.snapshot.index) last = persistSnapshot(s, last, now, out);
  const isTold = last.term === s.term && last.votedFor === s.votedFor && last.hasIdentity;
  const isDoubtTold = last.isInDoubt === (s.doubt !== null);
  const isComplete = last.lastIndex >= s.log.lastIndex || s.retryAt !== null;
  if (!isTold || !isDoubtTold || !isComplete) persistLog(s, last, !isComplete, now, out);
}

/** Term, vote and entries. Without entries it is essential: it must find room on a full disk. */
function persistLog(s: RaftState, last: Saved, withEntries: boolean, now: number, out: Outputs): void {
  const { log } = s;
  const { lastIndex, writtenIndex, snapshotIndex } = last;
  let writes: RaftRecord[] = [];
  if (!last.hasIdentity) writes.push({ type: 'identity', identity: s.identity });
  if (last.term !== s.term || last.votedFor !== s.votedFor || !last.hasIdentity)
    writes.push({ type: 'hardState', term: s.term, votedFor: s.votedFor });
  if (last.isInDoubt !== (s.doubt !== null)) writes.push(doubtRecord(s));
  if (!withEntries)
    return issue(s, { lastIndex, writtenIndex, snapshotIndex, isEssential: true }, writes, null, now, out);
  if (writtenIndex > lastIndex) writes.push({ type: 'truncate', fromIndex: lastIndex + 1 });
  for (let from = Math.max(lastIndex, log.baseIndex) + 1; from <= log.lastIndex; writes = []) {
    const end = log.batchEnd(from, PERSIST_BYTES, Number.MAX_SAFE_INTEGER);
    writes.push({ type: 'entries', entries: log.slice(from, end) });
    issue(s, { lastIndex: end, writtenIndex: end, snapshotIndex, isEssential: false }, writes, null, now, out);
    from = end + 1;
  }
}

/** Most bytes of entries in one write: what waited on a full disk may be more than a log takes at once. */
export const PERSIST_BYTES: number = 4 << 20;

/** The name of a new snapshot, and with it everything that the records which it frees may have said. */
function persistSnapshot(s: RaftState, last: Saved, now: number, out: Outputs): Saved {
  const snapshot = s.snapshot!;
  const { index } = snapshot;
  const writes: RaftRecord[] = [
    { type: 'identity', identity: s.identity },
    { type: 'hardState', term: s.term, votedFor: s.votedFor },
  ];
  if (s.doubt !== null || last.isInDoubt) writes.push(doubtRecord(s));
  let { lastIndex, writtenIndex } = last;
  if (lastIndex < index) {
    // The log was replaced. What the disk has behind it is of another history and must not follow the snapshot (R34).
    if (writtenIndex > lastIndex) writes.push({ type: 'truncate', fromIndex: lastIndex + 1 });
    lastIndex = index;
    writtenIndex = index;
  }
  writes.push({ type: 'snapshot', snapshot });
  issue(s, { lastIndex, writtenIndex, snapshotIndex: index, isEssential: true }, writes, freeable(s, index), now, out);
  return lastSaved(s);
}

/**
 * The first write on a damaged disk takes the place of all that is there: so it has everything that was left, and that it is in
 * doubt. `recover` keeps no more entries than one write takes.
 */
function persistWhatIsLeft(s: RaftState, now: number, out: Outputs): Saved {
  const { log, snapshot } = s;
  const { lastIndex } = log;
  const writes: RaftRecord[] = [
    { type: 'identity', identity: s.identity },
    { type: 'hardState', term: s.term, votedFor: s.votedFor },
    doubtRecord(s),
  ];
  if (snapshot !== null) writes.push({ type: 'snapshot', snapshot });
  if (lastIndex > log.baseIndex) writes.push({ type: 'entries', entries: log.slice(log.firstIndex, lastIndex) });
  const snapshotIndex = snapshot?.index ?? 0;
  issue(s, { lastIndex, writtenIndex: lastIndex, snapshotIndex, isEssential: true }, writes, s.resumeAt, now, out);
  return lastSaved(s);
}

const doubtRecord = ({ doubt }: RaftState): RaftRecord => ({ type: 'doubt', keptIndex: doubt?.keptIndex ?? null });

/** The position up to which records hold nothing but entries up to `index`, and what a compaction carries. */
function freeable(s: RaftState, index: number): Position | null {
  let position: Position | null = null;
  for (const mark of s.marks) if (mark.index <= index) position = mark.position;
  return position === null ? null : position + 1;
}

function issue(
  s: RaftState,
  saved: Pick<InFlight, 'lastIndex' | 'writtenIndex' | 'snapshotIndex' | 'isEssential'>,
  writes: readonly RaftRecord[],
  compactTo: Position | null,
  now: number,
  out: Outputs,
): void {
  const id = ++s.lastId;
  const { lastIndex, writtenIndex, snapshotIndex, isEssential } = saved;
  s.inFlight.push({
    id,
    since: now,
    term: s.term,
    votedFor: s.votedFor,
    lastIndex,
    writtenIndex,
    snapshotIndex,
    hasIdentity: true,
    isInDoubt: s.doubt !== null,
    isSound: true,
    isEssential,
  });
  if (compactTo !== null) out.push({ type: 'persist', id, writes, essential: true, compactTo });
  else if (isEssential) out.push({ type: 'persist', id, writes, essential: true });
  else out.push({ type: 'persist', id, writes });
}

/** All writes up to `id` are durable. Gives what was durable before, or null where nothing is new. */
export function onPersisted(s: RaftState, id: number, position: Position): Saved | null {
  const before = s.durable;
  const { inFlight } = s;
  let done = 0;
  while (done < inFlight.length && inFlight[done]!.id <= id) if (!inFlight[done++]!.isEssential) s.isFull = false;
  if (done === 0) return null;
  s.durable = inFlight[done - 1]!;
  if (done === inFlight.length) inFlight.length = 0;
  else inFlight.splice(0, done);
  s.isEssentialRefused = false;
  s.marks = addMark(s.marks, { index: s.durable.lastIndex, position });
  return before;
}

/**
 * The disk was full for these writes and all behind them. Memory keeps what it has, and says nothing of it; what is
 * essential is written anew at once, entries after a while: a follower's leader sends no more than its window meanwhile.
 */
export function onRefused(s: RaftState, id: number, now: number): void {
  const kept = s.inFlight.filter((each) => each.id < id);
  s.isEssentialRefused = s.inFlight[kept.length]?.isEssential ?? false;
  s.inFlight = kept;
  s.isFull = true;
  s.retryAt = now + s.settings.heartbeatMs;
}

/** Tries what was refused again; `persistChanges` finds what that is. */
export function retryRefused(s: RaftState): void {
  s.retryAt = null;
  s.isEssentialRefused = false;
  if (lastSaved(s).lastIndex >= s.log.lastIndex) s.isFull = false;
}

/** The oldest write has been under way for too long: nothing that needs the disk can be promised. */
export function isDiskHung(s: RaftState, now: number): boolean {
  return s.inFlight.length > 0 && now - s.inFlight[0]!.since >= s.settings.hungDiskMs;
}

/** Entries from `index` on fall: those of another leader take their place. */
export function truncateLog(s: RaftState, index: number, out: Outputs): void {
  assert(index > s.commitIndex, 'what is committed never falls');
  assert(s.role !== 'leader', 'a leader never truncates its log');
  s.log.truncateFrom(index);
  forgetDurable(s, index - 1);
  if (s.agreedIndex >= index) s.agreedIndex = index - 1;
  if (s.toldIndex >= index) s.toldIndex = index - 1;
  configurationsTruncated(s, index, out);
}

/** What is on the disk, or on its way there, behind `lastIndex` is not of this log any more (R17). */
export function forgetDurable(s: RaftState, lastIndex: number): void {
  if (s.durable.lastIndex > lastIndex) s.durable.lastIndex = lastIndex;
  for (const each of s.inFlight) if (each.lastIndex > lastIndex) each.lastIndex = lastIndex;
  const { marks } = s;
  for (let i = marks.length - 1; i >= 0 && marks[i]!.index > lastIndex; i--)
    marks[i] = { index: lastIndex, position: marks[i]!.position } satisfies Mark;
}
